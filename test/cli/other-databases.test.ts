// Commands that run migrations for trial reach no database but their own; `migrate` reaches what it is told to.
import { existsSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, it } from 'vitest'
import { databasesIn, makeArchive } from '../codegen/wall/real-files.js'
import { repository } from '../codegen/base-branch/repository.js'
import { runProcess, runProgram } from './support/command-line.js'
import { addFiles } from '../support/project.js'
import { copyOf, linkClient, migrationProject } from './support/project.js'

const MIGRATIONS = {
  '001_t.sql':
    "-- migrate:up\nCREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT);\nINSERT INTO t VALUES (1, 'x'), (2, 'y');\n-- irreversible: no\n",
  '002_archive.sql':
    "-- migrate:up transaction:false\nATTACH 'archive.db' AS a;\nINSERT INTO a.old SELECT id, at FROM t;\nDELETE FROM t; -- lockstep-ignore WRITE_WITHOUT_WHERE: they are in the archive\nDETACH a;\n-- irreversible: no\n",
  '003_rebuilt.sql':
    '-- migrate:up\nCREATE TABLE n (id INTEGER PRIMARY KEY, at TEXT, why TEXT);\nINSERT INTO n (id, at) SELECT id, at FROM t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;\n-- irreversible: no\n',
  '004_second.ts': `import Client from 'better-sqlite3'
import { Worker } from 'node:worker_threads'
const archive = new Client('archive.db')
export const irreversible = 'no'
export const effects = 'keeps an archive'
export function up(db) {
  archive.exec('INSERT INTO old VALUES (40, 40)')
  new Client('made.db').exec('CREATE TABLE IF NOT EXISTS more (id)')
  new Worker("new (require('better-sqlite3'))('thread.db').exec('CREATE TABLE IF NOT EXISTS x (id)')", { eval: true })
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
  db.exec('CREATE TABLE after (id INTEGER PRIMARY KEY)')
}
`,
}

/** What opens a database as soon as it is loaded is an error, unless the project says otherwise. */
const LOADS = {
  'data/.keep': '',
  'lockstep.config.ts': `export default { database: 'data/app.db', rules: { MODULE_SIDE_EFFECT: 'off' } }\n`,
}

function archivedIn(root: string): unknown[] {
  const archive = new Database(join(root, 'archive.db'), { readonly: true })
  const rows = archive.prepare('SELECT id FROM old ORDER BY id').pluck().all()
  archive.close()
  return rows
}

let good = ''
beforeAll(async () => {
  good = migrationProject(MIGRATIONS)
  addFiles(good, LOADS)
  makeArchive(good)
  const before = databasesIn(good)
  const { exitCode, stdout, stderr } = await runProgram(good, ['gen'])
  expect(exitCode, stdout + stderr).toBe(0)
  expect(databasesIn(good)).toEqual(before)
})

/** A copy whose archive was last written long ago. */
function prepared(): string {
  const root = copyOf(good)
  utimesSync(join(root, 'archive.db'), 1_000_000, 1_000_000)
  return root
}

describe('an archive stays as it is, and no other database is made', () => {
  it('by check without a memory', async () => {
    const root = prepared()
    rmSync(join(root, 'node_modules/.cache'), { recursive: true })
    const before = databasesIn(root)
    const { exitCode, stdout } = await runProgram(root, ['check', '--json'])
    expect(databasesIn(root)).toEqual(before)
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; file: string }[] }
    expect(exitCode).toBe(0)
    const told = diagnostics.filter(({ code }) => code === 'REPLAY_UNPROVEN')
    expect(told.map(({ file }) => file)).toEqual([
      'migrations/002_archive.sql',
      'migrations/004_second.ts',
    ])
    expect(diagnostics.map(({ code }) => code)).not.toContain('ROWS_LOST')
  })

  it('by a dry run, which says what it has not tried', async () => {
    const root = prepared()
    expect((await runProcess(root, ['migrate', '--to', '1'])).exitCode).toBe(0)
    utimesSync(join(root, 'archive.db'), 1_000_000, 1_000_000)
    const [before, data] = [databasesIn(root), databasesIn(join(root, 'data'))]
    const { exitCode, stdout } = await runProgram(root, ['migrate', '--dry-run', '--json'])
    expect(exitCode).toBe(0)
    expect(databasesIn(root)).toEqual(before)
    expect(databasesIn(join(root, 'data'))).toEqual(data)
    const { untried, steps } = JSON.parse(stdout) as Record<string, unknown>
    expect(steps).toHaveLength(3)
    expect(untried).toEqual([
      {
        version: 2,
        databases: ["'archive.db'"],
        statements: ['INSERT INTO a.old SELECT id, at FROM t'],
        started: [],
      },
      {
        version: 4,
        databases: ["'made.db'"],
        statements: ['INSERT INTO old VALUES (40, 40)'],
        started: ['new Worker(…)'],
      },
    ])
    const shown = await runProgram(root, ['migrate', '--dry-run'])
    expect(shown.stdout).toContain(
      "Not tried in 002: an empty database stood in for 'archive.db'; 1 statement not run: INSERT INTO a.old SELECT id, at FROM t.",
    )
    expect(databasesIn(root)).toEqual(before)
  })

  it('by verify', async () => {
    const root = prepared()
    await runProcess(root, ['migrate', '--to', '3'])
    utimesSync(join(root, 'archive.db'), 1_000_000, 1_000_000)
    const before = databasesIn(root)
    const { stdout } = await runProgram(root, ['verify', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, version: 3, problems: [] })
    expect((await runProgram(root, ['verify', '--json'])).stdout).toBe(stdout)
    expect(databasesIn(root)).toEqual(before)
  })

  it('by load, which refuses what reaches others', async () => {
    const root = prepared()
    const before = databasesIn(root)
    const { exitCode, stderr } = await runProgram(root, ['load'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('004 (second) has effects on the outside world')
    expect(databasesIn(root)).toEqual(before)
    expect(existsSync(join(root, 'data/app.db'))).toBe(false)
  })

  it('by renumber, which tries both orders', async () => {
    const repo = repository({
      'package.json': '{ "type": "module" }\n',
      '.gitignore': 'node_modules\n*.db\n',
      'migrations/001_t.sql': MIGRATIONS['001_t.sql'],
    })
    repo.git('checkout', '-q', 'main')
    repo.commit({ 'migrations/002_archive.sql': MIGRATIONS['002_archive.sql'] })
    repo.git('checkout', '-q', 'work')
    repo.commit({ 'migrations/002_rebuilt.sql': MIGRATIONS['003_rebuilt.sql'] })
    linkClient(repo.root)
    makeArchive(repo.root)
    const before = databasesIn(repo.root)
    const { exitCode, stdout, stderr } = await runProgram(repo.root, [
      'renumber',
      '--base',
      'main',
      '--yes',
    ])
    expect(exitCode, stdout + stderr).toBe(0)
    expect(databasesIn(repo.root)).toEqual(before)
  })
})

it('migrate itself reaches what the migrations name', async () => {
  const root = prepared()
  expect((await runProcess(root, ['migrate'])).exitCode).toBe(0)
  expect(archivedIn(root)).toEqual([-1, 1, 2, 40])
  expect(existsSync(join(root, 'made.db'))).toBe(true)
})

/**
 * Ways to start Node that leave out what this process hands down: those that go different ways in Lockstep, and where `ALL` is set
 * the others. `ins.cjs` writes into the archive of its own folder.
 */
const CHILDREN = `import child, { execFile, execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process'
const node = process.execPath
const PATH = process.env.PATH
export const irreversible = 'no'
export const transaction = false
export function up() {
  spawnSync(node, ['ins.cjs', '1'], { env: {} })
  fork('ins.cjs', ['2'], { env: {} })
  if (process.env.ALL) others(node)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, process.env.ALL ? 2500 : 600)
}
function others(node) {
  spawnSync(node + ' ins.cjs 3', { shell: true, env: { PATH } })
  child.spawnSync(node, ['ins.cjs', '4'], { env: {} })
  execFileSync(node, ['ins.cjs', '5'], { env: Object.create({ PATH, NODE_OPTIONS: '--no-warnings' }) })
  const before = process.env.NODE_OPTIONS
  delete process.env.NODE_OPTIONS
  execFileSync(node, ['ins.cjs', '6'])
  execFileSync(node, ['ins.cjs', '7'], undefined)
  execSync(node + ' ins.cjs 8')
  if (before !== undefined) process.env.NODE_OPTIONS = before
  spawn(node, ['ins.cjs', '9'], { env: {} })
  execFile(node, ['ins.cjs', '10'], { env: {} })
  spawnSync(node, ['-e', "require('child_process').spawnSync(process.execPath, ['ins.cjs', '11'], { env: {} })"], { env: {} })
}
`

describe('Node processes with an environment of their own', () => {
  const started = (): string => {
    const root = migrationProject({ '001_t.sql': MIGRATIONS['001_t.sql'], '002_c.ts': CHILDREN })
    makeArchive(root)
    addFiles(root, {
      'package.json': '{ "type": "module" }\n',
      'lockstep.config.ts': `export default { database: 'data/app.db', rules: { IMPORT_BUILTIN: 'off' } }\n`,
      'data/.keep': '',
      'ins.cjs':
        "const db = new (require('better-sqlite3'))(__dirname + '/archive.db', { timeout: 20000 })\ndb.exec(`INSERT INTO old VALUES (${process.argv[2]}, 0)`)\n",
    })
    return root
  }

  it('write nothing by gen and by a dry run, and all of it by migrate', async () => {
    const root = started()
    const before = databasesIn(root)
    const made = await runProcess(root, ['gen'])
    expect(made.exitCode, made.stdout + made.stderr).toBe(0)
    expect(databasesIn(root)).toEqual(before)
    const tried = await runProcess(root, ['migrate', '--dry-run'], { ALL: '1' })
    expect(tried.exitCode, tried.stdout + tried.stderr).toBe(0)
    expect(tried.stdout).toContain(
      'Not tried in 002: started, where Node has only empty databases: node ins.cjs 1; node ins.cjs 2;',
    )
    expect(databasesIn(root)).toEqual(before)
    expect((await runProcess(root, ['migrate'], { ALL: '1' })).exitCode).toBe(0)
    expect(archivedIn(root)).toEqual([-1, ...Array.from({ length: 11 }, (_, index) => index + 1)])
  })
})

describe('a module that writes when it is loaded', () => {
  const loading = (): string => {
    const root = migrationProject({
      '001_t.sql': MIGRATIONS['001_t.sql'],
      '002_n.ts': `import { N } from './_n.js'
export const irreversible = 'no'
export const up = (db) => db.exec(\`INSERT INTO t VALUES (\${N}, 'n')\`)
`,
      '_n.ts': `import Client from 'better-sqlite3'
const load = () => {
  const db = new Client('archive.db')
  db.exec('CREATE TABLE IF NOT EXISTS old (id, at); INSERT INTO old (at) VALUES (9)')
  return db.prepare('SELECT count(*) FROM old').pluck().get() + 100
}
export const N = load()
`,
    })
    makeArchive(root)
    addFiles(root, LOADS)
    return root
  }

  it('writes when it migrates, and not where no migration is run', async () => {
    const root = loading()
    const made = await runProgram(root, ['gen'])
    expect(made.exitCode, made.stdout + made.stderr).toBe(0)
    expect(archivedIn(root)).toEqual([-1])
    const migrated = await runProcess(root, ['migrate', '--to', '1'])
    expect(migrated.exitCode, migrated.stderr).toBe(0)
    expect(archivedIn(root)).toEqual([-1, 0])
    const before = databasesIn(root)
    for (const words of [
      ['status'],
      ['plan'],
      ['info'],
      ['version'],
      ['verify'],
      ['history'],
      ['mark', '2', '--applied', '--reason', 'by hand', '--yes'],
      ['mark', '2', '--pending', '--reason', 'by hand', '--yes'],
    ]) {
      const { exitCode, stderr } = await runProgram(root, words)
      expect(exitCode, `${words[0]}: ${stderr}`).toBe(0)
      expect(databasesIn(root), words[0]).toEqual(before)
      // What the command does in this process is beside the project.
      expect(existsSync('archive.db'), words[0]).toBe(false)
    }
  })
})

it('what a module leaves to do for later reaches no file either', async () => {
  const root = migrationProject({
    '001_t.sql': MIGRATIONS['001_t.sql'],
    '002_l.ts': `import Client from 'better-sqlite3'
const write = () => new Client('archive.db').exec('INSERT INTO old (at) VALUES (9)')
setTimeout(write, 0)
setTimeout(write, 20)
setImmediate(write)
process.nextTick(write)
void Promise.resolve().then(write)
export const irreversible = 'no'
export const up = (db) => {
  setTimeout(write, 0)
  db.exec("INSERT INTO t VALUES (7, 'n')")
}
`,
  })
  makeArchive(root)
  addFiles(root, {
    'data/.keep': '',
    'lockstep.config.ts': `export default { database: 'data/app.db', rules: { MODULE_SIDE_EFFECT: 'off' } }\n`,
  })
  const before = databasesIn(root)
  for (const words of [
    ['gen'],
    ['lint'],
    ['migrate', '--dry-run'],
    ['status'],
    ['plan'],
    ['verify'],
  ]) {
    const { exitCode, stdout, stderr } = await runProgram(root, words)
    // There is no database yet, which only verifying takes for a problem.
    expect(exitCode, `${words[0]}: ${stdout}${stderr}`).toBe(words[0] === 'verify' ? 1 : 0)
    expect(databasesIn(root), words[0]).toEqual(before)
  }
})

it('a dry run that fails beside an empty database says so, and advises nothing about the real one', async () => {
  const root = migrationProject({
    '001_t.sql': MIGRATIONS['001_t.sql'],
    '002_newest.ts': `export const irreversible = 'no'
export const transaction = false
export function up(db) {
  db.exec("ATTACH 'archive.db' AS a")
  db.exec(\`INSERT INTO t VALUES (\${db.prepare('SELECT max(id) + 10 AS id FROM a.old').get().id}, 'z')\`)
  db.exec('DETACH a')
}
`,
  })
  makeArchive(root)
  addFiles(root, { 'data/.keep': '' })
  expect((await runProgram(root, ['gen', '--no-replay'])).exitCode).toBe(0)
  const { exitCode, stderr } = await runProgram(root, ['migrate', '--dry-run'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('This was a dry run on a copy')
  expect(stderr).toContain(
    "Not tried in 002: an empty database stood in for 'archive.db'; 1 statement not run: SELECT max(id) + 10 AS id FROM a.old.",
  )
  expect(stderr).toContain('002 failed beside an empty database: it may well work on the real one.')
  expect(stderr).not.toMatch(/still there|lockstep mark|before you run again/)
  expect((await runProcess(root, ['migrate'])).exitCode).toBe(0)
})

it('a dry run that fails tells which steps have touched the world outside, the failing one among them', async () => {
  const step = (more: string): string =>
    `export default {\n  effects: 'sends mail',\n  irreversible: 'no',\n  up(db) {\n    db.exec('CREATE TABLE t${more.length} (x)')\n    ${more}\n  },\n}\n`
  const root = migrationProject({
    '001_sent.ts': step(''),
    '002_plain.sql': '-- migrate:up\nCREATE TABLE p (x);\n-- irreversible: no\n',
    '003_sent_too.ts': step("throw new Error('no net')"),
  })
  expect((await runProgram(root, ['gen', '--no-replay'])).exitCode).toBe(0)
  const { exitCode, stderr } = await runProgram(root, ['migrate', '--dry-run'])
  expect(exitCode).toBe(1)
  const told = stderr.match(/^.* touches the world outside the database \(sends mail\)/gm)
  expect(told?.map((line) => line.trim().slice(0, 3))).toEqual(['001', '003'])
})

describe("a project's own `open`", () => {
  const OPEN = `import Database from 'better-sqlite3'
import { defineConfig } from 'lockstep'
export default defineConfig({
  database: 'data/app.db',
  open(path, options) {
    const db = new Database(path, options)
    db.exec("ATTACH 'archive.db' AS archive; CREATE TABLE IF NOT EXISTS archive.log (id)")
    return db
  },
})
`
  it('may attach a file: what runs for trial has an empty one', async () => {
    const root = migrationProject({
      '001_t.sql': MIGRATIONS['001_t.sql'],
      '002_a.sql':
        '-- migrate:up\nINSERT INTO archive.old SELECT id, at FROM t;\nINSERT INTO archive.log VALUES (1);\nCREATE TABLE u (id INTEGER PRIMARY KEY);\n-- irreversible: no\n',
    })
    addFiles(root, { 'lockstep.config.ts': OPEN, 'data/.keep': '' })
    makeArchive(root)
    const before = databasesIn(root)
    const made = await runProgram(root, ['gen'])
    expect(made.exitCode, made.stderr).toBe(0)
    expect(readFileSync(join(root, 'generated/schema.sql'), 'utf8')).toContain('CREATE TABLE u')
    const { exitCode, stdout } = await runProgram(root, ['migrate', '--dry-run'])
    expect(exitCode, stdout).toBe(0)
    expect(stdout).toContain('1 statement not run: INSERT INTO archive.old')
    expect(databasesIn(root)).toEqual(before)
    expect(databasesIn(join(root, 'data'))).toEqual({})
  })

  it('is refused where it opens another file', async () => {
    const root = migrationProject({ '001_t.sql': MIGRATIONS['001_t.sql'] })
    addFiles(root, {
      'lockstep.config.ts': OPEN.replace(
        'new Database(path, options)',
        "new Database('archive.db')",
      ),
    })
    makeArchive(root)
    const before = databasesIn(root)
    const { exitCode, stdout, stderr } = await runProgram(root, ['gen'])
    expect(exitCode).toBe(1)
    expect(stdout + stderr).toContain('it opened a file instead')
    expect(databasesIn(root)).toEqual(before)
  })
})
