// The first step of the build: finds the files of the migrations folder that take part, by name, and reads their text.
import { join } from 'node:path'
import type { Diagnostic } from '../model/diagnostic.js'
import type { Discovery, MigrationFile } from '../model/migration.js'
import { checkPairs } from './check-pairs.js'
import { compareVersions, type VersionOfFile } from './compare-versions.js'
import {
  fileUnknown,
  fileUnnumbered,
  fileUnreadable,
  folderUnexpected,
  nameInvalid,
  rangeOfSql,
  renumberAtWork,
  renumberInterrupted,
  versionNotPositive,
  versionTimestamp,
} from './discovery-problems.js'
import {
  canonicalName,
  isPadded,
  paddedOtherwise,
  parseFileName,
  renumberedName,
  type FileName,
  type MigrationName,
} from '../project/file-name.js'
import { leadsBack } from '../project/folders-in.js'
import { packageType } from '../project/package-type.js'
import { forwardSlashes, projectPath } from '../project/project-path.js'
import { listFolder, readText, type Entry } from './read-folder.js'
import { findLeft } from '../project/renumbering-left.js'
import { readJournal, unreadJournal } from '../project/renumber-journal.js'

/**
 * Reads the migrations folder. Printed paths are relative to `root`, the project's folder; both paths are absolute. Every entry
 * is used, known to be harmless, or has a diagnostic: nothing is dropped silently. A file with a misspelt name but a clear
 * version still takes part, so that one run finds everything else too. Never throws because of what is on disk.
 */
export async function discover(root: string, migrations: string): Promise<Discovery> {
  const listed = await listFolder(root, migrations)
  if (!Array.isArray(listed)) return { files: [], helpers: new Map(), diagnostics: [listed] }
  const names = listed.map((entry) => ({ entry, name: parseFileName(entry.name) }))
  const found: Found = {
    root,
    taken: new Set(listed.map(({ name }) => name)),
    numberedOtherwise: numberedOtherwise(names),
    next: nextVersion(names.map(({ name }) => name)),
    files: [],
    helpers: new Map(),
    beside: [],
    diagnostics: [],
  }
  for (const { entry, name } of names) {
    if (entry.is === 'file') takeFile(found, entry, name)
    else await takeOther(found, entry)
  }
  takeImported(found)
  found.diagnostics.push(...unnumbered(found, names))
  found.files.sort((a, b) => compareVersions(placeOf(a), placeOf(b)))
  const { files, helpers, diagnostics } = found
  const hasJs = [...files.map(({ path }) => path), ...helpers.keys()].some((path) =>
    path.endsWith('.js'),
  )
  const left = problemLeft(root, migrations, [...found.taken])
  if (left) diagnostics.push(left)
  return {
    files,
    helpers,
    ...(hasJs && { package: packageType(migrations) }),
    diagnostics: [...diagnostics, ...checkPairs(files)],
  }
}

/**
 * The files of a folder that is numbered from 0, or by date or time, including those whose number is only misspelt; otherwise
 * those with too many or too few digits. Without the first, which has the diagnostic.
 */
function numberedOtherwise(
  names: readonly { readonly entry: Entry; readonly name: FileName }[],
): Set<string> {
  const files = names.filter(({ entry }) => entry.is === 'file')
  const isOther = ({ name }: { name: FileName }): boolean =>
    name.is === 'timestamp' || name.is === 'not-positive'
  const first = files.find(isOther)
  if (!first) return new Set(paddedOtherwise(files.map(({ entry }) => entry.name)).slice(1))
  const all = files.filter(
    (one) => isOther(one) || (one.name.is === 'migration' && one.name.canonical !== one.entry.name),
  )
  return new Set(all.filter((one) => one !== first).map(({ entry }) => entry.name))
}

function problemLeft(root: string, folder: string, names: readonly string[]): Diagnostic | null {
  const left = findLeft(names)
  if (!left) return null
  const shown = (name: string): string => projectPath(root, join(folder, name))
  const worker = readJournal(folder)?.worker ?? null
  if (worker !== null) return renumberAtWork(shown(left.first), worker)
  const unread = unreadJournal(folder)
  return renumberInterrupted(
    shown(left.first),
    left,
    unread && { file: shown(unread.name), fault: unread.fault },
  )
}

interface Found {
  readonly root: string
  /** Every name in the folder. */
  readonly taken: ReadonlySet<string>
  /** The files that a full renumbering would rename, except the first, which has the diagnostic. */
  readonly numberedOtherwise: ReadonlySet<string>
  /** The next free version. */
  readonly next: number
  readonly files: MigrationFile[]
  readonly helpers: Map<string, string>
  /** `_*` files that are helpers only if they are imported. */
  readonly beside: Entry[]
  readonly diagnostics: Diagnostic[]
}

const placeOf = ({ from, file }: MigrationFile): VersionOfFile => ({ version: from, file })

const nextVersion = (names: readonly FileName[]): number =>
  1 + names.reduce((last, name) => (name.is === 'migration' ? Math.max(last, name.to) : last), 0)

function takeFile(found: Found, entry: Entry, name: FileName): void {
  const problem = problemOf(found, entry, name)
  if (problem && !found.numberedOtherwise.has(entry.name)) found.diagnostics.push(problem)
  if (name.is === 'helper') takeHelper(found, entry)
  if (name.is === 'bystander' && entry.name.startsWith('_')) found.beside.push(entry)
  if (name.is === 'migration') takeMigration(found, entry, name)
}

function problemOf(
  { root, next, taken, numberedOtherwise }: Found,
  { name: given, path }: Entry,
  name: FileName,
): Diagnostic | null {
  const file = projectPath(root, path)
  switch (name.is) {
    case 'bystander':
    case 'helper':
      return null
    case 'migration':
      if (name.canonical === given) return null
      return nameInvalid(
        file,
        name.canonical,
        taken.has(name.canonical) ? renumberedName(name.canonical, name, next) : null,
        isPadded(given, name) ? numberedOtherwise.size : 0,
      )
    // `unnumbered` decides once all files are known.
    case 'unnumbered':
      return null
    case 'not-positive':
      return versionNotPositive(
        file,
        name.version,
        freeName(next, name.rest),
        numberedOtherwise.size,
      )
    case 'timestamp':
      return versionTimestamp(file, name.digits, freeName(next, name.rest), numberedOtherwise.size)
    case 'sql-range':
      return rangeOfSql(file, name.canonical)
    case 'unknown':
      return fileUnknown(file)
  }
}

/** The diagnostics of unnumbered files: an imported one is a helper, any other may be meant as a migration. */
function unnumbered(
  { root, next, files }: Found,
  names: readonly { readonly entry: Entry; readonly name: FileName }[],
): Diagnostic[] {
  return names.flatMap(({ entry, name }) => {
    if (name.is !== 'unnumbered' || entry.is !== 'file') return []
    const importers = files.filter(({ text }) => importsBeside(text).has(stemOf(entry.name)))
    const own = { migration: freeName(next, name.rest), helper: `_${entry.name}` }
    const file = projectPath(root, entry.path)
    return fileUnnumbered(
      file,
      own,
      importers.map((one) => one.file),
    )
  })
}

/** The files of the same folder that a script names in its imports, without their extensions. */
const importsBeside = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(BESIDE)].map(([, name]) => stemOf(name!)))

const BESIDE = /\b(?:from|import|require)[\s(]*['"]\.\/([^'"/]+)['"]/g

const stemOf = (name: string): string => name.replace(/\.[cm]?[jt]sx?$/, '')

const freeName = (version: number, rest: string): string =>
  canonicalName({ from: version, to: version, rest })

function takeMigration(found: Found, entry: Entry, { kind, from, to, name }: MigrationName): void {
  const text = readText(found.root, entry.path)
  if (typeof text !== 'string') {
    found.diagnostics.push(text)
    return
  }
  const file = projectPath(found.root, entry.path)
  found.files.push({ file, path: forwardSlashes(entry.path), kind, from, to, name, text })
}

function takeHelper(found: Found, entry: Entry): void {
  const text = readText(found.root, entry.path)
  if (typeof text === 'string') found.helpers.set(forwardSlashes(entry.path), text)
  else found.diagnostics.push(text)
}

async function takeOther(found: Found, entry: Entry): Promise<void> {
  const file = projectPath(found.root, entry.path)
  if (entry.name.startsWith('.')) return
  if (entry.is === 'other') found.diagnostics.push(fileUnknown(file))
  else if (entry.is === 'broken') found.diagnostics.push(fileUnreadable(file, { code: 'ENOENT' }))
  else if (entry.name.startsWith('_')) await takeHelperFolder(found, entry.path)
  else found.diagnostics.push(folderUnexpected(file, await movesUp(found, entry)))
}

/** For a folder per migration, as in Prisma and Diesel: the paths its files should have. */
async function movesUp({ root }: Found, folder: Entry): Promise<string[]> {
  const listed = await listFolder(root, folder.path)
  if (!Array.isArray(listed) || !NUMBERED_FOLDER.test(folder.name)) return []
  const names = listed.map(({ name }) => name).filter((name) => UP_OR_DOWN.test(name))
  return names.map((name) => {
    const direction = name === 'down.sql' ? '.down' : names.includes('down.sql') ? '.up' : ''
    return `${name} to ${projectPath(root, `${folder.path}${direction}.sql`)}`
  })
}

const NUMBERED_FOLDER = /^\d/
const UP_OR_DOWN = /^(?:migration|up|down)\.sql$/

/** Every script below a `_*` folder is a helper, whatever its name, and so is any other file there that is imported. */
async function takeHelperFolder(found: Found, folder: string): Promise<void> {
  const listed = await listFolder(found.root, folder)
  if (!Array.isArray(listed)) {
    found.diagnostics.push(listed)
    return
  }
  for (const entry of listed) {
    const name = parseFileName(entry.name.startsWith('_') ? entry.name : `_${entry.name}`)
    const isBelow = entry.is === 'folder' && !(entry.linked && leadsBack(entry.path))
    if (isBelow) await takeHelperFolder(found, entry.path)
    else if (entry.is === 'file' && name.is === 'helper') takeHelper(found, entry)
    else if (entry.is === 'file') found.beside.push(entry)
  }
}

/** Texts and other data are read only if a script names them: notes may be in any encoding, and fixtures of any size. */
function takeImported(found: Found): void {
  if (found.beside.length === 0) return
  const texts = [...found.files.map(({ text }) => text), ...found.helpers.values()]
  const named = new Set(
    texts.flatMap((text) => [...text.matchAll(NAMED)].map(([, name]) => stemOf(name!))),
  )
  for (const entry of found.beside) if (named.has(stemOf(entry.name))) takeHelper(found, entry)
}

/** The file at the end of a quoted path, with the query that a bundler may take after it. */
const NAMED = /[/'"]([^/'"`\n?]+)(?:\?[^'"\n]*)?['"]/g
