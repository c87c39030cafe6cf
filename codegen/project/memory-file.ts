// Files under `node_modules/.cache` in which the build remembers what it found. Losing one costs time, never correctness.
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

/** The folders that a memory is about, and the one that it is in where that is not the project's own. */
type Folders = Pick<GenerateSettings, 'root' | 'migrations' | 'out' | 'memory'>

/**
 * The folder of all memories, absolute: in the project's `node_modules`, or in the nearest one above, where the packages of
 * a workspace are, up to the repository's root. Null where there is none; it may not exist yet.
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
 * The file for this kind of memory, absolute; one for each pair of folders, since a project may have several databases. It
 * may be moved with the project, so it must name no file by its absolute path. Null where there is no `node_modules` folder.
 */
export function memoryFile(folders: Folders, kind: string): string | null {
  return fileNamed(folders, kind, nameOf(partsOf(folders)))
}

/**
 * The same for a memory that knows absolute paths: one for each checkout as well, since several may share one
 * `node_modules` folder by a link.
 */
export function placedMemoryFile(folders: Folders, kind: string): string | null {
  return fileNamed(folders, kind, placedName(folders.root, partsOf(folders)))
}

function fileNamed({ root, memory }: Folders, kind: string, name: string): string | null {
  const folder = memory ?? memoryFolder(root)
  return folder && join(folder, `${kind}-${name}.json`)
}

/** Projects of one workspace may have one `node_modules`, where only their place in it tells them apart. */
function partsOf({ root, migrations, out }: Folders): string[] {
  const place = projectPath(dirname(modulesOf(root) ?? join(root, 'node_modules')), root)
  const pair = [projectPath(root, migrations), projectPath(root, out)]
  return place === '.' ? pair : [place, ...pair]
}

const nameOf = (parts: readonly string[]): string => digestOf(JSON.stringify(parts)).slice(0, 12)

/** A name that these parts of the project have in no other project or checkout. */
export const placedName = (root: string, parts: readonly string[]): string =>
  nameOf([realpathSync.native(root), ...parts])

/** What was written there; null where nothing was, or where not every byte is as it was written. */
export function readMemory(file: string): unknown {
  try {
    const sealed = readOwnFile(file).toString()
    const end = sealed.indexOf('\n')
    const text = sealed.slice(end + 1)
    return sealed.slice(0, end) === digestOf(text) ? JSON.parse(text) : null
  } catch {
    return null
  }
}

/** Writes it under a digest that tells of damage, as `writeOwnFile` does. */
export const writeMemory = (file: string, content: unknown): void =>
  writeOwnFile(file, () => {
    const text = JSON.stringify(content)
    return `${digestOf(text)}\n${text}`
  })

/** Neither follows a link nor waits at a pipe. Windows has neither of the two. */
const WARILY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** The bytes of a memory. Throws where it is no file that this user or root wrote: nothing, a link, a pipe, another's file. */
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
 * Writes a memory beside and renames it, so that a second process never reads half of it. Does nothing where it cannot be
 * made or written: without a memory the next run does the work again.
 */
export function writeOwnFile(file: string, content: () => string | Uint8Array): void {
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    mkdirSync(dirname(file), { recursive: true })
    try {
      // What already has the name may be a link to something else.
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
