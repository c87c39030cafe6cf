// Rows that are in the way of others once a statement has changed them: equal in a unique key but for one column, and there by no
// more than what such a statement takes away. Some statements drop the one, all others fail.
import { foldCase, foldUpper, quoteIdentifier } from '../../../../src/sql/names.js'
import { conflictsReplace } from '../../../sql/conflicts-replace.js'
import { namesIn } from '../../../sql/names-in.js'
import type { Connection, RawRow } from '../fill/connection.js'
import type { Example } from '../fill/draft-row.js'
import { parentKeys } from '../fill/seed-table.js'
import type { Value } from '../fill/seed-values.js'
import type { TablePlan } from '../fill/table-plan.js'
import { isOfKind, type Eviction } from './compared-literals.js'
import { literalsIn } from './comparisons.js'

/** So many for one table. */
const MOST = 12

/**
 * For each unique key, neighbours of a row that is there in the columns of the key that the statements name. The columns of an
 * index that is to come count as a key: another index of the same step may have seen to what is equal in them.
 */
export function rowsInTheWay(
  connection: Connection,
  plan: TablePlan,
  evictions: readonly Eviction[],
): Example[] {
  const replaces = conflictsReplace(plan.table.sql)
  const found = evictions.flatMap(({ tokens, by }) => {
    const drops = by === 'statement' || replaces
    const named = new Set(tokens.flatMap((token) => [...namesIn(token)]))
    const told = plan.columns.map(({ name }) => foldCase(name)).filter((name) => named.has(name))
    return (by === 'index' ? [told] : plan.uniqueKeys).flatMap((key) => {
      const row = rowWith(connection, plan, key)
      return key.flatMap((column, at) =>
        row && named.has(column)
          ? neighbours({ connection, plan, key, column, tokens, drops }, row[at] ?? null).map(
              (value) => ({
                ...Object.fromEntries(key.map((one, place) => [one, row[place] ?? null])),
                [column]: value,
              }),
            )
          : [],
      )
    })
  })
  return found.slice(0, MOST)
}

/** Rows with the keys of rows that a statement replaces by them, for each unique key of the other table that it fills. */
export function rowsThatReplace(
  connection: Connection,
  { copy }: Eviction,
  into: TablePlan | null,
): Example[] {
  if (!copy || !into) return []
  return into.uniqueKeys.flatMap((key) => {
    const sources = key.flatMap((column) => copy.columns.get(column) ?? [])
    if (sources.length < key.length) return []
    return rowsOver(connection, into, key)
      .slice(0, MOST_REPLACED)
      .map((row) => Object.fromEntries(sources.map((name, at) => [name, row[at] ?? null])))
  })
}

const MOST_REPLACED = 3

/** The first row with a whole key, as far as possible without texts that are empty or long. */
function rowWith(
  connection: Connection,
  plan: TablePlan,
  key: readonly string[],
): RawRow | undefined {
  const rows = rowsOver(connection, plan, key)
  const isPlain = (value: Value): boolean =>
    typeof value !== 'string' || (value.length > 0 && value.length < LONG)
  return rows.find((row) => row.every(isPlain)) ?? rows[0]
}

const LONG = 100

/** Some rows with a whole key, by its columns. */
function rowsOver(
  connection: Connection,
  { table }: TablePlan,
  key: readonly string[],
): readonly RawRow[] {
  const columns = key.map(quoteIdentifier)
  const isWhole = columns.map((column) => `${column} NOT NULL`).join(' AND ')
  return connection.all(
    `SELECT ${columns.join(', ')} FROM ${quoteIdentifier(table.name)} WHERE ${isWhole} LIMIT ${MOST}`,
  )
}

/** A column of a unique key, and a statement that may change it. */
interface About {
  readonly connection: Connection
  readonly plan: TablePlan
  readonly key: readonly string[]
  readonly column: string
  readonly tokens: readonly string[]
  /** Whether it drops what is in its way. */
  readonly drops: boolean
}

/** The values that the statement may make of this one, or this one of them. What it gives to all rows needs no help. */
function neighbours(about: About, value: Value): Value[] {
  const { connection, plan, key, column: name, tokens, drops } = about
  const index = plan.columns.findIndex((column) => foldCase(column.name) === name)
  const column = plan.columns[index]
  if (!column || index === plan.rowid) return []
  const unit = plan.units.find(({ at, key: own }) => own && at.length === 1 && at[0] === index)
  // What a statement writes where anything is allowed may be new, so that no row has it yet.
  const isShared = key.length > 1 && (drops || isChecked(plan, index, typeof value))
  const literals = isShared ? literalsIn(tokens).filter((one) => isOfKind(column, one)) : []
  const found = unit?.key
    ? parentKeys(connection, unit.key, NONE).flatMap(([parent = null]) => [parent])
    : [
        ...(typeof value === 'string' ? textsNear(value, tokens) : []),
        ...literals,
        ...(drops ? [] : numbersNear(value)),
      ]
  const mayBeNull = key.length > 1 && !column.notNull && column.primaryKey === 0
  const others: Value[] = mayBeNull ? [null, ...found] : found
  return others.filter((one) => one !== value).slice(0, MOST_NEAR)
}

/** Whether constraints say which values there are: of texts each of them. */
const isChecked = ({ columns, checks, closed }: TablePlan, index: number, type: string): boolean =>
  closed.has(index) ||
  (type !== 'string' && checks.some(({ words }) => words.has(foldCase(columns[index]!.name))))

/** What counting, moving up and cutting fractions off make of one. */
function numbersNear(value: Value): Value[] {
  if (typeof value === 'bigint') return [value - 1n, value + 1n]
  return typeof value === 'number' ? [value + 0.25] : []
}

const MOST_NEAR = 6
const NONE: ReadonlySet<string> = new Set()

/** What functions make one text of; what code does to texts is not known. */
function textsNear(text: string, tokens: readonly string[]): string[] {
  const isMade = tokens.some(
    (token, at) => token === 'COLLATE' || (FUNCTIONS.test(token) && tokens[at + 1] === '('),
  )
  if (!isMade && !tokens.includes('?')) return []
  const ends = literalsIn(tokens).filter((one) => typeof one === 'string')
  return [
    ` ${text} `,
    foldUpper(text),
    foldCase(text),
    ...ends.flatMap((end) => [`${text}${end}`, `${end}${text}`]),
  ]
}

const FUNCTIONS = /^(?:[LR]?TRIM|REPLACE|LOWER|UPPER)$/
