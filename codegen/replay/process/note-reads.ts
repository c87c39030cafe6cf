// Notes what a replay depends on besides the project's own code: the files of packages that it loads, and of a project's own
// way of opening the files that it reads, the folders that it lists, and the environment.
import { ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folderInput, UNKNOWN_INPUT, variableInput } from '../../project/fingerprint.js'

/** What was read while somebody wanted to know. */
export interface NotedReads {
  /** Does work and notes what it reads, also where it waits in between. */
  during<T>(work: () => Promise<T>): Promise<T>
  /** Files, absolute, and what `fingerprint.ts` has other names for; each once. */
  all(): readonly string[]
}

const READING = ['open', 'readFile', 'copyFile']
/** Of a folder that is only looked at, nothing is noted: its times and sizes change with all that Lockstep writes. */
const LOOKING = ['access', 'lstat', 'stat']
const LISTING = ['opendir', 'readdir']
/** What is found by a pattern, or has been copied, would have to be walked through. */
const SEARCHING = ['cp', 'glob']
const STARTING = ['execFileSync', 'execSync', 'spawnSync']

/** What has these functions, and by which names. */
const OWNERS: readonly (readonly [object, (names: readonly string[]) => readonly string[]])[] = [
  [fs, (names) => names.flatMap((name) => [name, `${name}Sync`])],
  [fs.promises, (names) => names],
]

const require = createRequire(import.meta.url)

/** As it can be written to: a module's own names cannot. */
const processes = require('node:child_process') as object

/**
 * Stands before the functions of `fs` and the variables from here on. Of packages the files
 * are noted that are loaded, and no others; those in `except`, a memory of Lockstep, are not.
 */
export function noteReads(except: string | undefined): NotedReads {
  const noted = new Set<string>()
  let isWanted = false
  standBeforeReading((...inputs) => {
    if (!isWanted) return
    for (const input of inputs)
      if (except === undefined || !input.startsWith(except + sep)) noted.add(input)
  })
  return {
    async during(work) {
      isWanted = true
      try {
        return await work()
      } finally {
        isWanted = false
      }
    },
    all: () => [...new Set([...noted, ...loadedFiles()])].sort(),
  }
}

/** The files of packages that are loaded, whoever asked for them. */
const loadedFiles = (): string[] =>
  Object.keys(require.cache).filter((file) => isInPackage(file) && !CLIENT.test(file))

const isInPackage = (file: string): boolean => file.includes(`${sep}node_modules${sep}`)

/** With what it loads itself; the version of the client stands for all of it. */
const CLIENT = /[\\/]node_modules[\\/](?:better-sqlite3|bindings|file-uri-to-path)[\\/]/

function standBeforeReading(note: (...inputs: readonly string[]) => void): void {
  const noteFile: Tell = (path) => note(...filesAt(path))
  const noteUnknown: Tell = () => note(UNKNOWN_INPUT)
  const noteFolder: Tell = (path, options) =>
    (options as { recursive?: unknown } | null | undefined)?.recursive
      ? noteUnknown()
      : note(...filesAt(path).map(folderInput))
  standBefore(fs, ['createReadStream', 'existsSync', 'openAsBlob'], noteFile)
  for (const [owner, waysOf] of OWNERS) {
    standBefore(owner, waysOf([...READING, ...LOOKING]), noteFile)
    standBefore(owner, waysOf(LISTING), noteFolder)
    standBefore(owner, waysOf(SEARCHING), noteUnknown)
  }
  standBefore(processes, STARTING, noteUnknown)
  standBefore(ChildProcess.prototype, ['spawn'], (options) => {
    if (!isBundler(options)) noteUnknown()
  })
  process.env = telling(process.env, (name) => {
    if (typeof name === 'string') note(variableInput(name))
  })
  syncBuiltinESMExports()
}

/** The file that a path names, but for one of a package, and for what is no path. */
function filesAt(path: unknown): string[] {
  if (!(typeof path === 'string' || path instanceof URL)) return []
  const file = resolve(typeof path === 'string' ? path : fileURLToPath(path))
  return isInPackage(file) ? [] : [file]
}

/** Whether it is the program that bundles the configuration for Lockstep itself. */
const isBundler = (options: unknown): boolean =>
  /[\\/]@?esbuild[\\/]/.test(String((options as { readonly file?: unknown } | undefined)?.file))

type Tell = (...given: readonly unknown[]) => void

/** Not every version of Node has all of them. */
function standBefore(owner: object, names: readonly string[], tell: Tell): void {
  const functions = owner as Record<string, ((...given: unknown[]) => unknown) | undefined>
  for (const name of names) {
    const original = functions[name]
    if (!original) continue
    functions[name] = new Proxy(original, {
      apply(target, self, given) {
        tell(...(given as unknown[]))
        return Reflect.apply(target, self, given) as unknown
      },
    })
  }
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
