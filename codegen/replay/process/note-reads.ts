// Notes what a project's own way of opening depends on besides its code: the files that it reads, and the environment.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { variableInput } from '../../project/fingerprint.js'

/** What was read while somebody wanted to know. */
export interface NotedReads {
  /** Does work and notes what it reads, also where it waits in between. */
  during<T>(work: () => Promise<T>): Promise<T>
  /** Files, absolute, and variables, as `variableInput` names them; each once. */
  all(): readonly string[]
}

const READING = ['createReadStream', 'existsSync', 'open', 'openSync', 'readFile', 'readFileSync']
const READING_LATER = ['open', 'readFile']

/**
 * Stands before the functions of `fs` and the variables from here on. Files of packages and those in `except`, a memory of
 * Lockstep, are not noted.
 */
export function noteReads(except: string | undefined): NotedReads {
  const noted = new Set<string>()
  let isWanted = false
  const noteFile = (path: unknown): void => {
    if (!isWanted || !(typeof path === 'string' || path instanceof URL)) return
    const file = resolve(typeof path === 'string' ? path : fileURLToPath(path))
    const isOwn = except !== undefined && file.startsWith(except + sep)
    if (!isOwn && !file.includes(`${sep}node_modules${sep}`)) noted.add(file)
  }
  const noteVariable = (name: string | symbol): void => {
    if (isWanted && typeof name === 'string') noted.add(variableInput(name))
  }
  standBefore(fs, READING, noteFile)
  standBefore(fs.promises, READING_LATER, noteFile)
  process.env = telling(process.env, noteVariable)
  syncBuiltinESMExports()
  return {
    async during(work) {
      isWanted = true
      try {
        return await work()
      } finally {
        isWanted = false
      }
    },
    all: () => [...noted].sort(),
  }
}

function standBefore(owner: object, names: readonly string[], tell: (path: unknown) => void): void {
  const functions = owner as Record<string, (...given: unknown[]) => unknown>
  for (const name of names)
    functions[name] = new Proxy(functions[name]!, {
      apply(target, self, given) {
        tell(given[0])
        return Reflect.apply(target, self, given) as unknown
      },
    })
}

const telling = <T extends object>(target: T, tell: (name: string | symbol) => void): T =>
  new Proxy(target, {
    get(values, name) {
      tell(name)
      return Reflect.get(values, name) as unknown
    },
    // Without it, what is set were defined on the proxy, which variables do not allow.
    set: (values, name, value) => Reflect.set(values, name, value),
    has(values, name) {
      tell(name)
      return Reflect.has(values, name)
    },
    getOwnPropertyDescriptor(values, name) {
      tell(name)
      return Reflect.getOwnPropertyDescriptor(values, name)
    },
  })
