// Classifies a file of the migrations folder by its name alone. Pure: nothing is read here.
import { snakeCase } from 'change-case'
import { versionId } from '../../src/model/version.js'
import type { FileKind } from '../model/migration.js'

/** A file that is a migration by its name, possibly misspelled. */
export interface MigrationName {
  readonly is: 'migration'
  readonly kind: FileKind
  readonly from: number
  readonly to: number
  readonly name: string
  /** The correct spelling of the file name; equal to the given one if there is nothing to fix. */
  readonly canonical: string
}

/** What a file name means. */
export type FileName =
  | MigrationName
  /** Tests, type declarations, README, dotfiles: they belong in the folder and do not concern the generator. */
  | { readonly is: 'bystander' }
  /** `_*` scripts that migrations may import. */
  | { readonly is: 'helper' }
  /** A number, but zero or negative. */
  | { readonly is: 'not-positive'; readonly version: number; readonly rest: string }
  /** A number that is a date or a time rather than a count. */
  | { readonly is: 'timestamp'; readonly digits: string; readonly rest: string }
  /** A range of versions on a file that is no script. */
  | { readonly is: 'sql-range'; readonly canonical: string }
  /** A script or an SQL file without a number. `rest` follows the version in a proper name. */
  | { readonly is: 'unnumbered'; readonly rest: string }
  | { readonly is: 'unknown' }

const BYSTANDER =
  /^\.|^readme(([.-][\w-]+)?\.(md|mdx|markdown|txt|rst|adoc))?$|\.d\.[cm]?ts$|\.(test|spec)\.[cm]?[jt]sx?$/i
const HELPER = /^_.*\.([cm]?[jt]s|[jt]sx|json)$/
const STRICT =
  /^(?:migration_)?(\d{3,7})(?:-(\d{3,7}))?_([a-z0-9]+(?:_[a-z0-9]+)*)\.(up\.sql|down\.sql|sql|[cm]?ts|[cm]?js)$/
const EXTENSION = /[\s.]+(?:(up|down)[\s.]+)?(sql|[cm]?tsx?|[cm]?jsx?)$/i
const NUMBERED = /^(migration[\s._-]*)?v?(-?\d+)(?:-(\d+)(?=[\s._-]|$))?(?:[\s._-]*)(.*)$/i
const DATE = /^(?:migration[\s._-]*)?v?(\d{4}-\d\d-\d\d)(.*)$/i

/** More digits than any history has versions: a date such as 20240131, or seconds since 1970. */
const TIMESTAMP_DIGITS = 8

/** Classifies a file by its name: `001_users.ts` is a migration, `_shared.ts` a helper, `notes.txt` unknown. */
export function parseFileName(file: string): FileName {
  if (BYSTANDER.test(file)) return { is: 'bystander' }
  if (file.startsWith('_')) return HELPER.test(file) ? { is: 'helper' } : { is: 'bystander' }
  return parseStrictly(file) ?? parseLoosely(file)
}

/**
 * The names in a folder whose version has too many or too few digits but is otherwise right, as in `0001_users.sql`, if more than
 * two have that and all versions are consecutive: one renumbering fixes all of them.
 */
export function paddedOtherwise(names: readonly string[]): readonly string[] {
  const all = names.flatMap((name) => {
    const parsed = parseFileName(name)
    return parsed.is === 'migration' ? [{ ...parsed, file: name }] : []
  })
  const found = all.filter((one) => isPadded(one.file, one))
  const versions = new Set(all.map(({ from }) => from))
  const isWhole = [...versions].every((version) => version <= versions.size)
  const isFree = !found.some(({ canonical }) => names.includes(canonical))
  return found.length > 2 && isWhole && isFree ? found.map(({ file }) => file) : []
}

/** Whether only the number of digits in a file's version is wrong. */
export const isPadded = (file: string, { from, canonical }: MigrationName): boolean =>
  file !== canonical && file.replace(/\d+/, versionId(from)) === canonical

/** Whether a helper is code by its name; any other is data, which bundles include verbatim. */
export const isCode = (file: string): boolean => /\.([cm]?[jt]s|[jt]sx)$/.test(file)

/** The correct file name: `canonicalName({ from: 3, to: 3, rest: 'users.ts' })` is `003_users.ts`. */
export const canonicalName = (name: { from: number; to: number; rest: string }): string =>
  `${versionsIn(name)}_${name.rest}`

const versionsIn = ({ from, to }: { from: number; to: number }): string =>
  from === to ? versionId(from) : `${versionId(from)}-${versionId(to)}`

/** The name of a file with the versions from this one on instead of its own. */
export const renumberedName = (
  name: string,
  own: { readonly from: number; readonly to: number },
  from: number,
): string => name.replace(/\d+(-\d+)?/, versionsIn({ from, to: from + own.to - own.from }))

function parseStrictly(file: string): MigrationName | null {
  const match = STRICT.exec(file)
  if (!match) return null
  const [, digits = '', last = digits, name = '', extension = ''] = match
  const from = Number(digits)
  const to = Number(last)
  const kind = kindOf(extension)
  const proper = versionId(from) === digits && versionId(to) === last && from > 0
  const range = match[2] !== undefined
  if (!proper || (range && (to <= from || kind !== 'script'))) return null
  return { is: 'migration', kind, from, to, name, canonical: file }
}

function parseLoosely(file: string): FileName {
  const end = EXTENSION.exec(file)
  if (!end) return { is: 'unknown' }
  const extension = properExtension(end)
  const stem = file.slice(0, end.index)
  const [, date, afterDate = ''] = DATE.exec(stem) ?? []
  if (date) return { is: 'timestamp', digits: date, rest: properRest(afterDate, extension) }
  const match = NUMBERED.exec(stem)
  if (!match) return { is: 'unnumbered', rest: properRest(stem, extension) }
  const [, prefix = '', digits = '', last, rest = ''] = match
  if (significant(digits) >= TIMESTAMP_DIGITS) {
    return { is: 'timestamp', digits, rest: properRest(rest, extension) }
  }
  const versions = last === undefined ? [Number(digits)] : [Number(digits), Number(last)]
  return corrected({ prefix, versions, rest, extension })
}

const significant = (digits: string): number => digits.replace(/^-?0*/, '').length

/** Turns `..UP.sql` into `up.sql`; an extension that no migration has (`.tsx`) becomes the nearest that is allowed. */
function properExtension(end: RegExpExecArray): string {
  const [, direction, extension = ''] = end
  const last = extension.toLowerCase().replace(/x$/, '')
  return last === 'sql' && direction ? `${direction.toLowerCase()}.sql` : last
}

/** The migration that a misspelled name probably means. */
function corrected(parts: {
  prefix: string
  versions: number[]
  rest: string
  extension: string
}): FileName {
  const from = Math.min(...parts.versions)
  const to = Math.max(...parts.versions)
  const rest = properRest(parts.rest, parts.extension)
  if (from <= 0) return { is: 'not-positive', version: from, rest }
  const kind = kindOf(parts.extension)
  if (from !== to && kind !== 'script') {
    const script = properRest(parts.rest, 'ts')
    return { is: 'sql-range', canonical: canonicalName({ from, to, rest: script }) }
  }
  const prefix = parts.prefix === '' ? '' : 'migration_'
  const canonical = prefix + canonicalName({ from, to, rest })
  return { is: 'migration', kind, from, to, name: rest.slice(0, rest.indexOf('.')), canonical }
}

/** `Add Users` and `ts` → `add_users.ts`. A name with nothing usable becomes a placeholder. */
function properRest(text: string, extension: string): string {
  const ascii = text.normalize('NFKD').replace(/\p{M}+/gu, '')
  const name = snakeCase(ascii)
    .replace(/[^a-z0-9_]+/g, '')
    .replace(/^_+|_+$|_(?=_)/g, '')
  return `${name || 'describe_the_change'}.${extension}`
}

function kindOf(extension: string): FileKind {
  if (extension === 'sql') return 'sql'
  if (extension === 'up.sql') return 'sql-up'
  return extension === 'down.sql' ? 'sql-down' : 'script'
}
