// `lockstep adopt` in a database without any table that remembers migrations: what it prints, answers and exits with.
import Database from 'better-sqlite3'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { registryOf } from '../support/registry.js'
import { withDigests } from '../support/replayed.js'
import { answerOf, runProgram } from './support/command-line.js'
import { migrationProject } from './support/project.js'

const STEPS = [
  'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);',
  'ALTER TABLE users ADD COLUMN email TEXT;',
  "UPDATE users SET email = '' WHERE email IS NULL;",
]
const NAMES = ['users', 'email', 'no_empty_email']

/** A project whose registry has no digests, with a database in which this SQL was run. */
async function bareProjectWith(sql: string): Promise<string> {
  const root = migrationProject(
    Object.fromEntries(
      STEPS.map((step, at) => [
        `00${at + 1}_${NAMES[at]}.sql`,
        `-- migrate:up\n${step}\n\n-- migrate:down\nSELECT 1;\n`,
      ]),
    ),
  )
  const gen = await answerOf(root, ['gen', '-q', '--no-replay'])
  expect(gen).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  mkdirSync(join(root, 'data'))
  const db = new Database(join(root, 'data/app.db'))
  db.exec(sql)
  db.close()
  return root
}

/** The same with digests. */
async function projectWith(sql: string): Promise<string> {
  const root = await bareProjectWith(sql)
  addDigests(join(root, 'generated/registry.ts'))
  return root
}

/** As generating with replay writes them. */
function addDigests(file: string): void {
  const digests = withDigests(registryOf(...STEPS.map((up) => ({ up })))).values()
  const text = readFileSync(file, 'utf8').replaceAll(/^ +lineage: .+$/gm, (line) => {
    const { schemaDigest, schemaChanges } = digests.next().value ?? {}
    return `${line}\n    schemaDigest: '${schemaDigest}',\n    schemaChanges: ${JSON.stringify(schemaChanges)},`
  })
  writeFileSync(file, text)
}

describe('adopt recognises the schema', () => {
  it('and says what it was told by, and what it leaves alone', async () => {
    const root = await projectWith(`${STEPS[0]} CREATE TABLE others (id)`)
    const done = await runProgram(root, ['adopt', '--yes'])
    expect(done).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `data/app.db  recognised by its schema: 1 migration applied; 1 object compared, none differs

  001  users

Not of these migrations, and left alone: table others.

data/app.db  taken over at 001. Apply what is pending with \`lockstep migrate\`.
`,
    })
    const { stdout } = await answerOf(root, ['history'])
    expect(stdout).toMatch(/adopted +001 +users +recognised by the schema: 001 to 001 are applied/)
  })
  it('and answers as JSON', async () => {
    const root = await projectWith(STEPS[0]!)
    const done = await runProgram(root, ['adopt', '--from', 'schema', '--yes', '--json'])
    expect(JSON.parse(done.stdout)).toMatchObject({
      layout: 'schema',
      table: null,
      version: 1,
      schema: { compared: 1, foreign: [], traceless: [] },
    })
  })
  it('and guesses nothing that it does not tell', async () => {
    const root = await projectWith(STEPS.slice(0, 2).join('\n'))
    const refused = await answerOf(root, ['adopt', '--yes'])
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
    expect(refused.stderr).toContain('✗ ADOPT_SCHEMA_AMBIGUOUS')
    expect(refused.stderr).toContain('002 (email) and 003 (no_empty_email)')
    const told = await runProgram(root, ['adopt', '--at', '2', '--yes', '--json'])
    expect(JSON.parse(told.stdout)).toMatchObject({ layout: 'version', version: 2, schema: null })
  })
  it('and shows how far the nearest version is', async () => {
    const root = await projectWith('CREATE TABLE users (id INTEGER PRIMARY KEY)')
    const refused = await answerOf(root, ['adopt'])
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
    expect(refused.stderr).toContain('✗ ADOPT_SCHEMA_DIFFERS')
    expect(refused.stderr).toContain('table users differs')
  })
  it('unless the registry was generated without replay', async () => {
    const root = await bareProjectWith(STEPS[0]!)
    const refused = await answerOf(root, ['adopt'])
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
    expect(refused.stderr).toContain('✗ ADOPT_UNRECOGNIZED')
    expect(refused.stderr).toContain('Run `lockstep gen` without `--no-replay`')
  })
})
