// Which steps outside a transaction are not begun because of what is there already, and what is told of those that did not end.
import { describe, expect, test } from 'vitest'
import { behindNow, lookAt } from '../../src/cli/database/find-behind.js'
import { refusalOf } from '../../src/cli/database/refuse-behind.js'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import { perform } from '../../src/database/outcome.js'
import { betterSqlite3, migrate, toolkit } from '../../src/drivers/better-sqlite3.js'
import { touchedObjects } from '../../src/run/compare-schema.js'
import { environment } from '../../src/run/environment/environment.js'
import { databases } from '../support/databases.js'
import { temporaryProject } from '../support/project.js'
import { registryOf, type Draft } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'
import { testSome } from '../support/some-of.js'

const files = databases()

const FIRST = `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
  CREATE VIEW names AS SELECT name FROM users;
  CREATE TABLE cache (key TEXT)`

type Up = Draft<Database>['up']

/** What is found before the second version, where this was done to the database after the first. */
function found(up: Up, there: string, { transaction = false, text = '' } = {}) {
  const registry = withDigests(
    registryOf({ up: FIRST }, { up, toolkit, ...(!transaction && { transaction }) }),
  )
  const db = files.open()
  migrate(db, registry, { to: 1 })
  db.exec(there)
  const env = environment(betterSqlite3(db), registry, {})
  const look = perform('sync', lookAt(env))
  const root = text === '' ? 'nowhere' : temporaryProject({ [registry[1]!.file]: text })
  return {
    refusal: refusalOf(registry[1]!, perform('sync', behindNow(env, look)), root),
    touched: touchedObjects(registry, 2, look),
  }
}

const POSTS = 'CREATE TABLE posts (id INTEGER PRIMARY KEY)'
const NAMES = 'DROP VIEW names; CREATE VIEW names AS SELECT id, name FROM users'
const CACHE = 'DROP TABLE cache; CREATE TABLE cache (k, v)'
const AGE = 'ALTER TABLE users ADD COLUMN age INTEGER'
const make = (db: Database): void => void db.exec(POSTS)

describe('a step outside a transaction', () => {
  testSome<[what: string, up: Up, there: string, text?: string]>([
    ['makes a table', POSTS, POSTS],
    ['makes a table and more', `${POSTS}; CREATE INDEX posts_id ON posts (id)`, POSTS],
    ['makes what somebody else has made', POSTS, 'CREATE TABLE posts (mine)'],
    ['adds a column', AGE, AGE],
    ['adds a column in code', (db) => void db.exec('ALTER TABLE "users" ADD age INTEGER'), AGE],
    [
      'undoes what fails, and fails',
      (db) => {
        try {
          db.exec('CREATE TABLE posts (id INTEGER PRIMARY KEY)')
        } catch (error) {
          db.exec('PRAGMA optimize')
          throw error
        }
      },
      POSTS,
    ],
    ['runs what stands elsewhere in its file', make, POSTS, `const POSTS = '${POSTS}'`],
    [
      'makes a table anew from what it holds',
      'CREATE TABLE next (id INTEGER PRIMARY KEY, label TEXT); INSERT INTO next SELECT id, name FROM users; DROP VIEW names; DROP TABLE users; ALTER TABLE next RENAME TO users',
      'DROP VIEW names; DROP TABLE users; CREATE TABLE users (id INTEGER PRIMARY KEY, label TEXT)',
    ],
  ])('is refused where it %s', (_, up, there, text) => {
    const known = text === undefined ? {} : { text }
    expect(found(up, there, known).refusal).toMatchObject({
      code: 'LEDGER_BEHIND',
      facts: { version: 2 },
    })
    // Inside one, trying does no harm.
    expect(found(up, there, { ...known, transaction: true }).refusal).toBe(null)
    expect(found(up, '', known).refusal).toBe(null)
  })
  testSome<[what: string, up: Up, there: string, text?: string]>([
    ['says IF NOT EXISTS', POSTS.replace('TABLE', 'TABLE IF NOT EXISTS'), POSTS],
    ['drops it first, if it is there', `DROP TABLE IF EXISTS posts; ${POSTS}`, POSTS],
    ['makes a view anew', NAMES, NAMES],
    [
      'makes a view anew in code',
      (db) => void db.exec('DROP VIEW "names";\nCREATE VIEW "names" AS SELECT id, name FROM users'),
      NAMES,
    ],
    ['makes a table anew', CACHE, CACHE],
    [
      'asks for the columns',
      (db, ctx) => {
        if (!ctx.columns('users').includes('age'))
          db.exec('ALTER TABLE users ADD COLUMN age INTEGER')
      },
      AGE,
    ],
    [
      'asks for the table',
      (db) => {
        const [is] = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'posts'").all()
        if (!is) db.exec('CREATE TABLE posts (id INTEGER PRIMARY KEY)')
      },
      POSTS,
    ],
    [
      'lives with what fails',
      (db) => {
        try {
          db.exec('CREATE TABLE posts (id INTEGER PRIMARY KEY)')
        } catch {
          db.exec('PRAGMA optimize')
        }
      },
      POSTS,
    ],
    [
      'knows what fails',
      (db) => {
        try {
          db.exec('ALTER TABLE users ADD COLUMN age INTEGER')
        } catch (error) {
          if (!/duplicate column/.test(String(error))) throw error
        }
      },
      AGE,
    ],
    ['leaves it to another file', make, POSTS, "import { make } from './_make.js'"],
    [
      'leaves it to a function that looks',
      make,
      POSTS,
      "db.exec('CREATE TABLE IF NOT EXISTS posts')",
    ],
    ['meets something else', POSTS, 'CREATE TABLE other (x)'],
    ['changes what others have changed', AGE, 'ALTER TABLE users ADD COLUMN other'],
  ])('is begun where it %s', (_, up, there, text) => {
    expect(found(up, there, text === undefined ? {} : { text }).refusal).toBe(null)
  })
})

test('what is left of a step that did not end is what is not as the version before leaves it', () => {
  const up = `${AGE}; ALTER TABLE users ADD COLUMN born TEXT; DROP TABLE cache; ${POSTS}; ${NAMES}`
  for (const [there, objects] of [
    ['', []],
    ['CREATE TABLE other (x)', []],
    [AGE, ['table users (changed)']],
    [`DROP TABLE cache; ${POSTS}`, ['table cache (gone)', 'table posts']],
  ] as const)
    expect(found(up, there).touched.toSorted()).toEqual(objects)
})
