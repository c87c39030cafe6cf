// Rows without their parent that a listener leaves while a run is under way, when foreign keys do not act.
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import type { MigrationEvent } from '../../src/model/events.js'
import type { Context } from '../../src/model/migration.js'
import type { ManagerOptions } from '../../src/model/options.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf } from '../support/registry.js'

const files = databases()

describe('a listener that writes rows, while keys do not act', () => {
  const FAMILY = {
    up: `CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE heard (type, p_id REFERENCES p);
      CREATE TABLE plain (type); INSERT INTO p VALUES (1)`,
  } as const
  const logging = {
    up(_: Handle, ctx: Context): void {
      ctx.log('on')
      ctx.progress(1)
    },
  }
  const run = (sql: string, type: string, options: ManagerOptions & { outside?: true } = {}) => {
    const { outside, ...others } = options
    const db = files.open()
    migrate(db, registryOf(FAMILY))
    db.exec('PRAGMA foreign_keys = OFF; INSERT INTO heard VALUES (0, 99); PRAGMA foreign_keys = ON')
    const statement = db.prepare(sql)
    const step = outside ? ({ ...logging, transaction: false } as const) : logging
    const onEvent = (event: MigrationEvent): void => {
      if (event.type === type) statement.run()
    }
    const start = () => migrate(db, registryOf(FAMILY, step, step), { onEvent, ...others })
    return { db, start }
  }
  const ORPHAN = 'INSERT INTO heard VALUES (1, 98)'
  test.each<[string, ManagerOptions & { outside?: true }, number, number]>([
    ['step-start', {}, 1, 0],
    ['log', {}, 1, 0],
    ['progress', {}, 1, 0],
    ['step-end', {}, 2, 1],
    ['step-end', { transaction: 'all' }, 1, 0],
    ['progress', { outside: true }, 2, 1],
  ])('at %s %o is blamed for orphans; %i rows in the ledger, %i orphans', (...one) => {
    const [type, options, recorded, left] = one
    for (const sql of [ORPHAN, 'DELETE FROM p', 'UPDATE heard SET p_id = 98']) {
      const { db, start } = run(sql, type, options)
      if (sql.startsWith('UPDATE')) db.exec('UPDATE heard SET p_id = 1')
      else if (sql.startsWith('DELETE')) db.exec('INSERT INTO heard VALUES (2, 1)')
      const before = db.pragma('foreign_key_check') as unknown[]
      const error = errorOf(start)
      expect(error).toMatchObject({ code: 'EVENT_HANDLER_FAILED', facts: { type } })
      expect(error.message).toContain('it left rows of heard without their parent. The run stopped')
      expect(ledgerIds(db)).toHaveLength(recorded)
      expect(db.pragma('foreign_key_check')).toHaveLength(before.length + left)
      expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    }
  })
  test.each([
    'INSERT INTO heard VALUES (1, 1)',
    'INSERT INTO plain VALUES (1)',
    'INSERT INTO heard VALUES (1, NULL)',
    'DELETE FROM heard',
    'UPDATE heard SET type = 5',
    'INSERT OR IGNORE INTO p VALUES (7)',
  ])('is left alone where it leaves none that was not there: %s', (sql) => {
    for (const type of ['step-start', 'log', 'step-end'])
      expect(run(sql, type).start().steps).toHaveLength(2)
  })
  test('is left alone while another connection keeps everybody from reading', () => {
    const { db } = run(ORPHAN, 'none')
    db.exec('CREATE TEMP TABLE own (type)')
    const other = files.open(db.name)
    let waited = 0
    const onEvent = ({ type }: MigrationEvent): void => {
      if (type === 'plan') other.exec('BEGIN EXCLUSIVE')
      db.prepare('INSERT INTO temp.own VALUES (?)').run(type)
      if (type === 'waiting' && ++waited === 1) other.exec('COMMIT')
    }
    expect(migrate(db, registryOf(FAMILY, logging), { onEvent }).steps).toHaveLength(1)
    expect(waited).toBeGreaterThan(0)
  })
})
