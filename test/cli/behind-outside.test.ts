// Steps outside a transaction whose work is in the database already, although the ledger does not have them: nothing of them is begun,
// unless they are prepared for it.
import Database from 'better-sqlite3'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { processesHere } from '../support/processes-here.js'
import { runProgram } from './support/command-line.js'
import { MIGRATIONS } from './support/prepared.js'
import { copyOf, migrationProject } from './support/project.js'
import { testSome } from '../support/some-of.js'

processesHere()

const outside = (sql: string, down = ''): string =>
  `-- migrate:up transaction:false\n${sql}\n-- migrate:down transaction:false\n${down}\n`
const inCode = (up: string, head = ''): string =>
  `import { defineMigration } from 'lockstep/better-sqlite3'
${head}
export default defineMigration({
  transaction: false,
  irreversible: 'a test',
  up(db, ctx) {
    ctx.log('begun')
    ${up}
  },
})
`
const TABLE = '(id INTEGER PRIMARY KEY, email TEXT)'

/** Of those that may be run again, each is prepared in another way. */
const STEPS = {
  ...MIGRATIONS,
  '003_posts.sql': outside(
    `CREATE TABLE posts ${TABLE};\nCREATE INDEX posts_email ON posts (email);\nCREATE VIEW names AS SELECT name FROM users;`,
    'DROP VIEW names;\nDROP TABLE posts;',
  ),
  '004_again.sql': outside(
    `CREATE TABLE IF NOT EXISTS tags ${TABLE};\nCREATE INDEX IF NOT EXISTS tags_email ON tags (email);`,
    'DROP TABLE tags;',
  ),
  '005_view.sql': outside(
    'DROP VIEW "names";\nCREATE VIEW names AS SELECT name, email FROM users;',
    'DROP VIEW names;\nCREATE VIEW names AS SELECT name FROM users;',
  ),
  '006_looks.ts': inCode(
    "if (!ctx.columns('users').includes('age')) db.exec('ALTER TABLE users ADD COLUMN age INTEGER')",
  ),
  '007_elsewhere.ts': inCode('make(db)', "import { make } from './_make.js'"),
  '_make.ts': `export const make = (db: { exec(sql: string): unknown }): unknown => db.exec('CREATE TABLE IF NOT EXISTS made ${TABLE}')\n`,
  '008_code.ts': inCode(`db.exec('CREATE TABLE late ${TABLE}')`),
  '009_mixed.sql': outside(
    `CREATE TABLE IF NOT EXISTS mixed ${TABLE};\nCREATE INDEX mixed_email ON mixed (email);`,
    'DROP TABLE mixed;',
  ),
}

let applied = ''

beforeAll(async () => {
  applied = migrationProject(STEPS)
  const gen = await runProgram(applied, ['gen', '-q'])
  expect(gen).toMatchObject({ exitCode: 0 })
  expect(await runProgram(applied, ['migrate', '-q'])).toMatchObject({ exitCode: 0, stderr: '' })
}, 60_000)

/** The project after this was done to its database. */
function after(sql: string): { root: string; at: () => string[]; run: (sql: string) => void } {
  const root = copyOf(applied)
  const on = <T>(work: (db: Database.Database) => T): T => {
    const db = new Database(join(root, 'data/app.db'))
    try {
      return work(db)
    } finally {
      db.close()
    }
  }
  const run = (text: string): void => on((db) => void db.exec(text))
  run(sql)
  return {
    root,
    run,
    at: () =>
      on(
        (db) => db.prepare('SELECT version FROM _migrations ORDER BY 1').pluck().all() as string[],
      ),
  }
}

const without = (version: string): string => `DELETE FROM _migrations WHERE version >= '${version}'`
const BEHIND =
  'The ledger does not have 003, but what it creates or changes is already there: table posts'
const FIX =
  'If 003 was applied, record it with `lockstep mark 003 --applied`, which asks for a reason if it may write rows.'

describe('a step whose row is lost', () => {
  testSome(['status', 'plan', 'migrate', 'migrate --dry-run'])(
    'is told of by %s',
    async (words) => {
      const { root, at } = after(without('003'))
      const { exitCode, stdout, stderr } = await runProgram(root, words.split(' '))
      expect(exitCode).toBe(1)
      const said = `${stdout}${stderr}`.replaceAll(/\s+/g, ' ')
      expect(said).toContain('LEDGER_BEHIND')
      expect(said).toContain(BEHIND)
      expect(said).toContain(FIX)
      expect(/was not started/.test(said)).toBe(words.startsWith('migrate'))
      expect(at()).toEqual(['001', '002'])
    },
  )
  it('is recorded, and those after it run that are prepared', async () => {
    const { root, at } = after(without('003'))
    await runProgram(root, ['mark', '003', '--applied'])
    const { stderr } = await runProgram(root, ['migrate'])
    expect(stderr).toContain('LEDGER_BEHIND')
    expect(stderr).toContain('table late')
    expect(at().at(-1)).toBe('007')
    await runProgram(root, ['mark', '008', '--applied'])
    await runProgram(root, ['mark', '009', '--applied'])
    expect(await runProgram(root, ['verify'])).toMatchObject({ exitCode: 0 })
  })
  it('is a warning of the plan where others come first', async () => {
    const { root } = after(without('002'))
    const { exitCode, stdout } = await runProgram(root, ['plan', '--json'])
    expect(exitCode).toBe(0)
    const { warnings } = JSON.parse(stdout) as { warnings: { code: string; facts: object }[] }
    expect(warnings).toMatchObject(
      [2, 3, 7, 8].map((version) => ({
        code: 'LEDGER_BEHIND',
        severity: 'warning',
        facts: { version },
      })),
    )
  })
  it('is told of when it fails, where it is prepared at some places only', async () => {
    const { root } = after(without('009'))
    const { exitCode, stderr } = await runProgram(root, ['migrate'])
    expect(exitCode).toBe(1)
    const said = stderr.replaceAll(/\s+/g, ' ')
    expect(said).toContain('index mixed_email already exists')
    expect(said).toMatch(
      /Before it started, the database already had parts of 009: .*index mixed_email/,
    )
    expect(said).toContain('`lockstep mark 009 --applied`')
  })
})

describe('a step that did not end', () => {
  const interrupted = `${without('004')}; DROP INDEX posts_email; UPDATE _migrations SET lineage = NULL, started_by = 'up:f00' WHERE version = '003'`
  it('is not forgotten before what it has left is agreed to', async () => {
    const { root, at, run } = after(interrupted)
    const refused = await runProgram(root, ['mark', '003', '--pending'])
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
    const told =
      /Of 003, the database has: table posts, view names\.\s+Not as .* is missing\.\s+003 will meet that when it is run again/
    expect(refused.stderr).toMatch(told)
    expect(at()).toEqual(['001', '002', '003'])
    const done = await runProgram(copyOf(root), ['mark', '003', '--pending', '--yes'])
    expect(done).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(told) })
    const json = await runProgram(root, ['mark', '003', '--pending', '--yes', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({ there: ['table posts', 'view names'] })
    expect((await runProgram(root, ['migrate'])).stderr).toContain('LEDGER_BEHIND')
    run('DROP TABLE posts; DROP VIEW names')
    expect((await runProgram(root, ['migrate', '--to', '3'])).stderr).toBe('')
  })
  it('is forgotten without a question where nothing of it is there', async () => {
    const { root } = after(`${interrupted}; DROP TABLE posts; DROP VIEW names`)
    const { exitCode, stdout } = await runProgram(root, ['mark', '003', '--pending'])
    expect(exitCode).toBe(0)
    expect(stdout).not.toContain('already')
  })
  it('is forgotten without a question where it is prepared, with a word about that', async () => {
    const { root } = after(
      `${without('005')}; UPDATE _migrations SET lineage = NULL, started_by = 'up:f00' WHERE version = '004'`,
    )
    const { exitCode, stdout } = await runProgram(root, ['mark', '004', '--pending'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/table tags, index tags_email\.\s+004 checks for what is there/)
    expect((await runProgram(root, ['migrate', '--to', '7'])).exitCode).toBe(0)
  })
})
