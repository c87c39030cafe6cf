// `adopt` shows what it would record: when asked to, and where nobody can be asked.
import Database from 'better-sqlite3'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runProgram } from './support/command-line.js'
import { preparedProjects } from './support/prepared.js'
import { processesHere } from '../support/processes-here.js'

processesHere()

const prepared = preparedProjects()

const EMAIL =
  'ALTER TABLE users ADD COLUMN email TEXT; CREATE UNIQUE INDEX users_email ON users (email);'
const KNEX = `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); ${EMAIL} CREATE TABLE knex_migrations (id INTEGER PRIMARY KEY, name varchar(255), batch integer, migration_time datetime);
  INSERT INTO knex_migrations (name, batch, migration_time) VALUES ('20240115_users.js', 1, 1705314600000), ('20240116_email.js', 1, 1705314600000)`

/** The project with a database that knex has migrated. */
function projectOfKnex(): string {
  const root = prepared.generated()
  mkdirSync(join(root, 'data'))
  const db = new Database(join(root, 'data/app.db'))
  db.exec(KNEX)
  db.close()
  return root
}

it('only shows with --dry-run what it would record', async () => {
  const root = projectOfKnex()
  const file = join(root, 'data/app.db')
  const before = readFileSync(file)
  const shown = await runProgram(root, ['adopt', '--dry-run'])
  expect(shown).toMatchObject({ exitCode: 0, stderr: '' })
  expect(shown.stdout).toMatch(
    /^data\/app\.db {2}knex, table knex_migrations: 2 migrations applied[^]*002 {2}email {2}← 20240116_email\.js[^]*\nNothing was written; without --dry-run, data\/app\.db would be adopted at 002\.\n$/,
  )
  const told = await runProgram(root, ['adopt', '--dry-run', '--json'])
  expect(JSON.parse(told.stdout)).toMatchObject({ version: 2, dryRun: true })
  const refused = await runProgram(root, ['adopt', '--dry-run', '--at', '1'])
  expect(refused.stderr).toContain('ADOPT_VERSION_DIFFERS')
  expect(readFileSync(file).equals(before)).toBe(true)
})

it('shows where nobody can be asked what it would have asked about', async () => {
  const { stderr } = await runProgram(projectOfKnex(), ['adopt'])
  expect(stderr).toMatch(/2 migrations applied[^]*← 20240116_email\.js[^]*EDIT_UNCONFIRMED/)
})
