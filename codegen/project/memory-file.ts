// Reads and writes the build's caches under `node_modules/.cache`. Losing one costs time, never correctness.
import { orElse } from '../../src/model/or-else.js'
import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { projectPath } from './project-path.js'
import type { GenerateSettings } from '../model/settings.js'
import { foldersUpTo, repositoryRoot } from './repository-root.js'

/** The folders that a cache is about, and its own folder if that is not the project's. */
type Folders = Pick<GenerateSettings, 'root' | 'migrations' | 'out' | 'memory'>

/**
 * The folder of all caches, absolute: in the project's `node_modules`, or in the nearest one above, with the packages of a
 * workspace, up to the repository's root. Null if there is none; it may not exist yet.
 */
export function memoryFolder(root: string): string | null {
  const modules = modulesOf(root)
  return modules === null ? null : join(modules, '.cache', 'lockstep')
}

function modulesOf(root: string): string | null {
  const folders = foldersUpTo(root, repositoryRoot(root)).map((one) => join(one, 'node_modules'))
  return folders.find((one) => existsSync(one)) ?? null
}

/**
 * The file of this kind of cache, absolute; one for each pair of folders, since a project may have several databases. It may be
 * moved with the project, so it must not contain absolute paths. Null if there is no `node_modules` folder.
 */
export function memoryFile(folders: Folders, kind: string): string | null {
  return fileNamed(folders, kind, nameOf(partsOf(folders)))
}

/**
 * The same for a cache with absolute paths: additionally one per checkout, since several may share one `node_modules` folder by a
 * link.
 */
export function placedMemoryFile(folders: Folders, kind: string): string | null {
  return fileNamed(folders, kind, placedName(folders.root, partsOf(folders)))
}

function fileNamed({ root, memory }: Folders, kind: string, name: string): string | null {
  const folder = memory ?? memoryFolder(root)
  return folder && join(folder, `${kind}-${name}.json`)
}

/** Projects of one workspace may share one `node_modules`, where only their location in it distinguishes them. */
function partsOf({ root, migrations, out }: Folders): string[] {
  const place = projectPath(dirname(modulesOf(root) ?? join(root, 'node_modules')), root)
  const pair = [projectPath(root, migrations), projectPath(root, out)]
  return place === '.' ? pair : [place, ...pair]
}

const nameOf = (parts: readonly string[]): string => digestOf(JSON.stringify(parts)).slice(0, 12)

/** A name for these parts of the project that no other project or checkout has. */
export const placedName = (root: string, parts: readonly string[]): string =>
  nameOf([realpathSync.native(root), ...parts])

/** The stored content; null if there is none, or if it is damaged. */
export function readMemory(file: string): unknown {
  return orElse(() => {
    const sealed = readOwnFile(file).toString()
    const end = sealed.indexOf('\n')
    const text = sealed.slice(end + 1)
    return sealed.slice(0, end) === digestOf(text) ? JSON.parse(text) : null
  }, null)
}

/** Stores it with a digest that detects damage, as `writeOwnFile` does. */
export const writeMemory = (file: string, content: unknown): void =>
  writeOwnFile(file, () => {
    const text = JSON.stringify(content)
    return `${digestOf(text)}\n${text}`
  })

/** Neither follows a link nor blocks on a pipe. Windows has neither. */
const WARILY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * The bytes of a cache. Throws unless it is a file written by this user or root: not for a missing file, a link, a pipe, another
 * user's file.
 */
export function readOwnFile(file: string): Buffer {
  const handle = openSync(file, WARILY)
  try {
    const entry = fstatSync(handle)
    const own = entry.uid === 0 || entry.uid === process.getuid?.()
    if (!own || !entry.isFile()) throw new TypeError(`${file} is no file of this user.`)
    return readFileSync(handle)
  } finally {
    closeSync(handle)
  }
}

/**
 * Writes a cache to a temporary file and renames it, so that a second process never reads half of it. Does nothing if that fails:
 * without a cache the next run does the work again.
 */
export function writeOwnFile(file: string, content: () => string | Uint8Array): void {
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    mkdirSync(dirname(file), { recursive: true })
    try {
      // An existing entry of that name may be a link to something else.
      writeFileSync(temporary, content(), { flag: 'wx' })
      renameSync(temporary, file)
    } finally {
      rmSync(temporary, { force: true })
    }
  } catch {
    // The next run does the work again.
  }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')
