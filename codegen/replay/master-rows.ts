// Reads `sqlite_master` again and again: rows that have not changed are the same objects, and cost next to nothing.
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import type { WrittenRow } from '../../src/schema/read-schema.js'

/** All rows at one moment, in the order in which they were made. Where nothing has changed, the same object again. */
export interface MasterRows {
  readonly rows: readonly WrittenRow[]
}

const FIELD = '\u001f'
const RECORD = '\u001e'

const TOLD = `type || char(31) || name || char(31) || tbl_name || char(31) || sql`
const AS_TEXT = `SELECT group_concat(${TOLD}, char(30)) AS told FROM (SELECT * FROM sqlite_master WHERE sql NOT NULL ORDER BY rowid)`
const AS_ROWS =
  'SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql NOT NULL ORDER BY rowid'

interface Told extends MasterRows {
  readonly text: string
  readonly records: readonly string[]
}

/** How many states are remembered: a step, its down, and the step again lead to two of them. */
const REMEMBERED = 3

/**
 * Begins to look at one database. All rows come as one text, since making a row for JavaScript costs ten times what
 * comparing it costs; a state that was met lately is known by its text.
 */
export function masterRows(handle: Database): () => MasterRows {
  const asText = handle.prepare<[], { told: string | null }>(AS_TEXT)
  let lately: Told[] = []
  return () => {
    const text = asText.get()?.told ?? ''
    const known = lately.find((told) => told.text === text)
    const told = known ?? takeApart(text, lately[0] ?? NOTHING)
    // Text that contains the separators cannot be taken apart.
    if (!told) return { rows: handle.prepare<[], WrittenRow>(AS_ROWS).all() }
    lately = [told, ...lately.filter((other) => other !== told)].slice(0, REMEMBERED)
    return told
  }
}

const NOTHING: Told = { text: '', records: [], rows: [] }

/** Rows change at few places: what is alike from the beginning and from the end stays. */
function takeApart(text: string, last: Told): Told | null {
  const records = text === '' ? [] : text.split(RECORD)
  const room = Math.min(records.length, last.records.length)
  let start = 0
  while (start < room && records[start] === last.records[start]) start += 1
  let end = 0
  while (end < room - start && records.at(-1 - end) === last.records.at(-1 - end)) end += 1
  const rows = [...last.rows]
  const known = new Map(
    last.rows.slice(start, rows.length - end).map((row, at) => [last.records[start + at], row]),
  )
  const changed: WrittenRow[] = []
  for (const record of records.slice(start, records.length - end)) {
    const row = known.get(record) ?? rowOf(record)
    if (!row) return null
    changed.push(row)
  }
  rows.splice(start, rows.length - end - start, ...changed)
  return { text, records, rows }
}

function rowOf(record: string): WrittenRow | null {
  const fields = record.split(FIELD)
  if (fields.length !== 4) return null
  const [type = '', name = '', table = '', sql = ''] = fields
  return { type, name, tbl_name: table, sql }
}
