// `lockstep adopt` in a database without any table that remembers migrations: what it prints, answers and exits with.
import Database from 'better-sqlite3'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { runProgram } from './support/command-line.js'
import { copyOf, migrationProject } from './support/project.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const STEPS = [
  'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);',
  'ALTER TABLE users ADD COLUMN email TEXT;',
  "UPDATE users SET email = '' WHERE email IS NULL;",
] as const
const MIGRATIONS = {
  '001_users.sql': `-- migrate:up\n${STEPS[0]}\n\n-- migrate:down\nDROP TABLE users;\n`,
  '002_email.sql': `-- migrate:up\n${STEPS[1]}\n\n-- migrate:down\nALTER TABLE users DROP COLUMN email;\n`,
  '003_no_empty_email.sql': `-- migrate:up\n${STEPS[2]}\n\n-- migrate:down\nUPDATE users SET email = NULL WHERE email = '';\n`,
}

async function generatedProject(
  migrations: Readonly<Record<string, string>>,
  ...flags: readonly string[]
): Promise<string> {
  const root = migrationProject(migrations)
  expect(await runProgram(root, ['gen', '-q', ...flags])).toMatchObject({ exitCode: 0 })
  return root
}

/** A copy of a generated project, with a database in which this SQL was run. */
function copyWith(generated: string, sql: string): string {
  const root = copyOf(generated)
  mkdirSync(join(root, 'data'))
  const db = new Database(join(root, 'data/app.db'))
  db.exec(sql)
  db.close()
  return root
}

let generated = ''
beforeAll(async () => void (generated = await generatedProject(MIGRATIONS)))
const projectWith = (sql: string): string => copyWith(generated, sql)

describe('adopt recognises the schema', () => {
  it('and says what it was told by, and what it leaves alone', async () => {
    const root = projectWith(`${STEPS[0]} CREATE TABLE others (id)`)
    const done = await runProgram(root, ['adopt', '--yes'])
    expect(done).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `data/app.db  recognised by its schema: 1 migration applied; 1 object compared, none differs

  001  users

Not part of these migrations, and left alone: table others.

data/app.db  adopted at 001. Apply what is pending with \`lockstep migrate\`.
`,
    })
    const { stdout } = await runProgram(root, ['history'])
    expect(stdout).toMatch(/adopted +001 +users +recognised by the schema: 001 to 001 are applied/)
  })
  it('and answers as JSON', async () => {
    const root = projectWith(STEPS[0])
    const done = await runProgram(root, ['adopt', '--from', 'schema', '--yes', '--json'])
    expect(JSON.parse(done.stdout)).toMatchObject({
      layout: 'schema',
      table: null,
      version: 1,
      schema: { compared: 1, foreign: [], traceless: [] },
    })
  })
  it('and guesses nothing that it does not tell', async () => {
    const root = projectWith(STEPS.slice(0, 2).join('\n'))
    const refused = await runProgram(root, ['adopt', '--yes'])
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
    expect(refused.stderr).toContain('✗ ADOPT_SCHEMA_AMBIGUOUS')
    expect(refused.stderr).toContain('002 (email) and 003 (no_empty_email)')
    const told = await runProgram(root, ['adopt', '--at', '2', '--yes', '--json'])
    expect(JSON.parse(told.stdout)).toMatchObject({ layout: 'version', version: 2, forced: false })
  })
  it('and shows how far the nearest version is', async () => {
    const root = projectWith('CREATE TABLE users (id INTEGER PRIMARY KEY)')
    const refused = await runProgram(root, ['adopt'])
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
    expect(refused.stderr).toContain('✗ ADOPT_SCHEMA_DIFFERS')
    expect(refused.stderr).toContain(
      'one object differs:\n  table users differs\n    - column name text\n    - column email text\n',
    )
    const told = await runProgram(root, ['adopt', '--at', '2'])
    expect(told.stderr).toContain('✗ ADOPT_VERSION_DIFFERS')
    expect(told.stderr).toContain('    - column email text\n')
  })
  it('unless the registry was generated without replay', async () => {
    const root = copyWith(await generatedProject(MIGRATIONS, '--no-replay'), STEPS[0])
    const refused = await runProgram(root, ['adopt'])
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
    expect(refused.stderr).toContain('✗ ADOPT_UNRECOGNIZED')
    expect(refused.stderr).toContain('run `lockstep gen` without `--no-replay`')
  })
})

describe('names of columns that are spelled in another way', () => {
  const VIEWS = `${STEPS[0]}
CREATE VIEW v AS SELECT id, name AS e FROM users;
CREATE VIRTUAL TABLE s USING fts5(body);`
  let viewed = ''
  beforeAll(async () => {
    viewed = await generatedProject({
      '001_users.sql': `-- migrate:up\n${VIEWS}\n\n-- migrate:down\nDROP TABLE s; DROP VIEW v; DROP TABLE users;\n`,
    })
  })
  const projectOf = (found: string): string => copyWith(viewed, found)
  const cases = [
    ['a table', ' name TEXT', ' Name TEXT', 'table users', 'name', 'Name'],
    ['a view', ' AS e', ' AS "E"', 'view v', 'e', 'E'],
    ['a virtual table', 'body', 'Body', 'table s', 'body', 'Body'],
  ] as const
  testSome(cases)(
    'are told by adopt and verify: in %s',
    async (_, was, is, object, expected, now) => {
      const root = projectOf(VIEWS.replace(was, is))
      const adopted = await runProgram(root, ['adopt', '--yes'])
      expect(adopted.exitCode).toBe(0)
      expect(adopted.stdout).toContain(
        `  ${object} is written differently\n    ~ name of a column: ${expected} → ${now}\n`,
      )
      const { exitCode, stdout } = await runProgram(root, ['verify', '--json'])
      expect(exitCode).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({
        ok: true,
        differences: [{ object, grade: 'spelled', details: [{ expected, found: now }] }],
      })
    },
  )
  it('are in the JSON of adopt, and nowhere where they are the same', async () => {
    const respelled = async (found: string): Promise<unknown> => {
      const { stdout } = await runProgram(projectOf(found), ['adopt', '--yes', '--json'])
      return (JSON.parse(stdout) as { respelled: unknown }).respelled
    }
    const [, was, is, object] = cases[1]
    expect(await respelled(VIEWS.replace(was, is))).toMatchObject([{ object }])
    const other = VIEWS.replace('TABLE users', 'TABLE "Users"').replace(
      ' name TEXT',
      ' [name] text',
    )
    expect(await respelled(other)).toEqual([])
  })
})
