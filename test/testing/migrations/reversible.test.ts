// The way back: what is expected of `down`, and what is found when it does not keep it.
import { describe, expect, test } from 'vitest'
import { errorOf } from '../../support/error-of.js'
import { kitOf, openedDatabases, table, valuesOf } from './kit.js'

const users = {
  up: 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT); CREATE INDEX by_name ON users (name)',
  down: 'DROP TABLE users',
}
const posts = {
  up: 'CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users ON DELETE CASCADE)',
  down: 'DROP TABLE posts',
}

describe('a history whose way back is right', () => {
  const kit = kitOf(
    users,
    { up: 'ALTER TABLE users ADD COLUMN age', down: 'ALTER TABLE users DROP COLUMN age' },
    { up: 'DROP INDEX by_name', irreversible: 'nobody needs it' },
    { up: "UPDATE users SET name = ''", down: 'SELECT 1' },
    { up: 'SELECT 1', down: 'SELECT 1', effects: 'sends a letter' },
  )
  test('is tried at every version that has one, and touches nothing outside', () => {
    expect(kit.expectReversible()).toEqual([1, 2, 4])
    expect(openedDatabases().map(({ open }) => open)).toEqual([false])
  })
  test('is tried at one version, also at one with effects', () => {
    expect(kit.expectReversible(2)).toEqual([2])
    expect(kit.expectReversible(5)).toEqual([5])
  })
  test('is tried with rows, in a database for each version', () => {
    const seen: number[] = []
    const tried = kitOf(users, posts).expectReversible(undefined, {
      before(db, version) {
        seen.push(version)
        if (version === 1) db.exec('INSERT INTO users (id) VALUES (1)')
      },
    })
    expect(tried).toEqual([1, 2])
    expect(seen).toEqual([0, 1])
    expect(openedDatabases().map(({ open }) => open)).toEqual([false, false])
  })
  test('may write differently what means the same', () => {
    const again = kitOf(users, {
      up: 'DROP INDEX by_name',
      down: 'create index "by_name" on users(  name ) -- again',
    })
    expect(again.expectReversible(2)).toEqual([2])
  })
})

describe('is not reversible:', () => {
  test('a down that forgets a column', () => {
    const kit = kitOf(users, {
      name: 'age',
      up: 'ALTER TABLE users ADD COLUMN age INTEGER DEFAULT 7',
      down: 'SELECT 1',
    })
    const error = errorOf(() => kit.expectReversible())
    expect(error).toMatchObject({ code: 'EXPECTATION_NOT_REVERSIBLE', facts: { version: 2 } })
    expect(error.message).toBe(
      'The down of migration 002 (age) in migrations/002_step_2.ts does not restore the schema from before its up:\n  table users differs\n    + column age integer default 7\nOnly a test database was touched.',
    )
    expect(openedDatabases().every(({ open }) => !open)).toBe(true)
  })
  test('all steps are tried, and told together', () => {
    const forgets = (column: string) => ({
      name: column,
      up: `ALTER TABLE users ADD COLUMN ${column}`,
      down: 'SELECT 1',
    })
    const kit = kitOf(users, forgets('age'), { up: 'SELECT 1', down: 'SELECT 1' }, forgets('size'))
    const error = errorOf(() => kit.expectReversible())
    expect(error).toMatchObject({
      code: 'EXPECTATION_STEPS_FAILED',
      facts: { failures: [{ name: '002' }, { name: '004' }] },
      cause: { code: 'EXPECTATION_NOT_REVERSIBLE' },
    })
    expect(error.message).toContain('Of 4 migrations with a down, 2 fail:\n  002: The down of')
    expect(error.message).toContain('+ column size')
    expect(openedDatabases().every(({ open }) => !open)).toBe(true)
  })
  test('one that cannot be applied is told once, and so is what came before it', () => {
    const broken = { up: 'SELECT nothing', down: 'SELECT 1' }
    const forgets = { up: 'ALTER TABLE users ADD COLUMN age', down: 'SELECT 1' }
    const error = errorOf(() => kitOf(users, forgets, broken, posts).expectReversible())
    expect(error.facts['failures']).toMatchObject([{ name: '002' }, { name: '003' }])
    const alone = errorOf(() => kitOf(users, broken, posts).expectReversible())
    expect(alone.code).toBe('MIGRATION_FAILED')
  })
  test('a down that loses an index when it makes the table anew', () => {
    const kit = kitOf(users, {
      up: 'ALTER TABLE users DROP COLUMN email',
      down: 'CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT, email TEXT); INSERT INTO new (id, name) SELECT id, name FROM users; DROP TABLE users; ALTER TABLE new RENAME TO users',
    })
    const error = errorOf(() => kit.expectReversible(2))
    expect(error.code).toBe('EXPECTATION_NOT_REVERSIBLE')
    expect(error.message).toContain('index by_name is missing')
  })
  test('columns in a different order', () => {
    const kit = kitOf(users, {
      up: 'ALTER TABLE users DROP COLUMN name',
      down: 'ALTER TABLE users ADD COLUMN name TEXT',
    })
    const onlyColumns = kitOf(
      { ...users, up: users.up.split(';')[0]! },
      {
        up: 'ALTER TABLE users DROP COLUMN name',
        down: 'ALTER TABLE users ADD COLUMN name TEXT',
      },
    )
    expect(errorOf(() => kit.expectReversible(2)).code).toBe('MIGRATION_FAILED')
    expect(errorOf(() => onlyColumns.expectReversible(2)).message).toContain('in a different order')
  })
  test('a version without down, when it is asked for', () => {
    const kit = kitOf(users, { up: 'SELECT 1', irreversible: 'it forgets passwords' }, { up: '' })
    const stated = errorOf(() => kit.expectReversible(2))
    expect(stated.code).toBe('EXPECTATION_NO_DOWN')
    expect(stated.message).toContain('it forgets passwords')
    expect(errorOf(() => kit.expectReversible(3)).code).toBe('EXPECTATION_NO_DOWN')
  })
  test('a history without any down', () => {
    const error = errorOf(() => kitOf({ up: 'SELECT 1' }).expectReversible())
    expect(error.code).toBe('EXPECTATION_VOID')
    expect(errorOf(() => kitOf().expectReversible()).code).toBe('EXPECTATION_VOID')
    expect(openedDatabases()).toEqual([])
  })
})

test('an up that does something else the second time is not repeatable', () => {
  const kit = kitOf(
    { up: 'CREATE TABLE log (entry TEXT)', down: 'DROP TABLE log' },
    {
      up(db) {
        db.exec("CREATE TABLE made (id); INSERT INTO log VALUES ('up')")
        if (valuesOf(db, 'SELECT count(*) FROM log')[0] === 2) db.exec('CREATE TABLE twice (id)')
      },
      down: 'DROP TABLE made; DROP TABLE IF EXISTS twice',
    },
  )
  const error = errorOf(() => kit.expectReversible(2))
  expect(error.code).toBe('EXPECTATION_NOT_REPEATABLE')
  expect(error.message).toContain('table twice is unexpected')
})

test('an up that cannot run again is thrown as the failure that it is', () => {
  const kit = kitOf(table('a'), {
    up: "INSERT INTO a VALUES (1, 'first')",
    down: 'SELECT 1',
  })
  expect(errorOf(() => kit.expectReversible(2)).code).toBe('MIGRATION_FAILED')
})

describe('rows that are lost on the way there and back', () => {
  const before = (db: { exec(sql: string): unknown }): void => {
    db.exec(
      'INSERT INTO users (id) VALUES (1), (2); INSERT INTO posts VALUES (1, 1), (2, 2), (3, 2)',
    )
  }
  const forgetful = kitOf(users, posts, {
    name: 'forget',
    up: 'DELETE FROM posts WHERE user_id = 2; ALTER TABLE users RENAME TO people',
    down: 'ALTER TABLE people RENAME TO users',
  })
  test('are found by table', () => {
    const error = errorOf(() => forgetful.expectReversible(3, { before }))
    expect(error.code).toBe('EXPECTATION_ROWS_LOST')
    expect(error.message).toBe(
      'Applying and undoing migration 003 (forget) in migrations/003_step_3.ts loses rows:\n  posts had 3 rows and has 1\nOnly a test database was touched.',
    )
  })
  test('may be lost on purpose', () => {
    expect(forgetful.expectReversible(3, { before, loses: ['POSTS'] })).toEqual([3])
  })
  test('are not expected of a table that up drops', () => {
    const kit = kitOf(users, posts, { up: 'DROP TABLE posts', down: posts.up })
    expect(kit.expectReversible(3, { before })).toEqual([3])
  })
  test('are found in a table with a new name', () => {
    const kit = kitOf(users, posts, {
      up: 'ALTER TABLE posts RENAME TO articles',
      down: 'DELETE FROM articles; ALTER TABLE articles RENAME TO posts',
    })
    const renames = { posts: 'Articles' }
    const error = errorOf(() => kit.expectReversible(3, { before, renames }))
    expect(error.message).toContain('posts had 3 rows and has 0')
  })
})
