// Errors about a database to adopt. Nothing was changed in any of these cases.
import type { SchemaDifference } from '../model/verification.js'
import { versionId } from '../model/version.js'
import { THEIRS_FIRST } from '../model/told-step.js'
import type { Cause } from './lockstep-error.js'

/** The ledger exists and has rows: there is nothing to adopt. */
export const adoptManaged = (table: string, rows: number): Cause => ({
  code: 'ADOPT_MANAGED',
  message: `Lockstep already manages this database: its ledger ${table} has ${rows} row${rows === 1 ? '' : 's'}. Nothing was changed.`,
  fix: 'Run `lockstep status`. To correct a single version, use `lockstep mark`.',
  facts: { table, rows },
})

/** The database has no tables, so no migration can have been applied. */
export const adoptEmpty = (): Cause => ({
  code: 'ADOPT_EMPTY',
  message: 'The database is empty, so there is nothing to adopt. Nothing was changed.',
  fix: 'Check that this is the right database. To fill an empty one, run `lockstep migrate`.',
})

/** No table says what is applied, and the registry cannot recognise it by the schema. */
export const adoptUnrecognized = (): Cause => ({
  code: 'ADOPT_UNRECOGNIZED',
  message:
    'Lockstep recognises no table in this database as a migrations table, and cannot match the schema to a version, because the registry was generated without replay or its `digests` were not passed. Nothing was changed.',
  fix: 'To recognise the version by the schema, run `lockstep gen` without `--no-replay` and adopt again, in code with the option `digests`. If a table or user_version has the version, name it with `lockstep adopt --from-table <table>` or `--from user_version`. To record a version without proof, run `lockstep adopt --at <version> --force --reason "<why>"`.',
})

/** The schema has to give or confirm the version, but the registry does not say which schema a version has. */
export const adoptDigestsMissing = (): Cause => ({
  code: 'ADOPT_DIGESTS_MISSING',
  message:
    'The version cannot be checked against the schema: the schema of each version is unknown, because the registry was generated without replay or by another version of Lockstep, or its `digests` were not passed. Nothing was changed.',
  fix: 'Run `lockstep gen` without `--no-replay` and adopt again, in code with the option `digests`. To record the version without proof, add `--force --reason "<why>"`, and `--at <version>` if no table gives it.',
})

/** The version was to be recognised by the schema, which has nothing that these migrations create. */
export const adoptSchemaForeign = (objects: readonly string[]): Cause => ({
  code: 'ADOPT_SCHEMA_FOREIGN',
  message: `The database has nothing that these migrations create${objects.length > 0 ? `, only ${shortened(objects)}` : ''}, so none of them can have been applied. Nothing was changed.`,
  fix: `Check that this is the right database. ${ANEW} To apply these migrations next to what is already there, run \`lockstep adopt --at 0\`, then \`lockstep migrate\`.`,
  facts: { objects },
})

const ANEW = `If other migrations made it (perhaps this project still has only the example of \`lockstep init\`), replace these with ${THEIRS_FIRST}, run \`lockstep gen\` and adopt again.`

/** A version as a message names it; 0 if nothing is applied. */
export interface NamedVersion {
  readonly version: number
  readonly name: string
}

const titles = (versions: readonly NamedVersion[]): string =>
  few(versions.map(({ version, name }) => `${versionId(version)} (${name})`)).join(' and ')

const commands = (versions: readonly NamedVersion[]): string =>
  few(versions.map(({ version }) => `\`lockstep adopt --at ${version}\``)).join(' or ')

/** A long list of versions with one schema is shortened to its beginning and end. */
const few = (words: readonly string[]): readonly string[] =>
  words.length > 5 ? [...words.slice(0, 2), '…', ...words.slice(-2)] : words

/** The schema matches no version. `lines` show how it differs from the closest one, which several versions may share. */
export const adoptSchemaDiffers = (
  nearest: readonly NamedVersion[],
  lines: readonly string[],
  differences: readonly SchemaDifference[],
): Cause => ({
  code: 'ADOPT_SCHEMA_DIFFERS',
  message: `The schema matches no version. It is closest to that of ${titles(nearest)}; ${differences.length === 1 ? 'one object differs' : `${differences.length} objects differ`}:`,
  lines: [...listed(lines), 'Nothing was changed.'],
  fix: `${ANEW} Otherwise change the schema to match a version and adopt again. If you know the version and the schema may stay as it is, run ${commands(nearest)} with \`--force --reason "<why>"\`; \`lockstep verify\` then shows every difference in full, and will keep reporting them.`,
  facts: { nearest: nearest.map(({ version }) => version), differences },
})

/** Which versions the schema matches or is nearest to. */
interface Likeness {
  readonly fitting: readonly NamedVersion[]
  readonly nearest: readonly NamedVersion[]
  readonly differences: readonly SchemaDifference[]
}

/** The source of the version. */
interface VersionSource {
  readonly source: string
  /** The table that would go on contradicting another version; null if there is none. */
  readonly against: string | null
  /** Its rows have neither names nor numbers: only their count says anything. */
  readonly isCounted: boolean
}

/** The table has rows for migrations of which the schema has nothing. */
const isElsewhere = ({ fitting }: Likeness, { against }: VersionSource): boolean =>
  against !== null && fitting.some(({ version }) => version === 0)

const BRING =
  'First put the migrations that it records into the migrations folder, as node_modules/lockstep/docs/adopting.md shows. '

/** A table or the caller gives the version that was applied last, but the schema does not match it. */
export const adoptVersionDiffers = (
  said: VersionSource,
  last: NamedVersion,
  lines: readonly string[],
  likeness: Likeness,
): Cause => ({
  code: 'ADOPT_VERSION_DIFFERS',
  message: `According to ${said.isCounted ? 'the number of rows in ' : ''}${said.source}, ${last.version === 0 ? 'nothing is applied' : `${titles([last])} is the last one applied`}, but the schema does not match; ${likeness.differences.length === 1 ? 'one object differs' : `${likeness.differences.length} objects differ`}:`,
  lines: [
    ...listed(lines),
    `${likenessOf(likeness, said.source, last.version)}.${isElsewhere(likeness, said) ? ` The database has nothing that these migrations create: ${said.against} probably records others.` : ''} Nothing was changed.`,
  ],
  fix: `${isElsewhere(likeness, said) ? BRING : ''}${sayWhich(likeness, last.version, said.against)}`,
  facts: {
    version: last.version,
    fitting: likeness.fitting.map(({ version }) => version),
    nearest: likeness.nearest.map(({ version }) => version),
    differences: likeness.differences,
  },
})

/** The versions that the schema matches or is nearest to, and whether it is ahead of what is said to be applied. */
function likenessOf({ fitting, nearest }: Likeness, source: string, version: number): string {
  const [is, found] = fitting.length > 0 ? ['that of', fitting] : ['closest to that of', nearest]
  const isAhead = found.every((one) => one.version > version)
  return `The schema is ${is} ${titles(found)}${isAhead ? `, ahead of what ${source} says` : ''}`
}

/** The fix: never to remove an additional object, because its rows may be the user's only copy. */
function sayWhich({ fitting, nearest }: Likeness, version: number, table: string | null): string {
  const anyway = `To record ${versionId(version)} although the schema differs, add ${BY_FORCE}`
  const which = fitting.length > 1 ? ` ${TOO_LOW_OR_HIGH}` : ''
  const against =
    table === null ? '' : ` with \`--force --reason "<why>"\`, which overrules ${table}`
  if (fitting.length > 0)
    return `If the schema is right, run ${commands(fitting)}${against}.${which}${version === 0 ? '' : ` ${anyway}`}`
  return `Change the schema to match a version and adopt again. ${version === 0 ? `If you know the version and the schema may stay as it is, run ${commands(nearest)} with ${BY_FORCE}` : anyway}`
}

const BY_FORCE =
  '`--force --reason "<why>"`; `lockstep verify` will keep reporting the differences.'

const TOO_LOW_OR_HIGH =
  'If the version is too low, the next `lockstep migrate` changes the data a second time; if it is too high, it never does.'

/** What is known if several versions have the schema: the number in user_version, or a table whose rows have no names. */
export interface Beside {
  readonly hint?: number | undefined
  readonly unnamed?: string | null
}

/** Several versions have the same schema, for example because one of them changes only data. */
export const adoptSchemaAmbiguous = (
  versions: readonly NamedVersion[],
  { hint, unnamed }: Beside,
): Cause => ({
  code: 'ADOPT_SCHEMA_AMBIGUOUS',
  message: `The schema is the same at ${titles(versions)}, so it does not show which of them was applied last.${unnamed ? ` The rows of ${unnamed} have neither names nor numbers of these migrations, so they do not show it either.` : ''} Nothing was changed.`,
  fix: `Check in the data which of them was applied last, then run ${commands(versions)}. ${TOO_LOW_OR_HIGH}${versions.some(({ version }) => version === hint) ? ` The number in user_version is ${hint}: if it counts these migrations, and is not the application's own, take it with \`lockstep adopt --from user_version\`.` : ''}${unnamed ? ' If the rows stand for the migrations in order, `lockstep adopt --by position` records them with their times.' : ''}`,
  facts: { versions: versions.map(({ version }) => version) },
})

/** Nobody reads more than this. */
const MOST = 20

const listed = (lines: readonly string[]): string[] =>
  [
    ...lines.slice(0, MOST),
    ...(lines.length > MOST ? [`and ${lines.length - MOST} more`] : []),
  ].map((line) => `  ${line}`)

const shortened = (objects: readonly string[]): string =>
  objects.length > 3
    ? `${objects.slice(0, 3).join(', ')} and ${objects.length - 3} more`
    : objects.join(', ')

/** Several known tools have left their tables in this database. */
export const adoptAmbiguous = (candidates: readonly string[]): Cause => ({
  code: 'ADOPT_AMBIGUOUS',
  message: `It is not clear what to adopt from: ${candidates.join(', ')}. Nothing was changed.`,
  fix: 'Choose one with `lockstep adopt --from <layout>`; `--from schema` uses no table.',
  facts: { candidates },
})

/** The version to record contradicts another tool's table in the same database. */
export const adoptLedgersDiffer = (
  source: string,
  last: NamedVersion | null,
  said: readonly string[],
): Cause => ({
  code: 'ADOPT_LEDGERS_DIFFER',
  message: `According to ${source === 'schema' ? 'the schema' : source}, ${last ? `${titles([last])} is the last one applied` : 'nothing is applied'}, but ${said.join(', and ')}. Nothing was changed.`,
  fix: `Find out which of them is right: if the version is too low, the next \`lockstep migrate\` changes the data a second time; if it is too high, it never does. To adopt what a table says, run \`lockstep adopt --from <layout>\`; to record ${versionId(last?.version ?? 0)} anyway, add \`--force --reason "<why>"\`.`,
  facts: { version: last?.version ?? 0, said },
})

/** The table to read does not exist or lacks columns. */
export const adoptTableUnfit = (table: string, reason: string): Cause => ({
  code: 'ADOPT_TABLE_UNFIT',
  message: `The table ${table} cannot be adopted: ${reason}. Nothing was changed.`,
  fix: 'Name the right table with `--from-table`, and its columns with `--version-column` or `--name-column`. Or leave the table out, and recognise the version by the schema with `--from schema`.',
  facts: { table },
})

/** The other tool has left a migration unfinished or failed. */
export const adoptUnfinished = (table: string, rows: readonly string[]): Cause => ({
  code: 'ADOPT_UNFINISHED',
  message: `According to ${table}, something failed or did not finish: ${rows.join(', ')}. Nothing was changed.`,
  fix: 'Resolve it with the tool that started it, then run again.',
  facts: { table, rows },
})

/** A column that says how migrations went, and the filter that leaves out the rows it contradicts. */
interface DoubtfulColumn {
  readonly table: string
  readonly column: string
  /** The option that names the table for the filter; empty if it was given. */
  readonly option: string
  /** Null if no filter can decide: a log has other rows of the same migrations. */
  readonly filter: string | null
}

/** Rows are marked as not applied, or not completely: failed, rolled back, pending, never finished. */
export const adoptRowsDoubtful = (
  { table, column, option, filter }: DoubtfulColumn,
  rows: readonly { readonly label: string; readonly value: string }[],
): Cause => ({
  code: 'ADOPT_ROWS_DOUBTFUL',
  message: `The column ${column} of ${table} suggests that ${rows.length === 1 ? 'a row was' : 'rows were'} not applied, or only in part: ${shortened(rows.map(({ label, value }) => `${label} (${value})`))}. Nothing was changed.`,
  fix:
    filter === null
      ? UNCLEAR
      : `Find out what was applied. To count only rows that were, add \`${option}--where "${filter}"\`; every row that a filter on ${column} lets through counts as applied, whatever ${column} says.`,
  facts: {
    table,
    column,
    rows: rows.map(({ label }) => label),
    values: rows.map(({ value }) => value),
  },
})

const UNCLEAR =
  'Find out what was applied. Create a view with one row for each applied migration, and name it with `--from-table <view>`; or give the version with `lockstep adopt --at <version>`.'

/** A migration that occurs several times in a table, and what the rows do not show: their order, or their meaning. */
interface UnclearRows {
  readonly table: string
  readonly column: string
  readonly row: string
  readonly lacks: 'order' | 'meaning'
}

/** Rows of one migration contradict each other, and it is unknown which of them counts. */
export const adoptRowsUnclear = (
  { table, column, row, lacks }: UnclearRows,
  values: readonly string[],
): Cause => ({
  code: 'ADOPT_ROWS_UNCLEAR',
  message: `The table ${table} has ${values.length} rows for ${row}, with different values in ${column} (${shortened(values)}), and ${lacks === 'order' ? 'no id or time shows which row is the latest' : 'it is not clear whether that means that it was applied'}. Nothing was changed.`,
  fix: UNCLEAR,
  facts: { table, column, rows: [row], values },
})

/** Rows of the other tool that stand for no migration of this registry. */
export const adoptUnmatched = (rows: readonly string[], by: string): Cause => ({
  code: 'ADOPT_UNMATCHED',
  message: `${by === 'number' && rows.every((row) => /^-?\d+$/.test(row)) ? `No migration has the number ${rows.join(' or ')}` : `These rows match no migration by ${by}: ${rows.join(', ')}`}. Nothing was changed.`,
  fix: 'Put the migrations that the rows stand for into the migrations folder, numbered and named as they were applied (node_modules/lockstep/docs/adopting.md). Or match the rows differently with `--by number`, `--by name` or `--by position`. Or leave the table out: recognise the version by the schema with `--from schema`, or give it with `--at <version>`.',
  facts: { rows, by },
})

/** Two values of a row lead to different migrations, or two rows lead to the same one. */
export const adoptContradiction = (row: string, one: string, other: string): Cause => ({
  code: 'ADOPT_CONTRADICTION',
  message: `The row ${row} contradicts itself: ${one}, but ${other}. Nothing was changed.`,
  fix: 'Number the migrations as they were applied; or choose what counts with `--by number`, `--by name` or `--by position`, or with a different `--at`.',
  facts: { row },
})

/** A row has the number of one migration but a different name, and the schema does not show whether that migration ran. */
export const adoptNameDiffers = (row: string, entry: NamedVersion): Cause => ({
  code: 'ADOPT_NAME_DIFFERS',
  message: `The row ${row} has the number of ${titles([entry])} but a different name, and the schema does not show which of the two was applied. Nothing was changed.`,
  fix: 'Check in the data whether the migration was applied. If it was, and has been renamed since, match by number with `--by number`; or record it anyway with `--force --reason "<why>"`.',
  facts: { row },
})

/** The rows leave out a version below the highest that was applied. */
export const adoptGap = (missing: readonly number[], highest: number, layout: string): Cause => ({
  code: 'ADOPT_GAP',
  message: `The rows go up to ${versionId(highest)}, but none stands for ${missing.map(versionId).join(', ')}. Nothing was changed.`,
  fix: `If the schema has what these migrations create, run \`lockstep adopt --from ${layout} --at ${highest}\`. Otherwise apply them with the old tool first.`,
  facts: { missing, highest },
})

/** The table that has the ledger's name must be renamed, but its new name is taken, or it is a view. */
export const adoptNameTaken = (table: string, name: string, reason: string): Cause => ({
  code: 'ADOPT_NAME_TAKEN',
  message: `The ledger's name is taken by ${table}, which cannot be renamed to ${name}: ${reason}. Nothing was changed.`,
  fix: 'Rename or drop what is in the way, or give the ledger another name with the option `table`.',
  facts: { table, name },
})

/** The filter for the rows of a table is not an expression over them. */
export const adoptWhereInvalid = (where: string, table: string, reason: string): Cause => ({
  code: 'ADOPT_WHERE_INVALID',
  message: `The rows of ${table} cannot be filtered by ${where}: ${reason}. Nothing was changed.`,
  fix: 'Give a single expression over the columns of the table, with text in single quotes, such as `--where "value = \'completed\'"`.',
  facts: { where, table },
})
