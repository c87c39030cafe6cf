// Drafts rows that conflict with others once a statement has changed them: in a unique key they differ in one column only, and only by what
// the statement removes. Some statements delete one of the rows, all others fail.
import { foldCase, foldUpper, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import { conflictsReplace } from '../../../sql/conflicts-replace.js'
import { namesIn } from '../../../sql/names-in.js'
import type { Connection, RawRow } from '../fill/connection.js'
import type { Example } from '../fill/draft-row.js'
import { rowMeeting, wholeRowMeeting } from '../fill/beside-partial-keys.js'
import { hasParent, parentKeys } from '../fill/seed-table.js'
import { LOWEST, type Value } from '../fill/seed-values.js'
import type { TablePlan } from '../fill/table-plan.js'
import { isOfKind } from './kinds.js'
import type { Eviction } from './evictions.js'
import { conditionsOf, literalsIn, namesOf, valuesOf } from './comparisons.js'

/** The most per table. */
const MOST = 12

/**
 * For each unique key, neighbours of an existing row in the key columns that the statements name. The columns of a new index count as a
 * key, as another index of the step may have removed rows equal in them; for a partial index, all rows meet its condition.
 */
export function rowsInTheWay(
  connection: Connection,
  plan: TablePlan,
  evictions: readonly Eviction[],
): Example[] {
  const replaces = conflictsReplace(plan.table.sql)
  const found = evictions.flatMap(({ tokens, by, condition, of }) => {
    if (by === 'question' || of?.includes(foldCase(plan.table.name)) === false) return []
    const met = rowsMeeting(connection, plan, condition)
    const drops = by === 'statement' || replaces
    const named = new Set(tokens.flatMap((token) => [...namesIn(token)]))
    const told = plan.columns.map(({ name }) => foldCase(name)).filter((name) => named.has(name))
    return (by !== 'index' ? plan.uniqueKeys : told.length > 0 ? [told] : []).flatMap((key) => {
      const whole = wholeRowMeeting(plan, connection, key)
      const row = whole ? key.map((one) => whole[one] ?? null) : rowWith(connection, plan, key)
      const own = whole ?? Object.fromEntries(key.map((one, at) => [one, row?.[at] ?? null]))
      const near = key.flatMap((column, at) =>
        row && named.has(column)
          ? [
              ...neighbours({ connection, plan, key, column, tokens, drops }, row[at] ?? null),
              ...(movesOf(column, evictions).length > 1
                ? []
                : movesOf(column, [{ tokens }])
              ).flatMap((by) => movedBy(by, row[at] ?? null)),
            ].map((value) => ({ ...own, [column]: value }))
          : [],
      )
      if (condition.length === 0 || !row) return near
      return met.flatMap((one) => [own, own, ...near].map((other) => ({ ...other, ...one })))
    })
  })
  const outside = evictions.flatMap((one) => rowsBrought(connection, plan, one))
  return [...outside, ...found].slice(0, MOST)
}

/** Rows that an UPDATE makes meet the condition of a partial UNIQUE index, with the key of a row that does already. */
function rowsBrought(connection: Connection, plan: TablePlan, { by, tokens }: Eviction): Example[] {
  const where = tokens.lastIndexOf('WHERE')
  if (by !== 'table' || where < 0) return []
  const words = new Set(tokens.map(plainName))
  return plan.partial.flatMap((key) => {
    const met = [...key.asks.words].some((word) => words.has(word))
      ? rowMeeting(plan, connection, key)
      : null
    const values = met ? rowsMeeting(connection, plan, tokens.slice(where)) : []
    return values.map((one) => ({ ...met, ...one }))
  })
}

/** Values for which a condition holds, such as that of a partial index; none if it uses a column that does not exist yet. */
function rowsMeeting(
  connection: Connection,
  plan: TablePlan,
  condition: readonly string[],
): Example[] {
  const lists = conditionsOf(condition).map((part): Example[] => {
    const names = new Set(namesOf(part))
    const values = [...valuesOf(part), ...truthIn(part)]
    return plan.columns.flatMap((column, index) => {
      const own = names.has(foldCase(column.name)) && index !== plan.rowid ? values : []
      const key = plan.units.find(({ at }) => at.length === 1 && at[0] === index)?.key
      const kept = own.filter((value) => {
        if (value === null) return !column.notNull
        return key ? hasParent(connection, key, value) : isOfKind(column, value)
      })
      return kept.map((value) => ({ [column.name]: value }))
    })
  })
  if (lists.some((list) => list.length === 0)) return []
  const [first = [], ...others] = lists
  return first
    .slice(0, MOST_MET)
    .map((one, at) => Object.assign({ ...one }, ...others.map((list) => list[at % list.length])))
}

const MOST_MET = 2

/** `WHERE active`, `WHERE NOT active`, `WHERE active = TRUE`. */
function truthIn(part: readonly string[]): Value[] {
  const [first, second] = part
  if (part.includes('TRUE') || part.length === 1) return [1]
  return part.includes('FALSE') || (first === 'NOT' && second && part.length === 2) ? [0] : []
}

/** For each unique key with such a column, two rows that are null there and equal in the rest of the key. */
export function alikeButNothing(
  connection: Connection,
  plan: TablePlan,
  columns: ReadonlySet<string>,
): Example[] {
  const mayBeEmpty = new Set(
    plan.columns.flatMap(({ name, notNull }) =>
      notNull || !columns.has(foldCase(name)) ? [] : [foldCase(name)],
    ),
  )
  return plan.uniqueKeys.flatMap((key) => {
    const empty = key.find((column) => mayBeEmpty.has(column))
    const row = empty === undefined ? undefined : rowWith(connection, plan, key)
    if (empty === undefined || !row) return []
    const one = {
      ...Object.fromEntries(key.map((column, at) => [column, row[at] ?? null])),
      [empty]: null,
    }
    return [one, one]
  })
}

/**
 * Rows with the keys of rows that a statement replaces or checks for, for each unique key of the table that it fills. For rowids that it
 * checks for, the trial of merged tables shows more.
 */
export function rowsThatReplace(
  connection: Connection,
  { copy, tokens }: Eviction,
  into: TablePlan | null,
): Example[] {
  if (!copy || !into) return []
  const number = foldCase(into.columns[into.rowid]?.name ?? '')
  return into.uniqueKeys.flatMap((key) => {
    if (key.join() === number && !tokens.includes('REPLACE')) return []
    const sources = key.flatMap((column) =>
      copy.columns ? (copy.columns.get(column) ?? []) : column,
    )
    if (sources.length < key.length) return []
    return rowsOver(connection, into, key)
      .slice(0, MOST_REPLACED)
      .map((row) => Object.fromEntries(sources.map((name, at) => [name, row[at] ?? null])))
  })
}

const MOST_REPLACED = 3

/** The first row with no null in the key, preferably without empty or long texts, or numbers that have no neighbour. */
function rowWith(
  connection: Connection,
  plan: TablePlan,
  key: readonly string[],
): RawRow | undefined {
  const rows = rowsOver(connection, plan, key)
  const isPlain = (value: Value): boolean =>
    typeof value === 'string' ? value.length > 0 && value.length < LONG : value !== LOWEST
  return rows.find((row) => row.every(isPlain)) ?? rows[0]
}

const LONG = 100

/** Some rows, by the columns of a key, with no null in it. */
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
  /** Whether it deletes conflicting rows. */
  readonly drops: boolean
}

/** Values that the statement may turn into this one, or this one into them. Constants that it sets in all rows need no help. */
function neighbours(about: About, value: Value): Value[] {
  const { connection, plan, key, column: name, tokens, drops } = about
  const index = plan.columns.findIndex((column) => foldCase(column.name) === name)
  const column = plan.columns[index]
  if (!column || index === plan.rowid) return []
  const unit = plan.units.find(({ at, key: own }) => own && at.length === 1 && at[0] === index)
  // A value that a statement writes to an unrestricted column may be new, so that no row has it yet.
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

/** Whether constraints restrict the values; for texts, whether they list each. */
const isChecked = ({ columns, checks, closed }: TablePlan, index: number, type: string): boolean =>
  closed.has(index) ||
  (type !== 'string' && checks.some(({ words }) => words.has(foldCase(columns[index]!.name))))

/** The numbers that statements add to a column or subtract from it; two of them may keep rows apart together. */
const movesOf = (column: string, all: readonly Pick<Eviction, 'tokens'>[]): bigint[] =>
  all.flatMap(({ tokens }) =>
    tokens.flatMap((token, at) => {
      const [sign = '', by = ''] = tokens.slice(at + 1)
      const isMove = plainName(token) === column && /^[-+]$/.test(sign) && /^\d{1,15}$/.test(by)
      return isMove ? [BigInt(by)] : []
    }),
  )

const movedBy = (by: bigint, value: Value): Value[] =>
  typeof value === 'bigint' && by > 1n && by < BEYOND ? [value - by, value + by] : []

/** An offset that is chosen so that it leads beyond all numbers there are. */
const BEYOND = 100_000n

/** What counting, moving up and truncating fractions turn into the same value. */
function numbersNear(value: Value): Value[] {
  if (typeof value === 'bigint') return [value - 1n, value + 1n]
  return typeof value === 'number' ? [value + 0.25] : []
}

const MOST_NEAR = 6
const NONE: ReadonlySet<string> = new Set()

/** Texts that functions turn into the same one; what code does to texts is unknown. */
function textsNear(text: string, tokens: readonly string[]): string[] {
  const isMade = (by: RegExp): boolean =>
    tokens.some(
      (token, at) =>
        token === '?' || (by.test(token) && (token === 'COLLATE' || tokens[at + 1] === '(')),
    )
  const ends = literalsIn(tokens).filter((one) => typeof one === 'string')
  return [
    ...(isMade(/^[LR]?TRIM$/) ? [` ${text} `] : []),
    // Any of these may exist already.
    ...(isMade(/^(?:LOWER|UPPER|COLLATE)$/)
      ? [foldUpper(text), foldCase(text), foldUpper(text.slice(0, 1)) + foldCase(text.slice(1))]
      : []),
    ...(isMade(/^(?:[LR]?TRIM|REPLACE|LOWER|UPPER|COLLATE)$/)
      ? [...ends.map((end) => text + end), ...ends.map((end) => end + text)]
      : []),
  ]
}
