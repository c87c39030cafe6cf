// Setting the ledger right from the command line: mark, repair and adopt, what they print, answer and exit with.
import Database from 'better-sqlite3'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from './support/command-line.js'
import { preparedProjects } from './support/prepared.js'
import { addFiles } from '../support/project.js'
import { processesHere } from '../support/processes-here.js'

processesHere()

const prepared = preparedProjects()

/** The project with a database in which this SQL was run. */
function projectWith(sql: string): string {
  const root = prepared.generated()
  mkdirSync(join(root, 'data'))
  const db = new Database(join(root, 'data/app.db'))
  db.exec(sql)
  db.close()
  return root
}

/** The applied project after its second migration was edited, and generated again. */
async function editedProject(): Promise<string> {
  const root = prepared.applied()
  const file = join(root, 'migrations/002_email.sql')
  writeFileSync(file, readFileSync(file, 'utf8').replace('email TEXT', 'email BLOB'))
  await runProgram(root, ['gen', '-q', '--no-replay'])
  return root
}

const jsonOf = async (root: string, argv: readonly string[]): Promise<unknown> =>
  JSON.parse((await runProgram(root, [...argv, '--json'])).stdout)

const CONTACTS = `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE _migrations (version TEXT PRIMARY KEY, name TEXT NOT NULL, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
  INSERT INTO _migrations VALUES ('001', 'users', '2024-01-15 10:30:00')`
const EMAIL =
  'ALTER TABLE users ADD COLUMN email TEXT; CREATE UNIQUE INDEX users_email ON users (email);'
const KNEX = `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); ${EMAIL} CREATE TABLE knex_migrations (id INTEGER PRIMARY KEY, name varchar(255), batch integer, migration_time datetime);
  INSERT INTO knex_migrations (name, batch, migration_time) VALUES ('20240115_users.js', 1, 1705314600000), ('20240116_email.js', 1, 1705314600000)`

describe('rows that somebody has deleted from the ledger', () => {
  const BEHIND =
    'The ledger does not have 002, but what it creates or changes is already there: table users'
  it.each(['migrate', 'migrate --dry-run'])('are told of by %s', async (words) => {
    const root = prepared.applied()
    deleteRow(root)
    const { exitCode, stderr } = await runProgram(root, words.split(' '))
    expect(exitCode).toBe(1)
    expect(stderr).toContain('duplicate column name: email')
    expect(stderr).toContain(BEHIND)
    expect(stderr).toContain('record it with `lockstep mark 002 --applied`')
  })
  it('are made good by what it says', async () => {
    const root = prepared.applied()
    deleteRow(root)
    expect((await runProgram(root, ['verify'])).stdout).toContain(BEHIND)
    await runProgram(root, ['mark', '002', '--applied'])
    expect(await runProgram(root, ['verify'])).toMatchObject({ exitCode: 0 })
  })
  it('are none where somebody else has made it', async () => {
    const root = prepared.applied()
    deleteRow(root, 'DROP INDEX users_email; ALTER TABLE users ADD COLUMN other')
    const { stderr } = await runProgram(root, ['migrate'])
    expect(stderr).toContain('duplicate column name: email')
    expect(stderr).toContain('No migration left table users as it is now.')
    expect(stderr).toContain('Run `lockstep verify`')
    expect(stderr).not.toContain('does not have 002')
  })
})

it('a down outside a transaction that failed: is told of as a down, and leaves the database where version says', async () => {
  const root = prepared.applied()
  const file = join(root, 'migrations/002_email.sql')
  deleteRow(root, 'DROP INDEX users_email; ALTER TABLE users DROP COLUMN email')
  writeFileSync(
    file,
    `-- migrate:up transaction:false\n${EMAIL}\n-- migrate:down\nDROP INDEX users_email;\nDROP TABLE nowhere;\n`,
  )
  expect((await runProgram(root, ['gen', '--no-replay'])).stderr).toBe('')
  await runProgram(root, ['migrate'])
  const failed = await runProgram(root, ['rollback', '--yes'])
  expect(failed.stderr).toContain('The database is at 001.')
  expect(failed.stderr).toContain('`lockstep mark 002 --pending` if none of it is')
  expect((await runProgram(root, ['version'])).stdout).toContain('1')
  const shown = (await runProgram(root, ['status'])).stdout
  expect(shown).toMatch(/✗ +002 +email +being undone/)
  expect(shown).toContain('The down of migration 002 (email)')
  expect(await jsonOf(root, ['status'])).toMatchObject({
    problems: [{ code: 'HISTORY_INTERRUPTED', facts: { direction: 'down' } }],
  })
  expect((await runProgram(root, ['history'])).stdout).toMatch(/started +002 +email/)
})

function deleteRow(root: string, then = ''): void {
  const db = new Database(join(root, 'data/app.db'))
  db.exec(`DELETE FROM _migrations WHERE version = '002'; ${then}`)
  db.close()
}

describe('mark', () => {
  it('forgets the newest version and records it again', async () => {
    const root = prepared.applied()
    const forgotten = await runProgram(root, ['mark', '002', '--pending', '--reason', 'a test'])
    expect(forgotten).toMatchObject({ exitCode: 0, stderr: '' })
    expect(forgotten.stdout).toBe(
      'data/app.db  002 email is marked as pending; nothing was run, and what it left in the database stays there. The database is at 001.\nThe database has everything that 002 creates: table users (changed), index users_email.\n002 will meet that when it is run again: undo it by hand first, or run `lockstep mark 002 --applied` if all of the migration is there.\n',
    )
    expect(await jsonOf(root, ['status'])).toMatchObject({ problems: [{ code: 'LEDGER_BEHIND' }] })
    expect(await jsonOf(root, ['mark', '2', '--applied'])).toEqual({
      database: join(root, 'data/app.db'),
      version: 2,
      id: '002',
      name: 'email',
      as: 'applied',
      from: 1,
      to: 2,
      createsLedger: false,
      mayBeRunning: false,
      owner: null,
    })
    expect(await jsonOf(root, ['status'])).toMatchObject({ state: 'current' })
    const { stdout } = await runProgram(root, ['history'])
    expect(stdout).toMatch(/marked +002 +email +as pending \(checksum 1:\w+…\): a test\n/)
  })

  it('records what is not in the schema only by force and with a reason', async () => {
    const root = prepared.applied()
    expect((await runProgram(root, ['mark', '2', '--pending'])).exitCode).toBe(0)
    const db = new Database(join(root, 'data/app.db'))
    db.exec('DROP INDEX users_email')
    db.close()
    const refused = await runProgram(root, ['mark', '2', '--applied'])
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
    expect(refused.stderr).toContain(
      'it creates is not in the schema: index users_email is missing',
    )
    const bare = await runProgram(root, ['mark', '2', '--applied', '--force'])
    expect(bare).toMatchObject({ exitCode: 2, stdout: '' })
    const argv = ['mark', '2', '--applied', '--force', '--reason', 'made tomorrow']
    expect((await runProgram(root, argv)).exitCode).toBe(0)
    const { stdout } = await runProgram(root, ['history'])
    expect(stdout).toMatch(/marked +002 +email +as applied, by force: made tomorrow/)
  })

  it('makes a ledger only when that is confirmed', async () => {
    const root = projectWith('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)')
    const refused = await runProgram(root, ['mark', '1', '--applied'])
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain('EDIT_UNCONFIRMED')
    expect((await jsonOf(root, ['status'])) as object).toMatchObject({ state: 'unmanaged' })
    expect((await runProgram(root, ['mark', '1', '--applied', '--yes'])).exitCode).toBe(0)
    expect(await jsonOf(root, ['status'])).toMatchObject({ state: 'pending', version: 1 })
  })

  it.each(['--pending', '--applied'])(
    'settles a step that may still be running only when that is confirmed: %s',
    async (as) => {
      const root = prepared.applied()
      const db = new Database(join(root, 'data/app.db'))
      const set = (heartbeat: string): void =>
        void db.exec(
          `UPDATE _migrations SET lineage = NULL, started_by = 'f00', heartbeat_at = ${heartbeat} WHERE version = '002'`,
        )
      // One that has said that it failed needs no question.
      set('NULL')
      expect((await runProgram(root, ['mark', '2', '--applied'])).exitCode).toBe(0)
      set("'2024-01-02 03:04:05.678'")
      expect((await runProgram(root, ['status'])).stdout).toContain('does not show whether it')
      const refused = await runProgram(root, ['mark', '2', as])
      expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
      expect(refused.stderr).toContain('EDIT_UNCONFIRMED')
      const done = await runProgram(root, ['mark', '2', as, '--yes', '--json'])
      expect(JSON.parse(done.stdout)).toMatchObject({ id: '002', mayBeRunning: true })
      db.close()
    },
  )

  it.each([
    { argv: ['mark', '2'], exitCode: 2, code: 'USAGE_INVALID' },
    { argv: ['mark', '2', '--applied', '--pending'], exitCode: 2, code: 'USAGE_INVALID' },
    { argv: ['mark', 'two', '--applied'], exitCode: 2, code: 'USAGE_INVALID' },
    { argv: ['mark', '9', '--applied'], exitCode: 2, code: 'TARGET_UNKNOWN' },
    { argv: ['mark', '1', '--pending'], exitCode: 1, code: 'MARK_REFUSED' },
    {
      argv: ['mark', '2', '--pending', '--force', '--reason', 'x'],
      exitCode: 2,
      code: 'OPTION_INVALID',
    },
  ])('$argv is refused with $code', async ({ argv, exitCode, code }) => {
    const root = prepared.applied()
    const refused = await runProgram(root, argv)
    expect(refused).toMatchObject({ exitCode, stdout: '' })
    expect(refused.stderr).toContain(`✗ ${code}`)
    expect(await jsonOf(root, ['status'])).toMatchObject({ state: 'current' })
  })

  it('makes no file', async () => {
    const root = prepared.generated()
    expect((await runProgram(root, ['mark', '1', '--applied', '--yes'])).exitCode).toBe(1)
    expect(existsSync(join(root, 'data'))).toBe(false)
  })
})

const FORCED = ['--force', '--reason', 'nobody used it']

describe('repair', () => {
  it('needs --yes where there is no terminal', async () => {
    const root = await editedProject()
    const status = await runProgram(root, ['status'])
    expect(status.stdout).toContain('lockstep repair')
    const refused = await runProgram(root, ['repair', ...FORCED])
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain('EDIT_UNCONFIRMED')
    expect((await runProgram(root, ['status'])).exitCode).toBe(1)
  })

  it('shows what it accepts, and keeps it in the history', async () => {
    const root = await editedProject()
    const done = await runProgram(root, ['repair', '--yes', ...FORCED])
    expect(done).toMatchObject({ exitCode: 0, stderr: '' })
    expect(done.stdout).toMatch(
      /^ {2}002 {2}email {2}checksum {2}1:[0-9a-f]{8}… → 1:[0-9a-f]{8}…\n {14}lineage {3}1:.+\n\nThe schema is not what the migrations produce:\n {2}table users[^]*\n\ndata\/app\.db {2}1 row repaired\.\n$/,
    )
    expect(await jsonOf(root, ['status'])).toMatchObject({ state: 'current', problems: [] })
    const { stdout } = await runProgram(root, ['history'])
    expect(stdout).toMatch(/repaired +002 +email +checksum .+… → .+…, by force: nobody used it/)
    expect(await jsonOf(root, ['history'])).toMatchObject({
      entries: expect.arrayContaining([
        expect.objectContaining({
          action: 'repair',
          detail: expect.stringMatching(/1:[0-9a-f]{32,}/),
        }),
      ]),
    })
  })

  it('answers as JSON', async () => {
    const root = await editedProject()
    const done = await runProgram(root, ['repair', '--yes', '--json', ...FORCED])
    expect(JSON.parse(done.stdout)).toMatchObject({
      database: join(root, 'data/app.db'),
      rows: [{ version: 2, id: '002', name: 'email', values: [{ field: 'checksum' }, {}] }],
    })
  })

  it('says when there is nothing to do', async () => {
    const done = await runProgram(prepared.applied(), ['repair'])
    expect(done).toEqual({
      exitCode: 0,
      stdout: 'data/app.db  nothing to repair.\n',
      stderr: '',
    })
  })

  it('wants a registry that says what the migrations say', async () => {
    const root = prepared.applied()
    addFiles(root, {
      'migrations/003_more.sql':
        '-- migrate:up\nCREATE TABLE m (a);\n-- migrate:down\nDROP TABLE m;\n',
    })
    const refused = await runProgram(root, ['repair', '--yes'])
    expect(refused.stderr).toContain('REGISTRY_STALE')
  })
})

describe('adopt', () => {
  it('takes over the table of the contact manager, and migrating goes on', async () => {
    const root = projectWith(CONTACTS)
    expect((await runProgram(root, ['status'])).stdout).toContain('lockstep adopt')
    const done = await runProgram(root, ['adopt', '--yes'])
    expect(done).toMatchObject({ exitCode: 0, stderr: '' })
    expect(done.stdout).toMatch(
      /^data\/app\.db {2}_migrations: 1 migration applied, mapped by number; 1 object compared, none differs\n\n {2}001 {2}users {2}← 001 users {2}2024-01-15 \d\d:30:00\n\nThe table _migrations is kept as _migrations_before_lockstep\.\n\ndata\/app\.db {2}adopted at 001\./,
    )
    const migrated = await runProgram(root, ['migrate', '--json'])
    expect(JSON.parse(migrated.stdout)).toMatchObject({ from: 1, to: 2 })
    expect((await runProgram(root, ['history'])).stdout).toMatch(
      /adopted +001 +users +from _migrations by number/,
    )
  })

  it('answers as JSON', async () => {
    const root = projectWith(KNEX)
    const done = await runProgram(root, ['adopt', '--yes', '--json'])
    expect(JSON.parse(done.stdout)).toEqual({
      database: join(root, 'data/app.db'),
      respelled: [],
      layout: 'knex',
      table: 'knex_migrations',
      by: 'name',
      source: 'knex_migrations',
      log: null,
      version: 2,
      migrations: [
        {
          version: 1,
          id: '001',
          name: 'users',
          row: '20240115_users.js',
          appliedAt: '2024-01-15T10:30:00.000Z',
        },
        {
          version: 2,
          id: '002',
          name: 'email',
          row: '20240116_email.js',
          appliedAt: '2024-01-15T10:30:00.000Z',
        },
      ],
      renames: null,
      schema: {
        compared: 2,
        foreign: ['table knex_migrations'],
        alike: [],
        traceless: [],
        differences: [],
      },
      forced: false,
      contradictions: [],
    })
  })

  it.each([
    { argv: ['--at', '2'], version: 2 },
    { argv: ['--at', '2', '--from', 'knex'], version: 2 },
    { argv: ['--at', '1', '--force', '--reason', 'a test'], version: 1 },
    { argv: ['--from-table', 'knex_migrations', '--where', "name LIKE '%.js'"], version: 2 },
    { argv: ['--from', 'knex', '--by', 'position'], version: 2 },
    { argv: ['--from-table', 'knex_migrations', '--version-column', 'id'], version: 2 },
    {
      argv: [
        '--from-table',
        'knex_migrations',
        '--name-column',
        'name',
        '--time-column',
        'migration_time',
      ],
      version: 2,
    },
  ])('obeys $argv', async ({ argv, version }) => {
    const root = projectWith(KNEX)
    const done = await runProgram(root, ['adopt', ...argv, '--yes', '--json'])
    expect(JSON.parse(done.stdout)).toMatchObject({ version })
    expect(await jsonOf(root, ['version'])).toMatchObject({ version })
  })

  it.each([
    { sql: KNEX, argv: [], exitCode: 2, code: 'EDIT_UNCONFIRMED' },
    { sql: KNEX, argv: ['--from', 'knx'], exitCode: 2, code: 'USAGE_INVALID' },
    { sql: KNEX, argv: ['--from', 'knex', '--at', '1'], exitCode: 1, code: 'ADOPT_CONTRADICTION' },
    { sql: KNEX, argv: ['--at', '1'], exitCode: 1, code: 'ADOPT_VERSION_DIFFERS' },
    { sql: KNEX, argv: ['--at', '1', '--force'], exitCode: 2, code: 'OPTION_INVALID' },
    {
      sql: KNEX,
      argv: ['--from', 'knex', '--where', '1); DROP TABLE users'],
      exitCode: 1,
      code: 'ADOPT_WHERE_INVALID',
    },
    { sql: KNEX, argv: ['--at', '7'], exitCode: 2, code: 'TARGET_UNKNOWN' },
    { sql: 'PRAGMA user_version = 1', argv: [], exitCode: 1, code: 'ADOPT_EMPTY' },
    { sql: `${KNEX}; PRAGMA user_version = 1`, argv: [], exitCode: 2, code: 'EDIT_UNCONFIRMED' },
    {
      sql: `${KNEX}; CREATE TABLE SequelizeMeta (name)`,
      argv: [],
      exitCode: 1,
      code: 'ADOPT_AMBIGUOUS',
    },
  ])('$argv is refused with $code', async ({ sql, argv, exitCode, code }) => {
    const root = projectWith(sql)
    const file = join(root, 'data/app.db')
    const before = readFileSync(file)
    const refused = await runProgram(root, ['adopt', ...argv])
    expect(refused).toMatchObject({ exitCode, stdout: '' })
    expect(refused.stderr).toContain(`✗ ${code}`)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('names what is missing', async () => {
    const refused = await runProgram(projectWith(KNEX), ['adopt', '--at', '1', '--force'])
    expect(refused.stderr).toContain('What is forced needs a reason')
  })

  it('has nothing to do in a database that is managed, and makes no file', async () => {
    expect((await runProgram(prepared.applied(), ['adopt'])).stderr).toContain('ADOPT_MANAGED')
    const root = prepared.generated()
    expect((await runProgram(root, ['adopt', '--at', '1', '--yes'])).stderr).toContain(
      'ADOPT_EMPTY',
    )
    expect(existsSync(join(root, 'data'))).toBe(false)
  })
})

describe('the configuration', () => {
  const configured = (root: string, settings: string): void =>
    addFiles(root, {
      'lockstep.config.ts': `import { defineConfig, mirrorSettings, mirrorUserVersion } from 'lockstep'\nexport default defineConfig({ database: 'data/app.db', ${settings} })\n`,
    })

  it('may let edited migrations pass with a warning', async () => {
    const root = await editedProject()
    addFiles(root, {
      'migrations/003_m.sql':
        '-- migrate:up\nCREATE TABLE m (a);\n-- migrate:down\nDROP TABLE m;\n',
    })
    await runProgram(root, ['gen', '-q', '--no-replay'])
    expect((await runProgram(root, ['migrate'])).stderr).toContain('✗ HISTORY_EDITED')
    configured(root, "onDrift: 'warn'")
    const done = await runProgram(root, ['migrate'])
    expect(done.exitCode).toBe(0)
    expect(done.stderr).toContain('! HISTORY_EDITED')
    expect(await jsonOf(root, ['status'])).toMatchObject({
      state: 'current',
      problems: [{ code: 'HISTORY_EDITED', severity: 'warning' }],
    })
  })

  it('may ask for mirrors of the version', async () => {
    const root = prepared.generated()
    const other = "mirrorSettings({ table: 'users', keyColumn: 'name', valueColumn: 'email' })"
    configured(root, `mirrors: [mirrorUserVersion, ${other}]`)
    expect((await runProgram(root, ['migrate', '-q'])).exitCode).toBe(1)
    configured(root, 'mirrors: [mirrorUserVersion, mirrorSettings()]')
    expect((await runProgram(root, ['migrate', '-q'])).exitCode).toBe(0)
    expect((await runProgram(root, ['mark', '2', '--pending'])).exitCode).toBe(0)
    const db = new Database(join(root, 'data/app.db'))
    expect(db.pragma('user_version', { simple: true })).toBe(1)
    db.close()
  })
})
