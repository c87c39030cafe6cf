// A step outside a transaction that did not end: whatever is said to be done works when it is done, and leads out.
import Database from 'better-sqlite3'
import { rmSync, renameSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { processesHere } from '../support/processes-here.js'
import { addFiles } from '../support/project.js'
import { runProgram } from './support/command-line.js'
import { preparedProjects } from './support/prepared.js'
import { copyOf } from './support/project.js'
import { testSome } from '../support/some-of.js'

processesHere()

const prepared = preparedProjects()
const FILE = 'migrations/003_n.sql'
const AWAY = 'n.sql'
const MAKE = ['CREATE TABLE n1 (a)', 'CREATE TABLE n2 (a)']
const STEP = `-- migrate:up transaction:false\n${MAKE.join(';\n')};\n-- migrate:down transaction:false\nDROP TABLE n1;\nDROP TABLE n2;\n`

let applied = ''
beforeAll(async () => {
  applied = prepared.applied()
  addFiles(applied, { [FILE]: STEP })
  for (const argv of [
    ['gen', '-q'],
    ['migrate', '-q'],
  ])
    expect(await runProgram(applied, argv)).toMatchObject({ exitCode: 0, stderr: '' })
})

function inDatabase(root: string, sql: string): void {
  const db = new Database(join(root, 'data/app.db'))
  db.exec(sql)
  db.close()
}

const UP =
  "started_by = 'up:f00', heartbeat_at = '2024-01-02 03:04:05.678', down_checksum = NULL, duration_ms = NULL"
const FAILED =
  "started_by = 'up:f00', heartbeat_at = NULL, down_checksum = NULL, duration_ms = NULL"
const DOWN = "started_by = 'down:f00', heartbeat_at = NULL"

/** The project in which the first half of the step is there. */
async function projectWith(row: string, code: 'here' | 'gone' | 'another'): Promise<string> {
  const root = copyOf(applied)
  inDatabase(
    root,
    `DROP TABLE n2; UPDATE _migrations SET lineage = NULL, ${row} WHERE version = '003'`,
  )
  if (code === 'here') return root
  renameSync(join(root, FILE), join(root, AWAY))
  if (code === 'another')
    addFiles(root, { 'migrations/003_o.sql': STEP.replaceAll(/n(?=\d)/g, 'o') })
  await obey(root, 'gen')
  return root
}

async function obey(root: string, words: string): Promise<void> {
  const { exitCode, stderr } = await runProgram(root, words.split(' '))
  expect(exitCode, `${words}: ${stderr}`).toBe(0)
}

/** What is wrong, and what is to be done, in the words of `status`, or of a command that is refused. */
async function told(root: string, ...argv: string[]): Promise<{ codes: string[]; fix: string }> {
  const { stdout } = await runProgram(root, [...argv, '--json'])
  const { problems, error } = JSON.parse(stdout) as {
    problems?: readonly { code: string; fix: string }[]
    error?: { code: string; fix: string }
  }
  const all = error ? [error] : (problems ?? [])
  return { codes: all.map(({ code }) => code), fix: all.map(({ fix }) => fix).join('\n') }
}

/** Runs the commands that are named in this order, and no others. */
async function follow(root: string, fix: string, ...commands: string[]): Promise<void> {
  for (const words of commands) {
    expect(fix).toContain(`\`lockstep ${words}\``)
    await obey(root, words.startsWith('mark') ? `${words} --yes` : words)
  }
}

describe.each<[string, string, 'here' | 'gone' | 'another']>([
  ['killed', UP, 'here'],
  ['of which the down failed', DOWN, 'here'],
  ['that failed, and its file was deleted', FAILED, 'gone'],
  ['under whose number is another one now', FAILED, 'another'],
])('a step %s', (_, row, code) => {
  it('is undone by hand and forgotten, as is said where it is not all there', async () => {
    const root = await projectWith(row, code)
    const status = await told(root, 'status')
    expect(status.codes).toEqual(['HISTORY_INTERRUPTED'])
    const { stdout: verified } = await runProgram(root, ['verify'])
    expect(verified).toContain('Of 003, the database has: table n1.')
    expect(verified).not.toContain('Not part of these migrations')
    const { codes, fix } = await told(root, 'mark', '3', '--applied', '--yes')
    expect(codes).toEqual(['MARK_REFUSED'])
    expect(fix).toContain(`undo by hand what it has done${code === 'here' ? ' (table n1)' : ''}`)
    for (const { fix: said } of [status, { fix }])
      expect(said).toContain('`lockstep mark 003 --pending`')
    const { stdout } = await runProgram(root, ['mark', '3', '--pending', '--yes'])
    expect(stdout).toMatch(/Of 003, the database has: table n1\.\n/)
    expect(stdout.includes('what should not stay')).toBe(code !== 'here')
    inDatabase(root, 'DROP TABLE n1')
    if (code === 'here') await follow(root, fix, 'migrate')
    await obey(root, 'verify')
  })

  it('is finished by hand and recorded', async () => {
    const root = await projectWith(row, code)
    let { fix } = await told(root, 'status')
    expect(fix.includes('Otherwise restore it')).toBe(code !== 'here')
    inDatabase(root, MAKE[1]!)
    if (code !== 'here') {
      rmSync(join(root, 'migrations/003_o.sql'), { force: true })
      renameSync(join(root, AWAY), join(root, FILE))
      await follow(root, fix, 'gen')
      fix = (await told(root, 'status')).fix
    }
    await follow(root, fix, 'mark 003 --applied')
    await obey(root, 'verify')
  })
})

describe('what did not end and may write rows', () => {
  const MORE = 'a); INSERT INTO n1 VALUES (1)'
  /** The project in which all of the schema is there, with this step begun. */
  async function begun(row: string, files: Record<string, string>): Promise<string> {
    const root = await projectWith(row, 'here')
    inDatabase(root, MAKE[1]!)
    if (!(FILE in files)) rmSync(join(root, FILE))
    addFiles(root, files)
    await obey(root, 'gen')
    return root
  }
  const code = (up: string) => ({
    'migrations/003_n.ts': `import { defineMigration } from 'lockstep/better-sqlite3'\nexport default defineMigration({ transaction: false, up(db) { ${up} }, down(db) { db.exec('DROP TABLE n1; DROP TABLE n2') } })\n`,
  })
  const made = MAKE.map((text) => `db.exec('${text}')`).join(';')

  testSome([
    ['SQL', UP, { [FILE]: STEP.replace('a)', MORE) }],
    ['code', UP, code(`${made}; db.exec('INSERT INTO n1 VALUES (1)')`)],
    ['a down', DOWN, { [FILE]: STEP.replace('DROP', 'DELETE FROM n2;\nDROP') }],
  ])('is recorded with a reason only, which the log keeps: %s', async (_, row, files) => {
    const root = await begun(row, files)
    const mark = ['mark', '3', '--applied']
    const { codes, fix } = await told(root, ...mark, '--yes')
    expect(codes).toEqual(['MARK_REASON_MISSING'])
    expect(fix).toContain('`lockstep mark 003 --applied --reason "<why>"`')
    const copy = copyOf(root)
    const forgotten = await runProgram(copy, ['mark', '3', '--pending', '--yes'])
    expect(forgotten.stdout).toContain('003 may have written rows, and does so again')
    const again = (await told(copy, ...mark)).codes
    expect(again).toEqual(row === UP ? ['MARK_REASON_MISSING'] : [])
    await obey(root, 'mark 3 --applied --yes --reason counted')
    expect((await runProgram(root, ['history'])).stdout).toContain('as applied: counted')
  })

  testSome([
    [
      'what the schema shows',
      { [FILE]: STEP.replace('CREATE', 'DROP VIEW IF EXISTS x;\nVACUUM;\nCREATE') },
    ],
    ['code of which a replay sees that it writes none', code(made)],
  ])('is not %s', async (_, files) => {
    const root = await begun(FAILED, files)
    await obey(root, 'mark 3 --applied')
    expect((await told(root, 'verify')).codes).toEqual([])
  })
})

describe('who began it', () => {
  testSome([
    ['is not there any more', 99_999_999, 'Process 99999999 no longer exists here.'],
    ['is there', process.pid, `There is a process ${process.pid} here now:`],
  ])('%s, and what there is of the step: one answer everywhere', async (_, id, seen) => {
    const owner = `process ${id} on ${hostname()}`
    const root = await projectWith(UP.replace('f00', `f00 ${owner}`), 'here')
    const left = 'Of 003, the database has: table n1.\n  Not as 003 leaves it: table n2 is missing.'
    for (const command of ['status', 'verify']) {
      const { stdout } = await runProgram(root, [command])
      expect(stdout).toContain(
        `The ledger does not show whether it is still running (${owner}): a long`,
      )
      expect(stdout).toContain(`  ${seen}`)
      expect(stdout).toContain(left)
      expect(stdout).toContain(`Make sure that ${owner} has ended`)
    }
    expect((await runProgram(root, ['mark', '3', '--pending'])).stderr).toContain(seen)
    const { stdout } = await runProgram(root, ['repair'])
    expect(stdout).toContain('nothing to repair; settle what did not finish with `lockstep mark`.')
    expect(stdout).toContain(left)
  })
  it('is not known elsewhere, nor where the ledger does not say', async () => {
    for (const by of ['', ' process 99999999 on elsewhere', ' pod 7']) {
      const root = await projectWith(UP.replace('f00', `f00${by}`), 'here')
      const { stdout } = await runProgram(root, ['status'])
      expect(stdout).toContain('The ledger does not show whether it is still running')
      expect(stdout).not.toContain('There is ')
    }
  })
})

it('a row that stands for what was never begun is not sent to `migrate` by way of `mark`', async () => {
  const root = copyOf(applied)
  inDatabase(root, "DROP TABLE n2; DELETE FROM _migrations WHERE version = '003'")
  const { codes, fix } = await told(root, 'mark', '3', '--applied')
  expect(codes).toEqual(['MARK_REFUSED'])
  expect(fix).toContain('undo by hand what it has done (table n1) and apply it with')
  expect(fix).not.toContain('--pending')
  expect((await told(root, 'migrate')).codes).toEqual(['LEDGER_BEHIND'])
  inDatabase(root, 'DROP TABLE n1')
  await follow(root, fix, 'migrate')
  await obey(root, 'verify')
})
