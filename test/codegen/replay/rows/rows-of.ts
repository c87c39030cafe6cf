// The rows that the replay generates for a schema.
import { expect } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { HistoryRun } from '../../../../codegen/replay/sides/history-run.js'
import { factsOf, type Step } from './prove-history.js'

type Row = Record<string, unknown>

/** The rows of a table after a schema was made and its tables were filled. */
export async function rowsOf(
  schema: string | readonly (Step | string)[],
  table: string,
  options: Partial<HistoryRun> = {},
): Promise<Row[]> {
  let rows: Row[] = []
  const look = (db: Database): void => {
    rows = db.prepare<[], Row>(`SELECT * FROM ${table}`).safeIntegers(true).all()
    expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([])
    expect(db.prepare<[], Row>('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  }
  const steps = typeof schema === 'string' ? [schema] : schema
  const facts = await factsOf([...steps, { up: look }], options)
  expect(facts).toEqual([])
  return rows
}

/** The values of the second column of a table `t`, whose first one is its key. */
export const valuesOf = async (column: string, more = ''): Promise<unknown[]> =>
  (await rowsOf(`CREATE TABLE t (id INTEGER PRIMARY KEY, ${column}${more})`, 't')).map(
    (row) => Object.values(row)[1],
  )
