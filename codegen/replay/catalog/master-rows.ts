// Reads `sqlite_master` again and again: rows that have not changed are the same objects, and cost next to nothing.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { WrittenRow } from '../../../src/schema/schema.js'

/** All rows at one moment, in the order in which they were made. Where nothing has changed, the same object again. */
export interface MasterRows {
  readonly rows: readonly WrittenRow[]
}

/** That rows are only added, or only removed, or that nothing but columns of these tables is added, or taken away. */
export type WayOfChange =
  | { readonly by: 'adds' }
  | { readonly by: 'removes' }
  | { readonly by: 'extends' | 'shrinks'; readonly tables: readonly string[] }

/** What is known of the way to the present state, and from which one it leads. */
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

/** How many rows there are, and the number of the last one, those included that nobody wrote. */
interface Size {
  readonly count: number
  readonly last: number
}

interface State extends MasterRows {
  /** Null where the same statements were met under other numbers. */
  size: Size | null
  /** The state that this one was made from by nothing but adding. */
  added: State | null
  /** All statements as one text; undefined until somebody asks for it. */
  text?: string
}

/** How many states are remembered: a step, its down, and the step again lead to two of them. */
const REMEMBERED = 3

/** Asks one database. */
export type ReadMasterRows = (change?: KnownChange) => MasterRows

/**
 * Begins to look at one database. All statements come as one text, since making a row for JavaScript costs ten times what
 * comparing it costs; a state that was met lately is known by its text. The statement tells type, name and table of an
 * object. Where it is known how the state came about, not even that is read.
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
    // A text that contains the separator cannot be taken apart.
    if (statements.length !== count) return { rows: asRows.all(-1, 0) }
    const rows = rowsOf(statements, lately[0]?.rows ?? [], asRows)
    return keep({ rows, size: size(), added: null, text })
  }
}

/**
 * Where rows were only added to a state, and then rows only taken away, that state is there again when there are as many
 * rows as it had and none has a later number: SQLite numbers on from the last one.
 */
const isSame = (one: Size | null | undefined, other: Size): boolean =>
  one?.count === other.count && one.last === other.last

/** The state after columns of tables came or went: what these are made by is written otherwise, and stands where it stood. */
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

/** When SQLite takes a column away, it may write text in double quotes as text in single ones, in whatever object. */
const isQuotedElsewhere = ({ rows }: State, tables: readonly WrittenRow[]): boolean =>
  rows.some(
    ({ type, name, sql }) =>
      sql.includes('"') && !(type === 'table' && tables.some((table) => table.name === name)),
  )

/** Adding the same once more leads to the same state. */
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
  // What it was made from itself is history now, and need not be kept.
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

/** The same statements may stand there under other numbers: a table was made anew. */
function metAgain(state: State, size: Size): State {
  state.added = null
  if (!isSame(state.size, size)) state.size = null
  return state
}

const textOf = (state: State): string =>
  (state.text ??= state.rows.map(({ sql }) => sql).join(SEPARATOR))

type RowQuery = { all(limit: number, offset: number): WrittenRow[] }

/** Statements change at few places: what is alike from the beginning and from the end stays. */
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
