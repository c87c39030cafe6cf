// `lockstep dev`: round after round on a real project, in this process; as a process where something is to happen to it.
import Database from 'better-sqlite3'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { runCommandLine } from '../../src/cli/run-command-line.js'
import { startBuiltProcesses } from '../support/built-processes.js'
import { addFiles } from '../support/project.js'
import { confirm, forgetAnswers } from '../support/prompts.js'
import { runProgram, startProgram } from './support/command-line.js'
import { copyOf, migrationProject } from './support/project.js'
import { processesHere } from '../support/processes-here.js'

processesHere()

forgetAnswers()
startBuiltProcesses()

const table = (name: string, columns = 'id INTEGER PRIMARY KEY'): string =>
  `-- migrate:up\nCREATE TABLE ${name} (${columns});\n-- migrate:down\nDROP TABLE ${name};\n`
const NAMED = 'id INTEGER PRIMARY KEY, name TEXT'

let prepared = ''
/** Two migrations, applied. */
beforeAll(async () => {
  prepared = migrationProject({ '001_a.sql': table('a'), '002_b.sql': table('b') })
  for (const command of ['gen', 'migrate'])
    expect(await runProgram(prepared, [command])).toMatchObject({ exitCode: 0 })
})

interface Watching {
  /** What was printed since `mark` was called. */
  printed(): string
  mark(): void
  /** Waits until that has been printed since then. */
  until(text: string): Promise<void>
  readonly exitCode: Promise<number>
}

const under: Promise<number>[] = []
/** Ends every watch in this process. */
const end = async (): Promise<number[]> => {
  process.emit('SIGHUP')
  return Promise.all(under.splice(0))
}
afterEach(end)

async function watch(
  root: string,
  { argv = [] as string[], isTTY = false, upTo = 'up to date' } = {},
): Promise<Watching> {
  let all = ''
  let from = 0
  const exitCode = runCommandLine(['dev', ...argv], {
    cwd: root,
    environment: { NO_COLOR: '1' },
    stdin: { isTTY },
    stdout: { write: () => expect.unreachable('the standard output is for answers') },
    stderr: { isTTY, write: (text) => (all += text) },
  })
  under.push(exitCode)
  const printed = (): string => all.slice(from)
  const until = (text: string): Promise<void> =>
    vi.waitFor(() => expect(printed()).toContain(text), { timeout: 20_000, interval: 20 })
  await until(upTo)
  return { printed, mark: () => void (from = all.length), until, exitCode }
}

/** Changes files, and waits for what is said then; answers all that was. */
async function change(
  { mark, until, printed }: Watching,
  edit: () => void,
  says: string,
): Promise<string> {
  mark()
  edit()
  await until(says)
  return printed()
}

function query(root: string, sql: string): string {
  const db = new Database(join(root, 'data/app.db'))
  try {
    const statement = db.prepare(sql)
    return statement.reader ? statement.pluck().all().join(' ') : String(statement.run().changes)
  } finally {
    db.close()
  }
}
const columnsOf = (root: string, name: string): string =>
  query(root, `SELECT name FROM pragma_table_info('${name}')`)
const tablesOf = (root: string): string =>
  query(
    root,
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY 1`,
  )

const APPLIED = 'migration applied in'
const REDONE = 'migration redone in'

test('new, edited, broken and mended: the database follows, and one change of many files is one round', async () => {
  const root = copyOf(prepared)
  const dev = await watch(root)
  const add = (files: Record<string, string>) => () => addFiles(root, files)
  const c = { 'migrations/003_c.sql': table('c'), 'migrations/_notes.md': 'x' }
  const added = await change(dev, add(c), APPLIED)
  expect(added).toMatch(
    /^\d\d:\d\d:\d\d {2}Changed: migrations\/003_c\.sql, migrations\/_notes\.md\n/,
  )
  expect(added).toContain('generated/registry.ts  written  3 migrations\n')
  const edited = await change(dev, add({ 'migrations/003_c.sql': table('c', NAMED) }), REDONE)
  expect(edited).toMatch(/↓ {2}003 {2}c .*\n {2}✓ {2}003 {2}c /)
  expect(columnsOf(root, 'c')).toBe('id name')
  const both = { 'migrations/002_b.sql': table('b', NAMED), 'migrations/004_d.sql': table('d') }
  const two = await change(dev, add(both), APPLIED)
  expect(two).toMatch(/2 migrations redone in .*, from 003 to 003\.\n {2}✓ {2}004 {2}d /)
  expect(columnsOf(root, 'b')).toBe('id name')
  const wrong = add({ 'migrations/004_d.sql': `${table('d')}nonsense;\n` })
  const broken = await change(dev, wrong, 'the generated files are unchanged')
  expect(broken).toContain('migrations/004_d.sql:5:1 error')
  const still = await change(dev, add({ 'migrations/_notes.md': 'y' }), 'the generated files are')
  expect(still).toContain('The findings are the same as before.\n')
  expect(still).not.toContain('004_d.sql:5:1')
  await change(dev, add({ 'migrations/004_d.sql': table('d') }), 'up to date  version 004 of 004')
  expect(dev.printed().match(/Changed/g)).toHaveLength(1)
  expect(await runProgram(root, ['verify'])).toMatchObject({ exitCode: 0 })
  expect(await end()).toEqual([130])
})

test('what goes away is made again, and the configuration is read anew', async () => {
  const root = copyOf(prepared)
  const config = join(root, 'lockstep.config.ts')
  const before = readFileSync(config, 'utf8')
  const dev = await watch(root)
  const gone = await change(dev, () => rmSync(join(root, 'generated/registry.ts')), 'up to date')
  expect(gone).toContain('Gone: generated/registry.ts\ngenerated/registry.ts  written')
  await change(dev, () => rmSync(join(root, 'data'), { recursive: true }), 'migrations applied in')
  expect(dev.printed()).toContain('Created the folder data for the database.')
  expect(tablesOf(root)).toBe('a b')
  const bad = () => writeFileSync(config, before.replace('database', 'databse'))
  expect(await change(dev, bad, 'explain CONFIG_INVALID')).toContain('did you mean `database`?')
  const other = () => writeFileSync(config, before.replace('data/app.db', 'data/other.db'))
  expect(await change(dev, other, 'applied in')).toContain('data/other.db  2 migrations applied')
  const kept = () => writeFileSync(config, before.replace('database', 'protected: true, database'))
  await change(dev, kept, '✗ DATABASE_PROTECTED')
  await change(dev, () => writeFileSync(config, before), 'data/app.db  up to date')
  await change(dev, () => rmSync(join(root, 'migrations'), { recursive: true }), 'are unchanged')
  await change(
    dev,
    () =>
      addFiles(root, { 'migrations/001_a.sql': table('a'), 'migrations/002_b.sql': table('b') }),
    'up to date',
  )
})

describe('rows that would go', () => {
  const edit =
    (root: string, columns = NAMED) =>
    () =>
      addFiles(root, { 'migrations/002_b.sql': table('b', columns) })
  const filled = (): string => {
    const root = copyOf(prepared)
    query(root, 'INSERT INTO b VALUES (1), (2)')
    return root
  }

  test('keep it from being done without a terminal, unless they are given up', async () => {
    const root = filled()
    const dev = await watch(root)
    expect(await change(dev, edit(root), 'REDO_UNCONFIRMED')).toContain(
      '2 rows of table b are lost\n',
    )
    expect(columnsOf(root, 'b')).toBe('id')
    await end()
    await watch(root, { argv: ['--yes'], upTo: REDONE })
    expect(columnsOf(root, 'b')).toBe('id name')
  })

  test('are asked for on a terminal, and anew when something changes before there is an answer', async () => {
    const root = filled()
    const dev = await watch(root, { isTTY: true })
    confirm.mockResolvedValueOnce(false)
    const kept = await change(dev, edit(root), 'stays as it was')
    expect(kept).toMatch(
      /2 rows of table b are lost\ndata\/app\.db {2}stays as it was\. `lockstep redo` redoes it; the next change asks again\.\n$/,
    )
    expect(columnsOf(root, 'b')).toBe('id')
    const withdrawn = vi.fn<() => void>()
    confirm.mockImplementationOnce((_question, context) => {
      setImmediate(edit(root, `${NAMED}, age INTEGER`))
      return new Promise((_resolve, reject) => {
        context!.signal!.addEventListener('abort', () => {
          withdrawn()
          reject(new RangeError('withdrawn'))
        })
      })
    })
    confirm.mockResolvedValueOnce(true)
    await change(dev, edit(root, `${NAMED}, size INTEGER`), REDONE)
    expect(withdrawn).toHaveBeenCalledOnce()
    expect(dev.printed()).not.toContain('stays as it was')
    expect(columnsOf(root, 'b')).toBe('id name age')
  })

  test('end it where the question is left with Ctrl+C', async () => {
    const root = filled()
    const dev = await watch(root, { isTTY: true })
    confirm.mockRejectedValueOnce(new RangeError('Ctrl+C'))
    edit(root)()
    expect(await dev.exitCode).toBe(130)
    expect(columnsOf(root, 'b')).toBe('id')
  })
})

describe('another branch', () => {
  const swap = (root: string, from: string, to: string) => () => {
    rmSync(join(root, `migrations/002_${from}.sql`))
    addFiles(root, { [`migrations/002_${to}.sql`]: table(to) })
  }

  test('with another migration under the same number: back and forth', async () => {
    const root = copyOf(prepared)
    const dev = await watch(root)
    await change(dev, swap(root, 'b', 'other'), REDONE)
    expect(tablesOf(root)).toBe('a other')
    const back = await change(dev, swap(root, 'other', 'b'), REDONE)
    expect(back).toContain('002 (other) is not in the code as it was applied: its down is that of')
    expect(tablesOf(root)).toBe('a b')
  })

  test('with less: told, and undone only when a person says so', async () => {
    const root = copyOf(prepared)
    const remove = (): void => rmSync(join(root, 'migrations/002_b.sql'))
    const log = await watch(root)
    const told = await change(log, remove, 'stays as it was.')
    expect(told).toContain('✗ DATABASE_AHEAD')
    expect(told).toContain('stays as it was. `lockstep rollback --to 1` undoes it.')
    await end()
    query(root, 'INSERT INTO b DEFAULT VALUES')
    confirm.mockResolvedValue(false)
    const dev = await watch(root, { isTTY: true, upTo: 'stays as it was' })
    expect(dev.printed()).toContain('1 row of table b is lost\n')
    expect(tablesOf(root)).toBe('a b')
    confirm.mockResolvedValue(true)
    await change(dev, () => addFiles(root, { 'migrations/_x.md': '' }), '1 migration undone')
    expect(confirm.mock.lastCall?.[0]).toMatchObject({
      message: 'Undo 002 (b)?',
    })
    expect(tablesOf(root)).toBe('a')
  })

  test('with less, and with something else below it: the same holds for what has nothing in its place', async () => {
    const root = copyOf(prepared)
    const log = await watch(root)
    await change(log, () => addFiles(root, { 'migrations/003_c.sql': table('c') }), APPLIED)
    const both = (): void => {
      rmSync(join(root, 'migrations/003_c.sql'))
      swap(root, 'b', 'other')()
    }
    const told = await change(log, both, 'REDO_UNCONFIRMED')
    expect(told).toMatch(
      / {2}Changed: migrations\/002_other\.sql; Gone: migrations\/00[23]_[bc]\.sql, migrations\/00[23]_[bc]\.sql\n/,
    )
    expect(told).toContain('  003 (c) is undone, and the code has nothing to replace it\n')
    expect(tablesOf(root)).toBe('a b c')
    await end()
    confirm.mockResolvedValueOnce(false)
    const dev = await watch(root, { isTTY: true, upTo: 'stays as it was' })
    expect(dev.printed()).toContain('`lockstep redo 2` redoes it; the next change asks again.')
    confirm.mockResolvedValueOnce(true)
    const done = await change(dev, () => addFiles(root, { 'migrations/_x.md': '' }), 'redone')
    expect(done).toMatch(/1 migration redone and 1 undone in .*, from 003 to 002\./)
    expect(tablesOf(root)).toBe('a other')
  })
})

test('what has shipped is left alone, and what one transaction cannot hold is said', async () => {
  const root = copyOf(prepared)
  const config = readFileSync(join(root, 'lockstep.config.ts'), 'utf8')
  addFiles(root, {
    'lockstep.config.ts': config.replace('database', 'released: 1, database'),
    'migrations/003_c.sql':
      '-- migrate:up transaction:false\nCREATE TABLE c (a);\n-- migrate:down transaction:false\nDROP TABLE c;\n',
  })
  const dev = await watch(root, { upTo: 'applied in' })
  const edit = (file: string, text: string) => () =>
    addFiles(root, { [`migrations/${file}`]: text })
  const shipped = await change(dev, edit('001_a.sql', table('a', NAMED)), 'are unchanged')
  expect(shipped).toContain('RELEASED_EDITED')
  await change(dev, edit('001_a.sql', table('a')), 'up to date')
  const text = readFileSync(join(root, 'migrations/003_c.sql'), 'utf8').replace('(a)', '(a, b)')
  const refused = await change(dev, edit('003_c.sql', text), 'REDO_REFUSED')
  expect(refused).toContain('it runs outside a transaction')
  expect(refused).toContain('Roll back and migrate again')
  // As where another branch had released it under the same number.
  query(root, `UPDATE _migrations SET checksum = '1:0' WHERE version = '001'`)
  const told = await change(dev, edit('_x.md', ''), 'HISTORY_EDITED')
  expect(told).toContain('Migration 001 (a) was changed')
  expect(columnsOf(root, 'c')).toBe('a')
})

test('two at once on one database do it once', async () => {
  const root = copyOf(prepared)
  const [one, other] = [await watch(root), await watch(root)]
  other.mark()
  await change(
    one,
    () => addFiles(root, { 'migrations/002_b.sql': table('b', NAMED) }),
    'data/app.db',
  )
  await other.until('data/app.db')
  expect(one.printed() + other.printed()).not.toContain('✗')
  expect(columnsOf(root, 'b')).toBe('id name')
  expect(query(root, `SELECT count(*) FROM _migrations_log WHERE action = 'rollback'`)).toBe('1')
  expect(await end()).toEqual([130, 130])
})

describe('ended in the middle of a step', () => {
  /** Takes forever in one statement, but for the replay. */
  const ENDLESS = `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({
  up(db) {
    db.exec('CREATE TABLE b (id INTEGER PRIMARY KEY, name TEXT)')
    if (!db.name.endsWith('app.db')) return
    console.log('begun')
    db.exec('WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < LIMIT) SELECT max(i) FROM c')
  },
  down: 'DROP TABLE b',
})
`
  const slow = async (limit: number) => {
    const root = copyOf(prepared)
    query(root, 'INSERT INTO b VALUES (7)')
    rmSync(join(root, 'migrations/002_b.sql'))
    addFiles(root, { 'migrations/002_b.ts': ENDLESS.replace('LIMIT', String(limit)) })
    const running = await startProgram(root, ['dev', '--yes'])
    await running.until('begun')
    return { root, ...running }
  }
  /** Rows and ledger are from before or from afterwards. */
  const expectWhole = async (root: string, ...states: readonly string[]): Promise<void> => {
    const { stdout } = await runProgram(root, ['status', '--json'])
    const { version, state } = JSON.parse(stdout) as Record<string, unknown>
    const rows = query(root, 'SELECT * FROM b')
    expect(query(root, 'PRAGMA integrity_check')).toBe('ok')
    expect(states).toContain(`${version} ${state}: ${columnsOf(root, 'b')}: ${rows}`)
  }
  const BEFORE = '2 diverged: id: 7'
  const AFTERWARDS = '2 current: id name: '

  test('by SIGINT: at once, and the step is rolled back', async () => {
    const { root, child, finished } = await slow(1e12)
    child.kill('SIGINT')
    const { exitCode, stderr } = await finished
    expect(exitCode).toBe(130)
    expect(stderr).toContain('RUN_KILLED')
    await expectWhole(root, BEFORE)
  })

  test('by SIGKILL: all of it or nothing', async () => {
    const { root, child, finished } = await slow(3e6)
    child.kill('SIGKILL')
    await finished
    // The other process ends by itself, after its statement.
    await vi.waitFor(() => expect(query(root, 'BEGIN IMMEDIATE')).toBe('0'), { timeout: 20_000 })
    await expectWhole(root, BEFORE, AFTERWARDS)
  })
})

test('a database that another one holds is waited for, and tried again with the next change', async () => {
  const root = copyOf(prepared)
  const config = readFileSync(join(root, 'lockstep.config.ts'), 'utf8')
  addFiles(root, {
    'lockstep.config.ts': config.replace('database', 'lockTimeoutMs: 10, database'),
  })
  const dev = await watch(root)
  const db = new Database(join(root, 'data/app.db'))
  db.exec('BEGIN IMMEDIATE')
  await change(dev, () => addFiles(root, { 'migrations/003_c.sql': table('c') }), 'LOCK_TIMEOUT')
  db.close()
  await change(dev, () => addFiles(root, { 'migrations/_x.md': '' }), APPLIED)
  expect(tablesOf(root)).toBe('a b c')
})
