// Opening, looking at and emptying database files, with real files in every condition they come in.
import Database from 'better-sqlite3'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { describeDatabase } from '../../src/cli/database/describe-database.js'
import {
  isClientInstalled,
  loadClient,
  type ClientHandle,
} from '../../codegen/client/load-client.js'
import { loadRegistry } from '../../src/cli/database/load-registry.js'
import { lookAtFile } from '../../src/cli/database/look-at-file.js'
import {
  makeFolderOf,
  openEmpty,
  openForReading,
  openForWriting,
} from '../../src/cli/database/open-database.js'
import { resetDatabase } from '../../src/cli/database/reset-database.js'
import { loadSettings } from '../../src/cli/settings/load-settings.js'
import type { Settings } from '../../src/cli/settings/settings.js'
import { errorOf, failureOf } from '../support/error-of.js'
import { projectRoot } from '../support/project-root.js'
import { addFiles, temporaryProject } from '../support/project.js'
import { testSome } from '../support/some-of.js'

let root = ''
let path = ''
let settings: Settings
beforeEach(async () => {
  root = temporaryProject({ 'package.json': '{}' })
  path = join(root, 'app.db')
  settings = await loadSettings({ flags: {}, environment: {}, cwd: root })
})

/** The same type as the client's own, seen from the command line. */
const handleOf = (db: Database.Database): ClientHandle => db as unknown as ClientHandle

function fill(sql: string, mode = 'delete'): void {
  const db = new Database(path)
  db.pragma(`journal_mode = ${mode}`)
  db.exec(sql)
  db.close()
}

describe('looking', () => {
  it('tells what is there without opening it', () => {
    expect(lookAtFile(path)).toEqual({ exists: false, sizeBytes: 0, folderExists: true })
    writeFileSync(path, '123')
    expect(lookAtFile(path)).toEqual({ exists: true, sizeBytes: 3, folderExists: true })
    expect(lookAtFile(join(root, 'a/b/c.db'))).toMatchObject({ exists: false, folderExists: false })
    expect(lookAtFile(join(path, 'below.db'))).toMatchObject({ exists: false, folderExists: false })
  })

  it('refuses a folder', () => {
    expect(errorOf(() => lookAtFile(root)).code).toBe('DATABASE_CANNOT_OPEN')
  })
})

describe('opening', () => {
  it('reads without writing', async () => {
    fill('CREATE TABLE t (a)')
    const handle = await openForReading(settings, path)
    expect(() => handle.exec('CREATE TABLE u (a)')).toThrow(/readonly/)
    handle.close()
  })

  it('finishes what a crash left behind, also when only reading was asked for', async () => {
    fill('CREATE TABLE t (a); INSERT INTO t VALUES (1)')
    crashWhileWriting(path)
    expect(existsSync(`${path}-journal`)).toBe(true)
    const handle = await openForReading(settings, path)
    expect(handle.prepare('SELECT a FROM t').all()).toEqual([{ a: 1 }])
    handle.close()
  })

  it('says that a file is no database', async () => {
    writeFileSync(path, 'plain text, long enough to be looked at'.repeat(100))
    for (const open of [openForReading, openForWriting]) {
      const error = await failureOf(() => open(settings, path))
      expect(error.code).toBe('DATABASE_NOT_A_DATABASE')
      expect(error.message).toContain(path)
    }
  })

  it('makes the folder, or says why not', () => {
    makeFolderOf(join(root, 'a/b/app.db'))
    expect(statSync(join(root, 'a/b')).isDirectory()).toBe(true)
    writeFileSync(path, '')
    expect(errorOf(() => makeFolderOf(join(path, 'x/app.db'))).code).toBe('DATABASE_FOLDER_FAILED')
  })

  it('calls `open` of the configuration with the path and the way', async () => {
    fill('CREATE TABLE t (a)')
    const calls: unknown[] = []
    const open = (...call: unknown[]) => {
      calls.push(call)
      const db = new Database(path)
      db.function('twice', (value) => Number(value) * 2)
      return db
    }
    const handle = await openForReading({ ...settings, open }, path)
    expect(handle.prepare('SELECT twice(4) AS a').get()).toEqual({ a: 8 })
    handle.close()
    expect(calls).toEqual([[path, { readonly: true }]])
  })

  testSome([
    [
      'throws',
      () => {
        throw new RangeError('no key')
      },
      'no key',
    ],
    ['returns nothing', () => undefined, 'no open handle'],
    ['returns a closed handle', () => new Database(':memory:').close(), 'no open handle'],
    ['opens another file', () => new Database(`${path}.other`), 'app.db.other instead'],
    ['opens one in memory', () => new Database(':memory:'), 'a database in memory instead'],
  ])('says so when `open` %s', async (_what, open, says) => {
    const error = await failureOf(() => openForWriting({ ...settings, open }, path))
    expect(error.code).toBe('OPEN_FAILED')
    expect(error.message).toContain(says)
  })

  it('takes the copy beside Lockstep where the project has none', () => {
    expect(new (loadClient(root))(':memory:').open).toBe(true)
  })

  it('says so when there is no client, or when it does not load', () => {
    const none = errorOf(() => loadClient(root, join(root, 'nowhere.js')))
    expect(none.code).toBe('CLIENT_MISSING')
    expect(none.message).toContain('it is not installed')
    expect(isClientInstalled(root, join(root, 'nowhere.js'))).toBe(false)
    addFiles(root, {
      'node_modules/better-sqlite3/package.json': '{"main":"index.js"}',
      'node_modules/better-sqlite3/index.js': `throw new RangeError('built for another Node')`,
    })
    const broken = errorOf(() => loadClient(root))
    expect(broken.code).toBe('CLIENT_MISSING')
    expect(broken.message).toContain('built for another Node')
    expect(isClientInstalled(root)).toBe(true)
  })

  it('says so of one that is built for another Node, in whole sentences', async () => {
    addFiles(root, {
      'node_modules/better-sqlite3/package.json': '{"main":"index.js"}',
      'node_modules/better-sqlite3/index.js': `module.exports = class {
        constructor() { throw Object.assign(new Error("The module\\nwas compiled for 115. Please try"), { code: 'ERR_DLOPEN_FAILED' }) }
      }`,
    })
    for (const error of [
      errorOf(() => openEmpty(settings)),
      await failureOf(() => openForWriting(settings, path)),
    ])
      expect([error.code, error.message]).toEqual([
        'CLIENT_MISSING',
        expect.stringContaining('The module was compiled for 115.'),
      ])
  })
})

/** Ends a process in the middle of a transaction that has already reached the file. */
function crashWhileWriting(file: string): void {
  const script = `
    const db = new (require('better-sqlite3'))(${JSON.stringify(file)})
    db.pragma('cache_size = 1')
    db.pragma('cache_spill = 1')
    db.exec('BEGIN; UPDATE t SET a = 2; CREATE TABLE big (x)')
    const insert = db.prepare('INSERT INTO big VALUES (zeroblob(4000))')
    for (let i = 0; i < 500; i++) insert.run()
    process.kill(process.pid, 'SIGKILL')
  `
  expect(() =>
    execFileSync(process.execPath, ['-e', script], { cwd: projectRoot, stdio: 'ignore' }),
  ).toThrow()
}

describe('the registry', () => {
  it('must export one', async () => {
    addFiles(root, { 'generated/registry.js': 'export const other = 1' })
    const error = await failureOf(() => loadRegistry(settings, root))
    expect(error.code).toBe('REGISTRY_UNUSABLE')
    expect(error.message).toContain('generated/registry.js')
  })

  it('is found in the other language as well', async () => {
    addFiles(root, { 'generated/registry.ts': 'export const registry: readonly unknown[] = []' })
    expect(await loadRegistry({ ...settings, language: 'js' }, root)).toEqual([])
  })

  it('with the markers of a merge is named with the command that fixes it', async () => {
    addFiles(root, {
      'generated/registry.js': '<<<<<<< HEAD\nexport const a = 1\n=======\n>>>>>>> b\n',
    })
    const error = await failureOf(() => loadRegistry(settings, root))
    expect(error.code).toBe('REGISTRY_CONFLICT')
    expect(error.fix).toContain('lockstep gen')
  })

  it('that does not bundle is named with the place', async () => {
    addFiles(root, {
      'generated/registry.js': `import m from './gone.js'\nexport const registry = [m]`,
    })
    const error = await failureOf(() => loadRegistry(settings, root))
    expect(error.code).toBe('MODULE_BROKEN')
    expect(error.message).toContain('generated/registry.js:1:15')
  })
})

describe('counting', () => {
  it('leaves out what SQLite and virtual tables keep for themselves', () => {
    const db = new Database(':memory:')
    db.exec(`
      CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE);
      CREATE INDEX a_name ON a (name);
      CREATE VIEW v AS SELECT * FROM a;
      CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;
      CREATE VIRTUAL TABLE f USING fts5(name);
    `)
    expect(describeDatabase(handleOf(db), 'missing')).toEqual({
      tables: 2,
      indexes: 1,
      triggers: 1,
      views: 1,
      journalMode: null,
      sqliteVersion: expect.stringMatching(/^3\.\d+/),
    })
    db.close()
  })

  it('finds nothing in what stands for a missing file', () => {
    const handle = openEmpty(settings)
    expect(describeDatabase(handle, 'missing')).toMatchObject({ tables: 0, views: 0 })
    handle.close()
  })
})

describe('resetting', () => {
  const EVERYTHING = `
    CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT);
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE RESTRICT);
    INSERT INTO parent VALUES (41);
    INSERT INTO child VALUES (1, 41);
    CREATE VIEW both AS SELECT * FROM parent JOIN child ON parent.id = child.parent;
    CREATE TRIGGER both_in INSTEAD OF INSERT ON both BEGIN SELECT 1; END;
    CREATE TRIGGER child_in AFTER INSERT ON child BEGIN SELECT 1; END;
    CREATE INDEX child_parent ON child (parent);
    CREATE VIRTUAL TABLE words USING fts5(text);
    INSERT INTO words VALUES ('hello');
    CREATE VIRTUAL TABLE places USING rtree(id, x0, x1);
    CREATE TABLE "odd ""name" (a);
    ANALYZE;
    PRAGMA user_version = 7;
    PRAGMA application_id = 99;
  `

  testSome(['wal', 'delete'])('leaves an empty database in the same mode (%s)', async (mode) => {
    fill(EVERYTHING, mode)
    const before = statSync(path).ino
    resetDatabase(await openForWriting(settings, path), path)
    expect(statSync(path).ino).toBe(before)
    expect(readdirSync(root).filter((name) => name.startsWith('app.db'))).toEqual(['app.db'])
    const db = new Database(path)
    expect(
      db.prepare(`SELECT name FROM sqlite_master WHERE name <> 'sqlite_sequence'`).all(),
    ).toEqual([])
    expect(db.pragma('journal_mode', { simple: true })).toBe(mode)
    expect(db.pragma('user_version', { simple: true })).toBe(0)
    expect(db.pragma('application_id', { simple: true })).toBe(0)
    db.exec(
      'CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO parent DEFAULT VALUES',
    )
    expect(db.prepare('SELECT id FROM parent').get()).toEqual({ id: 1 })
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
  })

  testSome(['wal', 'delete'])(
    'leaves what the connection has beside it alone (%s)',
    async (mode) => {
      fill(EVERYTHING, mode)
      const beside = join(root, 'beside.db')
      const other = new Database(beside)
      other.exec('CREATE TABLE parent (a); INSERT INTO parent VALUES (1)')
      other.close()
      const handle = await openForWriting(settings, path)
      handle.prepare('ATTACH ? AS beside').run(beside)
      handle.exec(`CREATE TEMP TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT);
      INSERT INTO parent VALUES (5); CREATE TEMP TABLE words (a); CREATE TEMP VIEW both AS SELECT 1`)
      resetDatabase(handle, path)
      const db = new Database(path)
      expect(
        db.prepare(`SELECT name FROM sqlite_master WHERE name <> 'sqlite_sequence'`).all(),
      ).toEqual([])
      expect(db.pragma('journal_mode', { simple: true })).toBe(mode)
      db.close()
      const after = new Database(beside)
      expect(after.pragma('journal_mode', { simple: true })).toBe('delete')
      expect(after.prepare('SELECT a FROM parent').all()).toEqual([{ a: 1 }])
      after.close()
    },
  )

  it('is seen by another connection that has a rollback-journal database open', async () => {
    fill(EVERYTHING)
    const other = new Database(path)
    expect(other.prepare('SELECT count(*) AS n FROM child').get()).toEqual({ n: 1 })
    resetDatabase(await openForWriting(settings, path), path)
    expect(() => other.prepare('SELECT count(*) FROM child').get()).toThrow(/no such table/)
    other.close()
  })

  testSome([
    { mode: 'wal', holds: 'SELECT 1', what: 'is idle in WAL mode' },
    { mode: 'wal', holds: 'BEGIN IMMEDIATE', what: 'writes in WAL mode' },
    { mode: 'delete', holds: 'BEGIN IMMEDIATE', what: 'writes' },
  ])('is refused while another connection $what', async ({ mode, holds }) => {
    fill(EVERYTHING, mode)
    const other = new Database(path)
    other.prepare('SELECT count(*) FROM child').get()
    other.exec(holds)
    const handle = await openForWriting(settings, path)
    handle.pragma('busy_timeout = 50')
    const error = errorOf(() => resetDatabase(handle, path))
    expect(error.code).toBe('RESET_IN_USE')
    expect(handle.open).toBe(false)
    expect(other.prepare('SELECT count(*) AS n FROM child').get()).toEqual({ n: 1 })
    expect(other.pragma('journal_mode', { simple: true })).toBe(mode)
    other.close()
  })

  it('deletes nothing when something cannot be dropped', async () => {
    const db = new Database(path)
    db.exec('CREATE TABLE kept (a); INSERT INTO kept VALUES (1)')
    db.table('numbers', { columns: ['n'], rows: function* () {} })
    db.unsafeMode()
    db.pragma('writable_schema = 1')
    db.prepare(
      `INSERT INTO sqlite_master VALUES ('table', 'lost', 'lost', 0, 'CREATE VIRTUAL TABLE lost USING gone(a)')`,
    ).run()
    db.close()
    const handle = await openForWriting(settings, path)
    const error = errorOf(() => resetDatabase(handle, path))
    expect(error.code).toBe('RESET_FAILED')
    expect(error.message).toContain('gone')
    const after = new Database(path)
    expect(after.prepare('SELECT a FROM kept').all()).toEqual([{ a: 1 }])
    after.close()
  })
})

describe('a database that another connection holds', () => {
  let other: Database.Database
  beforeEach(() => {
    other = new Database(path)
    other.exec('CREATE TABLE a (id); BEGIN EXCLUSIVE')
  })
  const waiting = (lockTimeoutMs: number, open?: Settings['open']): Settings => ({
    ...settings,
    open,
    manager: { ...settings.manager, lockTimeoutMs },
  })
  const plain = (file: string): Database.Database => new Database(file)
  const inWalMode = (file: string): Database.Database => {
    const db = new Database(file, { timeout: 50 })
    db.pragma('journal_mode = WAL')
    return db
  }
  const OPENINGS: [string, Settings['open']][] = [
    ['the client', undefined],
    ['`open` of the configuration', plain],
    ['an `open` that sets the mode', inWalMode],
  ]

  describe.each(OPENINGS)('and that %s opens', (_, own) => {
    testSome([
      ['reading', openForReading],
      ['writing', openForWriting],
    ])('is waited for as long as the settings say, for %s', async (_what, open) => {
      const begun = Date.now()
      expect((await failureOf(() => open(waiting(400, own), path))).code).toBe('DATABASE_BUSY')
      const passed = Date.now() - begun
      other.close()
      expect(passed).toBeGreaterThanOrEqual(390)
      // The client alone would wait for five seconds.
      expect(passed).toBeLessThan(3_000)
    })
  })

  it('is opened when it is let go, however long the client itself would have waited', async () => {
    setTimeout(() => other.close(), 300)
    const handle = await openForReading(waiting(20_000, inWalMode), path)
    expect(handle.pragma('busy_timeout', { simple: true })).toBe(20_000)
    handle.close()
  })

  testSome([Infinity, 0.5, 0])('is waited for %s ms without a fault of the client', async (ms) => {
    other.close()
    const handle = await openForReading(waiting(ms), path)
    expect(handle.pragma('busy_timeout', { simple: true })).toBe(
      Math.min(Math.ceil(ms), 2 ** 31 - 1),
    )
    handle.close()
  })
})
