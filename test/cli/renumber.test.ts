// `renumber`: which migrations move, what is rewritten, what is refused, and whether two branches commute.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { at, repository, table, type TestRepository } from '../codegen/base-branch/repository.js'
import type { Files } from '../support/project.js'
import { runProgram } from './support/command-line.js'
import { linkClient } from './support/project.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const PROJECT = {
  'package.json': '{ "type": "module" }\n',
  '.gitignore': 'node_modules\n',
  'migrations/001_a.sql': table('a'),
}

/** A repository where `main` and `work` have both gone on from 001; `work` is checked out. */
function branches(theirs: Files, mine: Files): TestRepository {
  const repo = repository(PROJECT)
  repo.git('checkout', '-q', 'main')
  repo.commit(theirs)
  repo.git('checkout', '-q', 'work')
  repo.commit(mine)
  linkClient(repo.root)
  return repo
}

const migrationsOf = ({ root }: TestRepository): string[] =>
  at(root)
    .git('ls-files', '-co', '--exclude-standard', '--deduplicate', 'migrations')
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(root, file)))
    .map((file) => file.replace('migrations/', ''))
    .sort()

describe('with --base', () => {
  it('puts the own migrations behind those of the base branch, in every form', async () => {
    const repo = branches(
      { 'migrations/002_theirs.sql': table('theirs'), 'migrations/003_more.sql': table('more') },
      {
        'migrations/002_pair.up.sql': 'CREATE TABLE pair (id INTEGER PRIMARY KEY);\n',
        'migrations/002_pair.down.sql': 'DROP TABLE pair;\n',
        'migrations/003_class.ts': `\uFEFFimport { Migration, type Handle } from 'lockstep/better-sqlite3'\r
// Version 003 it was.\r
export default class C extends Migration {\r
  version = '003' // stays padded\r
  up(db: Handle) { db.exec('CREATE TABLE c (id INTEGER PRIMARY KEY)') }\r
  down(db: Handle) { db.exec('DROP TABLE c') }\r
}\r
`,
        'migrations/004-005_list.ts': `const FIRST = 4
export default [
  { version: FIRST, name: 'four', sql: 'CREATE TABLE four (x TEXT)', down: 'DROP TABLE four' },
  { version: 5, name: 'five', sql: 'CREATE TABLE five (x TEXT)', down: 'DROP TABLE five' },
]
`,
      },
    )
    repo.git('merge', '-q', 'main')
    const { exitCode, stdout, stderr } = await runProgram(repo.root, [
      'renumber',
      '--base',
      'main',
      '--yes',
    ])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(migrationsOf(repo)).toEqual([
      '001_a.sql',
      '002_theirs.sql',
      '003_more.sql',
      '004_pair.down.sql',
      '004_pair.up.sql',
      '005_class.ts',
      '006-007_list.ts',
    ])
    expect(stdout).toContain('migrations/004-005_list.ts → migrations/006-007_list.ts')
    expect(stdout).toContain('The two branches commute')
    const read = (name: string): string => readFileSync(join(repo.root, 'migrations', name), 'utf8')
    expect(read('005_class.ts')).toMatch(/^\uFEFFimport .*\r\n\/\/ Version 003 it was\.\r\n/)
    expect(read('005_class.ts')).toContain("version = '005' // stays padded\r\n")
    expect(read('006-007_list.ts')).toContain('const FIRST = 6\n')
    expect(read('006-007_list.ts')).toContain("version: 7, name: 'five'")
    expect(readFileSync(join(repo.root, 'generated/registry.ts'), 'utf8')).toContain('007')
    expect((await runProgram(repo.root, ['lint', '--base', 'main'])).exitCode).toBe(0)
    const again = await runProgram(repo.root, ['renumber', '--base', 'main', '--yes'])
    expect(again).toMatchObject({ exitCode: 0, stderr: '' })
    expect(again.stdout).toContain('nothing to renumber')
  })

  it('works before the merge as well, and leaves generating to what comes after it', async () => {
    const repo = branches(
      { 'migrations/002_theirs.sql': table('theirs') },
      { 'migrations/002_mine.sql': table('mine') },
    )
    const { exitCode, stdout } = await runProgram(repo.root, [
      'renumber',
      '--base',
      'main',
      '--yes',
    ])
    expect(exitCode).toBe(0)
    expect(migrationsOf(repo)).toEqual(['001_a.sql', '003_mine.sql'])
    expect(stdout).toContain('main has 002, which this branch does not have yet')
    expect(stdout).toContain('commute')
    const again = await runProgram(repo.root, ['renumber', '--base', 'main', '--json'])
    expect(JSON.parse(again.stdout)).toMatchObject({ moves: [], unmerged: [2] })
    const said = await runProgram(repo.root, ['renumber', '--base', 'main'])
    expect(said.stdout).toMatch(/nothing to renumber\.\nmain has 002, .* merge or rebase/)
    repo.commit()
    repo.git('merge', '-q', 'main')
    expect((await runProgram(repo.root, ['gen', '--no-replay'])).exitCode).toBe(0)
  })

  it('says what differs when the order matters, and changes nothing in a dry run', async () => {
    const repo = branches(
      { 'migrations/002_b.sql': addColumn('b') },
      { 'migrations/002_c.sql': addColumn('c') },
    )
    const dry = await runProgram(repo.root, ['renumber', '--base', 'main', '--dry-run', '--json'])
    expect(JSON.parse(dry.stdout)).toMatchObject({
      moves: [
        {
          from: 'migrations/002_c.sql',
          to: 'migrations/003_c.sql',
          version: { from: 2, to: 3 },
        },
      ],
      dryRun: true,
      unmerged: [2],
      generated: null,
      commuting: { kind: 'differ', differences: [{ object: 'table a' }] },
    })
    expect(migrationsOf(repo)).toEqual(['001_a.sql', '002_c.sql'])
    const text = await runProgram(repo.root, ['renumber', '--base', 'main', '--dry-run'])
    expect(text.stdout).toContain('The order matters')
    expect(text.stdout).toContain('columns in a different order')
    expect(text.stdout).toContain('Nothing was renamed')
  })

  it('says where the rows that the migrations write depend on the order', async () => {
    const data = (sql: string): string => `-- irreversible: a test\n-- migrate:up\n${sql}\n`
    const repo = branches(
      { 'migrations/002_b.sql': data('INSERT INTO a VALUES (5);') },
      { 'migrations/002_c.sql': data('UPDATE a SET id = id + 100;') },
    )
    const { stdout } = await runProgram(repo.root, ['renumber', '--base', 'main', '--dry-run'])
    expect(stdout).toContain('but not the same rows in a.')
  })

  it('tells when one order cannot be applied', async () => {
    const repo = branches(
      {
        'migrations/002_drop.sql':
          '-- migrate:up\nDROP TABLE a;\n-- migrate:down\nCREATE TABLE a (id INTEGER PRIMARY KEY);\n',
      },
      { 'migrations/002_c.sql': addColumn('c') },
    )
    const { stdout } = await runProgram(repo.root, [
      'renumber',
      '--base',
      'main',
      '--dry-run',
      '--json',
    ])
    expect(JSON.parse(stdout)).toMatchObject({
      commuting: {
        kind: 'fails',
        order: 'baseFirst',
        reason: expect.stringContaining('no such table'),
      },
    })
  })

  it('takes a list that has grown, and stays, for what came before', async () => {
    const list = (...names: string[]): string =>
      `export default [${names.map((name, at) => `{ version: ${at + 2}, name: '${name}', sql: 'CREATE TABLE ${name} (x TEXT)', down: 'DROP TABLE ${name}' }`).join(', ')}]\n`
    const repo = branches({}, { 'migrations/002-003_b.ts': list('b', 'c') })
    repo.git('branch', '-f', 'main')
    repo.remove('migrations/002-003_b.ts')
    repo.write({
      'migrations/002-004_b.ts': list('b', 'c', 'd'),
      'migrations/004_mine.sql': addColumn('y').replaceAll('TABLE a', 'TABLE d'),
    })
    const command = ['renumber', '--base', 'main', '--dry-run', '--json']
    const { exitCode, stdout } = await runProgram(repo.root, command)
    expect(JSON.parse(stdout)).toMatchObject({
      moves: [{ to: 'migrations/005_mine.sql' }],
      commuting: { kind: 'fails', order: 'ownFirst' },
    })
    expect(exitCode).toBe(0)
  })

  it('ends a merge in which both branches have generated: the conflict goes, both migrations stay', async () => {
    const repo = repository(PROJECT)
    const go = async (branch: string): Promise<void> => {
      repo.git('checkout', '-q', branch)
      repo.write({ [`migrations/002_${branch}.sql`]: table(branch) })
      await runProgram(repo.root, ['gen', '-q', '--no-replay'])
      repo.commit()
    }
    await runProgram(repo.root, ['gen', '-q', '--no-replay'])
    repo.commit()
    repo.git('branch', '-f', 'main')
    await go('main')
    await go('work')
    expect(() => repo.git('merge', '-q', 'main')).toThrow('Command failed')
    const registry = join(repo.root, 'generated/registry.ts')
    expect(readFileSync(registry, 'utf8')).toContain('<<<<<<<')
    const { exitCode } = await runProgram(repo.root, ['renumber', '--base', 'main', '--yes'])
    expect(exitCode).toBe(0)
    expect(migrationsOf(repo)).toEqual(['001_a.sql', '002_main.sql', '003_work.sql'])
    expect(readFileSync(registry, 'utf8')).not.toContain('<<<<<<<')
    repo.git('add', '-A')
    repo.git('commit', '-q', '-m', 'merge')
    expect((await runProgram(repo.root, ['check', '--base', 'main'])).exitCode).toBe(0)
  })

  it('refuses what stands in one file with something released', async () => {
    const list = (...names: readonly string[]): string =>
      `export default [${names
        .map(
          (name, index) =>
            `{ version: ${index + 1}, name: '${name}', sql: 'CREATE TABLE ${name} (x)' }`,
        )
        .join(', ')}]\n`
    const repo = repository({ 'package.json': '{}', 'migrations/001-002_list.ts': list('a', 'b') })
    repo.git('checkout', '-q', 'main')
    repo.commit({ 'migrations/003_theirs.sql': table('theirs') })
    repo.git('checkout', '-q', 'work')
    repo.move('migrations/001-002_list.ts', 'migrations/001-003_list.ts')
    repo.write({ 'migrations/001-003_list.ts': list('a', 'b', 'c') })
    expect(await failure(repo, '--base', 'main')).toBe('RENUMBER_SHARED')
  })

  it('refuses what is released', async () => {
    const repo = repository({ ...PROJECT, 'migrations/001_b.sql': table('b') })
    expect(await failure(repo, '--base', 'main')).toEqual('RENUMBER_RELEASED')
    expect(migrationsOf(repo)).toEqual(['001_a.sql', '001_b.sql'])
  })
})

const addColumn = (name: string): string =>
  `-- migrate:up\nALTER TABLE a ADD COLUMN ${name} TEXT;\n-- migrate:down\nALTER TABLE a DROP COLUMN ${name};\n`

/** The code of the error that a run ends with. */
async function failure(repo: TestRepository, ...flags: readonly string[]): Promise<string> {
  const { exitCode, stdout } = await runProgram(repo.root, [
    'renumber',
    '--yes',
    '--json',
    ...flags,
  ])
  expect(exitCode).not.toBe(0)
  return (JSON.parse(stdout) as { error: { code: string } }).error.code
}

describe('refuses, and changes nothing', () => {
  const collided = (mine: Files = { 'migrations/002_mine.sql': table('mine') }): TestRepository =>
    branches({ 'migrations/002_theirs.sql': table('theirs') }, mine)

  it('where there is no folder', async () => {
    const repo = repository({ 'package.json': '{ "type": "module" }\n' })
    expect(await failure(repo)).toBe('FOLDER_MISSING')
    expect(await failure(repo, '--base', 'main')).toBe('FOLDER_MISSING')
  })
  it('where each migration is a folder', async () => {
    expect(await failure(repository({ 'migrations/20240101_a/migration.sql': table('a') }))).toBe(
      'FOLDER_UNEXPECTED',
    )
  })

  it('without a terminal and without --yes', async () => {
    const repo = collided()
    const { exitCode, stderr } = await runProgram(repo.root, ['renumber', '--base', 'main'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('RENUMBER_UNCONFIRMED')
    expect(migrationsOf(repo)).toEqual(['001_a.sql', '002_mine.sql'])
  })

  it('where the new name is taken', async () => {
    const repo = collided()
    mkdirSync(join(repo.root, 'migrations/003_mine.sql'))
    expect(await failure(repo, '--base', 'main')).toBe('RENUMBER_TARGET_EXISTS')
  })

  testSome([
    ['a computed version', "export const version = 1 + 1\nexport const up = 'SELECT 1'\n"],
    ['a file that cannot be read', 'export const up = (\n'],
  ])('%s', async (_, text) => {
    const repo = collided({ 'migrations/002_mine.ts': text })
    expect(await failure(repo, '--base', 'main')).toBe('RENUMBER_UNREADABLE')
    expect(migrationsOf(repo)).toEqual(['001_a.sql', '002_mine.ts'])
  })

  it('what is applied to the database of --db, by name or by meaning', async () => {
    const repo = collided()
    const db = join(repo.root, 'app.db')
    await runProgram(repo.root, ['gen', '--no-replay'])
    expect((await runProgram(repo.root, ['migrate', '-q', '--db', db])).exitCode).toBe(0)
    expect(await failure(repo, '--base', 'main', '--db', db)).toBe('RENUMBER_APPLIED')
    repo.move('migrations/002_mine.sql', 'migrations/002_own.sql')
    expect(await failure(repo, '--base', 'main', '--db', db)).toBe('RENUMBER_APPLIED')
    expect(await failure(repo, '--base', 'main', '--db', 'nowhere.db')).toBe('DATABASE_CANNOT_OPEN')
  })
})

it('tells of the own database where it has applied what moves', async () => {
  const repo = branches(
    { 'migrations/002_theirs.sql': table('theirs') },
    {
      'migrations/002_mine.sql': table('mine'),
      'lockstep.config.json': '{ "database": "app.db" }',
    },
  )
  const command = ['renumber', '--base', 'main', '--dry-run', '--json']
  const absent = await runProgram(repo.root, command)
  expect(JSON.parse(absent.stdout)).toMatchObject({ applied: [] })
  await runProgram(repo.root, ['gen', '--no-replay'])
  expect((await runProgram(repo.root, ['migrate', '-q'])).exitCode).toBe(0)
  const { stdout } = await runProgram(repo.root, command)
  const applied = [{ file: 'migrations/002_mine.sql', id: '002', database: 'app.db' }]
  expect(JSON.parse(stdout)).toMatchObject({ applied })
  const { exitCode, stderr } = await runProgram(repo.root, ['renumber', '--base', 'main', '--yes'])
  expect(exitCode).toBe(0)
  expect(stderr).toContain('app.db has applied migrations/002_mine.sql (002) under the old number')
  expect(stderr).toContain('`lockstep rollback --to 1 --db app.db`')
  expect(stderr).toContain('`lockstep reset --db app.db`')
})

describe('without --base', () => {
  it('moves what git got last, and what may build on it', async () => {
    const repo = repository({ ...PROJECT, 'migrations/002_old.sql': table('old') })
    repo.write({ 'migrations/002_new.sql': table('new'), 'migrations/003_next.sql': table('next') })
    const { exitCode } = await runProgram(repo.root, ['renumber', '--yes'])
    expect(exitCode).toBe(0)
    expect(migrationsOf(repo)).toEqual(['001_a.sql', '002_old.sql', '003_new.sql', '004_next.sql'])
  })

  it('knows from the commits which is newer, whatever the names say', async () => {
    const repo = repository({ ...PROJECT, 'migrations/002_z.sql': table('z') })
    repo.commit({ 'migrations/002_b.sql': table('b') })
    expect((await runProgram(repo.root, ['renumber', '--yes'])).exitCode).toBe(0)
    expect(migrationsOf(repo)).toEqual(['001_a.sql', '002_z.sql', '003_b.sql'])
  })

  it('says whether the moved ones commute with those that stay', async () => {
    const repo = branches({}, { 'migrations/002_old.sql': table('old') })
    repo.write({ 'migrations/002_new.sql': table('new') })
    const { exitCode, stdout } = await runProgram(repo.root, ['renumber', '--dry-run'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('The two branches commute')
  })

  it('does not ask to commit what cannot be applied', async () => {
    const repo = branches({}, { 'migrations/002_old.sql': addColumn('c') })
    repo.write({ 'migrations/002_new.sql': addColumn('c') })
    const { exitCode, stderr } = await runProgram(repo.root, ['renumber', '--yes'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('cannot be applied after those of the other branch: duplicate column')
    expect(stderr).not.toContain('Commit the result')
  })

  it('asks to mend what cannot be generated, before it is committed', async () => {
    const repo = repository(PROJECT)
    repo.commit({ 'migrations/002_old.sql': table('old') })
    repo.write({ 'migrations/002_new.sql': '-- migrate:up\nCREATE TABLE n (id);\n' })
    const { exitCode, stdout, stderr } = await runProgram(repo.root, ['renumber', '--yes'])
    expect(exitCode).toBe(1)
    expect(stdout + stderr).toContain('Fix that, then run `lockstep gen`')
    expect(stdout + stderr).not.toContain('Commit the result')
  })

  it('refuses to guess', async () => {
    const repo = repository(PROJECT)
    repo.write({ 'migrations/002_x.sql': table('x'), 'migrations/002_y.sql': table('y') })
    expect(await failure(repo)).toBe('RENUMBER_UNDECIDED')
    repo.commit()
    expect(await failure(repo)).toBe('RENUMBER_UNDECIDED')
    expect(await failure(repo, '--base', 'nowhere')).toBe('GIT_REF_UNKNOWN')
  })

  it('has nothing to do where every number is taken once', async () => {
    const repo = repository(PROJECT)
    const { exitCode, stdout } = await runProgram(repo.root, ['renumber'])
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'No two migrations have the same number; nothing to renumber.\n',
    })
  })
})
