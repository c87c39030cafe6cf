// A step that is done in part, and whose walks are others then: a repair goes on with those that fit what is done, and no others.
import { expect, test } from 'vitest'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { managerOf } from '../../support/manager-of.js'
import { registryOf } from '../../support/registry.js'
import { batched } from './backfill.js'

const files = databases()

const TABLE = `CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER DEFAULT 0, b INTEGER DEFAULT 0, x INTEGER DEFAULT 0);
INSERT INTO t (id) VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)`

/** Adds 1 to a column; `B!` is `B` as it was at first, which fails behind four rows. */
function registryWith(names: readonly string[], keeps: 'digests' | 'none' = 'digests') {
  const walks = names.map((name) => {
    const add = `UPDATE t SET ${name.charAt(0).toLowerCase()} = ${name.charAt(0).toLowerCase()} + 1 WHERE id = ?`
    let seen = 0
    return {
      query: 'SELECT id FROM t',
      by: 'id',
      size: 2,
      each(db: Handle, rows: { readonly id: number }[]) {
        seen += rows.length
        if (name.endsWith('!') && seen > 4) throw new Error('no')
        for (const { id } of rows) db.prepare(add).run(id)
      },
    }
  })
  const digests = keeps === 'digests' && { walks: names.map((name) => `1:${name}`) }
  const checksum = `1:${names.join('')}`
  return registryOf<Handle>({ up: TABLE }, { ...batched(...walks), ...digests, checksum })
}

const GOES_ON = 'goes on'
const REFUSED = 'refused'

test.each([
  ['the one that is under way is corrected', ['A', 'B!'], ['A', 'B'], GOES_ON],
  ['another comes behind it', ['A', 'B!'], ['A', 'B!', 'X'], 'fails again'],
  ['they change places', ['A', 'B!'], ['B', 'A'], REFUSED],
  ['another comes first', ['A', 'B!'], ['X', 'A', 'B'], REFUSED],
  ['another comes between', ['A', 'B!'], ['A', 'X', 'B'], REFUSED],
  ['the one under way comes last, corrected', ['A!', 'B'], ['B', 'A'], REFUSED],
  [
    'the one under way has another before it, and the last is gone',
    ['A!', 'B'],
    ['X', 'A'],
    REFUSED,
  ],
  ['one that is not begun is another now', ['A!', 'B'], ['A!', 'X'], 'fails again'],
  ['one that is done is another now', ['A', 'B!'], ['A2', 'B'], REFUSED],
  ['the only one has another before it', ['B!'], ['X', 'B'], REFUSED],
  ['the only one, as it was, has another before it', ['B!'], ['X', 'B!'], REFUSED],
  ['the only one is corrected, with another behind', ['B!'], ['B', 'X'], REFUSED],
  ['one is the same as one behind it', ['B!', 'A'], ['B', 'A'], GOES_ON],
])('%s: %s, %s', (_, before, now, expected) => {
  const db = files.open()
  errorOf(() => migrate(db, registryWith(before)))
  const manager = managerOf(db, registryWith(now))
  expect(manager.status().problems).toMatchObject([{ code: 'HISTORY_BATCHES_EDITED' }])
  expect(outcomeOf(manager)).toBe(expected)
  const left = db.prepare('SELECT DISTINCT a, b, x FROM t').raw().all()
  const columns = ['A', 'B', 'X'].map((name) => Number(now.some((one) => one.startsWith(name))))
  expect(left.length === 1 && String(left[0]) === String(columns)).toBe(expected === GOES_ON)
})

/** What comes of a repair and the next run. */
function outcomeOf(manager: ReturnType<typeof managerOf>): string {
  try {
    manager.repair({ reason: 'the code was wrong' })
  } catch (error) {
    return String((error as Error).message.match(/more of its batches was changed than/) && REFUSED)
  }
  try {
    manager.migrate()
  } catch {
    return 'fails again'
  }
  return GOES_ON
}

test.each([
  ['begun', 'none', 'digests'],
  ['repaired', 'digests', 'none'],
] as const)(
  'where it was %s by a registry without digests, the rows decide',
  (_, first, second) => {
    const db = files.open()
    errorOf(() => migrate(db, registryWith(['A', 'B!'], first)))
    const manager = managerOf(db, registryWith(['A', 'B'], second))
    manager.repair({ reason: 'the code was wrong' })
    manager.migrate()
    expect(db.prepare('SELECT DISTINCT a, b FROM t').raw().all()).toEqual([[1, 1]])
  },
)

test('a table of before digests were kept is gone on with', () => {
  const db = files.open()
  errorOf(() => migrate(db, registryWith(['A', 'B!'])))
  db.exec('ALTER TABLE _migrations_progress DROP COLUMN work')
  const manager = managerOf(db, registryWith(['A', 'B']))
  manager.repair({ reason: 'the code was wrong' })
  manager.migrate()
  expect(db.prepare('SELECT DISTINCT a, b FROM t').raw().all()).toEqual([[1, 1]])
})
