// Rules judge the statements that ran: not those that code never comes to, and those as well that it puts together.
import { describe, expect, test } from 'vitest'
import { placesProven } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const FIRST = `-- irreversible: a test
-- migrate:up
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INTEGER);
CREATE INDEX t_a ON t (a);
`
const DIALECT = `export const dialect: string = 'sqlite'
export const isPostgres = (): boolean => dialect === 'pg'
export const prepare = (db: any) => {
  db.exec('PRAGMA foreign_keys = OFF')
  db.exec('COMMIT')
}
export const stamp = () => Date.now()
export const empty = (db: any, table: string) => db.exec(\`DELETE FROM \${table}\`)
export const note = (db: any) => db.exec('UPDATE t SET n = 1')
`

/** The findings about \`up\` of a second version. */
const second = async (code: string): Promise<string[]> => {
  const found = await placesProven({
    '001_a.sql': FIRST,
    '002_b.ts': `import { empty, isPostgres, note, prepare, stamp } from './_dialect.js'\nexport const irreversible = 'a test'\n${code}\n`,
    '_dialect.ts': DIALECT,
  })
  return found.filter((place) => !place.startsWith('001'))
}

describe('what is never come to is not judged', () => {
  testSome([
    [
      'a function for another database',
      `export const up = (db: any) => db.exec('CREATE TABLE b (x)')
export async function upPostgres(c: any) {
  await c.query('BEGIN')
  c.exec('CREATE TABLE c (id INT PRIMARY KEY)')
  c.exec('VACUUM')
  c.exec('SELECT 1 \\0 2')
  c.exec('UPDATE t SET n = random()')
  prepare(c)
  return stamp()
}`,
    ],
    [
      'a branch for one',
      `export function up(db: any) {
  if (isPostgres()) {
    db.exec('BEGIN; CREATE TABLE IF NOT EXISTS b (id BIGINT PRIMARY KEY); COMMIT')
    db.pragma('foreign_keys = OFF')
    db.exec('PRAGMA journal_mode = WAL')
    prepare(db)
  } else db.exec('CREATE TABLE b (id INTEGER PRIMARY KEY)')
}`,
    ],
    [
      'a way back for one',
      `export const up = (db: any) => db.exec('CREATE TABLE b (x)')
export const back = { down(db: any) { db.exec('ROLLBACK') } }`,
    ],
  ])('%s', async (_what, code) => expect(await second(code)).toEqual([]))

  test('and silences nothing', async () => {
    const code = `export const up = (db: any) => {
  db.exec('CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, n INTEGER)')
  db.exec('INSERT INTO n (id, a, n) SELECT id, a, n FROM t')
  db.exec('DROP TABLE t')
  db.exec('ALTER TABLE n RENAME TO t')
  db.exec('CREATE TABLE u (x)')
  if (isPostgres()) db.exec('DROP INDEX t_a')
}
export const upPostgres = (db: any) => {
  db.exec('DROP INDEX t_a')
}`
    expect(await second(code)).toEqual(['002_b.ts:6:12 warning OBJECT_LOST'])
  })

  test('nor does it keep the rest from being judged', async () => {
    const code = `export const up = (db: any) => {
  if (isPostgres()) db.exec('DROP TABLE t')
  db.exec('UPDATE t SET n = 1')
}`
    expect(await second(code)).toEqual(['002_b.ts:5:12 info WRITE_WITHOUT_WHERE'])
  })
})

describe('what ran is judged', () => {
  testSome([
    [
      'put together from parts',
      "const verb = 'DELETE'; db.exec([verb, 'FROM t'].join(' '))",
      '3:60',
    ],
    ['with a hole', "const name = 't'; db.exec(`DELETE FROM ${name}`)", '3:60'],
    [
      'from a list, where it stands there',
      "for (const sql of ['SELECT 1', 'DELETE FROM t']) db.exec(sql)",
      '3:66',
    ],
    ['handed over under another name', "const run = 'exec'; db[run]('DELETE FROM t')", '3:63'],
    ['by a statement that waits', "const all = db.prepare('DELETE FROM t'); all.run()", '3:58'],
  ])('%s', async (_what, body, place) => {
    expect(await second(`export const up = (db: any) => { ${body} }`)).toEqual([
      `002_b.ts:${place} info WRITE_WITHOUT_WHERE`,
    ])
  })

  test('in a helper: where its text stands, or where it is called', async () => {
    expect(
      await second(`export const up = (db: any) => {\n  note(db)\n  empty(db, 't')\n}`),
    ).toEqual([
      '_dialect.ts:8:58 info WRITE_WITHOUT_WHERE',
      '_dialect.ts:9:43 info WRITE_WITHOUT_WHERE',
    ])
  })

  test('where only rows let it run', async () => {
    const code = `export function up(db: any) {
  for (const { id } of db.prepare('SELECT id FROM t').all())
    db.prepare('UPDATE t SET n = random() WHERE id = ?').run(id)
}`
    expect(await second(code)).toEqual(['002_b.ts:5:34 warning NOT_DETERMINISTIC'])
  })

  test('in `down` as well', async () => {
    const found = await placesProven({
      '001_a.sql': FIRST,
      '002_b.ts': `export const up = (db: any) => db.exec('CREATE TABLE b (x)')
export const down = (db: any) => {
  db.exec('DROP TABLE b')
  db.exec(['PRAGMA', 'foreign_keys'].join(' '))
  for (const on of ['ATTACH', 'DETACH']) if (on === 'ATTACH') db.exec(on + " ':memory:' AS m")
}`,
    })
    expect(found).toEqual(['002_b.ts:5:71 error SQL_NEEDS_NO_TRANSACTION'])
  })
})

testSome([
  ["db.exec('CREATE TABLE b (x); COMMIT')", '3:63 error SQL_TRANSACTION_CONTROL'],
  ["db.exec(`SAVEPOINT ${'s'}`)", '3:42 error SQL_TRANSACTION_CONTROL'],
  ["try { db.exec('BEGIN') } catch {}", '3:49 error SQL_TRANSACTION_CONTROL'],
  ["db.pragma('foreign_keys = ON')", '3:45 error SQL_FOREIGN_KEYS_PRAGMA'],
  ["db.exec('VACUUM')", '3:43 error SQL_NEEDS_NO_TRANSACTION'],
])('what the runner refuses is told once, where it stands: %s', async (body, place) => {
  expect(await second(`export const up = (db: any) => { ${body} }`)).toEqual([`002_b.ts:${place}`])
})

describe('a function that hands nothing to the database', () => {
  const both = async (up: string, down: string): Promise<string[]> => {
    const found = await placesProven({
      '001_a.sql': FIRST,
      '002_b.ts': `export function up(db: any, ctx: any) { ${up} }\nexport function down(db: any, ctx: any) { ${down} }\n`,
    })
    return found.filter((place) => !place.startsWith('001'))
  }
  const UPDATE = `db.exec('UPDATE t SET n = 1 WHERE id = 1')`

  testSome([
    [UPDATE, `console.log('not possible')`, ['2:1 error DOWN_EMPTY']],
    [UPDATE, `db.exec('SELECT 1')`, ['2:1 error DOWN_EMPTY']],
    [UPDATE, `db.prepare('SELECT n FROM t WHERE n > 5000').all()`, []],
    [`db.exec('CREATE TABLE b (x)')`, `console.log('no')`, ['2:1 error DOWN_NOT_INVERSE']],
    [`db.exec('CREATE TABLE b (x)')`, '', ['2:1 error DOWN_NOT_INVERSE']],
    [UPDATE, '', ['2:1 warning DOWN_EMPTY']],
    [
      "setTimeout(() => { if (db.open) db.exec('SELECT 1') }, 100000)",
      "db.exec('SELECT 1')",
      ['1:1 warning MIGRATION_EMPTY'],
    ],
    ["ctx.log('nothing')", "ctx.log('nothing')", ['1:1 warning MIGRATION_EMPTY']],
  ])('is told: %s, %s', async (up, down, found) => {
    expect(await both(up, down)).toEqual(found.map((place) => `002_b.ts:${place}`))
  })

  testSome([
    ["db.prepare('SELECT count(*) FROM t').get()", "ctx.columns('t')"],
    [UPDATE, "ctx.batches('SELECT id FROM t', { by: 'id' }, () => {})"],
    [
      UPDATE,
      "for (const { id } of db.prepare('SELECT id FROM t').all()) db.prepare('UPDATE t SET n = n WHERE id = ?').run(id)",
    ],
    ["if (ctx.columns('t').includes('zz')) db.exec('DROP TABLE t')", "db.pragma('user_version')"],
  ])('reading is work: %s, %s', async (up, down) => expect(await both(up, down)).toEqual([]))
})

testSome([
  [
    'MIGRATION_EMPTY',
    '// lockstep-ignore MIGRATION_EMPTY: the number was given away\nexport const irreversible = "a test"\nexport function up() {}\n',
  ],
  [
    'DOWN_EMPTY',
    `// lockstep-ignore DOWN_EMPTY: the old values are not needed\nexport const up = (db: any) => db.exec('UPDATE t SET n = 1 WHERE id = 1')\nexport const down = () => console.log('done')\n`,
  ],
  [
    'REPLAY_DOWN_FAILED',
    `// lockstep-ignore REPLAY_DOWN_FAILED: never rolled back\nexport const up = (db: any) => db.exec('CREATE TABLE b (x)')\nexport const down = (db: any) => db.exec('DROP TABLE c')\n`,
  ],
])('%s is acknowledged with a reason', async (_code, text) => {
  const found = await placesProven({ '001_a.sql': FIRST, '002_b.ts': text })
  expect(found.filter((place) => !place.startsWith('001'))).toEqual([])
})

describe('a parameter without a value, in what `exec` is given', () => {
  const BY_PARAMETER = 'error SQL_PARAMETER'
  const found = async (code: string): Promise<string[]> =>
    (await second(code)).filter((place) => place.includes('SQL_PARAMETER'))

  testSome([
    ["const d = db; d.exec('UPDATE t SET a = lower(:x) WHERE id = 1')", '3:76'],
    ["for (const c of ['a']) db.exec(`UPDATE t SET ${c} = ` + '? WHERE id = 1')", '3:62'],
    ["const run = db.exec.bind(db); run('UPDATE t SET a = @a WHERE id = 1')", '3:83'],
    ["db.exec('UPDATE t SET n = 1 WHERE id = 1; DELETE FROM t WHERE a = $a')", '3:97'],
  ])('%s', async (code, place) =>
    expect(await found(`export function up(db: any) { ${code} }`)).toEqual([
      `002_b.ts:${place} ${BY_PARAMETER}`,
    ]),
  )

  test('through a class', async () => {
    const code = `class Repo { constructor(readonly db: any) {} set(sql: string) { this.db.exec(sql) } }
export const up = (db: any) => new Repo(db).set('UPDATE t SET a = $a WHERE id = 1')`
    expect(await found(code)).toEqual([`002_b.ts:4:67 ${BY_PARAMETER}`])
  })

  testSome([
    "db.prepare('UPDATE t SET a = ? WHERE id = 1').run('x')",
    "const put = db.prepare('UPDATE t SET a = :a WHERE id = 1'); put.run({ a: 'x' })",
    "db.exec(`UPDATE t SET a = ':x' WHERE id = 1`)",
    "const log = { exec: (sql: string) => db.prepare(sql).run('x') }; log.exec('UPDATE t SET a = ? WHERE id = 1')",
  ])('not: %s', async (code) =>
    expect(await found(`export function up(db: any) { ${code} }`)).toEqual([]),
  )
})
