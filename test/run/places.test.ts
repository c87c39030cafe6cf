// Which statement failed: file, line and column, in whatever form the SQL was given.
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import { databases, tablesOf } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, type Draft } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()
const trigger = `CREATE TRIGGER touched AFTER UPDATE ON a BEGIN
  UPDATE a SET x = CASE WHEN new.x > 1 THEN 1 ELSE 0 END WHERE x = old.x;
  INSERT INTO a VALUES ('; END;');
END`

interface Case {
  readonly title: string
  readonly draft: Draft<Database>
  readonly place: string
  readonly statement: string
}

test.each<Case>([
  {
    title: 'the only statement',
    draft: { up: 'nonsense', at: { up: ['3:7'] } },
    place: 'm.ts:3:7',
    statement: 'nonsense',
  },
  {
    title: 'a later line of a script',
    draft: { up: 'CREATE TABLE a (x);\n\n  CREATE TABLE a (y);', at: { up: ['10:20'] } },
    place: 'm.ts:12:3',
    statement: 'CREATE TABLE a (y)',
  },
  {
    title: 'the same line as the one before',
    draft: { up: 'CREATE TABLE a (x); SELECT nothing', at: { up: ['1:5'] } },
    place: 'm.ts:1:25',
    statement: 'SELECT nothing',
  },
  {
    title: 'behind comments, which do not belong to it',
    draft: { up: '-- why\n/* and\nhow */ oops', at: { up: ['1:1'] } },
    place: 'm.ts:3:8',
    statement: 'oops',
  },
  {
    title: 'text with CRLF',
    draft: { up: 'CREATE TABLE a (x);\r\n\r\noops;\r\n', at: { up: ['1:1'] } },
    place: 'm.ts:3:1',
    statement: 'oops',
  },
  {
    title: 'behind a trigger with semicolons of its own',
    draft: { up: `CREATE TABLE a (x);\n${trigger};\noops`, at: { up: ['1:1'] } },
    place: 'm.ts:6:1',
    statement: 'oops',
  },
  {
    title: 'a trigger itself',
    draft: { up: `SELECT 1;\n${trigger}`, at: { up: ['1:1'] } },
    place: 'm.ts:2:1',
    statement: trigger,
  },
  {
    title: 'the second text of a list, which stands elsewhere in the file',
    draft: { up: ['CREATE TABLE a (x)', { text: 'SELECT 1;\noops' }], at: { up: ['4:5', '8:5'] } },
    place: 'm.ts:9:1',
    statement: 'oops',
  },
  {
    title: 'a list without known places',
    draft: { up: ['CREATE TABLE a (x)', 'oops'] },
    place: 'm.ts, line 1 of its SQL',
    statement: 'oops',
  },
  {
    title: 'a conflict that only shows in the data',
    draft: {
      up: 'CREATE TABLE a (x UNIQUE);\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (1)',
      at: { up: ['1:1'] },
    },
    place: 'm.ts:3:1',
    statement: 'INSERT INTO a VALUES (1)',
  },
])('$title', ({ draft, place, statement }) => {
  const db = files.open()
  const error = errorOf(() => migrate(db, registryOf({ ...draft, file: 'm.ts' })))
  expect(error).toMatchObject({ code: 'MIGRATION_FAILED', facts: { place, statement } })
  expect(error.message).toContain(`failed at ${place}: `)
  expect(db.prepare('SELECT count(*) FROM sqlite_master').pluck().get()).toBe(0)
})

test('a down is named with its own file', () => {
  const db = files.open()
  const registry = registryOf({
    up: 'SELECT 1',
    down: 'SELECT 1;\noops',
    file: '001_a.up.sql',
    downFile: '001_a.down.sql',
    at: { up: ['1:1'], down: ['1:1'] },
  })
  migrate(db, registry)
  const error = errorOf(() => managerOf(db, registry).rollback())
  expect(error.message).toMatch(
    /^The down of migration 001 \(step_1\) failed at 001_a\.down\.sql:2:1: /,
  )
})

test('code is named by its file', () => {
  const registry = registryOf({ up: (db) => void db.exec('oops'), file: 'migrations/001_a.ts' })
  const error = errorOf(() => migrate(files.open(), registry))
  expect(error.message).toContain('failed at migrations/001_a.ts: near "oops"')
})

describe('scripts that run whole', () => {
  test.each([
    ['nothing', ''],
    ['white space', ' \r\n\t'],
    ['a comment', '-- later'],
    ['a comment that does not end', '/* later'],
    ['empty statements', ';;;'],
    ['an empty list', []],
    ['a list with empty texts', ['', '-- only this']],
  ])('%s', (_, up) => {
    const db = files.open()
    expect(migrate(db, registryOf({ up })).steps).toHaveLength(1)
  })
  test('without a final semicolon, and with a trigger that has CASE … END', () => {
    const db = files.open()
    migrate(db, registryOf({ up: `CREATE TABLE a (x);\n${trigger}` }))
    expect(
      db.prepare("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").pluck().get(),
    ).toBe(1)
    expect(tablesOf(db)).toEqual(['a'])
  })
  test('a literal of 12 MB, also when what comes after it fails', () => {
    const long = "begin; it''s ".repeat(1_000_000)
    const db = files.open()
    const up = `CREATE TABLE a (x);\nINSERT INTO a VALUES ('${long}');\n`
    const error = errorOf(() =>
      migrate(db, registryOf({ up: `${up}oops`, at: { up: ['1:1'] }, file: 'm.ts' })),
    )
    expect(error.facts['place']).toBe('m.ts:3:1')
    migrate(db, registryOf({ up }))
    expect(db.prepare('SELECT length(x) FROM a').pluck().get()).toBe(12_000_000)
  })
})

test('the place of what fails behind a full-text table that cannot be made again', () => {
  const db = files.open()
  const up = `CREATE TABLE notes (id INTEGER PRIMARY KEY, body);
    CREATE VIRTUAL TABLE found USING fts5(title, content='notes', content_rowid='id');
    INSERT INTO found (found) VALUES ('rebuild')`
  const at = { up: ['1:1'] }
  const { message } = errorOf(() => migrate(db, registryOf({ up, at, file: 'm.ts' })))
  expect(message).toContain('failed at m.ts:3:5: no such column: T.title')
})
