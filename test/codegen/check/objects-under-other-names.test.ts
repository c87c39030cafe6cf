// OBJECT_LOST of what a rebuild makes again with other names: its own, and those of its table and columns.
import { describe, expect, test } from 'vitest'
import { proveHistory } from './proven-folder.js'

const TABLES = `CREATE TABLE songs (id INTEGER PRIMARY KEY, name TEXT, liked_at INTEGER);
CREATE TABLE log (at INTEGER, what TEXT);`
const MOVE = `CREATE TABLE tracks (id INTEGER PRIMARY KEY, title TEXT, user_liked_at INTEGER);
INSERT INTO tracks (id, title, user_liked_at) SELECT id, name, liked_at FROM songs;
DROP TABLE songs;`
const REBUILD = `${MOVE} ALTER TABLE tracks RENAME TO songs;`

const lostIn = async (...steps: string[]) =>
  (await proveHistory(...steps)).filter(({ code }) => code === 'OBJECT_LOST')

const LIKED = 'CREATE INDEX liked ON songs (liked_at) WHERE liked_at IS NOT NULL;'
const LETTERS = 'CREATE INDEX letters ON songs (lower(name), liked_at);'
const LOGGED = `CREATE TRIGGER logged AFTER UPDATE OF name, liked_at ON songs WHEN OLD.name <> NEW.name
BEGIN INSERT INTO log (at, what) VALUES (NEW.liked_at, NEW.name); UPDATE songs SET liked_at = 0 WHERE id = NEW.id; END;`
/** The same with the new names. */
const renamed = (sql: string, table = 'tracks'): string =>
  sql
    .replace(/\b(liked|letters|logged)\b/, 'again_$1')
    .replace(/\bliked_at/g, 'user_liked_at')
    .replace(/\bname\b/g, 'title')
    .replace(/\bsongs\b/g, table)

describe.each([
  ['partial index', LIKED],
  ['index over an expression', LETTERS],
  ['trigger', LOGGED],
])('a %s', (_, sql) => {
  test('that a table under another name has again is not lost', async () => {
    expect(await lostIn(TABLES + sql, MOVE + renamed(sql))).toEqual([])
  })

  test('that a table with other columns has again under another name is not lost', async () => {
    expect(await lostIn(TABLES + sql, REBUILD + renamed(sql, 'songs'))).toEqual([])
  })

  test('is lost where a new one asks for something else', async () => {
    const other = renamed(sql).replace(/IS NOT NULL|lower|<>/, (found) =>
      found === 'lower' ? 'upper' : found === '<>' ? '>' : 'IS NULL',
    )
    expect(await lostIn(TABLES + sql, MOVE + other)).toHaveLength(1)
  })
})

test('the fix makes a trigger with the new names', async () => {
  const [found] = await lostIn(TABLES + LOGGED, MOVE)
  expect(found?.fix).toContain(
    '`CREATE TRIGGER logged AFTER UPDATE OF title, user_liked_at ON tracks WHEN OLD.title <> NEW.title BEGIN INSERT INTO log (at, what) VALUES (NEW.user_liked_at, NEW.title);',
  )
})
