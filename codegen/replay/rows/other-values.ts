// Gives rows other values in a column before a side runs, and looks at what is left behind it: what tells them is another then.
import { foldCase, isSameName, quoteIdentifier } from '../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import { identityOf } from '../catalog/row-identity.js'
import { withoutTriggers } from './fill/delete-rows.js'
import { keyText, type RawRow } from './fill/connection.js'
import { initialOf, type Value } from './fill/seed-values.js'
import { tablePlan } from './fill/table-plan.js'
import { withoutMoments } from './watch/of-the-moment.js'
import type { Prover } from './prover.js'
import { nearValues, takenOf } from './seed/worked-columns.js'
import type { Again } from './try-again.js'

/** A column of a table, with rows and with values for them. */
export interface Sample {
  readonly table: CatalogTable
  readonly column: CatalogColumn
  readonly rows: readonly RawRow[]
  readonly values: readonly Value[]
}

/**
 * Takes the last rows and a few others, and values that are near each other or stand in these, and texts of parts that these
 * signs stand between; none where there are no two. To be asked while they are there.
 */
export function sampleOf(
  rows: Prover,
  { table, column }: Pick<Sample, 'table' | 'column'>,
  signs: readonly string[] = [],
): Sample[] {
  const { all } = rows.connection
  const near: Value[] = []
  rows.onTrial((state, situation) => {
    near.push(...nearValues(tablePlan(table, situation, state), column))
  })
  const last = rowsOf(all, table, column)
  near.push(...parentKeysOf(all, table, column))
  const held = last.map(([value = null]) => value).filter((value) => !isOfSigns(value))
  const taken = held.flatMap((value) => (value === null ? [] : besideIt(value)))
  const usual = typeof near[0] === 'number' ? [0, initialOf(column) ?? 0] : []
  const text = near.find((value) => typeof value === 'string')
  const parted = text === undefined ? [] : signs.flatMap((sign, at) => partedBy(text, sign, at))
  // Nothing else would do for what points at other rows.
  const known = near.length === 0 ? takenOf(all, table.name, column.name).slice(0, MOST_ROWS) : []
  const values = [...near.slice(0, MOST_NEAR), ...parted, ...usual, ...taken, ...known].filter(
    (value, at, list) => !list.slice(0, at).some((one) => plainOf(one) === plainOf(value)),
  )
  return last.length > 0 && values.length > 1
    ? [{ table, column, rows: last.map(([, ...row]) => row), values }]
    : []
}

/** Of a column that points at another table, keys that are there. */
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
 * The value of each row, and what tells it. The last ones are those that the side was seen to look for, the others are like none of
 * them; the first of all was made for nothing that the side looks for.
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

/** A text like `,` is a list of nothing: what reads its parts makes of it what it makes of none. */
const isOfSigns = (value: Value): boolean =>
  typeof value === 'string' && /^[^\p{L}\p{N}]+$/u.test(value)

/** Texts that differ by spaces and capital letters alone are tried elsewhere. */
const plainOf = (value: Value): string => foldCase(String(value).replaceAll(/\s+/g, ''))

/** Texts of two parts, of which one is alike; none stands in a text that another sign parts. */
const partedBy = (text: Value, sign: string, at: number): Value[] => [
  `${text}${sign}p${at}`,
  `${text}${sign}q${at}`,
  `r${sign}p${at}`,
]

/**
 * A text with more behind it and before it as well, which what has read some of its parts may not have; of one that numbers stand in
 * alone, others of its form, as a table may take nothing else.
 */
function besideIt(value: Value): Value[] {
  if (typeof value !== 'string') return [value]
  const isMoment = /^\d{4}-\d\d/.test(value) && !Number.isNaN(Date.parse(value))
  if (!isMoment && /^\d+(?:\D\d+)+$/.test(value)) return [value, ...inDigits(value)]
  return /^(?:[[{]|\d{4}-\d\d)/.test(value) ? [value] : [value, `${value} x`, `x ${value}`]
}

/** The same with another digit at one of the ends of one of its numbers. */
const inDigits = (text: string): string[] =>
  [...text.matchAll(/\b\d|\d\b/g)].map(
    ({ 0: digit, index }) =>
      text.slice(0, index) + (digit === '1' ? '2' : '1') + text.slice(index + 1),
  )

const MOST_NEAR = 9
const MOST_ROWS = 5
const MOST_UNLIKE = 3
const MOST_READ = 200

/** Looks at what is left behind a side before which rows were changed; null where that is refused, or the side fails. */
export type Trial<T> = (...changes: readonly Change[]) => T | null

/** Changes a row. */
export type Change = (rows: Prover) => void

/** Of a side that runs again and again. */
export const trialOf =
  <T>(rows: Prover, again: Again, look: () => T): Trial<T> =>
  (...changes) =>
    again(() => changes.forEach((change) => change(rows)), look)

/** Gives a row, by what tells it, a value. */
export const giving = (
  { table, column: { name } }: Pick<Sample, 'table' | 'column'>,
  row: RawRow,
  value: Value,
): Change =>
  changing(table, `UPDATE ${quoteIdentifier(table.name)} SET ${quoteIdentifier(name)} = ?`, [
    value,
    ...row,
  ])

/** Takes a row away. */
export const without = (table: CatalogTable, row: RawRow): Change =>
  changing(table, `DELETE FROM ${quoteIdentifier(table.name)}`, row)

/** Triggers would note what was there before. */
function changing(table: CatalogTable, statement: string, values: RawRow): Change {
  const where = identityOf(table).map((one) => `${quoteIdentifier(one)} IS ?`)
  const sql = `${statement} WHERE ${where.join(' AND ')}`
  return ({ connection, situation }) =>
    withoutTriggers(connection, situation(), table, () => connection.run(sql, ...values))
}

/** Reads all rows of all tables, but for those of one and for what is no part of the schema as it is before, as a text. */
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
      // A statement that was prepared before has the columns of then.
      const texts = prepare(`SELECT * FROM ${quoteIdentifier(name)}`)
        .all()
        .map(keyText)
      return [name, ...texts.toSorted()].join('\n')
    })
    return withoutMoments(rows.join('\n'))
  }
}

/** Neither virtual ones nor those that these keep their rows in. */
const TABLES = `SELECT name FROM sqlite_master AS one
  WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql NOT LIKE 'create virtual%' AND NOT EXISTS (
    SELECT 1 FROM sqlite_master AS other
    WHERE other.sql LIKE 'create virtual%' AND substr(one.name, 1, length(other.name) + 1) = other.name || '_' COLLATE NOCASE)`
