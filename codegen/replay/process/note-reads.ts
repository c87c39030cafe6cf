// Records what a replay depends on besides the project's own code: files of packages that it loads, files and folders that the project's
// `open` reads, and the environment.
import { ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folderInput, UNKNOWN_INPUT, variableInput } from '../../project/fingerprint.js'

/** What was read while recording was on. */
export interface NotedReads {
  /** Does work and records what it reads, also across awaits. */
  during<T>(work: () => Promise<T>): Promise<T>
  /** Absolute paths of files, and the special names of `fingerprint.ts`; each once. */
  all(): readonly string[]
}

const READING = ['open', 'readFile', 'copyFile']
/** For folders that are only inspected, nothing is recorded: their times and sizes change with everything Lockstep writes. */
const LOOKING = ['access', 'lstat', 'stat']
const LISTING = ['opendir', 'readdir']
/** Files that are found by a pattern or copied would have to be walked. */
const SEARCHING = ['cp', 'glob']
const STARTING = ['execFileSync', 'execSync', 'spawnSync']

/** The objects with these functions, and their names there. */
const OWNERS: readonly (readonly [object, (names: readonly string[]) => readonly string[]])[] = [
  [fs, (names) => names.flatMap((name) => [name, `${name}Sync`])],
  [fs.promises, (names) => names],
]

const require = createRequire(import.meta.url)

/** The mutable module object; named imports cannot be replaced. */
const processes = require('node:child_process') as object

/**
 * Intercepts the functions of `fs` and the environment variables from here on. For packages only loaded files are recorded; files in
 * `except`, a cache of Lockstep, are not.
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

/** The loaded files of packages, whoever loaded them. */
const loadedFiles = (): string[] =>
  Object.keys(require.cache).filter((file) => isInPackage(file) && !CLIENT.test(file))

const isInPackage = (file: string): boolean => file.includes(`${sep}node_modules${sep}`)

/** The database client with its own dependencies, for which its version stands. */
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

/** The file that a path names; empty for files of packages and anything but paths. */
function filesAt(path: unknown): string[] {
  if (!(typeof path === 'string' || path instanceof URL)) return []
  const file = resolve(typeof path === 'string' ? path : fileURLToPath(path))
  return isInPackage(file) ? [] : [file]
}

/** Whether it is esbuild, which bundles the configuration for Lockstep itself. */
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
    // Otherwise setting a variable would define it on the proxy, which `process.env` does not allow.
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
