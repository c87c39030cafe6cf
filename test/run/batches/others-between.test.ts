// Where a batch ends, whatever the keys are like and whatever others do between two batches: each row is changed once, and no row
// that the query does not have.
import { describe, expect } from 'vitest'
import type { MigrationEvent } from '../../../src/model/events.js'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import { databases } from '../../support/databases.js'
import { registryOf } from '../../support/registry.js'
import { batched, UPDATE, usersOf } from './backfill.js'
import { testSome } from '../../support/some-of.js'

const files = databases()

/** Of 20 rows, of which four are done, by their places in the order of the keys. */
const DEEDS: readonly (readonly [string, (key: (place: number) => number) => string])[] = [
  ['nothing', () => ''],
  ['a row is deleted that comes later', (key) => `DELETE FROM users WHERE id = ${key(11)}`],
  ['the next row is deleted', (key) => `DELETE FROM users WHERE id = ${key(5)}`],
  ['the last row is deleted', (key) => `DELETE FROM users WHERE id = ${key(20)}`],
  ['all that are left are deleted', (key) => `DELETE FROM users WHERE id > ${key(4)}`],
  ['a row is deleted that is done', (key) => `DELETE FROM users WHERE id = ${key(2)}`],
  [
    'a row is made anew',
    (key) =>
      `DELETE FROM users WHERE id = ${key(11)}; INSERT INTO users (id, email, code) VALUES (${key(11)}, 'new', 'n')`,
  ],
  [
    'rows are added',
    (key) =>
      `INSERT INTO users (id, email, code) VALUES (${key(21)}, 'n', 'n'), (${key(22)}, 'm', 'm')`,
  ],
  [
    'rows are added far away',
    () => "INSERT INTO users (id, email, code) VALUES (9007199254740993, 'n', 'n')",
  ],
  [
    'one is deleted and one is added',
    (key) =>
      `DELETE FROM users WHERE id = ${key(12)}; INSERT INTO users (id, email, code) VALUES (${key(21)}, 'n', 'n')`,
  ],
  [
    'the key of a row is changed',
    (key) => `UPDATE users SET id = ${key(30)} WHERE id = ${key(12)}`,
  ],
]

const QUERIES = [
  ['all rows', 'SELECT id FROM users', '1'],
  ['all rows, in an order', 'SELECT id, code FROM users ORDER BY code DESC', '1'],
  ['some rows', 'SELECT id FROM users WHERE id % 7 <> 1', 'id % 7 <> 1'],
] as const

describe.each([
  ['without gaps', 1],
  ['with gaps', 3],
  ['below zero', -1],
])('keys %s', (_, apart) => {
  describe.each(QUERIES)('of %s', (_name, query, fits) => {
    testSome(DEEDS)('where meanwhile %s', (_deed, deed) => {
      const path = files.path()
      const [db, other] = [files.open(path), files.open(path)]
      const key = (place: number): number => (apart > 0 ? place * apart : (place - 21) * 1)
      migrate(db, registryOf(usersOf(20, apart)))
      let isDone = false
      const onEvent = ({ type }: MigrationEvent): void => {
        if (type !== 'progress' || isDone) return
        isDone = true
        other.exec(`CREATE TEMP TABLE done AS SELECT id FROM users WHERE score > 0; ${deed(key)}`)
      }
      const registry = registryOf(usersOf(20, apart), batched({ ...UPDATE, query, size: 4 }))
      migrate(db, registry, { onEvent })
      const scores = (where: string): unknown[] =>
        db.prepare(`SELECT DISTINCT score FROM users WHERE ${where}`).pluck().all()
      expect(scores(`(${fits})`).every((score) => score === 1)).toBe(true)
      expect(scores(`NOT (${fits})`).every((score) => score === 0)).toBe(true)
      expect(db.prepare('SELECT max(times) FROM changes').pluck().get()).toBe(1)
    })
  })
})
