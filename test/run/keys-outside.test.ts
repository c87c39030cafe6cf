// Rows without parent that appear while a step runs outside a transaction: its own, or those of other connections.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import type { MigrationEvent } from '../../src/model/events.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { managerOf } from '../support/manager-of.js'
import { registryOf, type Draft } from '../support/registry.js'
import { family } from './family.js'

const files = databases()
const ORPHAN = 'INSERT INTO child VALUES (99, 99)'

/** A step in code that runs these texts, while another connection, on which keys do not act, runs its own. */
function beside(mode: string, texts: readonly string[], theirs: string) {
  const db = files.open()
  db.pragma(`journal_mode = ${mode}`)
  const other = files.open(db.name)
  other.pragma('foreign_keys = off')
  const up = (handle: Handle): void => {
    handle.exec(texts[0]!)
    other.exec(theirs)
    for (const text of texts.slice(1)) handle.prepare(text).run()
  }
  const later: Draft<Handle> = { up: "UPDATE parent SET name = 'later'" }
  const registry = registryOf<Handle>({ up: family }, { up, transaction: false }, later)
  const heard: string[] = []
  const onEvent = ({ type }: MigrationEvent): void => void heard.push(type)
  return { db, registry, heard, run: () => migrate(db, registry, { onEvent }) }
}
const stateOf = (db: Database.Database, registry: ReturnType<typeof beside>['registry']) =>
  managerOf(db, registry).status().state

describe.each(['wal', 'delete'])('left by another connection, with journal_mode %s', (mode) => {
  test.each([
    ['CREATE INDEX of_parent ON child (parent_id)', 'PRAGMA optimize'],
    ['VACUUM', 'ANALYZE'],
    ['PRAGMA auto_vacuum = 1', 'VACUUM'],
    ['CREATE VIEW v AS SELECT 1', 'REINDEX'],
  ])('no step is blamed that writes no rows: %s; %s', (...texts) => {
    const { db, run } = beside(mode, texts, ORPHAN)
    expect(run().steps).toHaveLength(3)
    expect(ledgerIds(db)).toHaveLength(3)
  })
  test.each([
    ["UPDATE parent SET name = 'x'", ORPHAN],
    ['DELETE FROM parent WHERE id = 2', "UPDATE parent SET name = 'y'"],
    ["WITH x AS (SELECT 1) INSERT INTO parent SELECT 7, 'x' FROM x", ORPHAN],
  ])('a step that writes is told of with the doubt, and stands in no way: %s', (text, theirs) => {
    const { db, registry, heard, run } = beside(mode, [text], theirs)
    const error = errorOf(run)
    expect(heard.slice(-2)).toEqual(['step-start', 'step-end'])
    expect(error).toMatchObject({
      code: 'FOREIGN_KEY_VIOLATED',
      facts: { version: 2, others: true },
      report: { from: 0, to: 2, steps: [{ version: 1 }, { version: 2 }] },
    })
    expect(error.message).toContain(
      'Other connections wrote in the meantime and may have left them.',
    )
    expect(error.message).toContain('The step is recorded.')
    expect(error.fix).toBe('Delete or repair those rows. Then run again.')
    expect(stateOf(db, registry)).toBe('pending')
    expect(run().steps).toMatchObject([{ version: 3 }])
    expect(managerOf(db, registry).verify().problems).toMatchObject([
      { code: 'FOREIGN_KEY_ORPHANS' },
    ])
  })
  test('what the step alone has left stops the run, until somebody settles it', () => {
    const { db, registry, run } = beside(mode, ['DELETE FROM parent WHERE id = 2'], 'SELECT 1')
    const error = errorOf(run)
    expect(error).toMatchObject({ code: 'FOREIGN_KEY_VIOLATED', facts: { others: false } })
    expect(error.fix).toContain('`lockstep mark 002 --applied`')
    expect(stateOf(db, registry)).toBe('interrupted')
  })
})

describe('where keys are enforced and deferred', () => {
  const deferred = `CREATE TABLE u (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, u REFERENCES u DEFERRABLE INITIALLY DEFERRED);
INSERT INTO u VALUES (1), (2); INSERT INTO c VALUES (1, 1), (2, 77)`
  const enforcing = (up: string, transaction: 'each' | 'all') => {
    const db = files.open()
    db.pragma('foreign_keys = off')
    db.exec(deferred)
    const step = { up, foreignKeys: 'enforce' } as const
    const error = errorOf(() =>
      migrate(db, registryOf<Handle>(step), { onUnmanaged: 'allow', transaction }),
    )
    expect(ledgerIds(db)).toEqual([])
    expect(db.inTransaction).toBe(false)
    return error
  }
  test.each(['each', 'all'] as const)(
    'what SQLite does not commit is told of the step: %s',
    (transaction) => {
      const error = enforcing('UPDATE c SET u = 78 WHERE id = 2', transaction)
      expect(error).toMatchObject({ code: 'FOREIGN_KEY_VIOLATED', facts: { version: 1 } })
      expect(error.message).toContain(
        'leaves rows without their parent: SQLite refuses to commit them.',
      )
    },
  )
  test.each(['UPDATE c SET u = 78 WHERE id = 2', 'DELETE FROM u WHERE id = 1'])(
    'nobody is told to declare what is declared: %s',
    (up) => {
      const { code, fix } = enforcing(up, 'each')
      expect(code).toBe('FOREIGN_KEY_VIOLATED')
      expect(fix).not.toContain('enforce')
    },
  )
})
