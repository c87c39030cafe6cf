// Migrations that fail because of what somebody has made by hand: it is named, and no migration is blamed for it.
import { beforeAll, describe, expect, test } from 'vitest'
import { betterSqlite3 } from '../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { LockstepError } from '../../src/errors/lockstep-error.js'
import type { Registry } from '../../src/model/registry.js'
import type { RunJob } from '../../src/cli/worker/job-context.js'
import { performRun } from '../../src/cli/worker/perform-run.js'
import { databases } from '../support/databases.js'
import { failureOf } from '../support/error-of.js'
import { batched } from '../run/batches/backfill.js'
import { registryOf, type BatchedDraft, type Draft } from '../support/registry.js'
import { toolkit } from '../../src/run/context/toolkit.js'
import { withDigests } from '../support/replayed.js'
import { testSome } from '../support/some-of.js'

type Drawn = Draft<Database> | BatchedDraft<Database>

const files = databases()

const users: Draft<Database> = {
  up: `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, b TEXT);
       INSERT INTO users VALUES (1, 'bob', 'x'), (2, 'eve', 'y')`,
  down: 'DROP TABLE users',
}
const own: Draft<Database> = {
  up: `CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id REFERENCES users, word TEXT UNIQUE);
       CREATE TABLE gone (x); CREATE INDEX notes_word ON notes (word);
       CREATE TRIGGER strict BEFORE DELETE ON notes BEGIN SELECT RAISE(ABORT, 'notes stay'); END`,
  down: 'DROP TABLE gone; DROP TABLE notes',
}
const last = (up: Draft<Database>['up'], more: Partial<Draft<Database>> = {}): Draft<Database> => ({
  up,
  down: 'SELECT 1',
  ...more,
})

let registry: Registry<Database>
beforeAll(() => void (registry = withDigests(registryOf(users, own))))

/** Applies what is told of, then something is made by hand, and a run fails. */
async function failure(
  by: string,
  job: { readonly work: 'migrate' | 'rollback' | 'redo'; readonly steps?: number },
  drafts: readonly Drawn[] = [users, own],
): Promise<LockstepError> {
  const db = files.open()
  migrate(db, registry)
  db.exec(by)
  const run = {
    job: { work: job.work, flags: { yes: true, steps: job.steps } },
    settings: { manager: {} },
    context: { send() {}, signal: { aborted: false } },
    registry: job.work === 'migrate' ? known(drafts) : registry,
  } as unknown as RunJob
  const work = () => performRun(run, betterSqlite3(db), () => {}, {})
  return failureOf(work)
}

/** With digests that change nothing, as these last steps cannot be replayed or need not be. */
const known = (drafts: readonly Drawn[]): Registry<Database> =>
  registryOf(...drafts).map((entry, at) => ({
    ...entry,
    schemaDigest: registry[at]?.schemaDigest ?? registry.at(-1)!.schemaDigest!,
    schemaChanges: registry[at]?.schemaChanges ?? {},
  }))

const up = (by: string, draft: Draft<Database>): Promise<LockstepError> =>
  failure(by, { work: 'migrate' }, [users, own, draft])

const CHILD = 'CREATE TABLE audit (user_id REFERENCES users); INSERT INTO audit VALUES (1)'

describe('rows of a table made by hand lack their parent', () => {
  testSome(['rollback', 'redo'] as const)('after a %s', async (work) => {
    const error = await failure(CHILD, { work, steps: 2 })
    expect(error).toMatchObject({
      code: 'FOREIGN_KEY_VIOLATED',
      facts: { byHand: ['table audit'] },
    })
    expect(error.message).toContain('No migration of this registry creates table audit.')
    expect(error.message).toMatch(/rolled back\.$/)
    expect(error.fix).toMatch(
      /^Find out what that table is for\. Once it is backed up, .* Then run again\.$/,
    )
  })

  testSome<[string, Draft<Database>]>([
    ['FOREIGN_KEY_VIOLATED', last('DELETE FROM users')],
    ['MIGRATION_FAILED', last('DELETE FROM users', { foreignKeys: 'enforce' })],
    ['FOREIGN_KEYS_ENFORCED_DROP', last('DROP TABLE users', { foreignKeys: 'enforce' })],
  ])('after an up: %s', async (code, draft) => {
    expect(await up(`DROP TABLE notes; ${CHILD}`, draft)).toMatchObject({
      code,
      facts: { byHand: ['table audit'] },
    })
  })

  test('and its key is not to be checked any more', async () => {
    const by = 'CREATE UNIQUE INDEX once ON users (b); CREATE TABLE audit (b REFERENCES users (b))'
    expect(await up(by, last('DROP INDEX once'))).toMatchObject({
      code: 'FOREIGN_KEY_MISMATCH',
      facts: { byHand: ['table audit'] },
    })
  })
})

test('a trigger adds rows to those that batches go through', async () => {
  const by =
    'CREATE TRIGGER more AFTER UPDATE ON users BEGIN INSERT INTO users (name) VALUES (1); END; CREATE TRIGGER heard AFTER UPDATE ON users BEGIN INSERT INTO gone VALUES (1); END'
  const update = 'UPDATE users SET b = 1 WHERE id BETWEEN :from AND :to'
  const step = batched({ query: 'SELECT id FROM users', by: 'id', update })
  expect(await failure(by, { work: 'migrate' }, [users, own, step])).toMatchObject({
    code: 'BATCHES_INVALID',
    message: expect.stringContaining(
      'No migration of this registry creates trigger more.',
    ) as string,
    facts: { byHand: ['trigger more'] },
  })
})

testSome<[string, string, Draft<Database>['up']]>([
  ['index by_b', 'CREATE INDEX by_b ON users (b)', 'ALTER TABLE users DROP COLUMN b'],
  [
    'view shown',
    'CREATE VIEW shown AS SELECT b FROM users',
    (db) => void db.exec('ALTER TABLE users DROP COLUMN b'),
  ],
  [
    'trigger heard',
    'CREATE TRIGGER heard AFTER UPDATE OF b ON users BEGIN SELECT NEW.b; END',
    'ALTER TABLE users DROP COLUMN b',
  ],
  [
    'view shown',
    'CREATE VIEW shown AS SELECT * FROM gone',
    'DROP TABLE gone; ALTER TABLE users RENAME TO people',
  ],
  ['view "Shown"', 'CREATE VIEW "Shown" AS SELECT 1', 'CREATE TABLE "Shown" (a)'],
  ['index tags', 'CREATE INDEX tags ON users (b)', 'CREATE INDEX tags ON notes (word)'],
  ['index tags', 'CREATE INDEX tags ON users (b)', 'CREATE TABLE tags (a)'],
  ['table tags', 'CREATE TABLE tags (a)', 'CREATE INDEX tags ON notes (word)'],
  ['table tags', 'CREATE TABLE tags (a)', 'ALTER TABLE gone RENAME TO tags'],
  [
    'trigger [t r]',
    'CREATE TRIGGER [t r] DELETE ON users BEGIN SELECT 1; END',
    'CREATE TRIGGER [t r] DELETE ON gone BEGIN SELECT 1; END',
  ],
  ['view tags', 'CREATE VIEW tags AS SELECT 1', 'DROP TABLE IF EXISTS tags'],
  ['view tags', 'CREATE VIEW tags AS SELECT 1 AS a', 'INSERT INTO tags VALUES (1)'],
  [
    'index once',
    'CREATE UNIQUE INDEX once ON users (b, name)',
    'INSERT INTO users (name, b) SELECT name, b FROM users',
  ],
  ['index once', 'CREATE UNIQUE INDEX once ON users (lower(b))', "UPDATE users SET b = 'z'"],
  ['index once', "CREATE UNIQUE INDEX once ON users (b) WHERE b > ''", "UPDATE users SET b = 'z'"],
  [
    'trigger no_bob',
    "CREATE TRIGGER no_bob BEFORE UPDATE ON users BEGIN SELECT RAISE(ABORT, 'no bob''s.'); END",
    'UPDATE users SET b = 1',
  ],
  [
    'table audit',
    'CREATE TABLE audit (a NOT NULL); CREATE TRIGGER fills AFTER UPDATE ON users BEGIN INSERT INTO audit VALUES (NULL); END',
    'UPDATE users SET b = 1',
  ],
  [
    'table audit',
    'CREATE TABLE audit (a UNIQUE); CREATE TRIGGER fills AFTER UPDATE ON users BEGIN INSERT INTO audit VALUES (1); END',
    'UPDATE users SET b = 1',
  ],
  [
    'trigger fills',
    'CREATE TRIGGER fills AFTER UPDATE ON users BEGIN INSERT INTO gone VALUES (1); END',
    'DROP TABLE gone; UPDATE users SET b = 1',
  ],
  [
    'trigger fills',
    'CREATE TRIGGER fills AFTER UPDATE ON users BEGIN INSERT INTO gone VALUES (1); END',
    (db) => void db.exec('DROP TABLE gone; UPDATE users SET b = 1'),
  ],
])('%s stands in the way of an up', async (object, by, sql) => {
  const error = await up(by, last(sql))
  const key = object.replace(
    / (.*)$/,
    (name) =>
      ` ${name
        .slice(1)
        .replace(/^["[]|["\]]$/g, '')
        .toLowerCase()}`,
  )
  expect(error).toMatchObject({ code: 'MIGRATION_FAILED', facts: { byHand: [key] } })
  expect(error.message).toContain(`. No migration of this registry creates ${key}.`)
  expect(error.fix).toMatch(/^(?:Drop it|Find out).*Then run again\.$/)
})

test('an index by hand over a column that a rebuild leaves out is no fault of its call', async () => {
  const create = 'CREATE TABLE users (id INTEGER PRIMARY KEY)'
  const draft = last((_db, ctx) => ctx.rebuild('users', { create }), { toolkit })
  const error = await up('CREATE INDEX "By B" ON users (b)', draft)
  expect(error).toMatchObject({ code: 'REBUILD_INVALID', facts: { byHand: ['index by b'] } })
  expect(error.message).toContain('No migration of this registry creates index by b.')
  expect(error.fix).toMatch(/^Drop it, and recreate it by hand afterwards/)
})

test('a down that makes again what somebody has made is told of that', async () => {
  const redone = [
    users,
    { ...own, down: 'DROP TABLE gone; DROP TABLE notes; CREATE VIEW tags AS SELECT 1' },
  ]
  registry = withDigests(registryOf(...redone))
  const error = await failure('CREATE VIEW tags AS SELECT 2', { work: 'rollback' })
  registry = withDigests(registryOf(users, own))
  expect(error.facts).toMatchObject({ direction: 'down', byHand: ['view tags'] })
})

testSome<[string, string, string]>([
  [
    'table users',
    'ALTER TABLE users ADD COLUMN c GENERATED ALWAYS AS (b)',
    'ALTER TABLE users DROP COLUMN b',
  ],
  ['table users', 'ALTER TABLE users ADD COLUMN c', 'ALTER TABLE users ADD COLUMN c'],
])('%s of the migrations was changed by hand', async (object, by, sql) => {
  const error = await up(by, last(sql))
  expect(error).toMatchObject({
    code: 'MIGRATION_FAILED',
    facts: { byHand: [], drifted: [object] },
  })
  expect(error.message).toContain(`No migration left ${object} as it is now.`)
})

testSome<[string, string, Draft<Database>['up']]>([
  ['a table of the migrations', CHILD, 'CREATE TABLE notes (a)'],
  ['their rows', CHILD, "INSERT INTO notes VALUES (1, 7, 'a')"],
  [
    'a constraint of the table',
    'CREATE UNIQUE INDEX once ON notes (word)',
    "INSERT INTO notes (word) VALUES ('a'), ('a')",
  ],
  [
    'a trigger of the migrations',
    "CREATE TRIGGER also BEFORE DELETE ON notes BEGIN SELECT RAISE(ABORT, 'notes stay'); END",
    "INSERT INTO notes (word) VALUES ('a'); DELETE FROM notes",
  ],
  [
    'a name that the statement itself misses',
    'CREATE TRIGGER fills AFTER UPDATE ON users BEGIN INSERT INTO lost VALUES (1); END',
    'INSERT INTO lost VALUES (1)',
  ],
  [
    'the same in code',
    'CREATE TRIGGER fills AFTER UPDATE ON users BEGIN INSERT INTO lost VALUES (1); END',
    (db) => void db.exec('INSERT INTO lost VALUES (1)'),
  ],
  ['a word', 'CREATE TABLE audit (a)', 'CREATE TABEL audit (a)'],
])('nothing made by hand is blamed for %s', async (_, by, sql) => {
  const error = await up(by, last(sql))
  expect(error.facts).not.toHaveProperty('byHand')
  expect(error.message).not.toContain('No migration of this')
})

test('nothing is said of what belongs to whom where the registry does not tell', async () => {
  const told = registry
  registry = registryOf(users, own)
  const error = await failure(CHILD, { work: 'rollback', steps: 2 })
  registry = told
  expect(error.code).toBe('FOREIGN_KEY_VIOLATED')
  expect(error.facts).not.toHaveProperty('byHand')
})
