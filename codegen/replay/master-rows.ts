// Reads `sqlite_master` again and again: rows that have not changed are the same objects, and cost next to nothing.
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import type { WrittenRow } from '../../src/schema/read-schema.js'

/** All rows at one moment, in the order in which they were made. Where nothing has changed, the same object again. */
export interface MasterRows {
  readonly rows: readonly WrittenRow[]
}

const SEPARATOR = '\u001e'

const WRITTEN = 'FROM sqlite_master WHERE sql NOT NULL ORDER BY rowid'
const AS_TEXT = `SELECT group_concat(sql, char(30)) AS told, count(*) AS count FROM (SELECT sql ${WRITTEN})`
const AS_ROWS = `SELECT type, name, tbl_name, sql ${WRITTEN} LIMIT ? OFFSET ?`

interface Told extends MasterRows {
  readonly text: string
  readonly statements: readonly string[]
}

/** How many states are remembered: a step, its down, and the step again lead to two of them. */
const REMEMBERED = 3

/**
 * Begins to look at one database. All statements come as one text, since making a row for JavaScript costs ten times what
 * comparing it costs; a state that was met lately is known by its text. The statement tells type, name and table of an
 * object.
 */
export function masterRows(handle: Database): () => MasterRows {
  const asText = handle
    .prepare<[], { told: string | null; count: number }>(AS_TEXT)
    .safeIntegers(false)
  const asRows = handle.prepare<[number, number], WrittenRow>(AS_ROWS)
  let lately: Told[] = []
  return () => {
    const { told, count } = asText.get() ?? { told: null, count: 0 }
    const text = told ?? ''
    const known = lately.find((state) => state.text === text)
    const statements = known?.statements ?? (text === '' ? [] : text.split(SEPARATOR))
    // A text that contains the separator cannot be taken apart.
    if (statements.length !== count) return { rows: asRows.all(-1, 0) }
    const now = known ?? { text, statements, rows: rowsOf(statements, lately[0] ?? NONE, asRows) }
    lately = [now, ...lately.filter((state) => state !== now)].slice(0, REMEMBERED)
    return now
  }
}

const NONE: Told = { text: '', statements: [], rows: [] }

type RowQuery = { all(limit: number, offset: number): WrittenRow[] }

/** Statements change at few places: what is alike from the beginning and from the end stays. */
function rowsOf(statements: readonly string[], last: Told, query: RowQuery): WrittenRow[] {
  const room = Math.min(statements.length, last.statements.length)
  let start = 0
  while (start < room && statements[start] === last.statements[start]) start += 1
  let end = 0
  while (end < room - start && statements.at(-1 - end) === last.statements.at(-1 - end)) end += 1
  const stop = last.rows.length - end
  const known = new Map(last.rows.slice(start, stop).map((row) => [row.sql, row]))
  const changed = query.all(statements.length - end - start, start)
  const rows = [...last.rows]
  rows.splice(start, stop - start, ...changed.map((row) => sameRow(known.get(row.sql), row)))
  return rows
}

const sameRow = (known: WrittenRow | undefined, row: WrittenRow): WrittenRow =>
  known?.name === row.name && known.tbl_name === row.tbl_name ? known : row
