// Reads `sqlite_master` again and again: rows that have not changed are the same objects, and cost next to nothing.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { WrittenRow } from '../../../src/schema/schema.js'

/** All rows at one moment, in order of creation. If nothing has changed, it is the same object again. */
export interface MasterRows {
  readonly rows: readonly WrittenRow[]
}

/** That rows were only added, only removed, or that only columns of these tables were added or dropped. */
export type WayOfChange =
  | { readonly by: 'adds' }
  | { readonly by: 'removes' }
  | { readonly by: 'extends' | 'shrinks'; readonly tables: readonly string[] }

/** How the current state came about, and from which one. */
export type KnownChange = WayOfChange & { readonly from: MasterRows }

const SEPARATOR = '\u001e'

const WRITTEN = 'FROM sqlite_master WHERE sql NOT NULL ORDER BY rowid'
const AS_TEXT = `SELECT group_concat(sql, char(30)) AS told, count(*) AS count FROM (SELECT sql ${WRITTEN})`
const AS_ROWS = `SELECT type, name, tbl_name, sql ${WRITTEN} LIMIT ? OFFSET ?`
const ADDED =
  'SELECT type, name, tbl_name, sql FROM sqlite_master WHERE rowid > ? AND sql NOT NULL ORDER BY rowid'
const TABLE =
  "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE"
const SIZE =
  'SELECT (SELECT count(*) FROM sqlite_master) AS count, (SELECT ifnull(max(rowid), 0) FROM sqlite_master) AS last'

interface Told {
  readonly told: string | null
  readonly count: number
}

/** The number of rows and the last rowid, including rows without SQL. */
interface Size {
  readonly count: number
  readonly last: number
}

interface State extends MasterRows {
  /** Null if the same statements were found under other rowids. */
  size: Size | null
  /** The state from which this one was made by adding only. */
  added: State | null
  /** All statements as one text; computed on first use. */
  text?: string
}

/** How many states are remembered: a step, its down, and the step again lead to two states. */
const REMEMBERED = 3

/** Reads one database. */
export type ReadMasterRows = (change?: KnownChange) => MasterRows

/**
 * Starts reading one database. All statements are read as one text, since creating a row object in JavaScript costs ten times as much as
 * comparing it; a recent state is recognized by its text. The statement determines type, name and table of an object. If it is known how
 * the state came about, not even that is read.
 */
export function masterRows(handle: Database): ReadMasterRows {
  const asText = handle.prepare<[], Told>(AS_TEXT).safeIntegers(false)
  const asRows = handle.prepare<[number, number], WrittenRow>(AS_ROWS)
  const added = handle.prepare<[number], WrittenRow>(ADDED)
  const table = handle.prepare<[string], WrittenRow>(TABLE)
  const sizeNow = handle.prepare<[], Size>(SIZE).safeIntegers(false)
  const size = (): Size => sizeNow.get() ?? { count: 0, last: 0 }
  let lately: State[] = []
  const keep = (now: State): State => {
    lately = [now, ...lately.filter((state) => state !== now)].slice(0, REMEMBERED)
    return now
  }
  const changed = (change: KnownChange): State | null => {
    const state = lately.find((one) => one === change.from)
    if (!state?.size) return null
    const now = size()
    if (change.by === 'adds')
      return grown(state, { rows: added.all(state.size.last), size: now, lately })
    if (change.by === 'removes') return isSame(state.added?.size, now) ? state.added : null
    const tables = change.tables.flatMap((name) => table.all(name))
    if (!isSame(state.size, now) || (change.by === 'shrinks' && isQuotedElsewhere(state, tables)))
      return null
    return rewritten(state, lately, tables)
  }
  return (change) => {
    const known = change && changed(change)
    if (known) return keep(known)
    const { told, count } = asText.get() ?? { told: null, count: 0 }
    const text = told ?? ''
    const met = lately.find((state) => textOf(state) === text)
    if (met) return keep(metAgain(met, size()))
    const statements = text === '' ? [] : text.split(SEPARATOR)
    // A text that contains the separator cannot be split.
    if (statements.length !== count) return { rows: asRows.all(-1, 0) }
    const rows = rowsOf(statements, lately[0]?.rows ?? [], asRows)
    return keep({ rows, size: size(), added: null, text })
  }
}

/**
 * If rows were only added to a state and then only removed, that state is restored once count and last rowid match: SQLite numbers new rows
 * after the last one.
 */
const isSame = (one: Size | null | undefined, other: Size): boolean =>
  one?.count === other.count && one.last === other.last

/** The state after columns of tables were added or dropped: their SQL has changed, but stays in place. */
function rewritten(
  from: State,
  lately: readonly State[],
  tables: readonly WrittenRow[],
): State | null {
  const { size } = from
  const rows = [...from.rows]
  for (const table of tables) {
    const at = rows.findIndex(({ type, name }) => type === 'table' && name === table.name)
    if (at < 0) return null
    if (rows[at]?.sql !== table.sql) rows[at] = table
  }
  const again = lately.find(
    (one) =>
      size && isSame(one.size, size) && one.rows.length === rows.length && endsWith(one.rows, rows),
  )
  return again ?? { rows, size, added: null }
}

/** When SQLite drops a column, it may turn double-quoted strings into single-quoted ones, in any object. */
const isQuotedElsewhere = ({ rows }: State, tables: readonly WrittenRow[]): boolean =>
  rows.some(
    ({ type, name, sql }) =>
      sql.includes('"') && !(type === 'table' && tables.some((table) => table.name === name)),
  )

/** Adding the same rows again leads to the same state. */
function grown(
  from: State,
  {
    rows,
    size,
    lately,
  }: {
    readonly rows: readonly WrittenRow[]
    readonly size: Size
    readonly lately: readonly State[]
  },
): State {
  if (isSame(from.size, size)) return from
  const again = lately.find(
    (one) => one.added === from && isSame(one.size, size) && endsWith(one.rows, rows),
  )
  if (again) return again
  // The state before `from` is no longer needed.
  from.added = null
  return { rows: [...from.rows, ...rows], size, added: from }
}

const endsWith = (all: readonly WrittenRow[], rows: readonly WrittenRow[]): boolean =>
  rows.every((row, at) => {
    const one = all[all.length - rows.length + at]
    return (
      one === row ||
      (one?.sql === row.sql && one.name === row.name && one.tbl_name === row.tbl_name)
    )
  })

/** The same statements may have other rowids if a table was recreated. */
function metAgain(state: State, size: Size): State {
  state.added = null
  if (!isSame(state.size, size)) state.size = null
  return state
}

const textOf = (state: State): string =>
  (state.text ??= state.rows.map(({ sql }) => sql).join(SEPARATOR))

type RowQuery = { all(limit: number, offset: number): WrittenRow[] }

/** Statements change in few places: equal ones at both ends are kept. */
function rowsOf(
  statements: readonly string[],
  last: readonly WrittenRow[],
  query: RowQuery,
): WrittenRow[] {
  const room = Math.min(statements.length, last.length)
  let start = 0
  while (start < room && statements[start] === last[start]?.sql) start += 1
  let end = 0
  while (end < room - start && statements.at(-1 - end) === last.at(-1 - end)?.sql) end += 1
  const stop = last.length - end
  const known = new Map(last.slice(start, stop).map((row) => [row.sql, row]))
  const changed = query.all(statements.length - end - start, start)
  const rows = [...last]
  rows.splice(start, stop - start, ...changed.map((row) => sameRow(known.get(row.sql), row)))
  return rows
}

const sameRow = (known: WrittenRow | undefined, row: WrittenRow): WrittenRow =>
  known?.name === row.name && known.tbl_name === row.tbl_name ? known : row
