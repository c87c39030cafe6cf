// Rolling back what only a newer program has, with the `down` that this one has kept in the database.
import Database from 'better-sqlite3'
import { cpSync, rmSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addFiles } from '../../support/project.js'
import { processesHere } from '../../support/processes-here.js'
import { runProgram } from '../support/command-line.js'
import { copyOf, migrationProject } from '../support/project.js'

processesHere()

const table = (name: string): string =>
  `-- migrate:up\nCREATE TABLE ${name} (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE ${name};\n`

/** A program of before, on the database that a newer one has migrated; it knows nothing else of that. */
async function ahead(keepDowns: boolean): Promise<string> {
  const newer = migrationProject({
    '001_a.sql': table('a'),
    '002_b.sql': table('b'),
    '003_c.sql': table('c'),
  })
  addFiles(newer, {
    'lockstep.config.ts': `export default { database: 'data/app.db', keepDowns: ${keepDowns} }`,
  })
  const older = copyOf(newer)
  for (const file of ['002_b.sql', '003_c.sql']) unlinkSync(join(older, 'migrations', file))
  for (const [root, command] of [
    [newer, 'gen'],
    [newer, 'migrate'],
    [older, 'gen'],
  ] as const)
    expect(await runProgram(root, [command])).toMatchObject({ exitCode: 0 })
  cpSync(join(newer, 'data'), join(older, 'data'), { recursive: true })
  rmSync(join(older, 'node_modules/.cache'), { recursive: true, force: true })
  return older
}

const applied = (root: string): unknown[] => {
  const db = new Database(join(root, 'data/app.db'))
  const versions = db.prepare('SELECT version FROM _migrations').pluck().all()
  db.close()
  return versions
}

test('is advised, says where the down comes from, and leaves a database that is up to date', async () => {
  const root = await ahead(true)
  const { stdout: status } = await runProgram(root, ['status', '--json'])
  expect(JSON.parse(status)).toMatchObject({
    state: 'ahead',
    applied: [{ id: '001' }, { id: '002', downKept: true }, { id: '003', downKept: true }],
    problems: [
      { code: 'DATABASE_AHEAD', fix: expect.stringContaining('lockstep rollback --to 1') },
    ],
  })
  const { stdout: shown } = await runProgram(root, ['status'])
  expect(shown.match(/00\d {2}[a-c] .*its down is kept in the database/g)).toHaveLength(2)
  const { exitCode, stdout, stderr } = await runProgram(root, ['rollback', '--to', '1'])
  expect(exitCode, stderr).toBe(0)
  expect(stderr).toContain(
    '003 (c) is not in the code as it was applied: its down is the one that the database has kept.',
  )
  expect(stdout).toMatch(/↓ {2}002 {2}b {2}.* by the down that the database has kept/)
  expect(await runProgram(root, ['verify'])).toMatchObject({ exitCode: 0 })
  expect(await runProgram(root, ['status', '--check'])).toMatchObject({ exitCode: 0 })
})

test('goes no further than it is asked', async () => {
  const root = await ahead(true)
  expect(await runProgram(root, ['rollback'])).toMatchObject({ exitCode: 0 })
  expect(applied(root)).toEqual(['001', '002'])
})

test('is refused where what it leads to is something else', async () => {
  const root = await ahead(true)
  const db = new Database(join(root, 'data/app.db'))
  db.exec(
    `UPDATE _migrations_downs SET kept = json_set(kept, '$.down[0]', 'SELECT 1') WHERE version = '002'`,
  )
  db.close()
  const { exitCode, stderr } = await runProgram(root, ['rollback', '--to', '1'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('GATE_SCHEMA_DIFFERS')
  expect(applied(root)).toEqual(['001', '002', '003'])
})

test('is refused by name where a version that stays is not known, as what is kept of it is damaged', async () => {
  const root = await ahead(true)
  const db = new Database(join(root, 'data/app.db'))
  db.exec("UPDATE _migrations_downs SET kept = 'x' WHERE version = '002'")
  db.close()
  const { exitCode, stderr } = await runProgram(root, ['rollback', '--to', '2'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('SCHEMA_DIGESTS_MISSING')
  expect(stderr).toContain('the database does not record the schema of 002')
})

test('goes on behind a step of which there is a record without proof', async () => {
  const root = migrationProject({
    '001_a.sql': table('a'),
    '002_b.sql': table('b'),
    '003_c.sql': table('c'),
  })
  addFiles(root, {
    'lockstep.config.ts': `export default { database: 'data/app.db', keepDowns: true }`,
  })
  for (const command of ['gen', 'migrate']) await runProgram(root, [command])
  const db = new Database(join(root, 'data/app.db'))
  db.exec('INSERT INTO c VALUES (1)')
  db.close()
  unlinkSync(join(root, 'migrations/003_c.sql'))
  await runProgram(root, ['gen'])
  rmSync(join(root, 'node_modules/.cache'), { recursive: true, force: true })
  const refused = await runProgram(root, ['rollback'])
  expect(refused.stderr).toContain('ROLLBACK_UNCONFIRMED')
  unlinkSync(join(root, 'migrations/002_b.sql'))
  await runProgram(root, ['gen'])
  const { exitCode, stderr } = await runProgram(root, ['rollback', '--to', '1', '--yes'])
  expect(stderr).toContain('002 (b) is not in the code as it was applied: its down is that of')
  expect(exitCode, stderr).toBe(0)
  expect(applied(root)).toEqual(['001'])
})

test('is not possible where nothing was kept', async () => {
  const root = await ahead(false)
  const { exitCode, stderr } = await runProgram(root, ['rollback', '--to', '1'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('DOWN_UNKNOWN')
  expect(applied(root)).toEqual(['001', '002', '003'])
})
