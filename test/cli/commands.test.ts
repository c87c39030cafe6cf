// The command line as a person runs it: what each command prints, answers as JSON, and exits with.
import Database from 'better-sqlite3'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.js'
import { projectRoot } from '../support/project-root.js'
import { answerOf, runProgram } from './support/command-line.js'
import { copyOf, filesIn, migrationProject, project, write } from './support/project.js'

const MIGRATIONS = {
  '001_users.ts': `import { defineMigration } from 'lockstep/better-sqlite3'

export default defineMigration({
  description: 'People',
  up(db, ctx) {
    ctx.log('making users')
    db.exec('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)')
  },
  down: 'DROP TABLE users',
})
`,
  '002_email.sql': `-- migrate:up
ALTER TABLE users ADD COLUMN email TEXT;
CREATE UNIQUE INDEX users_email ON users (email);

-- migrate:down
DROP INDEX users_email;
ALTER TABLE users DROP COLUMN email;
`,
}

/** A project that is generated, and one that is migrated too; both are copied by the tests that change them. */
let generated = ''
let applied = ''
beforeAll(async () => {
  generated = migrationProject(MIGRATIONS, 'file')
  expect(await runProgram(generated, ['gen', '-q'])).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: '',
  })
  applied = copyOf(generated, 'file')
  expect((await runProgram(applied, ['migrate', '-q'])).exitCode).toBe(0)
})

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)

describe('a database that does not exist yet', () => {
  const APPLIED_NOTHING = { version: 0, latest: 2 }
  const PENDING = [
    { version: 1, id: '001', name: 'users', description: 'People' },
    { version: 2, id: '002', name: 'email', description: null },
  ]
  it.each([
    {
      argv: ['status'],
      exitCode: 0,
      text: 'does not exist yet',
      json: {
        exists: false,
        state: 'empty',
        applied: [],
        pending: PENDING,
        problems: [],
        ...APPLIED_NOTHING,
      },
    },
    { argv: [], exitCode: 0, text: '○  001  users  pending', json: { state: 'empty' } },
    { argv: ['status', '--check'], exitCode: 3, text: '0 applied, 2 pending', json: {} },
    { argv: ['version'], exitCode: 0, text: /^0\n$/, json: { version: 0, id: '000', latest: 2 } },
    { argv: ['history'], exitCode: 0, text: 'Nothing has been applied yet', json: { entries: [] } },
    {
      argv: ['plan'],
      exitCode: 0,
      text: '2.  apply  002  email  2 statements',
      json: { from: 0, to: 2, exists: false },
    },
    {
      argv: ['info'],
      exitCode: 0,
      text: 'does not exist yet',
      json: { exists: false, sizeBytes: 0, tables: 0, journalMode: null, lastMigration: null },
    },
    { argv: ['reset', '--yes'], exitCode: 0, text: 'nothing to reset', json: { reset: false } },
  ])('$argv creates nothing', async ({ argv, exitCode, text, json }) => {
    const root = copyOf(generated)
    const before = filesIn(root)
    const printed = await answerOf(root, argv)
    expect(printed).toMatchObject({ exitCode, stderr: '' })
    expect(printed.stdout).toMatch(text)
    const answered = await answerOf(root, [...argv, '--json'])
    expect(answered).toMatchObject({ exitCode, stderr: '' })
    expect(JSON.parse(answered.stdout)).toMatchObject(json)
    expect(filesIn(root)).toEqual(before)
  })
})

describe('migrating', () => {
  it('applies what is pending, makes the folder of the database, and says both', async () => {
    const root = copyOf(generated)
    const { exitCode, stdout, stderr } = await runProgram(root, ['migrate'])
    expect(exitCode).toBe(0)
    expect(stderr).toBe('Made the folder data for the database.\n')
    expect(stdout).toMatch(/✓ {2}001 {2}users {2}.+ ms\n {2}✓ {2}002 {2}email {2}/)
    expect(stdout).toMatch(/data\/app\.db {2}2 migrations applied in .+, from 000 to 002\.\n$/)
  })

  it.each(['migrate', 'run', 'apply', 'up'])('answers %s --json with the report', async (word) => {
    const root = copyOf(generated)
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
    const root = copyOf(applied)
    const { exitCode, stdout } = await runProgram(root, ['migrate'])
    expect(exitCode).toBe(0)
    expect(stdout).toBe('data/app.db  Nothing to do: the database is up to date at 002.\n')
  })

  it('prints steps and log messages with --verbose, and nothing with --quiet', async () => {
    const root = copyOf(generated)
    const { stderr } = await runProgram(root, ['migrate', '--verbose', '--to', '1'])
    expect(stderr).toContain('↑ 001 users\n  001 users: making users\n')
    expect(await runProgram(root, ['migrate', '--quiet'])).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    })
  })

  it('refuses a version that does not exist as wrong usage', async () => {
    const root = copyOf(generated)
    const { exitCode, stderr } = await runProgram(root, ['migrate', '--to', '9'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('TARGET_UNKNOWN')
    expect(stderr).toContain('There is no version 9')
  })

  it('refuses to apply migrations that changed since the registry was generated', async () => {
    const root = copyOf(generated)
    write(root, {
      'migrations/003_more.sql':
        '-- migrate:up\nCREATE TABLE more (a);\n-- migrate:down\nDROP TABLE more;\n',
    })
    const refused = await runProgram(root, ['migrate'])
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('REGISTRY_STALE')
    expect(refused.stderr).toContain('version 003 is not in it')
    expect(existsSync(join(root, 'data'))).toBe(false)
    const status = await answerOf(root, ['status', '--json'])
    expect(JSON.parse(status.stdout)).toMatchObject({
      problems: [{ code: 'REGISTRY_BEHIND', severity: 'warning' }],
    })
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
    await answerOf(root, ['gen', '-q'])
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
    expect((await answerOf(root, ['version'])).stdout).toBe('2\n')
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
    await answerOf(root, ['gen', '-q'])
    const { exitCode, stdout, stderr } = await runProgram(root, ['migrate', '--json'])
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'Made the folder data for the database.\n',
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

  it('keeps what a migration prints out of the document', async () => {
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
    await answerOf(root, ['gen', '-q'])
    const { stdout, stderr } = await runProgram(root, ['migrate', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ to: 1 })
    expect(stderr).toContain('from the migration')
  })

  it('says that the process died when a migration ends it', async () => {
    const root = migrationProject({
      '001_exit.ts': `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ up(db) { db.exec('CREATE TABLE t (a)'); process.exit(7) }, down: 'DROP TABLE t' })
`,
    })
    await answerOf(root, ['gen', '-q'])
    const { exitCode, stderr } = await runProgram(root, ['migrate'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('WORKER_DIED')
    expect(stderr).toContain('exit code 7')
    expect((await answerOf(root, ['version'])).stdout).toBe('0\n')
  })
})

describe('an applied database', () => {
  it.each([
    {
      argv: ['status'],
      exitCode: 0,
      text: /up to date {2}version 002 of 002\n\n {2}✓ {2}001 {2}users {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}/,
      json: {
        exists: true,
        state: 'current',
        version: 2,
        latest: 2,
        applied: [
          {
            version: 1,
            id: '001',
            name: 'users',
            description: 'People',
            checksum: expect.stringMatching(/^1:/),
            appliedAt: isoTime,
            durationMs: expect.any(Number),
          },
          { version: 2 },
        ],
        pending: [],
        problems: [],
      },
    },
    { argv: ['status', '--check'], exitCode: 0, text: '2 applied, 0 pending', json: {} },
    { argv: ['version'], exitCode: 0, text: /^2\n$/, json: { version: 2, id: '002', latest: 2 } },
    {
      argv: ['info'],
      exitCode: 0,
      text: /Size +\d+ KB \([\d,]+ bytes\)\nSchema version +002 of 002\nLast migration +002 email, /,
      json: {
        exists: true,
        version: 2,
        latest: 2,
        tables: 2,
        indexes: 1,
        triggers: 0,
        views: 0,
        journalMode: 'delete',
        sqliteVersion: expect.stringMatching(/^3\./),
        lastMigration: { version: 2, id: '002', name: 'email', appliedAt: isoTime },
      },
    },
    {
      argv: ['history'],
      exitCode: 0,
      text: /^Time +What +Version +Name +Took\n.+ {2}applied {2}001 {6}users/,
      json: { entries: [{ action: 'apply', version: 1, at: isoTime }, { version: 2 }] },
    },
    { argv: ['plan'], exitCode: 0, text: 'There is nothing to do', json: { steps: [] } },
  ])('$argv', async ({ argv, exitCode, text, json }) => {
    const root = copyOf(applied)
    const printed = await answerOf(root, argv)
    expect(printed).toMatchObject({ exitCode, stderr: '' })
    expect(printed.stdout).toMatch(text)
    const answered = await answerOf(root, [...argv, '--json'])
    expect(JSON.parse(answered.stdout)).toMatchObject(json)
  })

  it('exits with 1 when the history is another one', async () => {
    const root = copyOf(applied)
    const file = join(root, 'migrations/002_email.sql')
    writeFileSync(file, readFileSync(file, 'utf8').replace('email TEXT', 'email BLOB'))
    await answerOf(root, ['gen', '-q'])
    const { exitCode, stdout } = await answerOf(root, ['status'])
    expect(exitCode).toBe(1)
    expect(stdout).toContain('✗ HISTORY_EDITED')
    expect((await answerOf(root, ['status', '--check', '-q'])).exitCode).toBe(1)
  })

  it.each(['rollback', 'down'])('%s undoes the newest migration', async (word) => {
    const root = copyOf(applied)
    const { exitCode, stdout } = await runProgram(root, [word])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/↓ {2}002 {2}email/)
    expect(stdout).toContain('1 migration undone')
    const history = await answerOf(root, ['history'])
    expect(history.stdout).toContain('rolled back  002')
  })

  it('rolls back to a version, and says when there is nothing to undo', async () => {
    const root = copyOf(applied)
    const all = await runProgram(root, ['rollback', '--to', '0', '--json'])
    expect(JSON.parse(all.stdout)).toMatchObject({
      from: 2,
      to: 0,
      steps: [{ version: 2 }, { version: 1 }],
    })
    expect((await runProgram(root, ['rollback'])).stdout).toContain('Nothing to undo')
  })

  it('is emptied by reset, but only when told so', async () => {
    const root = copyOf(applied)
    const refused = await runProgram(root, ['reset'])
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain('RESET_UNCONFIRMED')
    expect(refused.stderr).toContain('--yes')
    expect((await answerOf(root, ['version'])).stdout).toBe('2\n')
    const done = await runProgram(root, ['reset', '--yes'])
    expect(done).toMatchObject({ exitCode: 0, stderr: '' })
    expect(done.stdout).toContain('lockstep migrate')
    const { stdout } = await answerOf(root, ['status', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ exists: true, state: 'empty', applied: [] })
    expect((await runProgram(root, ['migrate'])).exitCode).toBe(0)
  })

  it('is not reset while another process has it open', async () => {
    const root = copyOf(applied)
    const other = new Database(join(root, 'data/app.db'))
    other.pragma('journal_mode = WAL')
    other.prepare('SELECT count(*) FROM users').get()
    const refused = await runProgram(root, ['reset', '--yes'])
    other.close()
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('RESET_IN_USE')
    expect((await answerOf(root, ['version'])).stdout).toBe('2\n')
  })
})

describe('wrong settings', () => {
  it.each([
    { files: {}, argv: ['status'], code: 'DATABASE_UNSET', says: '--db <file>' },
    { files: {}, argv: ['status', '--config', 'no.ts'], code: 'CONFIG_MISSING', says: 'no.ts' },
    {
      files: { 'lockstep.config.json': '{ "databse": "a.db" }' },
      argv: ['status'],
      code: 'CONFIG_INVALID',
      says: 'did you mean `database`',
    },
    {
      files: { 'lockstep.config.ts': 'export default {\n  database: = 1,\n}\n' },
      argv: ['status'],
      code: 'CONFIG_UNLOADABLE',
      says: 'lockstep.config.ts:2:13',
    },
    {
      files: {},
      argv: ['status', '--db', ':memory:'],
      code: 'DATABASE_PATH_INVALID',
      says: 'memory',
    },
    { files: {}, argv: ['statsu'], code: 'USAGE_INVALID', says: 'Did you mean `lockstep status`?' },
    { files: {}, argv: ['gen', '--watch', '--check'], code: 'USAGE_INVALID', says: '--check' },
    { files: {}, argv: ['create', '../../x'], code: 'NAME_UNUSABLE', says: 'path' },
    {
      files: {},
      argv: ['create', 'x', '--sql', '--class'],
      code: 'USAGE_INVALID',
      says: 'one of them',
    },
    {
      files: {},
      argv: ['rollback', '--steps', '1', '--to', '1'],
      code: 'USAGE_INVALID',
      says: 'only one',
    },
  ])('$argv is refused with $code', async ({ files, argv, code, says }) => {
    const root = project({ 'package.json': '{}', ...files })
    const before = filesIn(root)
    const printed = await answerOf(root, argv)
    expect(printed).toMatchObject({ exitCode: 2, stdout: '' })
    expect(printed.stderr).toContain(`✗ ${code}`)
    expect(printed.stderr).toContain(says)
    const answered = await answerOf(root, [...argv, '--json'])
    expect(answered).toMatchObject({ exitCode: 2, stderr: '' })
    expect(JSON.parse(answered.stdout)).toMatchObject({ error: { fix: expect.any(String) } })
    expect(filesIn(root)).toEqual(before)
  })

  it('says that the registry must be generated first', async () => {
    const root = migrationProject(MIGRATIONS)
    const { exitCode, stderr } = await answerOf(root, ['status'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('REGISTRY_MISSING')
    expect(stderr).toContain('lockstep gen')
  })

  it.each([
    { what: 'a folder', make: { 'data/app.db/x': '' }, code: 'DATABASE_CANNOT_OPEN' },
    {
      what: 'another kind of file',
      make: { 'data/app.db': 'x'.repeat(4096) },
      code: 'DATABASE_NOT_A_DATABASE',
    },
  ])('names $what in the place of the database', async ({ make, code }) => {
    const root = copyOf(generated)
    write(root, make)
    for (const argv of [['status'], ['migrate'], ['reset', '--yes']]) {
      const { exitCode, stderr } = await runProgram(root, argv)
      expect({ argv, exitCode }).toEqual({ argv, exitCode: 1 })
      expect(stderr).toContain(code)
      expect(stderr).toContain('app.db')
    }
  })
})

describe('the program itself', () => {
  it('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
      version: string
    }
    const { exitCode, stdout } = await answerOf(project(), ['--version'])
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `${version}
`,
    })
  })

  it.each(COMMANDS.map(({ name }) => name))('explains %s with examples', async (name) => {
    const { exitCode, stdout } = await answerOf(project(), [name, '--help'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`Usage: lockstep ${name}`)
    expect(stdout).toContain('Examples:\n  $ lockstep')
  })

  it('colours what is printed only where it is wanted', async () => {
    const root = copyOf(generated)
    const plain = await answerOf(root, ['status'], { NO_COLOR: '' })
    const forced = await answerOf(root, ['status'], { NO_COLOR: '', FORCE_COLOR: '1' })
    expect(plain.stdout).not.toContain('\u001b[')
    expect(forced.stdout).toContain('\u001b[33m')
  })
})
