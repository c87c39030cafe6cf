// ROWS_LOST
import { describe, expect, test } from 'vitest'
import type { RowsLost } from '../../../../codegen/model/evidence.js'
import {
  onlyFinding,
  placeIn,
  placesAfterReplay,
  replayFolder,
  sqlFile,
} from '../replayed-folder.js'

const A = sqlFile(
  'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\nCREATE TABLE posts (id INTEGER PRIMARY KEY);\nCREATE TABLE notes (id INTEGER PRIMARY KEY);',
)
const folder = { '001_a.sql': A, '002_b.sql': sqlFile(`SELECT 1;`) }
const lost = (change: Partial<RowsLost> = {}): RowsLost => ({
  kind: 'rows-lost',
  at: placeIn(2),
  table: 'users',
  before: 3,
  after: 2,
  through: null,
  ...change,
})
const at = (statement: string) => placeIn(2, { statement })
describe('invalid', () => {
  test.each([
    ['SELECT DISTINCT name FROM users', 'DISTINCT'],
    ['SELECT min(id), name FROM users group  by name', 'group by'],
  ])('rows that are merged: %s', async (copy, word) => {
    const facts = [lost({ at: at(`INSERT INTO n ${copy}`) })]
    const { message, fix } = await onlyFinding(folder, { facts })
    expect(message).toContain(' merges 1 of 3 rows of users into others in ')
    expect(message).toContain(`: ${word} merges rows that are equal`)
    expect(fix).toContain('DELETE FROM users WHERE … NOT IN')
  })

  test.each([
    'SELECT DISTINCT u.id FROM users u JOIN posts p',
    "SELECT id FROM users WHERE name IS DISTINCT FROM 'a'",
  ])('rows that are left out as well: %s', async (copy) => {
    const facts = [lost({ at: at(`INSERT INTO n ${copy}`) })]
    expect((await onlyFinding(folder, { facts })).message).toContain(' loses 1 of 3 rows of users')
  })

  test('rows that a view leaves out', async () => {
    const view = `CREATE VIEW shown AS SELECT * FROM users WHERE name <> 'a';`
    const files = { ...folder, '001_a.sql': A.replace('CREATE', `${view}\nCREATE`) }
    const facts = [lost({ at: at('INSERT INTO n SELECT * FROM shown') })]
    const { message, fix } = await onlyFinding(files, { facts })
    expect(message).toContain(': the rows that the view shown leaves out are not copied, ')
    expect(fix).toMatch(/^Copy from users itself\. /)
  })

  test('rows without a value that go as if they were alike', async () => {
    const removal = 'DELETE FROM users WHERE id NOT IN (SELECT min(id) FROM users GROUP BY name)'
    const facts = [lost({ at: at(removal), by: 'nulls', column: 'name' })]
    const { message, fix, severity } = await onlyFinding(folder, { facts })
    expect(message).toContain(': of the rows with NULL in name it leaves one, ')
    expect(fix).toMatch(/^Keep them: end the DELETE with `AND name IS NOT NULL`\. /)
    expect(severity).toBe('warning')
  })

  test('rows that an older table does not have', async () => {
    const facts = [lost({ at: at('DROP TABLE users'), by: 'older' })]
    const { message, fix } = await onlyFinding(folder, { facts })
    expect(message).toMatch(
      /: the table that replaces it existed before, and does not have them\.$/,
    )
    expect(fix).toMatch(/^Copy what it lacks, `INSERT INTO … SELECT … FROM users`,/)
  })

  test('rows that are put back after DELETE, but not all', async () => {
    const facts = [lost({ at: at('INSERT INTO users SELECT * FROM h'), by: 'refilled' })]
    const { message, fix } = await onlyFinding(folder, { facts })
    expect(message).toMatch(/: DELETE removes all of them, and not all are put back\.$/)
    expect(fix).toMatch(/^Save all rows, and put all of them back\./)
  })

  test.each([
    [
      'insert or replace into n select * from users',
      'OR REPLACE drops conflicting rows',
      'Leave out OR REPLACE',
    ],
    [
      'replace into users select * from users',
      ': REPLACE drops conflicting rows',
      'Write INSERT instead of REPLACE',
    ],
    [
      'INSERT INTO n (id) SELECT u.id FROM users u JOIN posts p',
      'the rows that its SELECT leaves out',
      'LEFT JOIN instead of JOIN',
    ],
    [
      "INSERT INTO n (id) SELECT id FROM users WHERE name <> 'a or ignore b'",
      'the rows that its SELECT leaves out',
      'without WHERE',
    ],
    [
      'CREATE TABLE n AS SELECT * FROM users WHERE name IS NOT NULL',
      'the rows that its SELECT leaves out',
      'without WHERE',
    ],
  ])('%s', async (statement, why, fix) => {
    const found = await onlyFinding(folder, { facts: [lost({ at: at(statement) })] })
    expect(found).toMatchObject({ code: 'ROWS_LOST', severity: 'error', line: 2, column: 1 })
    expect(found.message).toContain(
      '`up` of version 002 (migrations/002_b.sql) loses 1 of 3 rows of users in `',
    )
    expect(found.message).toContain(why)
    expect(found.fix).toContain(fix)
    expect(found.fix).toContain('`-- lockstep-ignore ROWS_LOST users: reason`')
  })

  test.each([
    'INSERT INTO users SELECT * FROM users',
    "UPDATE users SET name = 'x'",
    'WITH x AS (SELECT 1) INSERT INTO main."Users" SELECT * FROM users',
  ])('of a table that says REPLACE itself: %s', async (statement) => {
    const replacing = A.replace('name TEXT', 'name TEXT UNIQUE ON CONFLICT REPLACE')
    const facts = [lost({ at: at(statement) })]
    const found = await onlyFinding({ ...folder, '001_a.sql': replacing }, { facts })
    expect(found.message).toContain(
      'the table says ON CONFLICT REPLACE, which drops conflicting rows',
    )
    expect(found.fix).toContain('Write OR ABORT into the statement')
  })

  test('the children that go with one parent are one finding', async () => {
    const facts = [
      lost({ at: at('DROP TABLE users'), table: 'posts', before: 2, after: 0, through: 'users' }),
      lost({ at: at('DROP TABLE users'), table: 'notes', before: 4, after: 1, through: 'users' }),
    ]
    const { message, fix } = await onlyFinding(folder, { facts })
    expect(message).toBe(
      '`up` of version 002 (migrations/002_b.sql) loses all 2 rows of posts and 3 of 4 rows of notes in `DROP TABLE users`: removing users or its rows also deletes the rows of posts and notes, by ON DELETE CASCADE, and reports success.',
    )
    expect(fix).toContain('`ctx.rebuild`')
  })

  test('tables that lose rows by themselves, and the two sides, are findings of their own', async () => {
    const facts = [
      lost(),
      lost({ table: 'posts' }),
      lost({ at: placeIn(2, { direction: 'down' }) }),
    ]
    const found = await replayFolder(folder, { facts })
    expect(found.map(({ line, message }) => [line, /^`(\w+)`/.exec(message)?.[1]])).toEqual([
      [2, 'up'],
      [2, 'up'],
      [4, 'down'],
    ])
  })
})

describe('a virtual table with rows of its own that is made again', () => {
  const ANEW = "DROP TABLE f;\nCREATE VIRTUAL TABLE f USING fts5(title, tokenize='trigram');"
  const index = (was: string, up: string) => ({
    '001_a.sql': sqlFile(
      `CREATE TABLE n (id INTEGER PRIMARY KEY, title TEXT);\nCREATE VIRTUAL TABLE f USING ${was};\nCREATE TRIGGER n_ai AFTER INSERT ON n BEGIN INSERT INTO f (rowid, title) VALUES (new.id, new.title); END;`,
    ),
    '002_b.sql': sqlFile(up),
  })

  test.each([
    ['other words', 'fts5(title)', ANEW],
    ['the same words', 'fts5(title)', 'DROP TABLE f;\nCREATE VIRTUAL TABLE f USING fts5(title);'],
    [
      'another name first',
      'fts5(title)',
      'DROP TRIGGER n_ai;\nCREATE VIRTUAL TABLE g USING fts5(title);\nDROP TABLE f; ALTER TABLE g RENAME TO f;\nCREATE TRIGGER n_ai AFTER INSERT ON n BEGIN INSERT INTO f (rowid, title) VALUES (new.id, new.title); END;',
    ],
    [
      'rows that are written too early',
      'fts4(title)',
      `INSERT INTO f (title) VALUES ('x');\n${ANEW}`,
    ],
  ])('in %s', async (_, was, up) => {
    const { code, severity, message } = await onlyFinding(index(was, up))
    expect([code, severity]).toEqual(['ROWS_LOST', 'error'])
    expect(message).toContain('loses all rows of f: it has rows of its own, and is recreated in')
  })

  test('with its text in another table before, and the fix fills it', async () => {
    const was = "fts5(title, content='n', content_rowid='id')"
    const { message, fix } = await onlyFinding(index(was, ANEW))
    expect(message).toContain('leaves f empty')
    const [, fill = ''] = /`(INSERT .*?)`/.exec(fix) ?? []
    expect(fill).toBe('INSERT INTO f (rowid, title) SELECT id, title FROM n')
    expect(await placesAfterReplay(index(was, `${ANEW}\n${fill};`))).toEqual([])
  })

  test('the fix puts them back', async () => {
    const { fix } = await onlyFinding(index('fts5(title)', ANEW))
    const [, aside = '', back = ''] = /`(CREATE TABLE .*?)`.*?`(INSERT .*?)`/.exec(fix) ?? []
    expect(await placesAfterReplay(index('fts5(title)', `${aside};\n${ANEW}\n${back};`))).toEqual(
      [],
    )
  })

  test('in `down` alone', async () => {
    const filled = `${ANEW}\nINSERT INTO f (rowid, title) SELECT id, title FROM n;`
    const back = 'DROP TABLE f;\nCREATE VIRTUAL TABLE f USING fts5(title);'
    const folder = (down: string) => ({
      ...index('fts5(title)', ''),
      '002_b.sql': sqlFile(filled, down),
    })
    const { code, line, message } = await onlyFinding(folder(back))
    expect([code, line]).toEqual(['ROWS_LOST', 7])
    expect(message).toContain('`down` of version 002')
    const whole = `${back}\nINSERT INTO f (rowid, title) SELECT id, title FROM n;`
    expect(await placesAfterReplay(folder(whole))).toEqual([])
  })

  test('an R-Tree', async () => {
    const folder = {
      '001_a.sql': sqlFile('CREATE VIRTUAL TABLE r USING rtree(id, x0, x1);'),
      '002_b.sql': sqlFile(
        'DROP TABLE r;\nCREATE VIRTUAL TABLE r USING rtree(id, x0, x1, y0, y1);',
      ),
    }
    expect((await onlyFinding(folder)).fix).toContain(
      'INSERT INTO r (id, x0, x1) SELECT id, x0, x1 FROM r_kept',
    )
  })

  test.each([
    [
      'filled by its name',
      'fts5(title)',
      `${ANEW}\nINSERT INTO f (rowid, title) SELECT id, title FROM n;`,
    ],
    ['filled by a trigger', 'fts5(title)', `${ANEW}\nINSERT INTO n (title) SELECT title FROM n;`],
    ['without text of its own before', "fts5(title, content='')", ANEW],
    [
      'without text of its own now',
      'fts5(title)',
      "DROP TABLE f;\nCREATE VIRTUAL TABLE f USING fts5(title, content='n', content_rowid='id');\nINSERT INTO f (f) VALUES ('rebuild');",
    ],
    [
      'that only shows another one',
      'fts5(title)',
      'CREATE VIRTUAL TABLE v USING fts5vocab(f, row);',
    ],
  ])('nothing of one %s', async (_, was, up) =>
    expect(await placesAfterReplay(index(was, up))).toEqual([]),
  )
})
