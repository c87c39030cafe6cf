// The commands that read, and the program itself: what is printed, answered as JSON, and exited with.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.js'
import { projectRoot } from '../support/project-root.js'
import { runProgram } from './support/command-line.js'
import { MIGRATIONS, preparedProjects } from './support/prepared.js'
import { addFiles, filesIn, temporaryProject } from '../support/project.js'
import { migrationProject } from './support/project.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const prepared = preparedProjects()

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)

describe('a database that does not exist yet', () => {
  const APPLIED_NOTHING = { version: 0, latest: 2 }
  const PENDING = [
    { version: 1, id: '001', name: 'users', description: 'People' },
    { version: 2, id: '002', name: 'email', description: null },
  ]
  testSome([
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
    { argv: ['seed'], exitCode: 0, text: 'There are no seeds', json: { seeds: [] } },
  ])('$argv creates nothing', async ({ argv, exitCode, text, json }) => {
    const root = prepared.generated()
    const before = filesIn(root)
    const printed = await runProgram(root, argv)
    expect(printed).toMatchObject({ exitCode, stderr: '' })
    expect(printed.stdout).toMatch(text)
    const answered = await runProgram(root, [...argv, '--json'])
    expect(answered).toMatchObject({ exitCode, stderr: '' })
    expect(JSON.parse(answered.stdout)).toMatchObject(json)
    expect(filesIn(root)).toEqual(before)
  })
})

describe('an applied database', () => {
  testSome([
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
    const root = prepared.applied()
    const printed = await runProgram(root, argv)
    expect(printed).toMatchObject({ exitCode, stderr: '' })
    expect(printed.stdout).toMatch(text)
    const answered = await runProgram(root, [...argv, '--json'])
    expect(JSON.parse(answered.stdout)).toMatchObject(json)
  })

  it('exits with 1 when the history is another one', async () => {
    const root = prepared.applied()
    const file = join(root, 'migrations/002_email.sql')
    writeFileSync(file, readFileSync(file, 'utf8').replace('email TEXT', 'email BLOB'))
    await runProgram(root, ['gen', '-q', '--no-replay'])
    const { exitCode, stdout } = await runProgram(root, ['status'])
    expect(exitCode).toBe(1)
    expect(stdout).toContain('✗ HISTORY_EDITED')
    expect((await runProgram(root, ['status', '--check', '-q'])).exitCode).toBe(1)
  })
})

describe('a database that is not managed', () => {
  const withTables = (sql: string): string => {
    const root = prepared.generated()
    mkdirSync(join(root, 'data'))
    new Database(join(root, 'data/app.db')).exec(sql).close()
    return root
  }
  const FOREIGN = 'CREATE TABLE _migrations (id INTEGER); INSERT INTO _migrations VALUES (1)'
  testSome([
    ['history', FOREIGN, 'LEDGER_FOREIGN'],
    ['version', FOREIGN, 'LEDGER_FOREIGN'],
    ['info', FOREIGN, 'LEDGER_FOREIGN'],
    ['history', 'CREATE TABLE mine (x)', 'DATABASE_UNMANAGED'],
    ['version', 'CREATE TABLE mine (x)', 'DATABASE_UNMANAGED'],
    ['info', 'CREATE TABLE mine (x)', 'DATABASE_UNMANAGED'],
  ])('is answered by %s with a hint (%s)', async (command, sql, code) => {
    const root = withTables(sql)
    const { exitCode, stderr } = await runProgram(root, [command])
    expect(exitCode).toBe(0)
    expect(stderr).toContain(code)
    expect(stderr).toContain('lockstep adopt')
    expect((await runProgram(root, [command, '--quiet'])).stderr).toBe('')
  })
})

describe('migrations that were changed and not generated', () => {
  const changes: [string, (file: string) => void][] = [
    ['edited', (file) => edit(file, 'email TEXT', 'email BLOB')],
    ['deleted', (file) => rmSync(file)],
  ]
  const edit = (file: string, from: string, to: string): void =>
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))

  testSome(changes)('are a problem for status, and refused by plan (%s)', async (_how, change) => {
    const root = prepared.generated()
    change(join(root, 'migrations/002_email.sql'))
    const status = await runProgram(root, ['status', '--json'])
    expect(status.exitCode).toBe(1)
    const { problems } = JSON.parse(status.stdout) as { problems: Record<string, string>[] }
    expect(problems).toMatchObject([{ code: 'REGISTRY_STALE', severity: 'error' }])
    expect(problems[0]?.['message']).toContain('version 002')
    const plan = await runProgram(root, ['plan'])
    expect(plan).toMatchObject({ exitCode: 1, stdout: '' })
    expect(plan.stderr).toContain(`REGISTRY_STALE  ${problems[0]?.['message']}`)
  })

  it('are no problem when only the formatting is another, whatever is remembered', async () => {
    const root = prepared.generated()
    edit(join(root, 'migrations/002_email.sql'), '\n\n', '\n\n\n')
    expect((await runProgram(root, ['status'])).stdout).not.toContain('REGISTRY_')
    rmSync(join(root, 'node_modules/.cache'), { recursive: true })
    expect((await runProgram(root, ['status'])).stdout).not.toContain('REGISTRY_')
    expect((await runProgram(root, ['plan'])).exitCode).toBe(0)
  })

  it('do not matter to an application that has no migrations folder', async () => {
    const root = prepared.generated()
    for (const command of ['status', 'plan']) {
      const answered = await runProgram(root, [command, '--migrations', 'nowhere'])
      expect(answered).toMatchObject({ exitCode: 0, stderr: '' })
    }
  })
})

describe('wrong settings', () => {
  testSome([
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
      files: { 'lockstep.config.json': '{ "database": }' },
      argv: ['status'],
      code: 'CONFIG_UNLOADABLE',
      says: 'It must be JSON, without comments.',
    },
    {
      files: {},
      argv: ['status', '--db', ''],
      code: 'DATABASE_PATH_INVALID',
      says: 'The path "" cannot be used as the database: it is empty.',
    },
    {
      files: {},
      argv: ['status', '--db', 'https://host/a.db'],
      code: 'DATABASE_PATH_INVALID',
      says: 'it is a URL',
    },
    {
      files: {},
      argv: ['status', '--db', ':memory:'],
      code: 'DATABASE_PATH_INVALID',
      says: 'memory',
    },
    ...[['reset', '--yes'], ['redo'], ['dev'], ['dev', '--db', 'other.db']].map((argv) => ({
      files: { 'lockstep.config.json': '{ "database": "a.db", "protected": true }', 'a.db': '' },
      argv,
      code: 'DATABASE_PROTECTED',
      says: `\`lockstep ${argv.join(' ').replace(' --yes', '')}\` is for development`,
    })),
    {
      files: {
        'lockstep.config.json':
          '{ "databases": { "main": { "database": "a.db" }, "live": { "database": "./x/../a.db", "protected": true } } }',
      },
      argv: ['dev'],
      code: 'DATABASE_PROTECTED',
      says: '`lockstep dev` is for development',
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
    const root = temporaryProject({ 'package.json': '{}', ...files })
    const before = filesIn(root)
    const printed = await runProgram(root, argv)
    expect(printed).toMatchObject({ exitCode: 2, stdout: '' })
    expect(printed.stderr).toContain(`✗ ${code}`)
    expect(printed.stderr).toContain(says)
    expect(printed.stderr).toMatch(new RegExp(`\n  see: lockstep explain ${code}\n$`))
    const answered = await runProgram(root, [...argv, '--json'])
    expect(answered).toMatchObject({ exitCode: 2, stderr: '' })
    expect(JSON.parse(answered.stdout)).toMatchObject({ error: { fix: expect.any(String) } })
    expect(filesIn(root)).toEqual(before)
  })

  it('says that the registry must be generated first', async () => {
    const root = migrationProject(MIGRATIONS)
    const { exitCode, stderr } = await runProgram(root, ['status'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('REGISTRY_MISSING')
    expect(stderr).toContain('lockstep gen')
    expect(stderr).not.toContain('no configuration')
    const elsewhere = temporaryProject()
    const lost = await runProgram(elsewhere, ['status', '--db', 'a.db'])
    expect(lost.stderr).toContain(`and no configuration in ${elsewhere}, which would say`)
  })

  testSome([
    { what: 'a folder', make: { 'data/app.db/x': '' }, code: 'DATABASE_CANNOT_OPEN' },
    {
      what: 'another kind of file',
      make: { 'data/app.db': 'x'.repeat(4096) },
      code: 'DATABASE_NOT_A_DATABASE',
    },
  ])('names $what in the place of the database', async ({ make, code }) => {
    const root = prepared.generated()
    addFiles(root, make)
    for (const argv of [['status'], ['migrate'], ['load'], ['reset', '--yes']]) {
      const { exitCode, stderr } = await runProgram(root, argv)
      expect(stderr.includes('Nothing was changed'), argv[0]).toBe(argv[0] !== 'status')
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
    const { exitCode, stdout } = await runProgram(temporaryProject(), ['--version'])
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `${version}
`,
    })
  })

  testSome(COMMANDS.map(({ name }) => name))('explains %s with examples', async (name) => {
    const { exitCode, stdout } = await runProgram(temporaryProject(), [name, '--help'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`Usage: lockstep ${name}`)
    expect(stdout).toContain('Examples:\n  $ lockstep')
  })

  it('colours what is printed only where it is wanted', async () => {
    const root = prepared.generated()
    const plain = await runProgram(root, ['status'], { NO_COLOR: '' })
    const forced = await runProgram(root, ['status'], { NO_COLOR: '', FORCE_COLOR: '1' })
    expect(plain.stdout).not.toContain('\u001b[')
    expect(forced.stdout).toContain('\u001b[33m')
    const refused = await runProgram(root, ['--no-color', 'status'], { FORCE_COLOR: '1' })
    expect(refused).toMatchObject({ exitCode: 0, stdout: plain.stdout })
  })
})
