// Records which rows each DELETE of a side removes, also through triggers and declared cascades, by comparing the tables before and after
// the statement.
import { remembered } from '../../../../src/model/collected.js'
import type { Driver } from '../../../../src/database/driver.js'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import { orElse } from '../../../../src/model/or-else.js'
import { splitStatements } from '../../../../src/sql/split-statements.js'
import { namesIn } from '../../../sql/names-in.js'
import { readStatement } from '../../../sql/read-statement.js'
import type { Around } from '../../sides/trace-statements.js'
import { keyText, type Connection, type RawRow } from '../fill/connection.js'
import type { TableGraph } from '../fill/table-graph.js'

/** The rows that one statement removed from one table, over all its runs. */
export interface DeletedRows {
  readonly statement: string
  /** The table's name at that time, in lower case. */
  readonly table: string
  readonly columns: readonly { readonly name: string }[]
  /** Null if there were too many to record. */
  readonly rows: readonly RawRow[] | null
}

/** Watches sides while they run. */
export interface DeletionWatch {
  /** The same driver, but scripts with a DELETE run statement by statement. */
  over(driver: Driver<Database, 'sync'>): Driver<Database, 'sync'>
  /** Wraps each statement of code. */
  readonly around: Around
  /** Watches from here until the returned function is called, which returns the deleted rows; the DELETE given as `without` is skipped. */
  begin(
    before: TableGraph,
    keys: 'cascades' | 'still',
    without?: string,
  ): () => readonly DeletedRows[]
}

/** Watches nothing until `begin` is called. */
export function deletionWatch(connection: Connection): DeletionWatch {
  let notes: Notes | null = null
  const around: Around = (text, act, reads) => (notes ? notes.around(text, act, reads) : act())
  return {
    around,
    over: (driver) => ({
      ...driver,
      execute(script) {
        if (!notes || !DELETES.test(script)) return driver.execute(script)
        for (const { text } of splitStatements(script)) around(text, () => driver.execute(text))
      },
      query: (sql, parameters) => around(sql, () => driver.query(sql, parameters)),
    }),
    begin(before, keys, without) {
      notes = notesOf(connection, { before, keys, without })
      const { all } = notes
      return () => {
        notes = null
        return all()
      }
    },
  }
}

/** A statement without its trailing semicolon. */
export const bareSql = (text: string): string => text.replace(/[\s;]+$/, '').trim()

const DELETES = /\bdelete\b/i

/** Beyond this many rows of a table, or runs, nothing is recorded. */
const MOST_ROWS = 400
const MOST_TIMES = 2000

/** What better-sqlite3 returns for a DELETE that finds no rows. */
const NOTHING_CHANGED: unknown = { changes: 0, lastInsertRowid: 0 }

interface Notes {
  readonly around: Around
  all(): readonly DeletedRows[]
}

/** How a side is watched. */
interface Looking {
  readonly before: TableGraph
  readonly keys: 'cascades' | 'still'
  readonly without: string | undefined
}

function notesOf(connection: Connection, { before, keys, without }: Looking): Notes {
  const targets = new Map<string, string | null>()
  const found = new Map<string, Omit<DeletedRows, 'rows'> & { rows: RawRow[] | null }>()
  let times = 0
  const targetOf = (text: string): string | null =>
    DELETES.test(text) ? remembered(targets, text, deletedFrom) : null
  const note = (statement: string, was: Picture, is: Picture | null): void => {
    const { table, columns } = was
    const key = JSON.stringify([statement, table, columns])
    const empty = { statement: statement.trim(), table, columns, rows: [] }
    const one = remembered(found, key, () => empty)
    if (!was.rows || !is?.rows) return void (one.rows = null)
    for (const [identity, row] of was.rows) if (!is.rows.has(identity)) one.rows?.push(row)
  }
  return {
    around(text, act, reads) {
      const target = targetOf(text)
      if (target === null) return act()
      if (bareSql(text) === bareSql(without ?? '')) return NOTHING_CHANGED as ReturnType<typeof act>
      const isSeen = reads !== 'later' && times++ < MOST_TIMES
      const tables = tablesNear(connection, target, keys === 'cascades' ? before : null)
      const pictures = tables.flatMap((table): Picture | [] =>
        isSeen ? (pictureOf(connection, table) ?? []) : { table, columns: [], rows: null },
      )
      const answer = act()
      for (const one of pictures) note(text, one, isSeen ? pictureOf(connection, one.table) : null)
      return answer
    },
    all: () => [...found.values()],
  }
}

/** The table that a statement deletes from, in lower case; null for any other statement. */
function deletedFrom(text: string): string | null {
  const shape = readStatement(text)
  return shape.kind === 'delete' ? plainName(shape.table.key) : null
}

/** The table and those that its triggers name; with a schema, also the tables that its deletes cascade to. */
function tablesNear({ all }: Connection, target: string, cascades: TableGraph | null): string[] {
  const near = new Set([target])
  for (const name of near) {
    for (const [sql] of all(TRIGGERS, name)) for (const word of namesIn(String(sql))) near.add(word)
    for (const child of cascades?.children.get(name) ?? []) near.add(child)
  }
  return [...near]
}

const TRIGGERS =
  "SELECT sql FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE"

interface Picture extends Pick<DeletedRows, 'table' | 'columns'> {
  /** By identity; null if there are too many. */
  readonly rows: ReadonlyMap<string, RawRow> | null
}

/** Null for anything but a table with rows of its own. */
function pictureOf({ all, prepare }: Connection, table: string): Picture | null {
  const found = all(COLUMNS, table)
  if (found.length === 0) return null
  const columns = found.map(([name]) => ({ name: String(name) }))
  const shown = columns.map(({ name }) => quoteIdentifier(name))
  const keys = shown.filter((_, at) => found[at]![1] !== 0n)
  const read = (identity: readonly string[]): RawRow[] =>
    prepare(
      `SELECT ${[...identity, ...shown].join(', ')} FROM main.${quoteIdentifier(table)} LIMIT ${MOST_ROWS + 1}`,
    ).all()
  // A WITHOUT ROWID table has a primary key.
  const numbered = orElse(() => read(['rowid']), null)
  const width = numbered ? 1 : keys.length
  const rows = numbered ?? orElse(() => read(keys), null)
  if (!rows) return null
  const pairs = rows.map((row) => [keyText(row.slice(0, width)), row.slice(width)] as const)
  return { table, columns, rows: pairs.length > MOST_ROWS ? null : new Map(pairs) }
}

const COLUMNS = `SELECT c.name, c.pk FROM main.sqlite_master m, unshadowed.pragma_table_xinfo(m.name, 'main') c
  WHERE m.type = 'table' AND m.name = ? COLLATE NOCASE AND c.hidden = 0`
