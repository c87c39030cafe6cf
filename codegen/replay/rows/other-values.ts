// Gives rows other values in a column before a side runs, and compares the results: they differ if the side keeps the values apart.
import { foldCase, isSameName, quoteIdentifier } from '../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import { identityOf } from '../catalog/row-identity.js'
import { withoutTriggers } from './fill/delete-rows.js'
import { keyText, type RawRow } from './fill/connection.js'
import { initialOf, isFlag, type Value } from './fill/seed-values.js'
import { tablePlan } from './fill/table-plan.js'
import { withoutMoments } from './watch/of-the-moment.js'
import type { Prover } from './prover.js'
import { isAskedAsFlag } from './seed/asked-as-flag.js'
import { nearValues, takenOf } from './seed/worked-columns.js'
import type { Again } from './try-again.js'

/** A column of a table, with rows, and values to give them. */
export interface Sample {
  readonly table: CatalogTable
  readonly column: CatalogColumn
  readonly rows: readonly RawRow[]
  readonly values: readonly Value[]
  /** Whether it is likely a boolean. */
  readonly isFlag: boolean
}

/**
 * Takes the last rows and a few others; values near each other or taken from these rows; and texts joined with these separators. Empty if
 * there are no two values. Must be called while the rows exist.
 */
export function sampleOf(
  rows: Prover,
  { table, column }: Pick<Sample, 'table' | 'column'>,
  signs: readonly string[] = [],
): Sample[] {
  const { all } = rows.connection
  const near: Value[] = []
  const isBoolean = isFlag(column) || isAskedAsFlag(rows.situation().catalog, table, column)
  rows.onTrial((state, situation) => {
    near.push(...nearValues(tablePlan(table, situation, state), column))
  })
  const last = rowsOf(all, table, column)
  const parents = parentKeysOf(all, table, column)
  near.push(...parents)
  const held = last.map(([value = null]) => value).filter((value) => !isOfSigns(value))
  // Nothing else is allowed in a column that references other rows.
  const beside = parents.length > 0 ? (value: Value) => [value] : besideIt
  const taken = held.flatMap((value) => (value === null ? [] : beside(value)))
  const usual = typeof near[0] === 'number' ? [0, initialOf(column) ?? 0] : []
  const text = parents.length > 0 ? undefined : near.find((value) => typeof value === 'string')
  const parted = text === undefined ? [] : signs.flatMap((sign, at) => partedBy(text, sign, at))
  const known = near.length === 0 ? takenOf(all, table.name, column.name).slice(0, MOST_ROWS) : []
  const values = [...near.slice(0, MOST_NEAR), ...parted, ...usual, ...taken, ...known].filter(
    (value, at, list) => !list.slice(0, at).some((one) => plainOf(one) === plainOf(value)),
  )
  return last.length > 0 && values.length > 1
    ? [{ table, column, rows: last.map(([, ...row]) => row), values, isFlag: isBoolean }]
    : []
}

/** Existing keys, for a column that references another table. */
export function parentKeysOf(
  all: Prover['connection']['all'],
  table: CatalogTable,
  column: CatalogColumn,
): Value[] {
  const key = table.foreignKeys.find(
    ({ columns, parentColumns }) =>
      parentColumns.length === 1 && columns.every((one) => isSameName(one, column.name)),
  )
  if (!key) return []
  const [name, parent] = [key.parentColumns[0]!, key.parent].map(quoteIdentifier)
  const keys = all(`SELECT ${name} FROM ${parent} WHERE ${name} IS NOT NULL LIMIT ${MOST_NEAR}`)
  return keys.map(([value = null]) => value)
}

/**
 * The value and identity of rows. The last rows are those that the side looks for, the others resemble none of them; the very first one was
 * not made for the side.
 */
function rowsOf(
  all: Prover['connection']['all'],
  table: CatalogTable,
  column: CatalogColumn,
): RawRow[] {
  const name = quoteIdentifier(column.name)
  const identity = identityOf(table).map(quoteIdentifier)
  const columns = table.columns.map((one) => quoteIdentifier(one.name))
  const beside = columns.filter((one) => one !== name && !identity.includes(one))
  const found = all(
    `SELECT ${[name, ...identity, ...beside].join(', ')} FROM ${quoteIdentifier(table.name)}
    ORDER BY ${identity.map((one) => `${one} DESC`).join(', ')} LIMIT ${MOST_READ}`,
  )
  const width = 1 + identity.length
  const known = new Set<string>()
  const unlike = found.filter((row, at) => {
    const rest = keyText(row.slice(width))
    return at < MOST_ROWS || !known.has(rest) ? known.add(rest) : false
  })
  const chosen = new Set([...unlike.slice(0, MOST_ROWS + MOST_UNLIKE), ...found.slice(-1)])
  return [...chosen].map((row) => row.slice(0, width))
}

/** A text like `,` is a list of empty parts: code that reads the parts treats it like an empty text. */
const isOfSigns = (value: Value): boolean =>
  typeof value === 'string' && /^[^\p{L}\p{N}]+$/u.test(value)

/** Texts that differ only in spaces or case are tried elsewhere. */
const plainOf = (value: Value): string => foldCase(String(value).replaceAll(/\s+/g, ''))

/** Texts of two parts that share one of them; no part occurs with another separator. */
const partedBy = (text: Value, sign: string, at: number): Value[] => [
  `${text}${sign}p${at}`,
  `${text}${sign}q${at}`,
  `r${sign}p${at}`,
]

/**
 * Adds texts with a prefix and a suffix, which code that reads only parts may lose; for texts of numbers, others of the same format, as a
 * table may accept nothing else.
 */
function besideIt(value: Value): Value[] {
  if (typeof value !== 'string') return [value]
  const isMoment = /^\d{4}-\d\d/.test(value) && !Number.isNaN(Date.parse(value))
  if (!isMoment && /^\d+(?:\D\d+)+$/.test(value)) return [value, ...inDigits(value)]
  return /^(?:[[{]|\d{4}-\d\d)/.test(value) ? [value] : [value, `${value} x`, `x ${value}`]
}

/** The text with another first or last digit in one of its numbers. */
const inDigits = (text: string): string[] =>
  [...text.matchAll(/\b\d|\d\b/g)].map(
    ({ 0: digit, index }) =>
      text.slice(0, index) + (digit === '1' ? '2' : '1') + text.slice(index + 1),
  )

const MOST_NEAR = 9
const MOST_ROWS = 5
const MOST_UNLIKE = 3
const MOST_READ = 200

/** Returns what is left after a side, with rows changed before it; null if a change is refused or the side fails. */
export type Trial<T> = (...changes: readonly Change[]) => T | null

/** Changes a row. */
export type Change = (rows: Prover) => void

/** A trial of a side that runs again and again. */
export const trialOf =
  <T>(rows: Prover, again: Again, look: () => T): Trial<T> =>
  (...changes) =>
    again(() => changes.forEach((change) => change(rows)), look)

/** Gives a value to the row with this identity. */
export const giving = (
  { table, column: { name } }: Pick<Sample, 'table' | 'column'>,
  row: RawRow,
  value: Value,
): Change =>
  changing(table, `UPDATE ${quoteIdentifier(table.name)} SET ${quoteIdentifier(name)} = ?`, [
    value,
    ...row,
  ])

/** Deletes a row. */
export const without = (table: CatalogTable, row: RawRow): Change =>
  changing(table, `DELETE FROM ${quoteIdentifier(table.name)}`, row)

/** Triggers would record the old row. */
function changing(table: CatalogTable, statement: string, values: RawRow): Change {
  const where = identityOf(table).map((one) => `${quoteIdentifier(one)} IS ?`)
  const sql = `${statement} WHERE ${where.join(' AND ')}`
  return ({ connection, situation }) =>
    withoutTriggers(connection, situation(), table, () => connection.run(sql, ...values))
}

/** Reads all rows of all tables as one text, except those of one table and of tables outside the schema before the side. */
export function stateReader(
  { connection: { all, prepare }, situation }: Prover,
  but?: CatalogTable,
): () => string {
  const { catalog } = situation()
  const ignored = new Set(
    all(TABLES).flatMap(([name]) => {
      const known = foldCase(String(name))
      return catalog.has(`table ${known}`) && known !== foldCase(but?.name ?? '') ? [] : [known]
    }),
  )
  return () => {
    const names = all(TABLES).map(([name]) => String(name))
    const tables = names.filter((name) => !ignored.has(foldCase(name)))
    const rows = tables.map((name) => {
      // A statement prepared earlier would have the columns of that time.
      const texts = prepare(`SELECT * FROM ${quoteIdentifier(name)}`)
        .all()
        .map(keyText)
      return [name, ...texts.toSorted()].join('\n')
    })
    return withoutMoments(rows.join('\n'))
  }
}

/** Neither virtual tables nor their shadow tables. */
const TABLES = `SELECT name FROM sqlite_master AS one
  WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'create virtual%' AND NOT EXISTS (
    SELECT 1 FROM sqlite_master AS other
    WHERE other.sql LIKE 'create virtual%' AND substr(one.name, 1, length(other.name) + 1) = other.name || '_' COLLATE NOCASE)`
