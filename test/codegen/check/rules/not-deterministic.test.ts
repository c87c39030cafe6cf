// NOT_DETERMINISTIC
import { describe, expect, test } from 'vitest'
import { codesIn } from '../../proven/prove-project.js'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

const inCode = (body: string): string => migrationWith(`up(db) { ${body} }`)

test.each([
  ['add', "add: { token: { type: 'TEXT', using: 'hex(randomblob(8))' } }", 4],
  ['change', 'change: { at: { using: "coalesce(at, datetime(\'now\'))" } }', 13],
  [
    'change back',
    'change: { at: { notNull: false, back: "coalesce(at, datetime(\'now\'))" } }',
    13,
  ],
])('what a declared change makes of rows: %s', async (_, change, behind) => {
  const text = migrationWith(`alter: { a: { ${change} } }`)
  const at = text.split('\n').findIndex((line) => /using:|back:/.test(line))
  const line = text.split('\n')[at]!
  const word = /(?:using|back): /.exec(line)!
  const column = word.index + word[0].length + 2 + behind
  expect(await placesIn({ '001_a.ts': text })).toContain(
    `001_a.ts:${at + 1}:${column} warning NOT_DETERMINISTIC`,
  )
})

test('what `ctx.rebuild` is to copy', async () => {
  const copied = (d: string): string =>
    `export default { irreversible: 'no', up(db, ctx) { ctx.rebuild('a', { create: 'CREATE TABLE a (b TEXT, d TEXT)', copy: { d: '${d}' } }) } }`
  expect(await codesIn('CREATE TABLE a (b TEXT);', copied('hex(randomblob(4))'))).toEqual([
    'warning NOT_DETERMINISTIC',
  ])
  expect(await codesIn('CREATE TABLE a (b TEXT);', copied('trim(b)'))).toEqual([])
})

describe('valid', () => {
  test.each([
    'CREATE TABLE a (b DEFAULT CURRENT_TIMESTAMP, c DEFAULT (random()))',
    'CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CURRENT_TIMESTAMP; END',
    'CREATE VIEW v AS SELECT CURRENT_DATE',
    'UPDATE a SET b = datetime(c), d = strftime(e, f) WHERE g',
    'UPDATE a SET b = datetime(c, "subsec"), d = strftime("%f", f, "subsec") WHERE g',
    'UPDATE a SET b = "current_date" || t.current_time WHERE g',
    'INSERT INTO a (random, date) VALUES (1, 2)',
    'CREATE TEMP TABLE m AS SELECT random() AS b; DROP TABLE m',
    'CREATE TEMP TABLE m AS SELECT b FROM c; INSERT INTO a SELECT b FROM m; DROP TABLE m',
    'UPDATE a SET b = date(zone(c, "utc")), d = "localtime", e = date(f, "+1 day") WHERE g',
  ])('%s', async (sql) => {
    expect(await placesIn({ '001_a.ts': migrationWith(`up: '${sql}'`) })).toEqual([])
  })

  test.each([
    `db.exec("INSERT INTO a VALUES ('random() at CURRENT_TIMESTAMP')")`,
    `db.run(new Date(0).getTime(), Math.max(1, 2))`,
    `const date = { now: () => 1 }; date.now()`,
    `db.run(n.toLocaleString('en'), d.toLocaleDateString('en', { timeZone: 'UTC' }))`,
    `ctx.log(\`\${n.toLocaleString()} rows\`)`,
    `if (n > 1) throw new Error(n.toLocaleString())`,
    `const { random } = dice; db.run(random())`,
    `const env = 1; db.run(env, rows.random(), ctx.hostname)`,
  ])('%s', async (body) => expect(await placesIn({ '001_a.ts': inCode(body) })).toEqual([]))

  test('code beside the migration that it does not use, and down', async () => {
    const code = `export const stamp = () => Date.now()\n${migrationWith(`up: 'CREATE TABLE a (b)'`).replace(`'DROP TABLE a'`, `(db) => { db.exec('DROP TABLE a'); Math.random() }`)}`
    expect(await placesIn({ '001_a.ts': code })).toEqual([])
  })
})

describe('invalid SQL', () => {
  test.each([
    ['UPDATE a SET b = random() WHERE c', 17],
    ['INSERT INTO a (b) VALUES (CURRENT_TIMESTAMP)', 26],
    ['INSERT INTO a (b) SELECT hex(randomblob(16)) FROM c', 29],
    [`UPDATE a SET b = datetime("now"), c = DateTime('NOW', d) WHERE e`, 38],
    [
      'CREATE TEMP TABLE m AS SELECT hex(randomblob(8)) AS b; INSERT INTO a SELECT b FROM m; DROP TABLE m',
      34,
    ],
    ['CREATE TABLE m AS SELECT b, random() AS c FROM a', 28],
    ['UPDATE a SET b = unixepoch() WHERE c', 17],
    ['UPDATE a SET b = strftime(1) WHERE c', 17],
    [`UPDATE a SET b = unixepoch('subsec', '+1 day') WHERE c`, 17],
    [`UPDATE a SET b = strftime('%f', 'SUBSECOND') WHERE c`, 17],
    [`DELETE FROM a WHERE at < julianday('now')`, 25],
    [`UPDATE a SET b = date(c, 'unixepoch', 'localtime') WHERE d`, 17],
    [`UPDATE a SET b = datetime(c, 'UTC', '+1 day') WHERE d`, 17],
  ])('%s', async (sql, offset) => {
    const [found, ...others] = await placesIn({ '001_a.sql': pair(sql) })
    expect(others).toEqual([])
    expect(found).toBe(`001_a.sql:2:${offset + 1} warning NOT_DETERMINISTIC`)
  })

  test.each([
    ['DELETE FROM a WHERE at < unixepoch()', 'deletes', 'deletes different ones'],
    ['WITH o AS (SELECT id FROM a WHERE at < unixepoch()) DELETE FROM a WHERE id IN o', 'deletes'],
    ['UPDATE a SET b = 1 WHERE at < unixepoch()', 'changes'],
    ['INSERT INTO a (b) SELECT b FROM c ORDER BY random() LIMIT 5', 'writes'],
  ])('%s chooses rows', async (sql, does, others = '') => {
    const [found] = await checkFolder({ '001_a.sql': pair(sql) })
    expect(found!.message).toContain(`to choose the rows that it ${does}, so`)
    expect(found!.message).toContain(others)
    expect(found!.fix).toMatch(/^Compare with a fixed value/)
  })

  test.each([
    'UPDATE a SET b = (c + random()) WHERE c < 5',
    'INSERT INTO a (b) SELECT CASE WHEN c THEN unixepoch() END FROM c WHERE (d IN (SELECT e FROM f))',
    'INSERT INTO a (b) SELECT 1 WHERE c ON CONFLICT DO UPDATE SET b = unixepoch()',
  ])('%s writes values', async (sql) => {
    const [found] = await checkFolder({ '001_a.sql': pair(sql) })
    expect(found!.message).toContain('for what it writes')
    expect(found!.fix).toMatch(/^Write a fixed value/)
  })

  const pair = (sql: string): string => `-- migrate:up\n${sql};\n-- migrate:down\nSELECT 1;\n`
})

describe('invalid code', () => {
  test.each([
    ['Date.now()', 'Date.now()'],
    ['new Date().toISOString()', 'new Date()'],
    ['new Date', 'new Date()'],
    ['Math.random()', 'Math.random()'],
    ['globalThis.crypto.randomUUID()', 'crypto.randomUUID()'],
    ['performance.now()', 'performance.now()'],
    ['Temporal.Now.instant()', 'Temporal.Now.instant()'],
    ['process.env.NAME', 'process.env'],
    ['n.toLocaleString()', 'toLocaleString()'],
    ["d.toLocaleDateString('de')", 'toLocaleDateString()'],
    ['d.toLocaleTimeString(undefined, options)', 'toLocaleTimeString()'],
  ])('%s', async (expression, what) => {
    const [found, ...others] = await checkFolder({ '001_a.ts': inCode(`db.run(${expression})`) })
    expect(others).toEqual([])
    expect(found).toMatchObject({ code: 'NOT_DETERMINISTIC', severity: 'warning', line: 3 })
    expect(found!.message).toContain(`uses \`${what}\``)
  })

  test.each([
    [`import { randomUUID } from 'node:crypto'`, 'randomUUID()', 'crypto.randomUUID()'],
    [`import { randomUUID as id } from 'crypto'`, 'rows.map(id)', 'crypto.randomUUID'],
    [`import * as c from 'node:crypto'`, 'c.randomBytes(8)', 'crypto.randomBytes()'],
    [`import c from 'node:crypto'`, 'c.webcrypto.randomUUID()', 'crypto.webcrypto.randomUUID()'],
    [`import { hostname } from 'node:os'`, 'hostname()', 'os.hostname()'],
    [`import os from 'os'`, 'os.userInfo().username', 'os.userInfo()'],
    [`import { hrtime } from 'node:process'`, 'hrtime.bigint()', 'process.hrtime.bigint()'],
    [`import { performance as p } from 'node:perf_hooks'`, 'p.now()', 'performance.now()'],
    [`import { env } from 'node:process'`, 'env.HOME', 'process.env'],
    ['', 'process.hrtime.bigint()', 'process.hrtime.bigint()'],
    ['', 'process.pid', 'process.pid'],
    ['const { random } = Math', 'random()', 'Math.random()'],
    ['const { Math: { random: r } } = globalThis', 'r()', 'Math.random()'],
    ['const D = Date', 'new D()', 'new Date()'],
    ['const D = Date', 'D.now()', 'Date.now()'],
    ['const now = Date.now', 'now()', 'Date.now()'],
    ['', 'Array.from(rows, Math.random)', 'Math.random'],
  ])('by another name: %s, %s', async (top, expression, what) => {
    const folder = { '001_a.ts': `${top};${inCode(`db.run(${expression})`)}` }
    const rules = { IMPORT_BUILTIN: 'off' } as const
    const [found, ...others] = await checkFolder(folder, { rules })
    expect(others).toEqual([])
    expect(found).toMatchObject({ code: 'NOT_DETERMINISTIC', line: 3 })
    expect(found!.message).toContain(`uses \`${what}\``)
  })

  test.each([
    'const t = process.hrtime(); db.run(t[0])',
    'const t = performance.now(); const took = performance.now() - t; db.run(`x ${took}`)',
    'const t = process.uptime(); const made = { t }; db.run(made)',
    'let t = 0; t = process.uptime(); db.run(t)',
  ])('in how long something took, which is written: %s', async (body) => {
    expect((await placesIn({ '001_a.ts': inCode(body) })).length).toBeGreaterThan(0)
  })
  test.each([
    'const t = process.hrtime(); while (process.hrtime(t)[0] < 1) {} db.run(1)',
    'const t = performance.now(); db.run(1); console.log(performance.now() - t)',
    'const t = process.hrtime.bigint(); for (;;) { if (process.hrtime.bigint() - t > 10n) break }',
    'if (process.uptime() > 5) ctx.log(`${process.uptime()}`)',
  ])('but not in how long something took or waits: %s', async (body) => {
    expect(await placesIn({ '001_a.ts': inCode(body) })).toEqual([])
  })

  test('in a constant of the function itself', async () => {
    const body = 'const { randomUUID: id } = crypto; db.run(id())'
    expect(await placesIn({ '001_a.ts': inCode(body) })).toEqual([
      '001_a.ts:3:54 warning NOT_DETERMINISTIC',
    ])
  })

  test('in what the migration mentions, and what that mentions', async () => {
    const code = `const now = () => Date.now()\nfunction stamp() { return now() }\n${inCode('stamp()')}`
    expect(await placesIn({ '001_a.ts': code })).toEqual([
      '001_a.ts:1:19 warning NOT_DETERMINISTIC',
    ])
  })

  test.each([
    ['const x = ▸Date.now()', 'x'],
    ['const { x } = { x: ▸Math.random() }', 'x'],
    ['const [x] = [▸Math.random()]', 'x'],
    ['class R { static x = ▸Date.now() }', 'R.x'],
    ['class R { static x\n static { R.x = ▸Date.now() } }', 'R.x'],
    ['class R { x = ▸Date.now() }', 'new R().x'],
    ['enum E { A = ▸Date.now() }', 'E.A'],
    ['namespace N { export const a = ▸Date.now() }', 'N.a'],
    ['const { TENANT } = ▸process.env', 'TENANT'],
  ])('in a value that is made when the file is loaded: %s', async (marked, expression) => {
    const [before = '', after] = marked.split('▸')
    const code = `${before}${after}\n${inCode(`db.run(${expression})`)}`
    const lines = before.split('\n')
    const place = `001_a.ts:${lines.length}:${lines.at(-1)!.length + 1}`
    expect(await placesIn({ '001_a.ts': code })).toEqual([`${place} warning NOT_DETERMINISTIC`])
    const unused = `${before}${after}\n${inCode('db.run(1)')}`
    expect(await placesIn({ '001_a.ts': unused })).toEqual([])
  })

  test('in another member of the migration', async () => {
    const code = migrationWith(`at: Date.now(),\n  up(db) { db.run(this.at) }`)
    expect(await placesIn({ '001_a.ts': code })).toEqual(['001_a.ts:3:7 warning NOT_DETERMINISTIC'])
  })

  test('in a class', async () => {
    const code = `import { type Handle, Migration } from 'lockstep/better-sqlite3'
export default class A extends Migration {
  up(db: Handle) { db.exec(\`UPDATE a SET b = '\${this.id()}' WHERE c\`) }
  down(db: Handle) { db.exec('SELECT 1') }
  private id() { return crypto.randomUUID() }
}
`
    expect(await placesIn({ '001_a.ts': code })).toEqual([
      '001_a.ts:5:25 warning NOT_DETERMINISTIC',
    ])
  })

  test('in a helper', async () => {
    const folder = {
      '_ids.ts': 'export const id = () => Math.random()\n',
      '001_a.ts': `import { id } from './_ids.js'\n${inCode('db.run(id())')}`,
    }
    expect(await placesIn(folder)).toEqual(['_ids.ts:1:25 warning NOT_DETERMINISTIC'])
  })
})

describe('the query of batches', () => {
  const walking = (query: string): string =>
    `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({
  batches: [{ query: "${query}", by: 'id', update: 'DELETE FROM a WHERE id BETWEEN :from AND :to' }],
  irreversible: 'gone',
})
`
  const placesOf = (query: string) => placesIn({ '001_a.ts': walking(query) })

  test.each([
    "SELECT id FROM a WHERE at < datetime('now', '-30 days')",
    'SELECT id FROM a WHERE ends < CURRENT_TIMESTAMP',
  ])('%s', async (query) =>
    expect(await placesOf(query)).toEqual([expect.stringContaining('NOT_DETERMINISTIC')]),
  )

  test.each(['SELECT id FROM a', "SELECT id FROM a WHERE at < datetime('2025-01-01')"])(
    '%s',
    async (query) => expect(await placesOf(query)).toEqual([]),
  )
})
