// backup, restore, migrate --backup and the dry runs, as processes on real files.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { runProgram, startProgram } from './support/command-line.js'
import { preparedProjects } from './support/prepared.js'
import { addFiles } from '../support/project.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const prepared = preparedProjects()
const databaseIn = (root: string): string => join(root, 'data/app.db')
const digest = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex')
const filesBeside = (root: string): string[] => readdirSync(join(root, 'data')).sort()

/** Runs with the database open for as long as the work takes. */
async function withOpen<T>(file: string, work: (db: Database.Database) => Promise<T>): Promise<T> {
  const db = new Database(file)
  try {
    return await work(db)
  } finally {
    db.close()
  }
}

const names = (file: string): unknown[] => {
  const db = new Database(file, { readonly: true })
  try {
    return db.prepare('SELECT name FROM users ORDER BY id').pluck().all()
  } finally {
    db.close()
  }
}

const addUser = (db: Database.Database, name: string): void =>
  void db.prepare('INSERT INTO users (name) VALUES (?)').run(name)

describe('backup', () => {
  it('copies a database that is in use, and what only the write-ahead log has', async () => {
    const root = prepared.applied()
    const answer = await withOpen(databaseIn(root), (db) => {
      db.pragma('journal_mode = WAL')
      addUser(db, 'Ada')
      return runProgram(root, ['backup', 'copy.db', '--json'])
    })
    expect(answer.exitCode).toBe(0)
    const file = join(root, 'copy.db')
    expect(JSON.parse(answer.stdout)).toEqual({
      database: databaseIn(root),
      file,
      sizeBytes: readFileSync(file).length,
    })
    expect(names(file)).toEqual(['Ada'])
  })

  it('puts the time into the name unless told', async () => {
    const root = prepared.applied()
    expect((await runProgram(root, ['backup'])).exitCode).toBe(0)
    expect(filesBeside(root)).toEqual([
      'app.db',
      expect.stringMatching(/^app\.db\.\d{8}-\d{6}\.backup$/),
    ])
  })

  it('overwrites nothing, and says so when there is nothing to copy', async () => {
    const root = prepared.applied()
    writeFileSync(join(root, 'copy.db'), 'mine')
    const taken = await runProgram(root, ['backup', 'copy.db'])
    expect(taken).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('BACKUP_EXISTS') })
    expect(readFileSync(join(root, 'copy.db'), 'utf8')).toBe('mine')
    const missing = await runProgram(root, ['backup', '--db', 'none.db'])
    expect(missing.stderr).toContain('BACKUP_OF_NOTHING')
  })
})

describe('restore', () => {
  testSome(['delete', 'wal'])(
    'writes into the live file, %s, and saves what was there',
    async (mode) => {
      const root = prepared.applied()
      await withOpen(databaseIn(root), async (db) => {
        db.pragma(`journal_mode = ${mode}`)
        addUser(db, 'Ada')
        expect((await runProgram(root, ['backup', 'copy.db'])).exitCode).toBe(0)
        addUser(db, 'Grace')
        const { exitCode, stdout } = await runProgram(root, [
          'restore',
          'copy.db',
          '--yes',
          '--json',
        ])
        expect(exitCode).toBe(0)
        const { saved } = JSON.parse(stdout) as { saved: string }
        // The connection that was open all the while sees the restored content, and goes on writing into the same file.
        expect(db.prepare('SELECT name FROM users').pluck().all()).toEqual(['Ada'])
        addUser(db, 'Edsger')
        expect(names(saved)).toEqual(['Ada', 'Grace'])
      })
      expect(names(databaseIn(root))).toEqual(['Ada', 'Edsger'])
    },
  )

  it('leaves nothing beside the copies, however often they are restored', async () => {
    const root = prepared.applied()
    await withOpen(databaseIn(root), async (db) => void db.pragma('journal_mode = WAL'))
    const restore = async (file: string): Promise<string> => {
      const { stdout } = await runProgram(root, ['restore', file, '--yes', '--json'])
      return (JSON.parse(stdout) as { saved: string }).saved
    }
    expect((await runProgram(root, ['backup', 'data/copy.db'])).exitCode).toBe(0)
    const bytes = digest(join(root, 'data/copy.db'))
    const first = await restore('data/copy.db')
    const second = await restore(first)
    expect(filesBeside(root).filter((name) => !name.startsWith('app.db-'))).toEqual(
      ['app.db', basename(first), basename(second), 'copy.db'].sort(),
    )
    expect(digest(join(root, 'data/copy.db'))).toBe(bytes)
  })

  it('leaves alone what others have beside a copy', async () => {
    const root = prepared.applied()
    expect((await runProgram(root, ['backup', 'data/copy.db'])).exitCode).toBe(0)
    await withOpen(join(root, 'data/copy.db'), async (db) => {
      db.pragma('journal_mode = WAL')
      addUser(db, 'Ada')
      expect((await runProgram(root, ['restore', 'data/copy.db', '--yes'])).exitCode).toBe(0)
      expect(filesBeside(root)).toEqual(expect.arrayContaining(['copy.db-shm', 'copy.db-wal']))
      addUser(db, 'Grace')
    })
    expect(names(databaseIn(root))).toEqual(['Ada'])
    expect(names(join(root, 'data/copy.db'))).toEqual(['Ada', 'Grace'])
  })

  it('replaces a file that has damaged pages, and keeps it as it is', async () => {
    const root = prepared.applied()
    await withOpen(databaseIn(root), async (db) => addUser(db, 'Ada'))
    expect((await runProgram(root, ['backup', 'copy.db'])).exitCode).toBe(0)
    const bytes = readFileSync(databaseIn(root)).fill(0xff, 4096, 8192)
    writeFileSync(databaseIn(root), bytes)
    const { exitCode, stdout } = await runProgram(root, ['restore', 'copy.db', '--yes', '--json'])
    expect(exitCode).toBe(0)
    const { saved } = JSON.parse(stdout) as { saved: string }
    expect(readFileSync(saved).equals(bytes)).toBe(true)
    expect(names(databaseIn(root))).toEqual(['Ada'])
  })

  it('says why a backup with other pages does not fit, and leaves no copy of each attempt', async () => {
    const root = prepared.applied()
    const other = new Database(join(root, 'other.db'))
    other.exec('PRAGMA page_size = 8192; CREATE TABLE users (name); INSERT INTO users VALUES (8)')
    other.close()
    await withOpen(databaseIn(root), async (db) => void db.pragma('journal_mode = WAL'))
    for (const attempt of [1, 2]) {
      const { exitCode, stderr } = await runProgram(root, ['restore', 'other.db', '--yes'])
      expect({ attempt, exitCode }).toEqual({ attempt, exitCode: 1 })
      expect(stderr).toContain('its pages have 4096 bytes, those of the backup 8192')
      expect(stderr).toContain('It is unchanged.')
    }
    expect(filesBeside(root).filter((name) => name.includes('before-restore'))).toEqual([])
    await withOpen(databaseIn(root), async (db) => void db.pragma('journal_mode = DELETE'))
    expect((await runProgram(root, ['restore', 'other.db', '--yes'])).exitCode).toBe(0)
  })

  it('leaves a file alone that is no database, for it may be encrypted and in use', async () => {
    const root = prepared.applied()
    expect((await runProgram(root, ['backup', 'copy.db'])).exitCode).toBe(0)
    const bytes = readFileSync(databaseIn(root)).fill('garbage ')
    writeFileSync(databaseIn(root), bytes)
    const { exitCode, stderr } = await runProgram(root, ['restore', 'copy.db', '--yes'])
    expect({ exitCode, told: stderr.includes('Move it aside') }).toEqual({
      exitCode: 1,
      told: true,
    })
    expect(readFileSync(databaseIn(root)).equals(bytes)).toBe(true)
    expect(filesBeside(root)).toEqual(['app.db'])
  })

  it('says what to do with a file whose end is cut off, and does it then', async () => {
    const root = prepared.applied()
    expect((await runProgram(root, ['backup', 'copy.db'])).exitCode).toBe(0)
    truncateSync(databaseIn(root), 8192)
    const { exitCode, stderr } = await runProgram(root, ['restore', 'copy.db', '--yes'])
    expect({ exitCode, told: stderr.includes('Move it aside') }).toEqual({
      exitCode: 1,
      told: true,
    })
    expect(filesBeside(root)).toEqual(['app.db'])
    renameSync(databaseIn(root), join(root, 'aside.db'))
    expect((await runProgram(root, ['restore', 'copy.db', '--yes'])).exitCode).toBe(0)
    expect(names(databaseIn(root))).toEqual([])
  })

  it('waits for a connection that writes for a moment', async () => {
    const root = prepared.applied()
    await runProgram(root, ['backup', 'copy.db'])
    await withOpen(databaseIn(root), async (db) => {
      db.exec('BEGIN IMMEDIATE')
      const restored = runProgram(root, ['restore', 'copy.db', '--yes'])
      await sleep(2500)
      db.exec('ROLLBACK')
      expect((await restored).exitCode).toBe(0)
    })
  })

  it('makes the database when there is none', async () => {
    const root = prepared.applied()
    await runProgram(root, ['backup', 'copy.db'])
    const { exitCode, stdout } = await runProgram(root, ['restore', 'copy.db', '--db', 'new.db'])
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'new.db  restored from copy.db.\n',
    })
    expect(names(join(root, 'new.db'))).toEqual([])
  })

  it('needs to be wanted, and a source that is sound; the database stays byte for byte', async () => {
    const root = prepared.applied()
    const before = digest(databaseIn(root))
    writeFileSync(join(root, 'text.db'), 'not a database, but long enough to look at it closely')
    const unsure = await runProgram(root, ['restore', 'text.db'])
    expect(unsure).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('RESTORE_UNCONFIRMED'),
    })
    const missing = await runProgram(root, ['restore', 'none.db'])
    expect(missing).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/RESTORE_SOURCE_UNUSABLE[^]*there is no such file/),
    })
    for (const file of ['text.db', 'none.db', 'data']) {
      const answer = await runProgram(root, ['restore', file, '--yes'])
      expect(answer).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('RESTORE_SOURCE_UNUSABLE'),
      })
    }
    expect(digest(databaseIn(root))).toBe(before)
    expect(filesBeside(root)).toEqual(['app.db'])
  })

  it('fails while another connection writes, and the content stays', async () => {
    const root = prepared.applied()
    await runProgram(root, ['backup', 'copy.db'])
    await withOpen(databaseIn(root), async (db) => {
      addUser(db, 'Ada')
      db.exec('BEGIN IMMEDIATE')
      addFiles(root, { 'impatient.json': '{ "database": "data/app.db", "lockTimeoutMs": 300 }' })
      const patience = ['--config', 'impatient.json']
      const answer = await runProgram(root, ['restore', 'copy.db', '--yes', ...patience])
      expect(filesBeside(root).filter((name) => name.includes('before-restore'))).toEqual([])
      expect(answer).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('RESTORE_FAILED'),
      })
      db.exec('ROLLBACK')
    })
    expect(names(databaseIn(root))).toEqual(['Ada'])
  })
})

describe('migrate --backup', () => {
  it('copies before the first step and says where to', async () => {
    const root = prepared.generated()
    await runProgram(root, ['migrate', '--to', '1'])
    const { stdout } = await runProgram(root, ['migrate', '--backup', 'before.db', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ from: 1, to: 2, backup: join(root, 'before.db') })
    const copy = new Database(join(root, 'before.db'), { readonly: true })
    expect(copy.prepare('SELECT version FROM _migrations').pluck().all()).toEqual(['001'])
    copy.close()
    const history = await runProgram(root, ['history', '--json'])
    expect(history.stdout).toContain(JSON.stringify(join(root, 'before.db')))
  })

  it('is as private as the database, and so is every other copy', async () => {
    const root = prepared.generated()
    await runProgram(root, ['migrate', '--to', '1'])
    chmodSync(databaseIn(root), 0o600)
    expect((await runProgram(root, ['migrate', '--backup'])).exitCode).toBe(0)
    expect((await runProgram(root, ['backup', 'copy.db'])).exitCode).toBe(0)
    expect((await runProgram(root, ['restore', 'copy.db', '--yes'])).exitCode).toBe(0)
    expect((await runProgram(root, ['restore', 'copy.db', '--db', 'new.db'])).exitCode).toBe(0)
    const beside = filesBeside(root).map((name) => join(root, 'data', name))
    expect(beside.map((file) => file.replace(/.*\./, ''))).toEqual([
      'db',
      'backup',
      'before-restore',
    ])
    const all = [...beside, join(root, 'copy.db'), join(root, 'new.db')]
    expect(all.map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual(
      all.map(() => '600'),
    )
  })

  it('copies nothing when nothing is pending, or when there is nothing to copy', async () => {
    const root = prepared.generated()
    expect((await runProgram(root, ['migrate', '--backup'])).exitCode).toBe(0)
    expect((await runProgram(root, ['migrate', '--backup'])).exitCode).toBe(0)
    expect(filesBeside(root)).toEqual(['app.db'])
  })
})

describe('a dry run', () => {
  it('shows what each step would change, on a copy that is removed', async () => {
    const root = prepared.generated()
    await runProgram(root, ['migrate', '--to', '1'])
    const before = digest(databaseIn(root))
    const { exitCode, stdout } = await runProgram(root, ['migrate', '--dry-run', '--json'])
    expect(exitCode).toBe(0)
    const told = JSON.parse(stdout) as { steps: [{ durationMs: number }] }
    expect(told).toMatchObject({
      from: 1,
      to: 2,
      dryRun: true,
      durationMs: told.steps[0].durationMs,
      steps: [{ version: 2, rowsChanged: 0, pagesGrown: 1, foreignKeyDelta: 0 }],
    })
    const down = await runProgram(root, ['rollback', '--dry-run'])
    expect(down.stdout).toContain('1 migration would be undone')
    expect(down.stdout).toContain('the database is unchanged')
    const undone = await runProgram(root, ['rollback', '--dry-run', '--json'])
    expect(JSON.parse(undone.stdout)).toMatchObject({ steps: [{ version: 1, rowsChanged: 0 }] })
    expect(digest(databaseIn(root))).toBe(before)
    expect(filesBeside(root)).toEqual(['app.db'])
  })

  it('of a database that is not there leaves it so', async () => {
    const root = prepared.generated()
    const { stdout } = await runProgram(root, ['migrate', '--dry-run', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ from: 0, to: 2, dryRun: true })
    expect(readdirSync(root)).not.toContain('data')
  })

  it('asks full-text indexes that fitted before whether they fit the rows that there are', async () => {
    const root = prepared.generated()
    await runProgram(root, ['migrate'])
    await withOpen(databaseIn(root), async (db) => {
      db.exec(`INSERT INTO users (name) VALUES ('ann')`)
      db.exec(`CREATE VIRTUAL TABLE before USING fts5(name, content='users')`)
    })
    const search = (name: string): string =>
      `CREATE VIRTUAL TABLE ${name} USING fts5(name, content='users');`
    addFiles(root, {
      'migrations/003_search.sql': `-- migrate:up\n${search('fresh')}${search('filled')}
INSERT INTO filled (filled) VALUES ('rebuild');\n-- irreversible: a test\n`,
    })
    await runProgram(root, ['gen', '-q', '--no-replay'])
    const dry = await runProgram(root, ['migrate', '--dry-run'])
    expect(dry).toMatchObject({ exitCode: 0, stderr: '' })
    expect(dry.stdout).toContain('! INTEGRITY_INDEX  The full-text index fresh holds none of the')
    const { stdout } = await runProgram(root, ['migrate', '--dry-run', '--json'])
    const { problems } = JSON.parse(stdout) as { problems: unknown[] }
    expect(problems).toMatchObject([
      { code: 'INTEGRITY_INDEX', severity: 'warning', facts: { index: 'fresh', empty: true } },
    ])
  })

  it('fails where the migration would fail, and leaves nothing behind', async () => {
    const root = prepared.generated()
    await runProgram(root, ['migrate', '--to', '1'])
    await withOpen(databaseIn(root), async (db) => {
      db.exec('ALTER TABLE users ADD COLUMN email TEXT')
    })
    const { exitCode, stderr } = await runProgram(root, ['migrate', '--dry-run'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('duplicate column name: email')
    expect(stderr).toContain('the database is unchanged')
    expect(stderr).not.toContain('so: 001')
    expect(stderr).not.toContain('The database is at')
    expect(filesBeside(root)).toEqual(['app.db'])
  })

  it('does not wait for a step that may be running: nothing moves on its copy', async () => {
    const root = prepared.applied()
    await withOpen(databaseIn(root), async (db) => {
      db.exec(
        "UPDATE _migrations SET lineage = NULL, started_by = 'me', heartbeat_at = '9999-12-31 23:59:59.999' WHERE version = '002'",
      )
    })
    addFiles(root, { 'patient.json': '{ "database": "data/app.db", "lockTimeoutMs": 600000 }' })
    const patience = ['--config', 'patient.json']
    const { exitCode, stderr } = await runProgram(root, ['migrate', '--dry-run', ...patience])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('HISTORY_INTERRUPTED')
    expect(filesBeside(root)).toEqual(['app.db'])
  })

  it('that fails reports to programs what it had tried before', async () => {
    const root = prepared.generated()
    addFiles(root, {
      'migrations/003_bad.sql':
        '-- migrate:up\nINSERT INTO missing VALUES (1);\n-- irreversible: a test\n',
    })
    await runProgram(root, ['gen', '-q', '--no-replay'])
    const { stdout } = await runProgram(root, ['migrate', '--dry-run', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'MIGRATION_FAILED',
        report: { from: 0, to: 2, dryRun: true, steps: [{ version: 1 }, { version: 2 }] },
      },
    })
    expect(readdirSync(root)).not.toContain('data')
  })

  it('leaves no copy behind when it is ended at once in the middle of a step', async () => {
    const root = prepared.applied()
    addFiles(root, {
      'migrations/003_slow.sql': `-- migrate:up\nWITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) INSERT INTO users (name) SELECT i FROM n WHERE i < 0;\n-- irreversible: a test\n`,
    })
    expect((await runProgram(root, ['gen', '-q', '--no-replay'])).exitCode).toBe(0)
    const before = digest(databaseIn(root))
    const running = await startProgram(root, ['migrate', '--dry-run', '--verbose'])
    await running.until('↑ 003 slow')
    running.child.kill('SIGINT')
    expect((await running.finished).exitCode).toBe(130)
    expect(filesBeside(root)).toEqual(['app.db'])
    expect(digest(databaseIn(root))).toBe(before)
  })
})
