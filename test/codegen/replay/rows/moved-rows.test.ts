// Rows that `up` moves into another table and `down` moves back: generated rows of the two never have the same key, as no
// application would give them.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

interface Move {
  /** The table that rows are taken out of. */
  readonly first: string
  readonly second: string
  readonly columns: string
}

const KEYS: Readonly<Record<string, Move>> = {
  'a text': {
    first: 'CREATE TABLE a (id TEXT PRIMARY KEY NOT NULL, old INTEGER NOT NULL DEFAULT 0)',
    second: 'CREATE TABLE b (id TEXT PRIMARY KEY NOT NULL)',
    columns: 'id',
  },
  'a number': {
    first:
      'CREATE TABLE a (id INTEGER PRIMARY KEY, body TEXT, old INTEGER NOT NULL DEFAULT 0 CHECK (old IN (0, 1)))',
    second: 'CREATE TABLE b (id INTEGER PRIMARY KEY, body TEXT)',
    columns: 'id, body',
  },
  'a number that is never given again': {
    first: 'CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, old INTEGER NOT NULL DEFAULT 0)',
    second: 'CREATE TABLE b (id INTEGER PRIMARY KEY)',
    columns: 'id',
  },
  'a text of one length': {
    first:
      'CREATE TABLE a (id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36), old INTEGER NOT NULL DEFAULT 0)',
    second: 'CREATE TABLE b (id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36))',
    columns: 'id',
  },
  'a unique column beside the key': {
    first:
      'CREATE TABLE a (id INTEGER PRIMARY KEY, mail TEXT NOT NULL UNIQUE, old INTEGER NOT NULL DEFAULT 0)',
    second:
      'CREATE TABLE b (id INTEGER PRIMARY KEY, mail TEXT NOT NULL); CREATE UNIQUE INDEX b_mail ON b (mail)',
    columns: 'id, mail',
  },
  'two columns': {
    first:
      'CREATE TABLE a (k TEXT NOT NULL, id TEXT NOT NULL, old INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (k, id)) WITHOUT ROWID',
    second: 'CREATE TABLE b (k TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (k, id)) WITHOUT ROWID',
    columns: 'k, id',
  },
}

const there = ({ columns }: Move): string =>
  `INSERT INTO b (${columns}) SELECT ${columns} FROM a WHERE old = 1; DELETE FROM a WHERE old = 1`
const back = ({ columns }: Move): string =>
  `INSERT INTO a (${columns}, old) SELECT ${columns}, 1 FROM b`

describe('rows that are told by', () => {
  testSome(Object.entries(KEYS))('%s come back', async (_, move) => {
    const { first, second } = move
    const steps = [first, { up: `${second}; ${there(move)}`, down: `${back(move)}; DROP TABLE b` }]
    expect(await factsOf(steps)).toEqual([])
  })

  testSome(Object.entries(KEYS))('%s come back in a later version', async (_, move) => {
    const { first, second } = move
    const between = 'CREATE TABLE other (id TEXT PRIMARY KEY, n INTEGER)'
    const steps = [first, `${second}; ${there(move)}`, between, `${back(move)}; DROP TABLE b`]
    expect(await factsOf(steps)).toEqual([])
  })
})

const MOVE = KEYS['a text'] as Move

const SILENT: Readonly<Record<string, readonly (Step | string)[]>> = {
  'by code': [
    MOVE.first,
    {
      up(db: Database) {
        db.exec(MOVE.second)
        const rows = db.prepare<[], { id: string }>('SELECT id FROM a WHERE old = 1').all()
        const insert = db.prepare('INSERT INTO b (id) VALUES (?)')
        for (const { id } of rows) insert.run(id)
        db.exec('DELETE FROM a WHERE old = 1')
      },
      down(db: Database) {
        db.exec(`${back(MOVE)}; DROP TABLE b`)
      },
    },
  ],
  'into a table that gets its name afterwards': [
    MOVE.first,
    {
      up: `${MOVE.second.replace('TABLE b', 'TABLE fresh')}; ${there(MOVE).replace('INTO b', 'INTO fresh')}; ALTER TABLE fresh RENAME TO b`,
      down: `${back(MOVE)}; DROP TABLE b`,
    },
  ],
  'by CREATE TABLE … AS': [
    MOVE.first.replace('PRIMARY KEY NOT NULL', 'PRIMARY KEY'),
    {
      up: 'CREATE TABLE b AS SELECT id FROM a WHERE old = 1; CREATE UNIQUE INDEX b_id ON b (id); DELETE FROM a WHERE old = 1',
      down: `${back(MOVE)}; DROP TABLE b`,
    },
  ],
  'into a table whose keys are those of the other': [
    'CREATE TABLE users (id TEXT PRIMARY KEY NOT NULL, bio TEXT)',
    {
      up: 'CREATE TABLE bios (id TEXT PRIMARY KEY NOT NULL REFERENCES users (id), bio TEXT); INSERT INTO bios SELECT id, bio FROM users; ALTER TABLE users DROP COLUMN bio',
      down: 'ALTER TABLE users ADD COLUMN bio TEXT; UPDATE users SET bio = (SELECT bio FROM bios WHERE bios.id = users.id); DROP TABLE bios',
    },
    'DELETE FROM bios WHERE bio IS NULL',
  ],
  'of which some are left': [
    `CREATE TABLE kinds (name TEXT PRIMARY KEY NOT NULL CHECK (name IN ('x', 'y', 'z')))`,
    {
      up: `CREATE TABLE kept (name TEXT PRIMARY KEY NOT NULL CHECK (name IN ('x', 'y', 'z'))); INSERT INTO kept SELECT name FROM kinds WHERE name <> 'x'; DELETE FROM kinds WHERE name <> 'x'`,
      down: 'INSERT INTO kinds SELECT name FROM kept; DROP TABLE kept',
    },
  ],
}

describe('rows that are moved', () => {
  testSome(Object.entries(SILENT))('%s', async (_, steps) => {
    expect(await factsOf(steps)).toEqual([])
  })

  it('and stay where they were as well: down brings them twice', async () => {
    const steps = [
      MOVE.first,
      {
        up: `${MOVE.second}; INSERT INTO b (id) SELECT id FROM a WHERE old = 1`,
        down: `${back(MOVE)}; DROP TABLE b`,
      },
    ]
    expect(await factsOf(steps)).toMatchObject([
      { kind: 'step-failed', stage: 'rows', message: 'UNIQUE constraint failed: a.id' },
    ])
  })
})
