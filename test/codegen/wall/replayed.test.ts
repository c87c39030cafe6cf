// Replaying touches no database but its own, whatever a migration does.
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { addFiles } from '../../support/project.js'
import { code, findings, replayed } from '../replay/project.js'
import { databasesIn, makeArchive } from './real-files.js'

/** Steps outside a transaction. `F` is a real database with a table `old`, `N` a file that is not there. */
const REACHING: readonly (readonly [name: string, body: string])[] = [
  ['attach', "db.exec(`ATTACH '${F}' AS a; INSERT INTO a.old SELECT id, at FROM t; DETACH a`)"],
  [
    'attach_new',
    "db.exec(`ATTACH '${N}' AS a; CREATE TABLE a.x (id); INSERT INTO a.x VALUES (1)`)",
  ],
  [
    'comments',
    "db.exec(`/* x */ -- y\n ;;attach database '${F}' as [a b]; INSERT INTO [a b].old VALUES (9, 9)`)",
  ],
  [
    'parameter',
    "db.prepare('ATTACH ? AS a').run(F); db.prepare('INSERT INTO a.old VALUES (?, ?)').run(7, 8)",
  ],
  ['named', "db.prepare('ATTACH :f AS a').run({ f: F }); db.exec('DELETE FROM a.old')"],
  [
    'expression',
    "db.prepare(\"ATTACH (? || '.db') AS ?\").run(F.slice(0, -3), 'q'); db.exec('DELETE FROM q.old')",
  ],
  ['uri', "db.exec(`ATTACH 'file:${N}?mode=rwc' AS a; CREATE TABLE a.x (id)`)"],
  ['with_key', "db.prepare('ATTACH ? AS a KEY ?').run(N, 'k'); db.exec('CREATE TABLE a.x (id)')"],
  ['bare_word', "db.exec('ATTACH archive AS a; CREATE TABLE a.x (id)')"],
  ['prototype', "Object.getPrototypeOf(db).exec.call(db, `ATTACH '${F}' AS a; DELETE FROM a.old`)"],
  [
    'inner_object',
    "db[Object.getOwnPropertySymbols(db)[0]].exec(`ATTACH '${F}' AS a; DELETE FROM a.old`)",
  ],
  [
    'inner_class',
    "const I = db[Object.getOwnPropertySymbols(db)[0]].constructor; new I(N, N, false, false, false, 5000, null, null).exec('CREATE TABLE x (id)')",
  ],
  [
    'pragmas',
    "db.exec(`ATTACH '${F}' AS p`); db.pragma('p.user_version = 7'); db.pragma('p.journal_mode = WAL'); db.pragma('p.wal_checkpoint')",
  ],
  [
    'transaction_function',
    "db.transaction(() => { db.exec(`ATTACH '${F}' AS a`); db.exec('DELETE FROM a.old') })()",
  ],
  [
    'ten',
    "for (let i = 0; i < 10; i++) db.exec(`ATTACH '${N}${i}' AS a${i}; CREATE TABLE a${i}.x (id)`)",
  ],
  ['copies', "db.exec(`VACUUM INTO '${N}'`); db.prepare('VACUUM main INTO ?').run(N)"],
  [
    'own_class',
    "const o = new db.constructor(F); o.exec('DELETE FROM old'); o.prepare('SELECT count(*) FROM old').all(); new (Object.getPrototypeOf(db).constructor)(N).exec('CREATE TABLE x (id)')",
  ],
  ['class_called', "db.constructor(N).exec('CREATE TABLE x (id)')"],
  ['closed', "const o = new db.constructor(N); o.exec('CREATE TABLE x (id)'); o.close()"],
  [
    'read_only',
    "new db.constructor(F, { readonly: true, fileMustExist: true }).prepare('SELECT * FROM old').all()",
  ],
  ['opened_by_uri', "new db.constructor(`file:${N}`).exec('CREATE TABLE x (id)')"],
  ['imported', "new Client(F).exec('DELETE FROM old')"],
  ['required', "new (require('better-sqlite3'))(N).exec('CREATE TABLE x (id)')"],
  [
    'created_require',
    "new (createRequire(join(F, '../x.js'))('better-sqlite3'))(N).exec('CREATE TABLE x (id)')",
  ],
  ['in_a_helper', "keep(F, 'DELETE FROM old')"],
  ['module_handle', "archive.exec('INSERT INTO old VALUES (5, 5)'); insert.run(6, 6)"],
  [
    'attached_backup',
    "db.exec(`ATTACH '${F}' AS a`); db.backup(N, { attached: 'a' }).catch(() => {})",
  ],
  [
    'other_attaches',
    "new db.constructor(':memory:').exec(`ATTACH '${F}' AS a; DELETE FROM a.old`)",
  ],
  [
    'failing_script',
    "try { db.exec(`ATTACH '${F}' AS a; nonsense`) } catch {} db.exec('DELETE FROM a.old')",
  ],
  [
    'rolled_back',
    "db.exec(`BEGIN; ATTACH '${F}' AS a; DELETE FROM a.old; ROLLBACK`); db.exec('DELETE FROM a.old')",
  ],
  [
    'temporary',
    "db.exec(`ATTACH '${F}' AS a; CREATE TEMP TABLE z AS SELECT * FROM a.old; INSERT INTO t (id) SELECT id FROM z`)",
  ],
  ['unqualified', "db.exec(`ATTACH '${F}' AS a; UPDATE old SET at = 3; DROP TABLE old`)"],
  [
    'indexed',
    "db.exec(`ATTACH '${F}' AS a; CREATE INDEX a.i ON old (at); REINDEX a.old; ALTER TABLE a.old ADD n`)",
  ],
  [
    'rows',
    "db.exec(`ATTACH '${F}' AS a`); for (const r of [...db.prepare('SELECT * FROM a.old').iterate()]) db.prepare('INSERT INTO t VALUES (?, ?)').run(r.id, r.at); db.prepare('SELECT 1 FROM a.old WHERE id = ?').pluck().get(1)",
  ],
  ['backup', 'db.backup(N).catch(() => {})'],
  ['second_backup', "new Client(':memory:').backup(N).catch(() => {})"],
  [
    'process',
    "execFileSync(process.execPath, ['-e', `new (require('better-sqlite3'))(${JSON.stringify(N)}).exec('CREATE TABLE x (id)')`], { cwd: R })",
  ],
  ['shell', "execSync('true # a shell', { cwd: R })"],
  ['spawned', "spawn(process.execPath, ['-e', '0'])"],
  ['thread', "new Worker('0', { eval: true })"],
  ['thread_file', "new Worker(join(R, 'nothing.cjs')).on('error', () => {})"],
]

/** What needs no other database. */
const UNTOLD: readonly (readonly [name: string, body: string])[] = [
  ['vacuum', "db.exec('VACUUM')"],
  [
    'in_memory',
    "db.exec(`ATTACH ':memory:' AS m; CREATE TABLE m.x (id); INSERT INTO m.x VALUES (1)`)",
  ],
  [
    'in_memory_parameter',
    "db.prepare('ATTACH ? AS n').run(':memory:'); db.exec('CREATE TABLE n.x (id)')",
  ],
  ['second_in_memory', "new db.constructor(':memory:').exec('CREATE TABLE x (id)')"],
  [
    'names',
    "db.exec(`CREATE TABLE attach (vacuum TEXT); INSERT INTO attach VALUES ('ATTACH ''x.db'' AS y; VACUUM INTO ''z''')`); db.pragma('table_info(attach)')",
  ],
  [
    'trigger',
    'db.exec(`CREATE TRIGGER detach AFTER INSERT ON attach BEGIN DELETE FROM attach; END`)',
  ],
]

const ALL = [...REACHING, ...UNTOLD]

const fileOf = (name: string): string => {
  const at = ALL.findIndex(([one]) => one === name)
  return `migrations/${String(at + 2).padStart(3, '0')}_${name}.ts`
}

const headFor = (root: string): string => `
import Client from 'better-sqlite3'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { execFileSync, execSync, spawn } from 'node:child_process'
import { Worker } from 'node:worker_threads'
import { keep } from './_keep.js'
const R = ${JSON.stringify(root)}
const F = ${JSON.stringify(join(root, 'archive.db'))}
const N = ${JSON.stringify(join(root, 'new.db'))}
export const transaction = false
`

const AT_LOAD = `
const archive = new Client(F)
const insert = archive.prepare('INSERT INTO old VALUES (?, ?)')
`

let found: readonly Diagnostic[] = []
let root = ''
let before = {}
let beside = {}

beforeAll(async () => {
  const settings = replayed(
    {
      'migrations/001_t.sql':
        '-- migrate:up\nCREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT);\n-- irreversible: no\n',
      'migrations/_keep.ts':
        "import Client from 'better-sqlite3'\nexport const keep = (file, sql) => new Client(file).exec(sql)\n",
    },
    { rules: { IMPORT_DYNAMIC: 'off', IMPORT_BUILTIN: 'off', MODULE_SIDE_EFFECT: 'off' } },
  )
  root = settings.root
  for (const [name, body] of ALL)
    addFiles(root, {
      [fileOf(name)]: code(body, headFor(root) + (name === 'module_handle' ? AT_LOAD : '')),
    })
  makeArchive(root)
  before = databasesIn(root)
  beside = databasesIn(process.cwd())
  found = await findings(settings)
})

test('no file is written, made or removed', () => {
  expect(databasesIn(root)).toEqual(before)
  expect(databasesIn(process.cwd())).toEqual(beside)
})

test('every step is applied', () => {
  expect(found.filter(({ severity }) => severity === 'error')).toEqual([])
})

const unprovenIn = (name: string): string[] =>
  found.flatMap(({ code: one, file, message }) =>
    one === 'REPLAY_UNPROVEN' && file === fileOf(name) ? [message] : [],
  )

test.each(REACHING)('is told once: %s', (name) => {
  expect(unprovenIn(name)).toEqual([
    expect.stringContaining('The replay touches no databases but its own'),
  ])
})

test.each(UNTOLD)('is not told: %s', (name) => {
  expect(unprovenIn(name)).toEqual([expect.stringContaining('runs without a transaction')])
})

test.each([
  ['with_key', 'a file whose name is not known, given as ?'],
  ['expression', "a file whose name is not known, given as (? || '.db')"],
])('a name that is only known at run time is worded, in %s', (name, words) => {
  expect(unprovenIn(name)[0]).toContain(words)
})

test('the statements that were not run are named, and no others', () => {
  expect(unprovenIn('attach')[0]).toContain(
    `used an empty one in memory in place of '${join(root, 'archive.db')}', and did not run \`INSERT INTO a.old SELECT id, at FROM t\`.`,
  )
  expect(unprovenIn('attach_new')[0]).not.toContain('did not run')
  expect(unprovenIn('copies')[0]).toContain('did not run `VACUUM INTO')
  expect(unprovenIn('temporary')[0]).toContain(
    'and did not run `CREATE TEMP TABLE z AS SELECT * FROM a.old` and `INSERT INTO t (id) SELECT id FROM z`.',
  )
  expect(unprovenIn('backup')[0]).toContain(`did not run \`backup("${join(root, 'new.db')}")\`.`)
  expect(unprovenIn('shell')[0]).toContain('let it start `true # a shell`. Node processes and')
  expect(unprovenIn('spawned')[0]).toContain('let it start `node -e 0`.')
  expect(unprovenIn('thread')[0]).toContain('let it start `new Worker(…)`.')
})
