// Rolling back what the code does not have any more: its file was edited or deleted, or it is another branch's.
import Database from 'better-sqlite3'
import { readdirSync, rmSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readMemory, writeMemory } from '../../../codegen/project/memory-file.js'
import { runProcess, runProgram, type Finished } from '../support/command-line.js'
import { copyOf, migrationProject } from '../support/project.js'
import { addFiles, type Files } from '../../support/project.js'
import { processesHere } from '../../support/processes-here.js'
import { testSome } from '../../support/some-of.js'

processesHere()

const table = (name: string, down = `DROP TABLE ${name};`): string =>
  `-- migrate:up\nCREATE TABLE ${name} (id INTEGER PRIMARY KEY);\n-- migrate:down\n${down}\n`

const DOOR = "import { defineMigration } from 'lockstep/better-sqlite3'\n"

const HISTORY = {
  '001_a.sql': table('a'),
  '002_b.ts': `${DOOR}import { drop } from './_drop.js'
export default defineMigration({ up: (db) => db.exec('CREATE TABLE b (x)'), down: (db) => drop(db, 'b') })\n`,
  '003_c.sql': table('c'),
  '_drop.ts': `import type { Handle } from 'lockstep/better-sqlite3'
export const drop = (db: Handle, table: string) => db.exec('DROP TABLE ' + table)\n`,
}

let made: Promise<string> | undefined

/** The project with everything generated and applied; made once. */
const applied = (): Promise<string> => (made ??= apply())

async function apply(): Promise<string> {
  const root = migrationProject(HISTORY)
  for (const command of ['gen', 'migrate'])
    expect(await runProgram(root, [command])).toMatchObject({ exitCode: 0 })
  return root
}

/** The applied project with other files, generated; `null` deletes. */
async function changed(migrations: Readonly<Record<string, string | null>>): Promise<string> {
  const root = copyOf(await applied())
  const files: Record<string, string> = {}
  for (const [name, text] of Object.entries(migrations)) {
    if (text === null) unlinkSync(join(root, 'migrations', name))
    else files[`migrations/${name}`] = text
  }
  addFiles(root, files as Files)
  expect(await runProgram(root, ['gen', '--no-replay'])).toMatchObject({ exitCode: 0 })
  return root
}

const forget = (root: string): void =>
  rmSync(join(root, 'node_modules/.cache'), { recursive: true, force: true })

/** The tables that there are, and what the ledger holds. */
function stateOf(root: string): { tables: string; ledger: string } {
  const db = new Database(join(root, 'data/app.db'), { readonly: true })
  try {
    const list = (sql: string): string => db.prepare(sql).pluck().all().join(' ')
    return {
      tables: list(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '~_%' ESCAPE '~' ORDER BY name",
      ),
      ledger: list('SELECT version FROM _migrations ORDER BY version'),
    }
  } finally {
    db.close()
  }
}

const ALL = { tables: 'a b c', ledger: '001 002 003' }

const rollback = (root: string, ...argv: string[]): Promise<Finished> =>
  runProgram(root, ['rollback', ...argv])

describe('what has a record', () => {
  test('is undone though its file is gone, with all that its down needs', async () => {
    const root = await changed({ '002_b.ts': null, '003_c.sql': null, '_drop.ts': null })
    const { exitCode, stdout, stderr } = await rollback(root, '--steps', '2')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(
      /↓ {2}003 {2}c {2}.* by the down of the record of \d+ \w+ \d{4}\n {2}↓ {2}002 {2}b {2}.* by the down of the record/,
    )
    expect(stdout).toContain('2 migrations undone')
    expect(stderr).toMatch(
      /^003 \(c\) is not in the code as it was applied: its down is that of the record of \d+ \w+ \d{4}\.\n002 \(b\) /,
    )
    expect(stateOf(root)).toEqual({ tables: 'a', ledger: '001' })
    expect(await runProgram(root, ['verify'])).toMatchObject({ exitCode: 0 })
  })
  testSome([
    ['INSERT INTO c VALUES (1)', 'ROLLBACK_UNCONFIRMED', 2],
    [
      'CREATE TABLE mine (x REFERENCES c); INSERT INTO c VALUES (1); INSERT INTO mine VALUES (1)',
      'FOREIGN_KEY',
      1,
    ],
  ])('is named as well where that is refused: %s', async (sql, code, ends) => {
    const root = await changed({ '003_c.sql': null })
    const db = new Database(join(root, 'data/app.db'))
    db.exec(sql)
    db.close()
    const { exitCode, stdout, stderr } = await rollback(root)
    expect({ exitCode, stdout }).toEqual({ exitCode: ends, stdout: '' })
    expect(stderr).toContain(code)
    expect(stderr.match(/003 \(c\) is not in the code as it was applied: its down/g)).toHaveLength(
      1,
    )
    expect(stateOf(root).ledger).toBe(ALL.ledger)
  })
  test('is undone as it was applied though it was edited since', async () => {
    const root = await changed({ '003_c.sql': table('d', 'DROP TABLE d; DROP TABLE nowhere;') })
    const { stdout } = await rollback(root, '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      from: 3,
      to: 2,
      steps: [{ version: 3, name: 'c', direction: 'down' }],
      downs: [
        {
          version: 3,
          id: '003',
          name: 'c',
          from: 'record',
          at: expect.stringMatching(/^\d{4}-.*Z$/),
        },
      ],
    })
    expect(stateOf(root)).toEqual({ tables: 'a b', ledger: '001 002' })
    expect(await runProgram(root, ['migrate'])).toMatchObject({ exitCode: 0 })
    expect(stateOf(root)).toEqual({ tables: 'a b d', ledger: '001 002 003' })
  })
  test('is undone where another branch has another migration under its number, and its own in the middle', async () => {
    const root = await changed({ '002_b.ts': null, '002_other.sql': table('other') })
    expect(await rollback(root, '--to', '0')).toMatchObject({ exitCode: 0 })
    expect(stateOf(root)).toEqual({ tables: '', ledger: '' })
  })
  test('is tried on a copy by a dry run, which says the same', async () => {
    const root = await changed({ '003_c.sql': null })
    const { stdout, stderr } = await rollback(root, '--dry-run')
    expect(stderr).toContain('003 (c) is not in the code as it was applied')
    expect(stdout).toContain('1 migration would be undone')
    expect(stateOf(root)).toEqual(ALL)
  })
  test('stands in the log as any other', async () => {
    const root = await changed({ '003_c.sql': null })
    await rollback(root)
    const { stdout } = await runProgram(root, ['history', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      entries: expect.arrayContaining([
        expect.objectContaining({ action: 'rollback', version: 3, name: 'c' }),
      ]),
    })
  })
})

/** Makes all records need a package that is not installed. */
function breakRecords(root: string): void {
  const cache = join(root, 'node_modules/.cache/lockstep')
  const folder = join(
    cache,
    readdirSync(cache).find((name) => name.startsWith('records-'))!,
  )
  for (const name of readdirSync(folder)) {
    const record = readMemory(join(folder, name)) as { readonly code: string }
    writeMemory(join(folder, name), { ...record, code: `require('gone');${record.code}` })
  }
}

test('a record that cannot be loaded is told of, and undoes nothing', async () => {
  const root = await changed({ '003_c.sql': null })
  breakRecords(root)
  const { exitCode, stderr } = await rollback(root)
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(
    /DOWN_UNKNOWN .* has it in a form that can be loaded:\n +003 {2}Its record cannot be loaded: Cannot find module 'gone'\nNothing was changed/,
  )
  expect(stateOf(root)).toEqual(ALL)
})

describe('what has none', () => {
  const gone = async (): Promise<string> => {
    const root = await changed({ '003_c.sql': null })
    forget(root)
    return root
  }
  test('is named, and nothing is changed', async () => {
    const root = await gone()
    const { exitCode, stderr } = await rollback(root)
    expect(exitCode).toBe(1)
    expect(stderr).toContain('DOWN_UNKNOWN')
    expect(stderr).toContain('Lockstep cannot tell how to undo 003 (c) as applied')
    expect(stderr).toContain('neither a record nor a commit of this clone has it')
    expect(stderr).toContain('record that with `lockstep mark 003 --pending`')
    expect(stderr).not.toContain('lockstep redo')
    expect(stateOf(root)).toEqual(ALL)
  })
  test('keeps what is below it from being undone', async () => {
    const root = await gone()
    expect(await rollback(root, '--to', '0')).toMatchObject({ exitCode: 1 })
    expect(stateOf(root)).toEqual(ALL)
  })
  test('does not matter below what is undone', async () => {
    const root = await changed({ '002_b.ts': HISTORY['002_b.ts'].replace('(x)', '(x, y)') })
    forget(root)
    expect(await rollback(root)).toMatchObject({ exitCode: 0 })
    expect(stateOf(root)).toEqual({ tables: 'a b', ledger: '001 002' })
    const { stderr } = await rollback(root)
    expect(stderr).toContain('DOWN_UNKNOWN')
    expect(stderr).toContain('`lockstep redo`, which undoes 002')
  })
})

test('without a down it is irreversible, unless a redo may take the one that the code has now', async () => {
  const root = migrationProject({
    '001_a.sql': '-- migrate:up\nCREATE TABLE a (x);\n-- irreversible: the rows are gone\n',
  })
  for (const command of ['gen', 'migrate']) await runProgram(root, [command])
  const edit = async (text: string): Promise<void> => {
    addFiles(root, { 'migrations/001_a.sql': text })
    expect(await runProgram(root, ['gen'])).toMatchObject({ exitCode: 0 })
  }
  await edit('-- migrate:up\nCREATE TABLE a (x, y);\n-- irreversible: still gone\n')
  const refused = await runProgram(root, ['redo'])
  expect(refused.stderr).toMatch(
    /applied: according to the record of .*, it cannot be undone\.\n[^]*: the rows are gone\./,
  )
  expect(refused.stderr).toContain('MIGRATION_IRREVERSIBLE')
  expect((await runProgram(root, ['repair'])).stderr).toContain(
    'in line with the code, run `lockstep reset`',
  )
  await edit(table('a'))
  const { exitCode, stderr } = await rollback(root)
  expect(exitCode).toBe(1)
  expect(stderr).toContain('MIGRATION_IRREVERSIBLE')
  expect(stderr).toContain('the rows are gone')
  expect((await runProgram(root, ['repair'])).stderr).toContain(
    'in line with the code, run `lockstep redo`',
  )
  const asked = await runProgram(root, ['redo'])
  const declared = 'was applied as irreversible (the rows are gone)'
  expect(asked.stderr).toContain(`001 (a) ${declared}: it is undone with the current down.`)
  expect(asked.stderr).toContain(`  001 (a), which ${declared}, is undone with the current down`)
  expect(await runProgram(root, ['redo', '--yes'])).toMatchObject({ exitCode: 0 })
})

test('a down that alone was changed is the one that is used: it was mended', async () => {
  const root = await changed({ '003_c.sql': table('c', 'DROP TABLE IF EXISTS c;') })
  const { exitCode, stderr } = await rollback(root)
  expect(exitCode).toBe(0)
  expect(stderr).not.toContain('record')
})

test('under continuous integration no record is believed', async () => {
  const root = await changed({ '003_c.sql': null })
  const { exitCode, stderr } = await runProcess(root, ['rollback'], { CI: 'true' })
  expect(stderr).toContain('DOWN_UNKNOWN')
  expect(stderr).toContain('and with `CI` set no record is trusted')
  expect(exitCode).toBe(1)
  addFiles(root, { 'migrations/003_c.sql': table('c').replace('id INTEGER', 'key INTEGER') })
  expect(await runProgram(root, ['gen', '--no-replay'])).toMatchObject({ exitCode: 0 })
  expect((await runProcess(root, ['redo'], { CI: 'true' })).stderr).toContain(
    '003 (c) was applied in another form, of which no record is trusted with `CI` set: it is undone',
  )
})

test('a ledger that is not whole is told of as ever', async () => {
  const root = await changed({ '003_c.sql': null })
  const db = new Database(join(root, 'data/app.db'))
  db.exec("DELETE FROM _migrations WHERE version = '002'")
  db.close()
  expect((await rollback(root)).stderr).toContain('HISTORY_GAP')
})

test('a lineage that does not follow from what was applied is told of', async () => {
  const root = await changed({ '002_b.ts': null, '003_c.sql': null })
  const db = new Database(join(root, 'data/app.db'))
  db.exec("UPDATE _migrations SET lineage = '1:0' WHERE version = '003'")
  db.close()
  expect((await rollback(root)).stderr).toContain('HISTORY_LINEAGE')
})
