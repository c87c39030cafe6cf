// Files under `node_modules/.cache` in which the build remembers what it found. Losing one costs time, never correctness.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { projectPath } from '../discover/project-path.js'
import type { GenerateSettings } from '../settings.js'

/** The folders that a memory is about. */
type Folders = Pick<GenerateSettings, 'root' | 'migrations' | 'out'>

/**
 * The file for this kind of memory, absolute; one for each pair of folders, since a project may have several databases.
 * Null where there is no `node_modules` folder.
 */
export function memoryFile({ root, migrations, out }: Folders, kind: string): string | null {
  const modules = join(root, 'node_modules')
  if (!existsSync(modules)) return null
  const pair = JSON.stringify([projectPath(root, migrations), projectPath(root, out)])
  const name = digestOf(pair).slice(0, 12)
  return join(modules, '.cache', 'lockstep', `${kind}-${name}.json`)
}

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
