// Digests of everything a generation depends on. Fully synchronous, which is fastest for a thousand small files.
import { createHash, randomUUID, type Hash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs'
import { join } from 'node:path'
import { leadsBack } from './folders-in.js'
import { projectPath } from './project-path.js'
import { journalName } from './renumbering-left.js'
import type { GenerateSettings } from '../model/settings.js'
import { lockstepBuild } from './lockstep-package.js'
import { orElse } from '../../src/model/or-else.js'

/**
 * A digest of the names and bytes in the migrations folder, of the settings and of Lockstep's own build, regardless of whether
 * replay is requested. The same project has the same digest in another place. Null if the folder cannot be read.
 */
export function fingerprint(settings: GenerateSettings): string | null {
  const hash = createHash('sha256')
  return orElse(() => {
    addPart(hash, lockstepBuild())
    addPart(hash, JSON.stringify(relativeSettings(settings)))
    addFolder(hash, settings.migrations)
    return hash.digest('hex')
  }, null)
}

/** A digest of one file's bytes; null if it cannot be read, usually because it does not exist. */
export const fileDigest = (path: string): string | null =>
  orElse(() => createHash('sha256').update(readFileSync(path)).digest('hex'), null)

const namesDigest = (folder: string): string | null =>
  orElse(
    () => createHash('sha256').update(readdirSync(folder).sort().join('/')).digest('hex'),
    null,
  )

/** An environment variable as an input of a result. No path has a NUL. */
export const variableInput = (name: string): string => `\0${name}`

/** Whether an input is a variable rather than a file. */
export const isVariable = (input: string): boolean => input.startsWith('\0')

/** The list of names in a folder as an input. */
export const folderInput = (path: string): string => (isFolder(path) ? path : `${path}/`)

/** Whether an input is a list of names. */
export const isFolder = (input: string): boolean => input.endsWith('/')

/** Everything that `fingerprint` covers in a migrations folder as an input. No path ends in an asterisk. */
export const migrationsInput = (folder: string): string => `${folder}/*`

const MIGRATIONS = /[\\/]\*$/

const migrationsDigest = (folder: string): string | null =>
  orElse(() => {
    const hash = createHash('sha256')
    addFolder(hash, folder)
    return hash.digest('hex')
  }, null)

/** An input that cannot be checked again and is never the same. No variable has an empty name. */
export const UNKNOWN_INPUT = variableInput('')

/**
 * A digest of an input: the value of a variable in this process, the names in a folder, migrations, or the bytes of a file; null
 * if it does not exist.
 */
export function inputDigest(input: string): string | null {
  if (input === UNKNOWN_INPUT) return randomUUID()
  if (isFolder(input)) return namesDigest(input)
  if (MIGRATIONS.test(input)) return migrationsDigest(input.replace(MIGRATIONS, ''))
  if (!isVariable(input)) return fileDigest(input)
  const value = process.env[input.slice(1)]
  return value === undefined ? null : createHash('sha256').update(`${input}=${value}`).digest('hex')
}

function relativeSettings(settings: GenerateSettings): object {
  const {
    root,
    migrations,
    out,
    rules,
    config,
    replay: _asked,
    drafts: _wanted,
    scaled: _measured,
    memory: _place,
    ...others
  } = settings
  return {
    ...others,
    config: config && { ...config, file: projectPath(root, config.file) },
    migrations: projectPath(root, migrations),
    out: projectPath(root, out),
    rules: Object.entries(rules).sort(([one], [other]) => (one < other ? -1 : 1)),
  }
}

/**
 * Only `_*` folders are entered, where helpers may be; any other folder counts by its name alone. The marker of a pending
 * renumbering does not affect what is generated.
 */
function addFolder(hash: Hash, folder: string): void {
  for (const entry of sortedEntries(folder)) {
    if (entry.name === journalName('generate')) continue
    const path = join(folder, entry.name)
    addPart(hash, entry.name)
    const target = targetOf(entry, path)
    if (target.isFile()) addPart(hash, readFileSync(path))
    else if (target.isDirectory() && entry.name.startsWith('_')) addHelpers(hash, path)
  }
}

/** Everything below a `_*` folder, as discovery reads it. */
function addHelpers(hash: Hash, folder: string): void {
  const entries = sortedEntries(folder)
  addPart(hash, String(entries.length))
  for (const entry of entries) {
    const path = join(folder, entry.name)
    addPart(hash, entry.name)
    const target = targetOf(entry, path)
    if (target.isFile()) addPart(hash, readFileSync(path))
    else if (target.isDirectory() && !(entry.isSymbolicLink() && leadsBack(path)))
      addHelpers(hash, path)
  }
}

const sortedEntries = (folder: string): Dirent[] =>
  readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))

const targetOf = (entry: Dirent, path: string): Pick<Dirent, 'isFile' | 'isDirectory'> =>
  entry.isSymbolicLink() ? statSync(path) : entry

/** The length goes first, so that no two lists of parts produce the same bytes. */
function addPart(hash: Hash, part: string | Uint8Array): void {
  const bytes = typeof part === 'string' ? Buffer.from(part) : part
  hash.update(`${bytes.length}:`).update(bytes)
}
