// `lockstep redo`: what it prints, answers and asks, on a real project.
import Database from 'better-sqlite3'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { confirm, forgetAnswers } from '../../support/prompts.js'
import { onTerminal } from '../support/on-terminal.js'
import { runProgram } from '../support/command-line.js'
import { copyOf, migrationProject } from '../support/project.js'
import { addFiles } from '../../support/project.js'
import { processesHere } from '../../support/processes-here.js'
import { testSome } from '../../support/some-of.js'

processesHere()

forgetAnswers()

const table = (name: string, columns = 'id INTEGER PRIMARY KEY'): string =>
  `-- migrate:up\nCREATE TABLE ${name} (${columns});\n-- migrate:down\nDROP TABLE ${name};\n`

let made: Promise<string> | undefined

async function generate(root: string): Promise<void> {
  expect(await runProgram(root, ['gen'])).toMatchObject({ exitCode: 0 })
}

async function apply(): Promise<string> {
  const root = migrationProject({ '001_a.sql': table('a'), '002_b.sql': table('b') })
  await generate(root)
  expect(await runProgram(root, ['migrate'])).toMatchObject({ exitCode: 0 })
  return root
}

/** The applied project after its second migration was edited, and generated again. */
async function edited(sql = ''): Promise<string> {
  const root = copyOf(await (made ??= apply()))
  query(root, sql)
  addFiles(root, { 'migrations/002_b.sql': table('b', 'id INTEGER PRIMARY KEY, name TEXT') })
  await generate(root)
  return root
}

function query(root: string, sql: string): void {
  const db = new Database(join(root, 'data/app.db'))
  db.exec(sql)
  db.close()
}

function columnsOf(root: string, name: string): string {
  const db = new Database(join(root, 'data/app.db'), { readonly: true })
  try {
    return db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(name).join(' ')
  } finally {
    db.close()
  }
}

const ROWS = 'INSERT INTO b VALUES (1), (2), (3)'

test('what was edited is there as it is written now, and status and verify are content', async () => {
  const root = await edited()
  const { exitCode, stdout, stderr } = await runProgram(root, ['redo'])
  expect(stderr).toMatch(
    /^002 \(b\) is not in the code as it was applied: its down is that of the record of /,
  )
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/↓ {2}002 {2}b .* by the down of the record of [^✓]*✓/)
  expect(stdout).toContain('✓  002  b')
  expect(stdout).toMatch(/1 migration redone in .*, from 002 to 002\./)
  expect(columnsOf(root, 'b')).toBe('id name')
  expect(await runProgram(root, ['status', '--check'])).toMatchObject({ exitCode: 0 })
  expect(await runProgram(root, ['verify'])).toMatchObject({ exitCode: 0 })
})

test('JSON has the steps both ways, where the down came from, and what went along', async () => {
  const root = await edited(ROWS)
  const { stdout } = await runProgram(root, ['redo', '1', '--yes', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({
    from: 2,
    to: 2,
    steps: [
      { version: 2, direction: 'down' },
      { version: 2, direction: 'up' },
    ],
    dryRun: false,
    downs: [{ version: 2, from: 'record' }],
    losses: {
      rows: [{ table: 'b', rows: 3 }],
      columns: [],
      unknown: [],
      objects: [],
      broken: [],
      guessed: [],
      unreplaced: [],
      counters: [],
    },
  })
})

test('a dry run shows both ways and what would go, and changes nothing', async () => {
  const root = await edited(ROWS)
  const { exitCode, stdout } = await runProgram(root, ['redo', '2', '--dry-run'])
  expect(exitCode).toBe(0)
  expect(stdout.match(/^ {2}[↓✓] /gm)).toEqual(['  ↓ ', '  ↓ ', '  ✓ ', '  ✓ '])
  expect(stdout).toContain('What this affects:\n  3 rows of table b are lost\n')
  expect(stdout).toContain('2 migrations would be redone')
  expect(columnsOf(root, 'b')).toBe('id')
})

test('without a terminal rows keep it from being done, unless they are given up', async () => {
  const root = await edited(ROWS)
  const { exitCode, stderr } = await runProgram(root, ['redo'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('REDO_UNCONFIRMED')
  expect(stderr).toContain('3 rows of table b are lost')
  expect(columnsOf(root, 'b')).toBe('id')
  expect(await runProgram(root, ['redo', '--yes'])).toMatchObject({ exitCode: 0 })
  expect(columnsOf(root, 'b')).toBe('id name')
})

testSome([
  [true, 'id name'],
  [false, 'id'],
])('on a terminal it asks, and the answer %s counts', async (answer, columns) => {
  const root = await edited(ROWS)
  confirm.mockResolvedValue(answer)
  const { exitCode, stderr } = await onTerminal(root, ['redo'])
  expect(stderr).toContain('3 rows of table b are lost')
  expect(confirm.mock.lastCall?.[0]).toMatchObject({
    message: 'Redo 002 (b) anyway?',
    default: false,
  })
  expect(exitCode).toBe(answer ? 0 : 2)
  expect(columnsOf(root, 'b')).toBe(columns)
})

test('what is confirmed is exactly what was shown', async () => {
  const root = await edited(ROWS)
  confirm.mockImplementation(() => {
    query(root, 'INSERT INTO b VALUES (4)')
    return Promise.resolve(true) as never
  })
  const { exitCode, stderr } = await onTerminal(root, ['redo'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('4 rows of table b are lost')
  expect(columnsOf(root, 'b')).toBe('id')
})

test('without a record the present down is used, and what nobody knows is asked for', async () => {
  const root = await edited('CREATE TABLE theirs (x)')
  rmSync(join(root, 'node_modules/.cache'), { recursive: true })
  const { stderr } = await runProgram(root, ['redo'])
  expect(stderr).toContain(
    '002 (b) was applied in another form, of which there is no record: it is undone with the current down.',
  )
  expect(stderr).toContain('and may have created these, which stay: table theirs')
  expect(await runProgram(root, ['redo', '--yes'])).toMatchObject({ exitCode: 0 })
  expect(columnsOf(root, 'b')).toBe('id name')
})

test('a registry that was generated without proof cannot tell whether all was undone', async () => {
  const root = await edited()
  addFiles(root, { 'migrations/002_b.sql': table('b', 'id INTEGER PRIMARY KEY, more TEXT') })
  expect((await runProgram(root, ['gen', '--no-replay'])).stderr).toBe('')
  const { exitCode, stderr } = await runProgram(root, ['redo'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('REDO_UNPROVEN')
  expect(columnsOf(root, 'b')).toBe('id')
})

test('a stale registry, a word that is no number and a missing database are told of', async () => {
  const root = await edited()
  addFiles(root, { 'migrations/002_b.sql': table('b', 'id, more') })
  expect((await runProgram(root, ['redo'])).stderr).toContain('REGISTRY_STALE')
  expect(await runProgram(root, ['redo', '0'])).toMatchObject({ exitCode: 2 })
  expect(await runProgram(root, ['redo', 'x'])).toMatchObject({ exitCode: 2 })
  expect((await runProgram(await edited(), ['redo', '5'])).stderr).toMatch(
    /The number of migrations to redo is 5, but must be at most \d: no more are applied\./,
  )
  const empty = await edited()
  const { exitCode, stdout } = await runProgram(empty, ['redo', '--db', 'none.db'])
  expect([exitCode, stdout]).toEqual([0, 'none.db  Nothing to redo: the database is at 000.\n'])
})

test('below what has shipped nothing is redone', async () => {
  const root = copyOf(await (made ??= apply()))
  addFiles(root, {
    'lockstep.config.ts': `import { defineConfig } from 'lockstep'\nexport default defineConfig({ database: 'data/app.db', released: 2 })\n`,
  })
  await generate(root)
  const { stderr } = await runProgram(root, ['redo'])
  expect(stderr).toContain('REDO_REFUSED')
  expect(stderr).toContain('it has shipped')
})
