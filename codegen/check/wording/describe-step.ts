// Describes a step, a row and an acknowledging comment for the rules.
import { versionId } from '../../../src/model/version.js'
import { CURRENT_TIME } from '../../model/current-time.js'
import type { PartGone, Direction, ShownRow, StepPlace } from '../../model/evidence.js'
import type { Position } from '../../model/diagnostic.js'
import type { ParsedMigration } from '../../model/migration.js'
import type { ReplayedStep } from '../subject/rule.js'
import { shortSql } from '../../sql/one-line.js'
import type { Statement } from '../../sql/statement.js'
import { isSameName, plainName } from '../../../src/sql/names.js'
import { factsIn } from '../subject/facts.js'

/** `` `up` of version 003 (migrations/003_posts.sql) ``. */
export const sideName = (version: number, direction: Direction, { file }: Position): string =>
  `\`${direction}\` of version ${versionId(version)} (${file})`

/** `version 003 (migrations/003_posts.sql)`. */
export const versionName = (
  { version }: Pick<ReplayedStep, 'version'>,
  { file }: Position,
): string => `version ${versionId(version)} (${file})`

/** The comment that switches a finding off in this migration, as its file writes comments. */
export const ignoreComment = (code: string, { form }: ParsedMigration, subject = ''): string =>
  `\`${form === 'sql' ? '--' : '//'} lockstep-ignore ${`${code} ${subject}`.trim()}: reason\``

/** `` in `INSERT INTO …` ``, preceded by a space; empty if the statement is unknown. */
export const inStatement = ({ statement }: Pick<StepPlace, 'statement'>): string =>
  statement === null ? '' : ` in \`${shortSql(statement)}\``

/** Whether a copy passes the values of each row, as code does, rather than selecting them. */
export const isRowByRow = ({ statement }: Pick<StepPlace, 'statement'>): boolean =>
  statement !== null &&
  /^\s*(?:insert|replace)\b/i.test(statement) &&
  !/\bselect\b/i.test(statement)

/** A row as `id = 1, name = 'Ann'`; long texts are cut off. */
export const describeRow = (row: ShownRow): string =>
  Object.entries(row)
    .map(([column, value]) => `${column} = ${describeValue(value)}`)
    .join(', ')

/** A value as SQL would write it; a blob is shown as `x'00ff'` already, and so is the infinite; an integer beyond 2^53 by its digits. */
export function describeValue(value: ShownRow[string]): string {
  if (value === null) return 'NULL'
  if (typeof value === 'number') return numberText(value)
  if (value === CURRENT_TIME) return value.slice(1)
  if (/^x'[\da-f]*'$|^-?1e999$/i.test(value) || isVastInteger(value)) return value
  const short = value.length > 60 ? `${value.slice(0, 60)}…` : value
  return `'${short.replaceAll("'", "''").replace(/\s*[\r\n]+\s*/g, ' ')}'`
}

/** A REAL number beyond 2^53 has no more digits than SQLite shows of it. */
const numberText = (value: number): string =>
  Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value)

/** Shown as text, since JavaScript cannot represent it exactly. */
const isVastInteger = (value: string): boolean =>
  /^-?\d{16,19}$/.test(value) && !Number.isSafeInteger(Number(value))

/** The message of SQLite or code as a part of a sentence: one line, without a final full stop. */
export const saidText = (message: string): string =>
  message
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .trim()
    .replace(/\.+$/, '')

/** `1 row`, `12 rows`. */
export const rowCount = (count: number): string => `${count} row${count === 1 ? '' : 's'}`

/** A text as the beginning of a sentence. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** A sentence preceded by a space; empty if no row was seen to be lost. For a column, a row that loses its values may show more. */
export function describeGone(table: string, step: ReplayedStep, column = ''): string {
  const all = factsIn(step, 'values-gone').filter((fact) => isSameName(fact.table, table))
  const own = all.find(({ parts = [] }) =>
    parts.some((part) => isTold(part) && isSameName(part.column, column)),
  )
  const found = own ?? all.find(({ parts = [] }) => !parts.some(isTold))
  const isHeld = Object.entries(found?.row ?? {}).every(
    ([name, value]) => !isSameName(name, column) || value !== null,
  )
  // A NULL is shown only if it is the reason.
  const reasons = new Set((found?.parts ?? []).flatMap(({ those }) => those ?? []))
  const held = Object.entries(found?.row ?? {}).filter(
    ([name, value]) => value !== null || reasons.has(name),
  )
  return held.length > 0 && isHeld
    ? ` In one generated row, this would be lost: ${describeRow(Object.fromEntries(held))}.`
    : ''
}

/** Whether it is known what the values have in common. */
const isTold = ({ those }: PartGone): boolean => those !== undefined

/** What `down` does about the values of a column, or the rows of a table, that `up` drops. */
export function whatDownBrings(step: ReplayedStep, name: string, kind: 'column' | 'table'): string {
  const made = step.statements.some(
    ({ direction, shape }) => direction === 'down' && fills(shape, name, kind),
  )
  return made ? '`down` can only make new ones from what is left' : '`down` cannot bring them back'
}

const fills = (shape: Statement, name: string, kind: 'column' | 'table'): boolean =>
  (shape.kind === 'insert' || shape.kind === 'update') &&
  (kind === 'table'
    ? shape.kind === 'insert' && isSameName(plainName(shape.table.key), name)
    : shape.columns?.some(({ key }) => isSameName(plainName(key), name)) === true)
