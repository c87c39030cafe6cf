// Reads `sqlite_master` again and again: rows that have not changed are the same objects, and cost next to nothing.
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import type { WrittenRow } from '../../src/schema/read-schema.js'

const FIELD = '\u001f'
const RECORD = '\u001e'

const TOLD = `type || char(31) || name || char(31) || tbl_name || char(31) || sql`
const AS_TEXT = `SELECT group_concat(${TOLD}, char(30)) AS told FROM (SELECT * FROM sqlite_master WHERE sql NOT NULL ORDER BY rowid)`
const AS_ROWS =
  'SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql NOT NULL ORDER BY rowid'

interface Told {
  readonly text: string
  readonly records: readonly string[]
  readonly rows: readonly WrittenRow[]
}

/**
 * Begins to look at one database; each call answers the rows in the order in which they were made. All of them come as one
 * text, since making a row for JavaScript costs ten times what comparing it costs.
 */
export function masterRows(handle: Database): () => readonly WrittenRow[] {
  const asText = handle.prepare<[], { told: string | null }>(AS_TEXT)
  let last: Told = { text: '', records: [], rows: [] }
  return () => {
    const text = asText.get()?.told ?? ''
    if (text === last.text) return last.rows
    const told = takeApart(text, last)
    // Text that contains the separators cannot be taken apart.
    if (!told) return handle.prepare<[], WrittenRow>(AS_ROWS).all()
    last = told
    return told.rows
  }
}

/** Rows change at few places: what is alike from the beginning and from the end stays. */
function takeApart(text: string, last: Told): Told | null {
  const records = text === '' ? [] : text.split(RECORD)
  const room = Math.min(records.length, last.records.length)
  let start = 0
  while (start < room && records[start] === last.records[start]) start += 1
  let end = 0
  while (end < room - start && records.at(-1 - end) === last.records.at(-1 - end)) end += 1
  const known = new Map(
    last.rows
      .slice(start, last.rows.length - end)
      .map((row, at) => [last.records[start + at], row]),
  )
  const changed: WrittenRow[] = []
  for (const record of records.slice(start, records.length - end)) {
    const row = known.get(record) ?? rowOf(record)
    if (!row) return null
    changed.push(row)
  }
  const rows = [
    ...last.rows.slice(0, start),
    ...changed,
    ...last.rows.slice(last.rows.length - end),
  ]
  return { text, records, rows }
}

function rowOf(record: string): WrittenRow | null {
  const fields = record.split(FIELD)
  if (fields.length !== 4) return null
  const [type = '', name = '', table = '', sql = ''] = fields
  return { type, name, tbl_name: table, sql }
}
