// What was applied with a `down` that nobody knows any more: no command advises a rollback that is refused.
import Database from 'better-sqlite3'
import { rmSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { at } from '../../codegen/base-branch/repository.js'
import { addFiles, type Files } from '../../support/project.js'
import { processesHere } from '../../support/processes-here.js'
import { runProgram, type Finished } from '../support/command-line.js'
import { copyOf, migrationProject } from '../support/project.js'
import { testSome } from '../../support/some-of.js'

processesHere()

const table = (name: string): string =>
  `-- migrate:up\nCREATE TABLE ${name} (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE ${name};\n`

let made: Promise<string> | undefined

async function apply(): Promise<string> {
  const root = migrationProject({ '001_a.sql': table('a'), '002_b.sql': table('b') })
  for (const command of ['gen', 'migrate']) await obey(root, command)
  return root
}

async function obey(root: string, words: string): Promise<void> {
  const { exitCode, stderr } = await runProgram(root, words.split(' '))
  expect(exitCode, `${words}: ${stderr}`).toBe(0)
}

/** The applied project with other files in the place of 002_b.sql. */
async function changed(files: Readonly<Record<string, string>>): Promise<string> {
  const root = copyOf(await (made ??= apply()))
  unlinkSync(join(root, 'migrations/002_b.sql'))
  addFiles(root, files as Files)
  await obey(root, 'gen -q --no-replay')
  return root
}

const forget = (root: string): void =>
  rmSync(join(root, 'node_modules/.cache'), { recursive: true, force: true })

function query(root: string, sql: string): void {
  const db = new Database(join(root, 'data/app.db'))
  db.exec(sql)
  db.close()
}

const told = ({ stdout, stderr }: Finished): string => `${stdout}${stderr}`.replace(/\s+/g, ' ')

const OTHER = { 'migrations/002_other.sql': table('other') }
const LOST = 'no commit of this clone has the down of 002 (b), so `lockstep rollback` cannot'
const BY_HAND = 'undo it by hand, and record that with `lockstep mark 002 --pending`'
const ROLLBACK = 'undo it with `lockstep rollback --to 1`'

describe.each([
  ['another one is under its number', OTHER, 'Go back to the code that has b: no usable record'],
  ['its file is gone', {}, 'If it was deleted here, restore its file: no usable record'],
])('%s', (_, files, advice) => {
  testSome(['status', 'verify', 'plan', 'migrate'])('%s says so', async (command) => {
    const root = await changed(files)
    expect(told(await runProgram(root, [command]))).toContain(ROLLBACK)
    forget(root)
    const without = told(await runProgram(root, [command]))
    for (const words of [advice, LOST, BY_HAND]) expect(without).toContain(words)
    expect(without).not.toContain('rollback --to')
  })
  test('the advice holds where it is followed', async () => {
    const root = await changed(files)
    forget(root)
    query(root, 'DROP TABLE b')
    await obey(root, 'mark 002 --pending --yes')
    await obey(root, 'gen -q')
    for (const command of ['migrate', 'status']) await obey(root, command)
    expect(await runProgram(root, ['verify'])).toMatchObject({ exitCode: 0 })
  })
})

test('a commit that has it serves as well as a record, generated files or not', async () => {
  const root = copyOf(await (made ??= apply()))
  const repo = at(root)
  repo.git('init', '-q', '-b', 'main')
  repo.commit({ '.gitignore': 'node_modules\ndata\ngenerated\n' })
  unlinkSync(join(root, 'migrations/002_b.sql'))
  addFiles(root, OTHER)
  repo.commit({})
  await obey(root, 'gen -q --no-replay')
  forget(root)
  expect(told(await runProgram(root, ['status']))).toContain(ROLLBACK)
  await obey(root, 'rollback --to 1')
})

test('what cannot be undone in any case is told as that', async () => {
  const root = await changed(OTHER)
  forget(root)
  query(root, "UPDATE _migrations SET down_checksum = NULL WHERE version = '002'")
  const said = told(await runProgram(root, ['status']))
  expect(said).toContain('start over with `lockstep reset`')
  expect(said).not.toContain('rollback')
})

describe('a redo with the down of the code', () => {
  test('is not advised where that is of another migration', async () => {
    const root = await changed(OTHER)
    forget(root)
    const said = told(await runProgram(root, ['rollback']))
    expect(said).toContain('DOWN_UNKNOWN')
    expect(said).toContain(BY_HAND)
    expect(said).not.toContain('lockstep redo')
  })
  test('does not tell people to fix what is right where it fails', async () => {
    const root = await changed(OTHER)
    forget(root)
    const said = told(await runProgram(root, ['redo', '--yes']))
    expect(said).toContain('no such table: other')
    expect(said).toContain('not the down of what was applied, which is not known here')
    expect(said).toContain(BY_HAND)
    expect(said).not.toContain('Fix the migration')
  })
  test('tells them so where it is the own one', async () => {
    const root = await changed({
      'migrations/002_b.sql': table('b').replace('DROP TABLE b', 'DROP TABLE nothing'),
    })
    const said = told(await runProgram(root, ['redo', '--yes']))
    expect(said).toContain('Fix the migration')
  })
})
