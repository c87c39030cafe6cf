// Files under `node_modules/.cache` in which the build remembers what it found. Losing one costs time, never correctness.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { projectPath } from '../discover/project-path.js'
import type { GenerateSettings } from '../settings.js'
import { foldersUpTo, repositoryRoot } from '../write/repository-root.js'

/** The folders that a memory is about. */
type Folders = Pick<GenerateSettings, 'root' | 'migrations' | 'out'>

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

function fileNamed({ root }: Folders, kind: string, name: string): string | null {
  const folder = memoryFolder(root)
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
    const sealed = readFileSync(file, 'utf8')
    const end = sealed.indexOf('\n')
    const text = sealed.slice(end + 1)
    return sealed.slice(0, end) === digestOf(text) ? JSON.parse(text) : null
  } catch {
    return null
  }
}

/**
 * Writes it beside and renames it, so that a second process never reads half of it, under a digest that tells of damage.
 * Does nothing where it cannot be written: without a memory the next run does the work again.
 */
export function writeMemory(file: string, content: unknown): void {
  const temporary = `${file}.${process.pid}.tmp`
  const text = JSON.stringify(content)
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(temporary, `${digestOf(text)}\n${text}`)
    renameSync(temporary, file)
  } catch {
    // The next run does the work again.
  }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')
