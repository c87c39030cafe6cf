// `lockstep rollback` where rows go: what it tells and asks, and that nothing goes but what was shown.
import Database from 'better-sqlite3'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { confirm, forgetAnswers } from '../support/prompts.js'
import { runProgram } from './support/command-line.js'
import { onTerminal } from './support/on-terminal.js'
import { copyOf, migrationProject } from './support/project.js'
import { inProcesses, processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

forgetAnswers()

const FILES = {
  '001_a.sql':
    '-- migrate:up\nCREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT);\n-- migrate:down\nDROP TABLE a;\n',
  '002_rename.sql':
    '-- migrate:up\nALTER TABLE a RENAME TO b;\nCREATE INDEX b_name ON b (name);\nCREATE VIEW names AS SELECT name FROM b;\n-- migrate:down\nDROP VIEW names;\nDROP INDEX b_name;\nALTER TABLE b RENAME TO a;\n',
  '003_column.sql':
    '-- migrate:up\nALTER TABLE b ADD COLUMN note TEXT;\n-- migrate:down\nALTER TABLE b DROP COLUMN note;\n',
  '004_search.sql':
    '-- migrate:up\nCREATE VIRTUAL TABLE words USING fts5(word);\nCREATE TABLE c (x);\n-- migrate:down\nDROP TABLE c;\nDROP TABLE words;\n',
}

let made: Promise<string> | undefined

async function apply(files: Readonly<Record<string, string>>): Promise<string> {
  const root = migrationProject(files)
  expect(await runProgram(root, ['gen'])).toMatchObject({ exitCode: 0 })
  expect(await runProgram(root, ['migrate'])).toMatchObject({ exitCode: 0 })
  return root
}

/** All four are applied, and then this was run. */
async function applied(sql = ''): Promise<string> {
  const root = copyOf(await (made ??= apply(FILES)))
  query(root, sql)
  return root
}

function query(root: string, sql: string): void {
  const db = new Database(join(root, 'data/app.db'))
  db.exec(sql)
  db.close()
}

const versionOf = async (root: string): Promise<string> =>
  (await runProgram(root, ['version'])).stdout.trim()

const NOTES = "INSERT INTO b (name, note) VALUES ('x', 'y'), ('z', NULL)"
const NAMES = "INSERT INTO b (name) VALUES ('x'), ('z')"

describe('nothing is asked', () => {
  testSome([
    ['where no table holds a row', '', '0'],
    ['where what goes is empty, has another name, or is made of other tables', NAMES, '1'],
  ])('%s', async (_, sql, to) => {
    const root = await applied(sql)
    const { exitCode, stdout, stderr } = await runProgram(root, ['rollback', '--to', to])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).not.toContain('goes')
    expect(await versionOf(root)).toBe(to)
  })

  test('with --yes, and nothing is tried', async () => {
    const root = await applied(NOTES)
    const { stdout } = await runProgram(root, ['rollback', '--to', '0', '--yes', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ to: 0, dryRun: false })
    expect(JSON.parse(stdout)).not.toHaveProperty('losses')
  })
})

describe('without a terminal', () => {
  test('what goes keeps all from being undone, and is told', async () => {
    const root = await applied(NOTES)
    const { exitCode, stderr } = await runProgram(root, ['rollback', '--to', '1'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('ROLLBACK_UNCONFIRMED')
    expect(stderr).toContain('  the values of column note of table b are lost\n')
    expect(stderr).toContain('Nothing was changed.')
    expect(stderr).toContain('--yes')
    expect(await versionOf(root)).toBe('4')
    expect(readdirSync(join(root, 'data'))).toEqual(['app.db'])
  })

  test('rows are told by the name that their table has now', async () => {
    const root = await applied(NOTES)
    const { stdout } = await runProgram(root, ['rollback', '--to', '0', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'ROLLBACK_UNCONFIRMED',
        facts: { losses: { rows: [{ table: 'b', rows: 2 }], columns: [], unknown: [] } },
      },
    })
  })

  test('an index that somebody made by hand is told as well', async () => {
    const root = await applied('INSERT INTO c VALUES (1); CREATE INDEX by_hand ON c (x)')
    const { stderr } = await runProgram(root, ['rollback'])
    expect(stderr).toContain('  index by_hand, which no known migration creates, is dropped\n')
    expect(await versionOf(root)).toBe('4')
  })

  test('so is a trigger by hand that stays and keeps rows from being written', async () => {
    const root = await applied(
      'CREATE TRIGGER by_hand AFTER INSERT ON b BEGIN INSERT INTO c VALUES (new.id); END',
    )
    const { exitCode, stderr } = await runProgram(root, ['rollback'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain(
      '  trigger by_hand, which no known migration creates, stays but fails (no such table: main.c), and with it every INSERT into b\n',
    )
    expect(await versionOf(root)).toBe('4')
    query(root, 'DROP TRIGGER by_hand; CREATE VIEW seen AS SELECT x FROM c')
    const view = await runProgram(root, ['rollback'])
    expect(view.exitCode).toBe(2)
    expect(view.stderr).toContain(
      '  view seen, which no known migration creates, stays but fails (no such table: main.c)\n',
    )
    query(root, 'DROP VIEW seen; CREATE VIEW seen AS SELECT 1 AS x')
    expect(await runProgram(root, ['rollback'])).toMatchObject({ exitCode: 0 })
  })

  test('a dry run tells what would go', async () => {
    const root = await applied(NOTES)
    const { stdout } = await runProgram(root, ['rollback', '--to', '0', '--dry-run'])
    expect(stdout).toContain('What this affects:\n  2 rows of table b are lost\n')
    const json = await runProgram(root, ['rollback', '--to', '2', '--dry-run', '--json'])
    const losses = { rows: [], columns: [{ table: 'b', column: 'note' }], unknown: [] }
    expect(JSON.parse(json.stdout)).toMatchObject({ dryRun: true, losses })
    expect(JSON.parse(json.stdout)).not.toHaveProperty('losing')
    expect(await versionOf(root)).toBe('4')
  })
})

describe('on a terminal', () => {
  testSome([
    [true, 0, '1'],
    [false, 2, '4'],
  ])('it asks, and the answer %s counts', async (answer, exit, version) => {
    const root = await applied(NOTES)
    confirm.mockResolvedValue(answer)
    const { exitCode, stderr, stdout } = await onTerminal(root, ['rollback', '--to', '1'])
    expect(stderr).toContain('the values of column note of table b are lost')
    expect(confirm.mock.lastCall?.[0]).toMatchObject({
      message: 'Roll back 004 (search) down to 002 (rename) anyway?',
      default: false,
    })
    expect(exitCode).toBe(exit)
    expect(stdout.includes('What this affects:')).toBe(answer)
    expect(await versionOf(root)).toBe(version)
  })

  test('what turns out to go besides is asked for as well', async () => {
    const root = await applied(NOTES)
    confirm.mockImplementationOnce(() => {
      query(root, 'INSERT INTO c VALUES (1)')
      return Promise.resolve(true) as never
    })
    confirm.mockResolvedValue(false)
    const { exitCode, stderr } = await onTerminal(root, ['rollback', '--to', '1'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('1 row of table c is lost')
    expect(stderr).toContain('Nothing was undone: you declined.')
    expect(confirm).toHaveBeenCalledTimes(2)
    expect(await versionOf(root)).toBe('4')
  })

  testSome([
    [true, 0, '2'],
    [false, 1, '3'],
  ])('so it is in each step, from where it stands, answer %s', async (answer, exit, version) => {
    const root = await applied('INSERT INTO c VALUES (1)')
    confirm.mockImplementationOnce(() => {
      query(root, NOTES)
      return Promise.resolve(true) as never
    })
    confirm.mockResolvedValue(answer)
    const { exitCode, stderr } = await onTerminal(root, ['rollback', '--steps', '2'])
    expect(exitCode).toBe(exit)
    expect(stderr).toContain('Undone: 004 (search). The database is at 003.')
    expect(stderr).toContain('the values of column note of table b are lost')
    expect(stderr.includes('Nothing more was undone')).toBe(!answer)
    expect(await versionOf(root)).toBe(version)
  })

  test('where nothing was tried, what is found is asked for', async () => {
    const root = await applied('CREATE INDEX by_hand ON c (x)')
    confirm.mockResolvedValue(true)
    const { exitCode, stderr } = await onTerminal(root, ['rollback'])
    expect(exitCode).toBe(0)
    expect(stderr).toContain('index by_hand, which no known migration creates, is dropped')
    expect(confirm.mock.lastCall?.[0]).toMatchObject({
      message: 'Roll back 004 (search) anyway?',
    })
    expect(await versionOf(root)).toBe('3')
  })

  test('other rows, of which nothing goes, may change meanwhile', async () => {
    const root = await applied("INSERT INTO c VALUES (1); INSERT INTO b (name) VALUES ('x')")
    confirm.mockImplementation(() => {
      query(root, "UPDATE b SET name = 'y'; INSERT INTO b (name) VALUES ('z')")
      return Promise.resolve(true) as never
    })
    expect(await onTerminal(root, ['rollback'])).toMatchObject({ exitCode: 0 })
    expect(await versionOf(root)).toBe('3')
  })
})

describe('where a trial cannot tell, it says so', () => {
  const code = (options: string, down: string): string =>
    `export default {\n  ${options}\n  up: (db: any) => void db.exec('CREATE TABLE a (x)'),\n  down: (db: any) => ${down},\n}\n`
  const DROP = "void db.exec('DROP TABLE a')"

  test(
    'a step with effects is not tried',
    inProcesses(async () => {
      const root = await apply({
        '001_a.ts': code("effects: 'sends mail',", `{ console.log('sent'); ${DROP} }`),
      })
      query(root, 'INSERT INTO a VALUES (1)')
      const { exitCode, stderr } = await runProgram(root, ['rollback'])
      expect(exitCode).toBe(2)
      expect(stderr).toContain('001 (a) touches the world outside the database (sends mail)')
      expect(stderr).not.toContain('sent\n')
      const { stdout } = await runProgram(root, ['rollback', '--dry-run'])
      expect(stdout).toContain('(sends mail): a dry run does that too, and it is not undone.')
      confirm.mockResolvedValue(true)
      expect((await onTerminal(root, ['rollback'])).stderr.match(/^sent$/gm)).toHaveLength(1)
      expect(await versionOf(root)).toBe('0')
    }),
  )

  test('so it is where no table holds a row, and what comes after it is asked for then', async () => {
    const root = await apply({
      '001_a.ts': code('', DROP),
      '002_b.ts': code("effects: 'sends mail',", "void db.exec('DROP TABLE b')").replace(
        'TABLE a',
        'TABLE b',
      ),
    })
    expect((await runProgram(root, ['rollback'])).stderr).toContain('so it was not tried')
    query(root, 'INSERT INTO a VALUES (1)')
    confirm.mockResolvedValueOnce(true).mockResolvedValue(false)
    const { stderr } = await onTerminal(root, ['rollback', '--to', '0'])
    expect(stderr).toContain('what comes after it was not tried either: 001 (a)')
    expect(stderr).toContain('Undone: 002 (b). The database is at 001.')
    expect(stderr).toContain('1 row of table a is lost')
    expect(await versionOf(root)).toBe('1')
  })

  test('and nothing is undone before it is asked', async () => {
    const effects = code("effects: 'sends mail',", DROP)
    const above = code('', "void db.exec('DROP TABLE b')").replace('TABLE a', 'TABLE b')
    const root = await apply({ '001_a.ts': effects, '002_b.ts': above })
    const { stderr } = await runProgram(root, ['rollback', '--to', '0'])
    expect(stderr).toContain('ROLLBACK_UNCONFIRMED')
    expect(stderr).not.toMatch(/was rolled back|had been undone/)
    expect(await versionOf(root)).toBe('2')
  })

  test('a step outside a transaction is tried', async () => {
    const root = await apply({ '001_a.ts': code('transaction: false,', DROP) })
    query(root, 'INSERT INTO a VALUES (1)')
    const { stderr } = await runProgram(root, ['rollback'])
    expect(stderr).toContain('  1 row of table a is lost\n')
    expect(await versionOf(root)).toBe('1')
    confirm.mockResolvedValue(true)
    expect(await onTerminal(root, ['rollback'])).toMatchObject({ exitCode: 0 })
  })

  test('what fails on the copy has changed nothing', async () => {
    const root = await apply({ '001_a.ts': code('transaction: false,', DROP) })
    query(root, 'INSERT INTO a VALUES (1); CREATE TABLE z (x); DROP TABLE a')
    query(root, 'INSERT INTO z VALUES (1)')
    const { exitCode, stderr } = await runProgram(root, ['rollback'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('MIGRATION_FAILED')
    expect(stderr).toContain(
      'It was tried on a copy first, which was removed; the database is unchanged.',
    )
    expect(await versionOf(root)).toBe('1')
  })
})
