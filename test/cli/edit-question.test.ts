// The questions that mark, repair and adopt ask on a terminal, and what happens to a plan that was confirmed.
import Database from 'better-sqlite3'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { confirm, forgetAnswers, select } from '../support/prompts.js'
import { onTerminal } from './support/on-terminal.js'
import { runProgram } from './support/command-line.js'
import { preparedProjects } from './support/prepared.js'
import { addFiles } from '../support/project.js'
import { processesHere } from '../support/processes-here.js'

processesHere()

forgetAnswers()

const prepared = preparedProjects()

function unmanaged(sql: string): string {
  const root = prepared.generated()
  mkdirSync(join(root, 'data'))
  const db = new Database(join(root, 'data/app.db'))
  db.exec(sql)
  db.close()
  return root
}

const USERS = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)'
const UPDATED = `${USERS}; ALTER TABLE users ADD COLUMN email TEXT; CREATE UNIQUE INDEX users_email ON users (email)`

/** The versions that the ledger says are applied; null where there is no ledger. */
function recorded(root: string): unknown[] | null {
  const db = new Database(join(root, 'data/app.db'), { readonly: true })
  try {
    const tables = db.prepare('SELECT name FROM sqlite_master').pluck().all()
    if (!tables.includes('_migrations')) return null
    return db.prepare('SELECT version FROM _migrations ORDER BY version').pluck().all()
  } finally {
    db.close()
  }
}

it('writes nothing when the answer is no', async () => {
  confirm.mockResolvedValue(false)
  const root = unmanaged(UPDATED)
  const { exitCode, stderr } = await onTerminal(root, ['adopt', '--at', '2'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain(
    'data/app.db  2 migrations applied, as given; 2 objects compared, none differs',
  )
  expect(stderr).toContain('  001  users\n  002  email\n')
  expect(stderr).toContain('EDIT_UNCONFIRMED')
  expect(stderr).toContain('you declined')
  expect(stderr).not.toContain('Run it in a terminal')
  expect(confirm.mock.lastCall?.[0]).toMatchObject({
    message: 'Record these 2 migrations as applied? None is run.',
    default: false,
  })
  expect(recorded(root)).toBe(null)
})

it('has exactly what was confirmed written when the answer is yes', async () => {
  confirm.mockResolvedValue(true)
  const root = unmanaged(USERS)
  const { exitCode, stdout, stderr } = await onTerminal(root, ['mark', '1', '--applied'])
  expect(exitCode).toBe(0)
  expect(stderr).toContain('data/app.db has tables but no ledger')
  expect(stdout).toContain('001 users is marked as applied')
  expect(recorded(root)).toEqual(['001'])
})

it('writes nothing when the person breaks off', async () => {
  confirm.mockRejectedValue(new RangeError('User force closed the prompt'))
  const root = unmanaged('CREATE TABLE others (id)')
  expect((await onTerminal(root, ['adopt', '--at', '0'])).exitCode).toBe(130)
  expect(recorded(root)).toBe(null)
})

describe('a schema that several versions share', () => {
  const shared = async (): Promise<string> => {
    const root = unmanaged(UPDATED)
    addFiles(root, {
      'migrations/003_no_empty.sql':
        "-- migrate:up\nUPDATE users SET email = NULL WHERE email = '';\n-- irreversible: they are gone\n",
    })
    expect((await runProgram(root, ['gen', '-q'])).exitCode).toBe(0)
    return root
  }
  it('is put to the person, and what they choose is shown before it is confirmed', async () => {
    select.mockResolvedValue(3)
    confirm.mockResolvedValue(true)
    const root = await shared()
    const { exitCode, stderr } = await onTerminal(root, ['adopt'])
    expect(stderr).toContain('The schema is the same at 002 (email) and 003 (no_empty), so')
    expect(select.mock.lastCall?.[0]).toMatchObject({
      message: 'Which of them was applied last?',
      choices: [
        { value: 2, name: '002' },
        { value: 3, name: '003' },
      ],
    })
    expect(stderr).toContain(
      'The schema is also that of 002; that 003 is the last one applied rests on your word.',
    )
    expect(exitCode).toBe(0)
    expect(recorded(root)).toEqual(['001', '002', '003'])
  })
  it('is refused where nobody can be asked, or nobody wants to be', async () => {
    const root = await shared()
    select.mockReset()
    const refused = await runProgram(root, ['adopt'])
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
    expect(refused.stderr).toContain('`lockstep adopt --at 3`')
    expect((await onTerminal(root, ['adopt', '--yes'])).exitCode).toBe(1)
    expect(select).not.toHaveBeenCalled()
  })
})

it('asks whether a step outside a transaction may still be running', async () => {
  confirm.mockResolvedValue(false)
  const root = prepared.applied()
  const db = new Database(join(root, 'data/app.db'))
  db.exec(
    "UPDATE _migrations SET started_by = 'f00', heartbeat_at = '2024-01-02 03:04:05.678' WHERE version = '002'",
  )
  db.close()
  const { exitCode, stderr } = await onTerminal(root, ['mark', '2', '--pending'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain(
    '002 email was started outside a transaction, and the ledger does not show whether it is still running',
  )
  expect(confirm.mock.lastCall?.[0]).toMatchObject({
    message:
      'Has every process that could run it ended, and should 002 be marked as pending anyway?',
    default: false,
  })
  expect(recorded(root)).toEqual(['001', '002'])
  copyFileSync(join(root, 'data/app.db'), join(root, 'other.db'))
  const restoring = await onTerminal(root, ['restore', 'other.db'])
  expect(restoring.exitCode).toBe(2)
  expect(restoring.stderr).toContain('002 email was started outside a transaction, and the ledger')
  expect(restoring.stderr).toContain('RESTORE_UNCONFIRMED')
})

it('tells what stays of a forgotten version that has another meaning now', async () => {
  const root = prepared.applied()
  addFiles(root, {
    'migrations/002_email.sql':
      '-- migrate:up\nCREATE TABLE emails (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE emails;\n',
  })
  await runProgram(root, ['gen', '-q'])
  const { stdout } = await runProgram(root, ['mark', '002', '--pending'])
  expect(stdout).toContain(
    'has everything that 002 creates: table users (changed), index users_email.',
  )
  expect(stdout).toContain('The code does not have the migration that did this: undo by hand')
  expect(stdout).not.toContain('002 meets that')
})

it('a reason is needed for one that was edited since it was marked as pending, and for no other', async () => {
  const root = prepared.applied()
  await runProgram(root, ['mark', '002', '--pending'])
  expect((await runProgram(root, ['mark', '002', '--applied'])).exitCode).toBe(0)
  const file = join(root, 'migrations/003_fill.sql')
  const step = (insert: string): string =>
    `-- migrate:up\nCREATE TABLE kinds (id INTEGER PRIMARY KEY);${insert}\n-- migrate:down\nDROP TABLE kinds;\n`
  writeFileSync(file, step('\nINSERT INTO kinds VALUES (1);'))
  await runProgram(root, ['gen', '-q'])
  await runProgram(root, ['migrate', '-q'])
  writeFileSync(file, step(''))
  await runProgram(root, ['gen', '-q'])
  await runProgram(root, ['mark', '3', '--pending'])
  const refused = await runProgram(root, ['mark', '3', '--applied'])
  expect(refused.stderr).toContain('003 (fill) has changed since it was marked as pending')
  expect(recorded(root)).toHaveLength(2)
  const accepted = await runProgram(root, ['mark', '3', '--applied', '--reason', 'kinds go anyway'])
  expect(accepted.exitCode).toBe(0)
})

it('a reason is needed for rows that no schema shows, and what writes them anew is told', async () => {
  const root = prepared.applied()
  addFiles(root, {
    'migrations/003_fill.sql':
      "-- migrate:up\nINSERT INTO users (id, name) VALUES (7, 'seven');\n-- migrate:down\nDELETE FROM users WHERE id = 7;\n",
  })
  await runProgram(root, ['gen', '-q'])
  const refused = await runProgram(root, ['mark', '3', '--applied'])
  expect(refused.stderr).toContain('✗ MARK_REASON_MISSING  003 (fill) may write or remove rows')
  expect(recorded(root)).toHaveLength(2)
  await runProgram(root, ['migrate', '-q'])
  const { stdout } = await runProgram(root, ['mark', '3', '--pending'])
  expect(stdout).toContain('003 may have written rows, and does so again when it is run again')
  const again = ['mark', '3', '--applied', '--reason', 'seven is there']
  expect(await runProgram(root, again)).toMatchObject({ exitCode: 0 })
})
