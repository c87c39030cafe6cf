// The commands that change a database, as processes: migrate, rollback, reset, and migrations that fail.
import Database from 'better-sqlite3'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from './support/command-line.js'
import { MIGRATIONS, preparedProjects } from './support/prepared.js'
import { addFiles } from '../support/project.js'
import { migrationProject } from './support/project.js'
import { inProcesses, processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const prepared = preparedProjects()

describe('migrating', () => {
  it('applies what is pending, makes the folder of the database, and says both', async () => {
    const root = prepared.generated()
    const { exitCode, stdout, stderr } = await runProgram(root, ['migrate'])
    expect(exitCode).toBe(0)
    expect(stderr).toBe('Created the folder data for the database.\n')
    expect(stdout).toMatch(/✓ {2}001 {2}users {2}.+ ms\n {2}✓ {2}002 {2}email {2}/)
    expect(stdout).toMatch(/data\/app\.db {2}2 migrations applied in .+, from 000 to 002\.\n$/)
  })

  testSome(['migrate', 'run', 'apply', 'up'])('answers %s --json with the report', async (word) => {
    const root = prepared.generated()
    const { exitCode, stdout } = await runProgram(root, [word, '--json', '--to', '001'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      database: join(root, 'data/app.db'),
      from: 0,
      to: 1,
      steps: [
        { version: 1, id: '001', name: 'users', direction: 'up', durationMs: expect.any(Number) },
      ],
      durationMs: expect.any(Number),
      dryRun: false,
    })
  })

  it('says so when there is nothing to do', async () => {
    const root = prepared.applied()
    const { exitCode, stdout } = await runProgram(root, ['migrate'])
    expect(exitCode).toBe(0)
    expect(stdout).toBe('data/app.db  Nothing to do: the database is up to date at 002.\n')
  })

  it('makes no copy for a dry run in which there is nothing to do', async () => {
    const root = prepared.applied()
    const changed = (): number => statSync(join(root, 'data')).mtimeMs
    const before = changed()
    const { exitCode, stdout } = await runProgram(root, ['migrate', '--dry-run'])
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'data/app.db  Nothing to do: the database is up to date at 002.\n',
    })
    expect(changed()).toBe(before)
    await runProgram(root, ['rollback', '--dry-run'])
    expect(changed()).toBeGreaterThan(before)
  })

  it('prints settings, steps and log messages with --verbose, and nothing with --quiet', async () => {
    const root = prepared.generated()
    const { stderr } = await runProgram(root, ['migrate', '--verbose', '--to', '1'])
    expect(stderr).toContain('↑ 001 users\n  001 users: making users\n')
    const settings = `configuration  ${join(root, 'lockstep.config.ts')}\n`
    expect(stderr).toContain(settings)
    for (const argv of [['rollback'], ['backup'], ['reset', '--yes']]) {
      const told = await runProgram(root, [...argv, '--verbose'])
      expect(told.exitCode).toBe(0)
      expect(told.stderr.split(settings)).toHaveLength(2)
    }
    expect(await runProgram(root, ['migrate', '--quiet'])).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    })
  })

  it('refuses a version that does not exist as wrong usage', async () => {
    const root = prepared.generated()
    const { exitCode, stderr } = await runProgram(root, ['migrate', '--to', '9'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('TARGET_UNKNOWN')
    expect(stderr).toContain('There is no version 9')
  })

  it('refuses to apply migrations that changed since the registry was generated', async () => {
    const root = prepared.generated()
    addFiles(root, {
      'migrations/003_more.sql':
        '-- migrate:up\nCREATE TABLE more (a);\n-- migrate:down\nDROP TABLE more;\n',
    })
    const refused = await runProgram(root, ['migrate'])
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('REGISTRY_STALE')
    expect(refused.stderr).toContain('version 003 is not in it')
    expect(existsSync(join(root, 'data'))).toBe(false)
    const status = await runProgram(root, ['status', '--json'])
    expect(JSON.parse(status.stdout)).toMatchObject({
      problems: [{ code: 'REGISTRY_BEHIND', severity: 'warning' }],
    })
    const { stdout } = await runProgram(root, ['status'])
    expect(stdout).toContain('Run `lockstep gen` first, then apply with `lockstep migrate`.')
  })
})

describe('a migration that fails', () => {
  const failing = (name: string, text: string): Record<string, string> => ({
    ...MIGRATIONS,
    [name]: text,
  })

  it('names file, line and column of SQL, shows the line, and says what stays', async () => {
    const root = migrationProject(
      failing(
        '003_bad.sql',
        '-- migrate:up\nCREATE TABLE good (a);\n  INSERT INTO missing VALUES (1);\n-- migrate:down\nDROP TABLE good;\n',
      ),
    )
    await runProgram(root, ['gen', '-q', '--no-replay'])
    const { exitCode, stdout, stderr } = await runProgram(root, ['migrate'])
    expect(exitCode).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain(
      '✗ MIGRATION_FAILED  Migration 003 (bad) failed at migrations/003_bad.sql:3:3: no such table: missing',
    )
    expect(stderr).toContain('    3 |   INSERT INTO missing VALUES (1);\n      |   ^\n')
    expect(stderr).toContain(
      '2 migrations had been applied, and stay so: 001 users, 002 email. The database is at 002.',
    )
    expect((await runProgram(root, ['version'])).stdout).toBe('2\n')
  })

  it('finds the line of code that threw, below functions of the file', async () => {
    const root = migrationProject(
      failing(
        '003_bad.ts',
        `import { defineMigration, type Handle } from 'lockstep/better-sqlite3'

interface Erased { readonly gone: true }

function fill(db: Handle): void {
  db.prepare('INSERT INTO users (nam) VALUES (1)').run()
}

export default defineMigration({ up: (db) => fill(db), irreversible: 'data' })
`,
      ),
    )
    await runProgram(root, ['gen', '-q', '--no-replay'])
    const { exitCode, stdout, stderr } = await runProgram(root, ['migrate', '--json'])
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'Created the folder data for the database.\n',
    })
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'MIGRATION_FAILED',
        message: expect.stringContaining('no column named nam'),
        fix: expect.any(String),
        place: { file: 'migrations/003_bad.ts', line: 6, column: 6 },
        report: { from: 0, to: 2, steps: [{ version: 1 }, { version: 2 }] },
      },
    })
  })

  it(
    'keeps what a migration prints out of the document',
    inProcesses(async () => {
      const root = migrationProject({
        '001_loud.ts': `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({
  up(db) {
    console.log('from the migration')
    db.exec('CREATE TABLE loud (a)')
  },
  down: 'DROP TABLE loud',
})
`,
      })
      await runProgram(root, ['gen', '-q', '--no-replay'])
      const { stdout, stderr } = await runProgram(root, ['migrate', '--json'])
      expect(JSON.parse(stdout)).toMatchObject({ to: 1 })
      expect(stderr).toContain('from the migration')
    }),
  )

  it(
    'says that the process died when a migration ends it',
    inProcesses(async () => {
      const root = migrationProject({
        '001_exit.ts': `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ up(db) { db.exec('CREATE TABLE t (a)'); process.exit(7) }, down: 'DROP TABLE t' })
`,
      })
      await runProgram(root, ['gen', '-q', '--no-replay'])
      const { exitCode, stderr } = await runProgram(root, ['migrate'])
      expect(exitCode).toBe(1)
      expect(stderr).toContain('WORKER_DIED')
      expect(stderr).toContain('if the step runs outside a transaction, what it did is still there')
      expect(stderr).toContain('exit code 7')
      expect((await runProgram(root, ['version'])).stdout).toBe('0\n')
    }),
  )
})

describe('going back', () => {
  testSome(['rollback', 'down'])('%s undoes the newest migration', async (word) => {
    const root = prepared.applied()
    const { exitCode, stdout } = await runProgram(root, [word])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/↓ {2}002 {2}email/)
    expect(stdout).toContain('1 migration undone')
    const history = await runProgram(root, ['history'])
    expect(history.stdout).toContain('rolled back  002')
  })

  it('rolls back to a version, and says when there is nothing to undo', async () => {
    const root = prepared.applied()
    const all = await runProgram(root, ['rollback', '--to', '0', '--json'])
    expect(JSON.parse(all.stdout)).toMatchObject({
      from: 2,
      to: 0,
      steps: [{ version: 2 }, { version: 1 }],
    })
    expect((await runProgram(root, ['rollback'])).stdout).toContain('Nothing to undo')
  })

  it('undoes no more than is applied, and nothing then', async () => {
    const root = prepared.applied()
    const { exitCode, stderr } = await runProgram(root, ['rollback', '--steps', '99'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('The option --steps is 99, but must be at most 2: no more are applied')
    expect((await runProgram(root, ['version'])).stdout).toBe('2\n')
  })

  it('is refused while the registry is not what the folder says', async () => {
    const root = prepared.applied()
    addFiles(root, { 'migrations/003_more.sql': '-- migrate:up\nCREATE TABLE more (a);\n' })
    const { exitCode, stderr } = await runProgram(root, ['rollback'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('✗ REGISTRY_STALE')
    expect((await runProgram(root, ['version'])).stdout).toBe('2\n')
  })

  it('makes no database, nor a folder for one, where there is nothing to undo', async () => {
    const root = prepared.generated()
    const { exitCode, stdout } = await runProgram(root, ['rollback'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('Nothing to undo')
    expect(existsSync(join(root, 'data'))).toBe(false)
  })

  it('is emptied by reset, but only when told so', async () => {
    const root = prepared.applied()
    const refused = await runProgram(root, ['reset'])
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain('RESET_UNCONFIRMED')
    expect(refused.stderr).toContain('--yes')
    expect((await runProgram(root, ['version'])).stdout).toBe('2\n')
    const done = await runProgram(root, ['reset', '--yes'])
    expect(done).toMatchObject({ exitCode: 0, stderr: '' })
    expect(done.stdout).toContain('lockstep migrate')
    const { stdout } = await runProgram(root, ['status', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ exists: true, state: 'empty', applied: [] })
    expect((await runProgram(root, ['migrate'])).exitCode).toBe(0)
  })

  it('is not reset while another process has it open', async () => {
    const root = prepared.applied()
    const other = new Database(join(root, 'data/app.db'))
    other.pragma('journal_mode = WAL')
    other.prepare('SELECT count(*) FROM users').get()
    const refused = await runProgram(root, ['reset', '--yes'])
    other.close()
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('RESET_IN_USE')
    expect((await runProgram(root, ['version'])).stdout).toBe('2\n')
  })
})
