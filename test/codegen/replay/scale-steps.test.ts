// Steps on tables with many rows: which rows those are, and what is told of the steps.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { scaleSteps } from '../../../codegen/replay/scale/scale-steps.js'
import { historyOf, type Step } from './rows/prove-history.js'

type Row = Record<string, unknown>

/** What each of these queries answers first in a step behind a schema, with the most rows that it was run on. */
async function grown(schema: string, ...queries: readonly string[]): Promise<unknown[]> {
  let answers: unknown[] = []
  const look = (db: Database): void => {
    answers = queries.map(
      (sql) => Object.values(db.prepare<[], Row>(sql).get() ?? {})[0] as unknown,
    )
  }
  const [step] = await scaleSteps(historyOf([schema, { up: look }]))
  expect(step).toMatchObject({ version: 2, name: 'step_2', locks: true })
  expect(step!.runs.map(({ rows }) => rows)).toEqual(SIZES.slice(0, step!.runs.length))
  return answers
}

const SIZES = [500, 2_000, 8_000, 32_000]

const versionsOf = async (...steps: readonly (Step | string)[]): Promise<number[]> =>
  (await scaleSteps(historyOf(steps))).map(({ version }) => version)

const USERS = 'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, age INTEGER)'

describe('the rows', () => {
  it('are many, differ in their keys, and have the parents that they point at', async () => {
    const [users, posts, parents, emails, lost] = await grown(
      `${USERS}; CREATE TABLE posts (id TEXT PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), title TEXT)`,
      'SELECT count(*) >= 500 FROM users',
      'SELECT count(*) >= 500 FROM posts',
      'SELECT count(DISTINCT user_id) > 100 FROM posts',
      'SELECT count(DISTINCT email) = count(*) FROM users',
      'SELECT count(*) FROM pragma_foreign_key_check',
    )
    expect([users, posts, parents, emails, lost]).toEqual([1, 1, 1, 1, 0])
  })

  it('keep to what constraints allow: a table of states, and one with a single row, stay small', async () => {
    expect(
      await grown(
        `CREATE TABLE states (name TEXT PRIMARY KEY NOT NULL CHECK (name IN ('open', 'shut')));
        CREATE TABLE site (id INTEGER PRIMARY KEY CHECK (id = 1), title TEXT);
        CREATE TABLE tasks (id INTEGER PRIMARY KEY, state TEXT NOT NULL REFERENCES states (name))`,
        'SELECT count(*) FROM states',
        'SELECT count(*) <= 1 FROM site',
        'SELECT count(*) >= 500 FROM tasks',
        'SELECT count(*) FROM pragma_foreign_key_check',
      ),
    ).toEqual([2, 1, 1, 0])
  })

  it('do not set triggers off, which are there all the same', async () => {
    expect(
      await grown(
        `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
        CREATE TRIGGER few BEFORE INSERT ON t WHEN (SELECT count(*) FROM t) > 200
        BEGIN SELECT RAISE(IGNORE); END`,
        'SELECT count(*) >= 500 FROM t',
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'",
      ),
    ).toEqual([1, 1])
  })

  it('are there in tables and columns of any name, and beside values of any kind', async () => {
    const name = '"t""; --"'
    const bound = ['a\0b', 'x'.repeat(200_000), "it's"]
    const schema = `CREATE TABLE n (turn INTEGER PRIMARY KEY, t TEXT); CREATE TABLE ${name} (id INTEGER PRIMARY KEY, "a b" TEXT)`
    let found: unknown[] = []
    const look = (db: Database): void => {
      for (const value of bound) db.prepare('SELECT 1 FROM n WHERE t = ?').get(value)
      found = ['n', name].map((table) =>
        db.prepare<[], Row>(`SELECT count(*) >= 500 AS many FROM ${table}`).get(),
      )
    }
    expect(await scaleSteps(historyOf([schema, { up: look }]))).toHaveLength(1)
    expect(found).toEqual([{ many: 1 }, { many: 1 }])
  })

  it('keep the length of ids, and texts that a statement compares', async () => {
    expect(
      await grown(
        `CREATE TABLE t (id TEXT PRIMARY KEY CHECK (length(id) = 36), kind TEXT NOT NULL, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO t VALUES ('0b8f3c1e-58a2-4c3f-9b0a-5a9a7d1f0c11', 'message', 'Ann')`,
        'SELECT count(*) >= 500 FROM t',
        "SELECT count(*) > 1 FROM t WHERE kind = 'message'",
        'SELECT count(DISTINCT name) > 100 FROM t',
      ),
    ).toEqual([1, 1, 1])
  })
})

describe('the steps', () => {
  it('are those that work on rows which were there before', async () => {
    expect(
      await versionsOf(
        USERS,
        'ALTER TABLE users ADD COLUMN name TEXT',
        'UPDATE users SET name = email',
        'CREATE TABLE other (id INTEGER PRIMARY KEY)',
        'CREATE INDEX users_name ON users (name)',
        'CREATE VIEW names AS SELECT name FROM users',
        { up: (db) => void db.exec('DELETE FROM users WHERE age < 0') },
      ),
    ).toEqual([3, 5, 7])
  })

  it('are left out where they act elsewhere, fail on more rows, or the history fails before them', async () => {
    const acting = { up: 'UPDATE users SET age = 1', effects: 'Sends a mail.' }
    const failing = (db: Database): void => {
      const { n } = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM users').get()!
      if (n > 100) throw new Error('too many')
    }
    expect(await versionsOf(USERS, acting, { up: failing }, 'UPDATE users SET age = 2')).toEqual([
      4,
    ])
    expect(await versionsOf(USERS, 'UPDATE users SET age = 2', 'DROP TABLE nothing')).toEqual([2])
  })

  it('are the newest behind those that are released', async () => {
    const updates = Array.from({ length: 12 }, (_, at) => `UPDATE users SET age = ${at}`)
    const run = historyOf([USERS, ...updates])
    const tell = async (provenTo: number) =>
      (await scaleSteps({ ...run, provenTo })).map(({ version }) => version)
    expect(await tell(0)).toEqual([6, 7, 8, 9, 10, 11, 12, 13])
    expect(await tell(11)).toEqual([12, 13])
    expect(await tell(13)).toEqual([])
  })

  it('tell whether they hold the lock all the time, and what they write', async () => {
    const [step] = await scaleSteps(
      historyOf([USERS, { up: 'UPDATE users SET age = age + 1', transaction: false }]),
    )
    expect(step).toMatchObject({ version: 2, locks: false })
    const [first, second] = step!.runs
    expect(first!.bytes).toBeGreaterThan(500 * 10)
    expect(second?.bytes ?? Infinity).toBeGreaterThan(2 * first!.bytes)
  })

  it.each([
    'lower(email)',
    'lower(name)',
    "replace(name, '-', '')",
    "replace(name, ' ', '')",
    'trim(name)',
  ])('that put texts in order find some to do: %s', async (value) => {
    const column = value.includes('email') ? 'email' : 'name'
    const schema =
      'CREATE TABLE t (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT)'
    const [step] = await scaleSteps(historyOf([schema, `UPDATE t SET ${column} = ${value}`]))
    const { rows, bytes } = step!.runs[0]!
    expect(bytes).toBeGreaterThan(rows * 10)
  })

  it('that take such texts in no form get others', async () => {
    const [step] = await scaleSteps(
      historyOf([
        'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE CHECK (name = lower(name)), note TEXT)',
        `CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT UNIQUE, note TEXT CHECK (note NOT GLOB '*~A*'));
        INSERT INTO n SELECT * FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t`,
      ]),
    )
    expect(step!.runs[0]!.bytes).toBeGreaterThan(5_000)
  })

  it('tell which tables they read whole for each of other rows', async () => {
    const counted = '(SELECT count(*) FROM orders o WHERE o.user_id = users.id)'
    const steps = await scaleSteps(
      historyOf([
        `${USERS}; CREATE TABLE orders (user_id INTEGER)`,
        `UPDATE users SET age = ${counted} WHERE id <= 300`,
        `UPDATE users SET age = ${counted} WHERE id = 7`,
        'UPDATE users SET age = (SELECT max(user_id) FROM orders)',
      ]),
    )
    expect(steps.map(({ rereads }) => rereads)).toEqual([['orders'], [], []])
  })

  it('tell which tables SQLite reads whole for each row that others may point at', async () => {
    const schema = `${USERS}; CREATE TABLE gone (id INTEGER PRIMARY KEY);
      CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users ON DELETE CASCADE ON UPDATE CASCADE);
      CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users ON DELETE SET NULL ON UPDATE SET NULL);
      CREATE TABLE tags (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users ON DELETE SET NULL ON UPDATE CASCADE);
      CREATE TABLE parts (id INTEGER PRIMARY KEY, part_of INTEGER REFERENCES parts ON DELETE CASCADE);
      CREATE TABLE likes (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users ON DELETE SET NULL ON UPDATE CASCADE);
      CREATE INDEX likes_user ON likes (user_id)`
    const rereadsOf = async (up: string, foreignKeys?: 'enforce') => {
      const [step] = await scaleSteps(
        historyOf([schema, { up, ...(foreignKeys && { foreignKeys }) }]),
      )
      return step?.rereads.toSorted()
    }
    const all = ['notes', 'orders', 'tags']
    for (const [up, found] of [
      ['DELETE FROM users WHERE id % 1000 = 0', all],
      ['DELETE FROM users WHERE id IN (SELECT id FROM gone)', all],
      ['DELETE FROM users WHERE id IN (SELECT user_id FROM orders WHERE id < 3)', all],
      ['UPDATE users SET id = -id WHERE age % 1000 = 999', all],
      ['DELETE FROM parts WHERE id % 1000 = 0', ['parts']],
      ['UPDATE users SET age = 1 WHERE age < 0', []],
      ['DELETE FROM users WHERE id = 7', []],
      ['DELETE FROM parts WHERE id = 7', []],
      ['DELETE FROM orders WHERE id % 1000 = 0', []],
      [
        "INSERT OR IGNORE INTO users (email) SELECT replace(email, 'a', 'bb') FROM users WHERE age % 1000 = 999",
        [],
      ],
    ] as const)
      expect([up, await rereadsOf(up, 'enforce')]).toEqual([up, found])
    expect(await rereadsOf('DELETE FROM users WHERE id % 1000 = 0')).toEqual([])
  })
})
