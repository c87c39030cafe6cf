// What ctx.rebuild refuses: a drop that would delete the rows of others, and rows that would be lost.
import { describe, expect, test } from 'vitest'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import type { Step } from '../../../src/model/migration.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf } from '../../support/registry.js'
import { all, refusal } from './rebuilt.js'

const files = databases()

describe('with foreign keys enforced', () => {
  const enforced = (setup: string, table: string, create: string) => {
    const db = files.open()
    db.exec(setup)
    const up: Step<Handle> = (_, ctx) => ctx.rebuild(table, { create })
    const registry = registryOf<Handle>({ toolkit, foreignKeys: 'enforce', up })
    return { db, go: () => migrate(db, registry, { onUnmanaged: 'allow' }) }
  }
  const setup = `CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE);
INSERT INTO p VALUES (1); INSERT INTO c VALUES (5, 1)`
  test.each([
    ['p', 'CREATE TABLE p (id INTEGER PRIMARY KEY, more)', 'which c refers to'],
    ['P', 'CREATE TABLE "P" (id INTEGER PRIMARY KEY, more)', 'which c refers to'],
    [
      'c',
      'CREATE TABLE c (id INTEGER PRIMARY KEY, p, up REFERENCES c ON DELETE CASCADE)',
      'the new c',
    ],
  ])('it is refused where the drop would delete rows: %s', (table, create, told) => {
    const { db, go } = enforced(setup, table, create)
    const error = errorOf(go)
    expect(error.code).toBe('FOREIGN_KEYS_ENFORCED_DROP')
    expect(error.message).toContain(told)
    expect(all(db, 'SELECT * FROM c')).toEqual([[5, 1]])
  })
  test.each([
    ['c', 'CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE, more)'],
    ['c', 'CREATE TABLE c (id INTEGER PRIMARY KEY, p)'],
  ])('what nothing refers to is rebuilt: %s', (table, create) => {
    const { db, go } = enforced(setup, table, create)
    go()
    expect(all(db, 'SELECT id, p FROM c')).toEqual([[5, 1]])
  })
  test('also one that has referred to itself', () => {
    const { db, go } = enforced(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, up REFERENCES t ON DELETE CASCADE); INSERT INTO t VALUES (1, NULL), (2, 1)',
      't',
      'CREATE TABLE t (id INTEGER PRIMARY KEY, up)',
    )
    go()
    expect(all(db, 'SELECT * FROM t')).toEqual([
      [1, null],
      [2, 1],
    ])
  })
})

test.each([
  [{ b: 'count(*)' }, 'An aggregate in `copy`'],
  [{ b: '1' }, 'Take ON CONFLICT out'],
])('rows that the new table would lack are explained: %j', (copy, advice) => {
  const db = files.open()
  db.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1), (1), (2)')
  const create = 'CREATE TABLE t (a UNIQUE ON CONFLICT IGNORE, b)'
  const error = refusal(db, 't', { create, copy })
  expect(error).toMatchObject({
    code: 'REBUILD_INVALID',
    fix: expect.stringMatching(RegExp(`^${advice}`)),
  })
})
