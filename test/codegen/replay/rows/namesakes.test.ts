// Values that are looked up by a column which is not unique: of rows that agree in it, one gets what another has.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const COLUMNS = 'id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT, score REAL'
const T = `CREATE TABLE t (${COLUMNS})`
const MADE = `CREATE TABLE n (${COLUMNS})`
const RENAMED = 'DROP TABLE t; ALTER TABLE n RENAME TO t'
const anew = (copy: string): string => `${MADE}; ${copy}; ${RENAMED}`

/** A copy without the score, which is given to it then. */
const given = (update: string): string =>
  anew(`INSERT INTO n (id, name, kind) SELECT id, name, kind FROM t; ${update}`)

const lookedUp = (score: string): string =>
  anew(`INSERT INTO n (id, name, kind, score) SELECT a.id, a.name, a.kind, ${score} FROM t a`)

const aside = (update: string): string =>
  `CREATE TEMP TABLE k AS SELECT * FROM t; ALTER TABLE t DROP COLUMN score; ALTER TABLE t ADD COLUMN score REAL; ${update}; DROP TABLE k`

/** Code that gives each row of the new table its score by a statement. */
const inCode = (update: string, ...by: readonly string[]): Step => ({
  up(db: Database) {
    db.exec(`${MADE}; INSERT INTO n (id, name, kind) SELECT id, name, kind FROM t`)
    const put = db.prepare(update)
    for (const row of db.prepare<[], Record<string, unknown>>('SELECT * FROM t').all())
      put.run(row['score'], ...by.map((name) => row[name]))
    db.exec(RENAMED)
  },
})

const asked = (query: string, by: string): Step => ({
  up(db: Database) {
    db.exec(MADE)
    const get = db.prepare<unknown[], { score: number }>(query)
    const put = db.prepare<unknown[]>('INSERT INTO n VALUES (?, ?, ?, ?)')
    for (const row of db.prepare<[], Record<string, unknown>>('SELECT * FROM t').all())
      put.run(row['id'], row['name'], row['kind'], get.get(row[by])?.score)
    db.exec(RENAMED)
  },
})

const mixed = [
  expect.objectContaining({ kind: 'values-changed', lost: 'mixed', table: 't', column: 'score' }),
]

describe('values are mixed up', () => {
  testSome<string | Step>([
    lookedUp('(SELECT score FROM t WHERE t.name IS a.name)'),
    lookedUp('(SELECT b.score FROM t b WHERE b.kind = a.kind AND b.name = a.name)'),
    given('UPDATE n SET score = t.score FROM t WHERE t.name = n.name'),
    aside('UPDATE t SET score = (SELECT score FROM k WHERE k.name = t.name)'),
    `CREATE TEMP TABLE k AS SELECT * FROM t; DELETE FROM t;
     INSERT INTO t SELECT id, name, kind, (SELECT score FROM k o WHERE o.name = k.name) FROM k`,
    inCode('UPDATE n SET score = ? WHERE name = ?', 'name'),
    asked('SELECT score FROM t WHERE name = ?', 'name'),
  ])('%j', async (up) => expect(await factsOf([T, up])).toEqual(mixed))

  it('in a down', async () => {
    const down = lookedUp('(SELECT b.score FROM t b WHERE b.name = a.name)')
    expect(await factsOf([T, { up: 'CREATE TABLE other (a)', down }])).toEqual(mixed)
  })
})

const UNIQUE = T.replace('NOT NULL', 'NOT NULL UNIQUE')

describe('nothing is said', () => {
  testSome<string | Step>([
    lookedUp('(SELECT max(b.score) FROM t b WHERE b.name = a.name)'),
    lookedUp('(SELECT b.score FROM t b WHERE b.name = a.name ORDER BY id LIMIT 1)'),
    lookedUp('first_value(score) OVER (PARTITION BY name ORDER BY id)'),
    lookedUp('coalesce(a.score, (SELECT b.score FROM t b WHERE b.name = a.name))'),
    anew('INSERT INTO n SELECT a.* FROM t a LEFT JOIN t b USING (id)'),
    aside('UPDATE t SET score = (SELECT score FROM k WHERE k.id = t.id)'),
    'UPDATE t SET score = (SELECT b.score FROM t b WHERE b.name = t.name)',
    'UPDATE t SET score = (SELECT b.score FROM t b WHERE b.name = t.name) WHERE score IS NULL',
    asked('SELECT score FROM t WHERE id = ?', 'id'),
    `CREATE TABLE s (name TEXT PRIMARY KEY, score REAL); INSERT OR IGNORE INTO s SELECT name, score FROM t;
     ${lookedUp('(SELECT score FROM s WHERE s.name = a.name)')}`,
    `CREATE TABLE s AS SELECT DISTINCT name, score FROM t; ${lookedUp('(SELECT score FROM s WHERE s.name = a.name)')}`,
  ])('where rows are told apart, or any is meant: %j', async (up) => {
    expect(
      (await factsOf([T, up])).filter((fact) => 'lost' in fact && fact.lost === 'mixed'),
    ).toEqual([])
  })

  it('of what another table gives for the column, though the row has it already', async () => {
    const columns = 'id INTEGER PRIMARY KEY, title TEXT NOT NULL'
    const tables = `CREATE TABLE k (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
      CREATE TABLE t (${columns}, kind TEXT NOT NULL DEFAULT 'a', k_id INTEGER REFERENCES k (id))`
    const filled = `INSERT INTO k (name) SELECT DISTINCT kind FROM t WHERE kind NOT IN (SELECT name FROM k);
      UPDATE t SET k_id = (SELECT id FROM k WHERE name = t.kind)`
    const again = `CREATE TABLE n (${columns}, k_id INTEGER NOT NULL DEFAULT 1 REFERENCES k (id));
      INSERT INTO n SELECT id, title, (SELECT o.id FROM k AS o WHERE o.name = t.kind) FROM t; ${RENAMED}`
    expect((await factsOf([tables, filled, again])).filter((fact) => 'lost' in fact)).toEqual([])
  })

  testSome<[string, string | Step]>([
    [UNIQUE, inCode('UPDATE n SET score = ? WHERE name = ?', 'name')],
    [
      `${T}; CREATE UNIQUE INDEX t_name ON t (name, kind)`,
      lookedUp('(SELECT b.score FROM t b WHERE b.kind IS a.kind AND b.name = a.name)'),
    ],
    [T, anew('INSERT INTO n SELECT * FROM t')],
    [
      `${T}; CREATE TABLE prices (name TEXT, price REAL)`,
      lookedUp('a.score + coalesce((SELECT price FROM prices p WHERE p.name = a.name), 0)'),
    ],
  ])('after %s of %j', async (first, up) => expect(await factsOf([first, up])).toEqual([]))
})
