// Rolling back what another branch, or an older commit, of the clone has, where no record of it is here.
import Database from 'better-sqlite3'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { at, type TestRepository } from '../../codegen/base-branch/repository.js'
import { runProcess, runProgram } from '../support/command-line.js'
import { copyOf, migrationProject } from '../support/project.js'
import { processesHere } from '../../support/processes-here.js'

processesHere()

const table = (name: string): string =>
  `-- migrate:up\nCREATE TABLE ${name} (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE ${name};\n`

const DROPS = `import type { Handle } from 'lockstep/better-sqlite3'
export const drop = (db: Handle, table: string) => db.exec('DROP TABLE ' + table)\n`

const CODE = `import { defineMigration } from 'lockstep/better-sqlite3'
import { drop } from './_drop.js'
export default defineMigration({ up: (db) => db.exec('CREATE TABLE t4 (x)'), down: (db) => drop(db, 't4') })\n`

let prepared = ''

/** On `feature/x`, 002_t2, 003_t3 and 004_t4 are applied; `main` ends at 001, and no record is left. */
beforeAll(async () => {
  prepared = migrationProject({ '001_a.sql': table('a') })
  const repo = at(prepared)
  repo.git('init', '-q', '-b', 'main')
  await generated(repo, { '.gitignore': 'node_modules\ndata\n' })
  repo.git('checkout', '-q', '-b', 'feature/x')
  await generated(repo, {
    'migrations/002_t2.sql': table('t2'),
    'migrations/003_t3.sql': table('t3'),
    'migrations/004_t4.ts': CODE,
    'migrations/_drop.ts': DROPS,
  })
  expect(await runProgram(prepared, ['migrate', '-q'])).toMatchObject({ exitCode: 0 })
  repo.git('checkout', '-q', 'main')
  rmSync(join(prepared, 'node_modules/.cache'), { recursive: true })
})

async function generated(
  repo: TestRepository,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  repo.write(files)
  expect(await runProgram(repo.root, ['gen', '-q', '--no-replay'])).toMatchObject({ exitCode: 0 })
  repo.commit()
}

const copied = (): TestRepository => at(copyOf(prepared))

function tablesIn(root: string): string {
  const db = new Database(join(root, 'data/app.db'), { readonly: true })
  const found = db
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '~_%' ESCAPE '~' ORDER BY name",
    )
    .pluck()
    .all()
  db.close()
  return found.join(' ')
}

test('what another branch has is undone with its down, code and helpers included', async () => {
  const { root } = copied()
  const { exitCode, stderr } = await runProgram(root, ['rollback', '--to', '1'])
  expect(stderr).toContain(
    '004 (t4) is not in the code as it was applied: its down is that of branch feature/x.',
  )
  expect(exitCode).toBe(0)
  expect(tablesIn(root)).toBe('a')
  expect(await runProgram(root, ['status', '--check'])).toMatchObject({ exitCode: 0 })
})

test('also where continuous integration keeps records from being believed, and JSON has the commit', async () => {
  const { root, git } = copied()
  const { stdout } = await runProcess(root, ['rollback', '--json'], { CI: 'true' })
  expect(JSON.parse(stdout)).toMatchObject({
    from: 4,
    to: 3,
    downs: [
      {
        version: 4,
        from: 'git',
        ref: 'refs/heads/feature/x',
        commit: git('rev-parse', 'feature/x').trim(),
      },
    ],
  })
})

test('an older commit serves where the branch went on, or is gone', async () => {
  const repo = copied()
  repo.git('checkout', '-q', 'feature/x')
  const commit = repo.git('rev-parse', '--short=9', 'HEAD').trim()
  await generated(repo, { 'migrations/004_t4.ts': CODE.replace('(x)', '(x, y)') })
  repo.git('checkout', '-q', 'main')
  repo.git('branch', '-q', '-D', 'feature/x')
  rmSync(join(repo.root, 'node_modules/.cache'), { recursive: true })
  const { exitCode, stderr } = await runProgram(repo.root, ['rollback'])
  expect(stderr).toContain(`its down is that of commit ${commit} of `)
  expect(exitCode).toBe(0)
  expect(tablesIn(repo.root)).toBe('a t2 t3')
})

test('generated files need not be committed', async () => {
  const repo = copied()
  for (const branch of ['feature/x', 'main']) {
    repo.git('checkout', '-q', branch)
    repo.git('rm', '-rq', '--cached', 'generated')
    repo.write({ '.gitignore': 'node_modules\ndata\ngenerated\n' })
    repo.commit()
  }
  await runProgram(repo.root, ['gen', '-q', '--no-replay'])
  repo.git('reflog', 'expire', '--expire=now', '--all')
  const { exitCode } = await runProgram(repo.root, ['rollback'])
  expect(exitCode).toBe(0)
  expect(tablesIn(repo.root)).toBe('a t2 t3')
})

test('what stands under the number and name, but means something else, is not taken', async () => {
  const repo = copied()
  const db = new Database(join(repo.root, 'data/app.db'))
  db.exec(
    "UPDATE _migrations SET down_checksum = '1:00000000000000000000000000000000' WHERE version = '004'",
  )
  db.close()
  const { exitCode, stderr } = await runProgram(repo.root, ['rollback'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('DOWN_UNKNOWN')
  expect(stderr).toContain('Lockstep cannot tell how to undo 004 (t4) as applied')
  expect(tablesIn(repo.root)).toBe('a t2 t3 t4')
})

test('code that imports more of the project than the digests cover is not taken', async () => {
  const repo = copied()
  repo.git('checkout', '-q', 'feature/x')
  repo.write({ 'src/drop.ts': DROPS })
  await generated(repo, {
    'migrations/005_t5.ts': CODE.replace('./_drop.js', '../src/drop.js').replaceAll('t4', 't5'),
  })
  expect(await runProgram(repo.root, ['migrate', '-q'])).toMatchObject({ exitCode: 0 })
  repo.git('checkout', '-q', 'main')
  repo.write({ 'src/drop.ts': "throw new Error('It is not what was applied.')\n" })
  rmSync(join(repo.root, 'node_modules/.cache'), { recursive: true })
  expect((await runProgram(repo.root, ['rollback'])).stderr).toContain('DOWN_UNKNOWN')
  expect(tablesIn(repo.root)).toBe('a t2 t3 t4 t5')
})

test('declared changes are undone as the registry of the branch has them', async () => {
  const repo = copied()
  repo.git('checkout', '-q', 'feature/x')
  const declared = `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ alter: { t3: { add: { note: 'TEXT' } } }, down: 'auto' })\n`
  repo.write({ 'migrations/005_note.ts': declared })
  expect(await runProgram(repo.root, ['gen', '-q'])).toMatchObject({ exitCode: 0 })
  repo.commit()
  await runProgram(repo.root, ['migrate', '-q'])
  repo.git('checkout', '-q', 'main')
  rmSync(join(repo.root, 'node_modules/.cache'), { recursive: true })
  const { exitCode, stderr } = await runProgram(repo.root, ['rollback', '--to', '1'])
  expect(stderr).toContain('005 (note) is not in the code as it was applied')
  expect(exitCode).toBe(0)
  expect(tablesIn(repo.root)).toBe('a')
})
