// `seed` writes rows for development: all seeds of a run or none, and only into a database that is up to date.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, it } from 'vitest'
import { testSome } from '../support/some-of.js'
import { loadRegistry } from '../../src/cli/database/load-registry.js'
import { loadSettings } from '../../src/cli/settings/load-settings.js'
import { doSeed } from '../../src/cli/worker/do-seed.js'
import type { LockstepError } from '../../src/index.js'
import { failureOf } from '../support/error-of.js'
import { addFiles, filesIn } from '../support/project.js'
import { runProgram, type Finished } from './support/command-line.js'
import { copyOf, migrationProject } from './support/project.js'
import { inProcesses, processesHere } from '../support/processes-here.js'

processesHere()

const MIGRATIONS = {
  '001_shop.sql': `-- migrate:up
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE);
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users);
-- migrate:down
DROP TABLE orders;
DROP TABLE users;
`,
}

let made: string
beforeAll(async () => {
  made = migrationProject(MIGRATIONS)
  expect(await runProgram(made, ['gen', '-q'])).toMatchObject({ exitCode: 0 })
  expect(await runProgram(made, ['migrate', '-q'])).toMatchObject({ exitCode: 0 })
})

const shop = (seeds: Readonly<Record<string, string>> = {}): string => {
  const root = copyOf(made)
  addSeeds(root, seeds)
  return root
}

const addSeeds = (root: string, seeds: Readonly<Record<string, string>>): void =>
  addFiles(
    root,
    Object.fromEntries(Object.entries(seeds).map(([name, text]) => [`seeds/${name}`, text])),
  )

const ask = (root: string, sql: string, file = 'data/app.db'): unknown[] => {
  const db = new Database(join(root, file), { readonly: true })
  try {
    return db.prepare(sql).pluck().all()
  } finally {
    db.close()
  }
}

const emails = (root: string): unknown[] => ask(root, 'SELECT email FROM users ORDER BY id')

async function expectRefused(root: string, code: string, argv = ['seed']): Promise<Finished> {
  const finished = await runProgram(root, argv)
  expect(finished.stderr).toContain(`✗ ${code}`)
  expect(finished).toMatchObject({ stdout: '' })
  return finished
}

/** What seeding throws in this process. */
async function failureIn(root: string): Promise<LockstepError> {
  const flags = {}
  const settings = await loadSettings({ flags, cwd: root, environment: {} })
  const job = { work: 'seed', words: [], flags, cwd: root, stopMarker: '', parent: 0 } as const
  const context = { send: () => {}, signal: { aborted: false }, folders: null }
  const registry = await loadRegistry(settings, root)
  return failureOf(() => doSeed({ job, settings, path: settings.database!, context, registry }))
}

const code = (body: string): string => `export default (db) => {\n  ${body}\n}\n`

const TYPED = `import type { Handle } from 'lockstep/better-sqlite3'
import type { NewUsers } from '../generated/schema.js'
import { addressOf } from '../src/addresses.js'

const users: NewUsers[] = [{ email: addressOf('grace') }, { email: addressOf('ada') }]

export default (db: Handle): void => {
  const insert = db.prepare('INSERT OR IGNORE INTO users (email) VALUES (@email)')
  db.transaction(() => {
    for (const user of users) insert.run(user)
  })()
}
`

describe('seeds', () => {
  it('run in the order of their names, as often as they can', async () => {
    const root = shop({
      '010_users.ts': TYPED,
      '002_orders.sql':
        '\ufeff-- Before their users: the order does not matter.\nINSERT OR IGNORE INTO orders VALUES (1, 1), (2, 2);\n',
      '_shared.sql': 'none',
      'README.md': '',
      'data/000_more.sql': 'none',
      '000_users.test.ts': 'none',
    })
    addFiles(root, {
      'src/addresses.ts': 'export const addressOf = (name: string) => `${name}@x.y`',
    })
    const ledger = ask(root, 'SELECT * FROM _migrations')
    const registry = readFileSync(join(root, 'generated/registry.ts'), 'utf8')
    const first = await runProgram(root, ['seed'])
    expect(first).toMatchObject({ exitCode: 0, stderr: '' })
    expect(first.stdout.replace(/[\d.]+ ms/g, 'T')).toBe(
      [
        '  ✓  seeds/002_orders.sql  2 rows  T',
        '  ✓  seeds/010_users.ts    2 rows  T',
        'data/app.db  2 seeds written: 4 rows.\n',
      ].join('\n'),
    )
    expect(emails(root)).toEqual(['grace@x.y', 'ada@x.y'])
    const second = await runProgram(root, ['seed', 'seeds/010_users', '--json'])
    expect(JSON.parse(second.stdout)).toEqual({
      database: join(root, 'data/app.db'),
      seeds: [{ file: 'seeds/010_users.ts', rows: 0, durationMs: expect.any(Number) }],
    })
    expect(ask(root, 'SELECT * FROM _migrations')).toEqual(ledger)
    expect(await runProgram(root, ['gen', '-q'])).toMatchObject({ exitCode: 0 })
    expect(readFileSync(join(root, 'generated/registry.ts'), 'utf8')).toBe(registry)
    expect(await runProgram(root, ['verify'])).toMatchObject({ exitCode: 0 })
  })

  it('need not be there', async () => {
    const root = shop({ 'README.md': '' })
    const before = filesIn(root)
    const { exitCode, stdout } = await runProgram(root, ['seed'])
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'There are no seeds: seeds has no SQL file and no script. Nothing was done.\n',
    })
    rmSync(join(root, 'seeds'), { recursive: true })
    expect((await runProgram(root, ['seed', '--json'])).stdout).toContain('"seeds": []')
    expect(filesIn(root)).toEqual(before.filter((file) => !file.startsWith('seeds')))
    const { exitCode: named, stderr } = await expectRefused(root, 'SEEDS_MISSING', ['seed', 'x'])
    expect(named).toBe(2)
    expect(stderr).toContain('There is no seed called x.')
  })

  it('that are meant by another name are named', async () => {
    const root = shop({ '001_users.sql': '', '002_orders.sql': '' })
    const { exitCode, stderr } = await expectRefused(root, 'SEEDS_MISSING', [
      'seed',
      '02_orders.sql',
    ])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('Did you mean 002_orders.sql?')
    expect(stderr).toContain('Name one of 001_users.sql, 002_orders.sql.')
  })

  it('may use what they make TEMP themselves', async () => {
    const root = shop({
      'a.sql': `CREATE TEMP TABLE users (email); INSERT INTO users VALUES ('t');
INSERT INTO main.users (email) SELECT email FROM users; DROP TABLE temp.users`,
      'b.sql': "INSERT INTO users (email) VALUES ('u')",
    })
    expect(await runProgram(root, ['seed'])).toMatchObject({ exitCode: 0 })
    expect(emails(root)).toEqual(['t', 'u'])
  })

  it('of each database stand where the configuration says', async () => {
    const root = shop({ '001.sql': "INSERT INTO users (email) VALUES ('m')" })
    addFiles(root, {
      'lockstep.config.ts': `export default { databases: {
  main: { database: 'data/app.db' },
  copy: { database: 'data/copy.db', seedsFolder: 'db/more' },
} }\n`,
      'db/more/users.sql': "INSERT INTO users (email) VALUES ('c')",
    })
    await runProgram(root, ['migrate', '--name', 'copy'])
    const picked = 'This is the database main of the configuration; `--name` picks another: copy.\n'
    const said = async (...argv: string[]): Promise<string[]> => {
      const { exitCode, stderr } = await runProgram(root, argv)
      expect(exitCode, stderr).toBe(0)
      return stderr.split('\n').filter((line) => picked.startsWith(line) && line !== '')
    }
    for (const argv of [['migrate', '--dry-run'], ['status'], ['seed']])
      expect(await said(...argv)).toEqual([picked.trimEnd()])
    expect(await said('seed', '--name', 'copy')).toEqual([])
    expect(emails(root)).toEqual(['m'])
    expect(ask(root, 'SELECT email FROM users', 'data/copy.db')).toEqual(['c'])
  })
})

describe('nothing is left', () => {
  const TWICE = "INSERT INTO users (email) VALUES ('a')"
  testSome<[string, string, string, string, ...string[]]>([
    [
      'a row that is there already',
      'b.sql',
      `SELECT 1;\n  ${TWICE}`,
      'SEED_FAILED',
      'seeds/b.sql:2:3',
      'UNIQUE constraint failed: users.email',
      'INSERT OR IGNORE',
      'lockstep reset --seed',
    ],
    [
      'code that throws',
      'b.ts',
      code("throw new TypeError('no luck')"),
      'SEED_FAILED',
      'no luck',
      'Fix the seed.',
    ],
    [
      'a typing error',
      'b.sql',
      'INSERT INTO user VALUES (1)',
      'SEED_FAILED',
      'no such table: user',
    ],
    ['false', 'b.ts', code('return false'), 'SEED_FAILED', 'it returned false'],
    ['a promise', 'b.ts', code('return Promise.reject(1)'), 'SEED_REFUSED', 'a promise'],
    ['a generator', 'b.ts', 'export default function* () {}', 'SEED_REFUSED', 'an iterator'],
    [
      'work for later',
      'b.ts',
      code(`void Promise.resolve().then(() => db.exec("${TWICE.replace('a', 'b')}"))`),
      'SEED_REFUSED',
      'went on working after it had returned',
    ],
    ['a COMMIT', 'b.sql', 'SELECT 1; COMMIT', 'SEED_REFUSED', 'controls the transaction: COMMIT'],
    ['a BEGIN', 'b.ts', code("db.exec('ROLLBACK')"), 'SEED_REFUSED', 'ROLLBACK'],
    [
      'an error that ends the transaction',
      'b.ts',
      code(`try { db.exec("${TWICE.replace('INSERT', 'INSERT OR ROLLBACK')}") } catch {}`),
      'SEED_REFUSED',
      'ended the transaction',
    ],
    [
      'foreign keys switched off',
      'b.ts',
      code("db.pragma('foreign_keys = OFF')"),
      'SEED_REFUSED',
      'switches foreign key enforcement',
    ],
    [
      'rows without their parent',
      'b.sql',
      'INSERT INTO orders VALUES (7, 99)',
      'SEED_ORPHANS',
      '1 in orders (user_id) without users, such as rowid 7',
    ],
    [
      'another schema',
      'b.sql',
      'CREATE TEMP TABLE mine (a); CREATE TABLE c (a)',
      'SEED_REFUSED',
      'changes the schema: table c is unexpected',
    ],
    [
      'another ledger',
      'b.sql',
      'DELETE FROM _migrations',
      'SEED_REFUSED',
      'the ledger _migrations',
    ],
    [
      'the handle closed',
      'b.ts',
      code('db.close()'),
      'DATABASE_CLOSED',
      'The database connection is not open',
    ],
    [
      'no function',
      'b.ts',
      'export const a = 1',
      'SEED_UNUSABLE',
      'default export is not a function',
    ],
    ['async', 'b.ts', 'export default async () => {}', 'SEED_UNUSABLE', 'its function is async'],
    ['a NUL', 'b.sql', 'SELECT 1;\0 SELECT 2', 'SEED_UNUSABLE', 'NUL'],
    ['a module that is gone', 'b.ts', "import './gone.js'", 'MODULE_BROKEN', 'seeds/b.ts:1:8'],
  ])('where a seed meets or leaves %s', async (_what, name, text, expected, ...says) => {
    const root = shop({ 'a.sql': TWICE, [name]: text })
    const { message, fix, code } = await failureIn(root)
    expect(code).toBe(expected)
    for (const one of says) expect(`${message} ${fix}`).toContain(one)
    const rolledBack = message.includes('All seeds of this run were rolled back.')
    expect(rolledBack).toBe(/^SEED_[^U]/.test(expected))
    expect(emails(root)).toEqual([])
    expect(ask(root, 'SELECT count(*) FROM _migrations')).toEqual([1])
  })

  const TEMP = 'CREATE TEMP TABLE users (id INTEGER PRIMARY KEY, email)'
  testSome([
    ['an earlier seed makes', { 'a.sql': TEMP, 'b.sql': TWICE }, ''],
    [
      'code names, by a view',
      { 'b.ts': code(`db.prepare("${TWICE}").run()`) },
      'VIEW users AS SELECT 1 AS email',
    ],
    ['the connection has', { 'b.sql': `SELECT 1; ${TWICE}` }, TEMP.slice('CREATE TEMP '.length)],
  ])('where what is TEMP hides a table: %s', async (_what, seeds, temporary) => {
    const root = shop(seeds)
    if (temporary)
      addFiles(root, {
        'lockstep.config.ts': `import Database from 'better-sqlite3'
export default { database: 'data/app.db', open: (path, options) => new Database(path, options).exec('CREATE TEMP ${temporary}') }\n`,
      })
    const { message, fix, code } = await failureIn(root)
    expect({ code, fix }).toEqual({
      code: 'SEED_REFUSED',
      fix: expect.stringContaining('main.users'),
    })
    expect(message).toMatch(/names users, which a TEMP .* hides: .*INSERT INTO users/)
    expect(emails(root)).toEqual([])
  })

  testSome([
    [code("process.kill(process.pid, 'SIGKILL')"), 'WORKER_DIED', ''],
    [
      code("throw new TypeError('no luck')"),
      'SEED_FAILED',
      'seeds/b.ts:2:9\n    2 |   throw new TypeError(',
    ],
  ])('where the process is gone, or fails', async (text, expected, says) => {
    const root = shop({ 'a.sql': TWICE, 'b.ts': text })
    const seed = () => expectRefused(root, expected)
    const { exitCode, stderr } = await (expected === 'WORKER_DIED' ? inProcesses(seed)() : seed())
    expect(exitCode).toBe(1)
    expect(stderr).toContain(says)
    expect(emails(root)).toEqual([])
  })
})

describe('a database is only seeded', () => {
  const SEEDS = { 'a.sql': "INSERT INTO users (email) VALUES ('a')" }
  it('when it is up to date', async () => {
    const root = shop(SEEDS)
    rmSync(join(root, 'data/app.db'))
    const missing = await expectRefused(root, 'SEED_NOT_CURRENT')
    expect(missing.stderr).toContain('it does not exist yet')
    new Database(join(root, 'data/app.db')).close()
    const pending = await expectRefused(root, 'SEED_NOT_CURRENT')
    expect(pending.stderr).toContain('1 migration is pending. Nothing was changed.')
    expect(pending.stderr).toContain('Run `lockstep migrate`. Then run again.')
    await runProgram(root, ['migrate'])
    const file = join(root, 'migrations/001_shop.sql')
    writeFileSync(file, readFileSync(file, 'utf8').replace('email TEXT', 'email BLOB'))
    await expectRefused(root, 'REGISTRY_STALE')
    await runProgram(root, ['gen', '-q', '--no-replay'])
    const edited = await expectRefused(root, 'SEED_NOT_CURRENT')
    expect(edited.stderr).toContain('001')
    expect(emails(root)).toEqual([])
  })

  it('when the configuration does not call it protected', async () => {
    const root = shop(SEEDS)
    addFiles(root, {
      'lockstep.config.ts': "export default { database: 'data/app.db', protected: true }\n",
    })
    for (const argv of [['seed'], ['reset', '--seed', '--yes'], ['seed', '--db', 'data/app.db']]) {
      const { exitCode } = await expectRefused(root, 'DATABASE_PROTECTED', argv)
      expect(exitCode).toBe(2)
    }
    expect(emails(root)).toEqual([])
  })
})

describe('reset --seed', () => {
  const SEEDS = { 'a.sql': "INSERT INTO users (email) VALUES ('a')" }
  it('deletes, migrates and seeds, and makes what is not there yet', async () => {
    const root = shop(SEEDS)
    await runProgram(root, ['seed'])
    const again = await runProgram(root, ['reset', '--seed', '--yes'])
    expect(again).toMatchObject({ exitCode: 0, stderr: '' })
    expect(again.stdout).toMatch(
      /^Everything in data\/app\.db was deleted\.\n.*001 {2}shop.*\n.*1 migration applied.*\n.*seeds\/a\.sql {2}1 row.*\n.*1 seed written: 1 row\.\n$/,
    )
    expect(emails(root)).toEqual(['a'])
    rmSync(join(root, 'data'), { recursive: true })
    const { stdout } = await runProgram(root, ['reset', '--seed', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      reset: false,
      migrated: { from: 0, to: 1 },
      seeded: { seeds: [{ file: 'seeds/a.sql', rows: 1 }] },
    })
  })

  it('says what it has deleted and applied where a seed fails then', async () => {
    const root = shop({ 'a.sql': 'INSERT INTO nope VALUES (1)' })
    await runProgram(root, ['migrate'])
    const { exitCode, stderr } = await runProgram(root, ['reset', '--seed', '--yes'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain(
      'Before that: Everything in data/app.db was deleted. All migrations were applied.\n',
    )
    const { stdout } = await runProgram(root, ['reset', '--seed', '--yes', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'SEED_FAILED',
        facts: { done: [expect.stringContaining('was deleted'), expect.anything()] },
      },
    })
  })

  it('deletes nothing where seeding could not come to its end', async () => {
    const root = shop(SEEDS)
    await runProgram(root, ['seed'])
    const argv = ['reset', '--seed', '--yes']
    addSeeds(root, { 'b.ts': 'export default (' })
    await expectRefused(root, 'MODULE_BROKEN', argv)
    rmSync(join(root, 'seeds'), { recursive: true })
    await expectRefused(root, 'SEEDS_MISSING', argv)
    addSeeds(root, SEEDS)
    await expectRefused(root, 'RESET_UNCONFIRMED', ['reset', '--seed'])
    addFiles(root, { 'migrations/002_more.sql': '-- migrate:up\nSELECT 1' })
    await expectRefused(root, 'REGISTRY_STALE', argv)
    expect(emails(root)).toEqual(['a'])
  })
})
