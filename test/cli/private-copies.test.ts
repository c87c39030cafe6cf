// Copies of a database are as private as it is, from the first moment on, and what a killed process has left of one goes.
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ClientHandle } from '../../codegen/client/load-client.js'
import {
  removeAbandoned,
  temporaryFolder,
  temporaryPath,
} from '../../codegen/project/owned-names.js'
import { backup } from '../../src/cli/backup/door.js'
import { backupPath } from '../../src/cli/backup/backup-path.js'
import { copyDatabase } from '../../src/cli/backup/copy-database.js'
import { nameCopy } from '../../src/cli/backup/copy-file.js'
import { requireSource } from '../../src/cli/backup/require-source.js'
import { restoreDatabase } from '../../src/cli/backup/restore-database.js'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases } from '../support/databases.js'
import { errorOf, failureOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { testSome } from '../support/some-of.js'

const { open } = databases()
const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8)
const openCopy = async (path: string): Promise<ClientHandle> =>
  new Database(path, { readonly: true }) as unknown as ClientHandle
const opens = {
  open: openCopy,
  openToWrite: async (path: string): Promise<ClientHandle> => handleOf(new Database(path)),
}
const handleOf = (db: Database.Database): ClientHandle => db as unknown as ClientHandle

let folder = ''
const umask = process.umask()
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-'))
})
afterEach(() => {
  process.umask(umask)
  rmSync(folder, { recursive: true, force: true })
})

/** A database with one table and this mode. */
function database(mode: number, journal = 'delete'): Database.Database {
  const db = open(join(folder, 'app.db'))
  db.pragma(`journal_mode = ${journal}`)
  db.exec('CREATE TABLE secrets (x); INSERT INTO secrets VALUES (hex(zeroblob(200000)))')
  chmodSync(db.name, mode)
  return db
}

describe.each([0o600, 0o640, 0o660, 0o644, 0o400])('of a database with mode %o', (mode) => {
  const shown = mode.toString(8)
  testSome([0o000, 0o022, 0o077])('a copy has the same, under umask %o', async (mask) => {
    const db = database(mode)
    process.umask(mask)
    const file = await copyDatabase(handleOf(db), join(folder, 'copy.db'), { open: openCopy })
    const restored = join(folder, 'restored.db')
    const sides: string[] = []
    await restoreDatabase({
      source: file,
      database: restored,
      saveTo: join(folder, 'none'),
      ...opens,
      patienceMs: 0,
      onProgress: () =>
        sides.push(...readdirSync(folder).filter((name) => name.startsWith('restored'))),
    })
    expect(modeOf(file)).toBe(shown)
    expect(modeOf(restored)).toBe((mode | 0o600).toString(8))
    expect(sides.some((name) => name.endsWith('.tmp'))).toBe(true)
    expect(sides).not.toContain('restored.db')
  })
})

test('at no moment anybody else can read what is written, nor what SQLite keeps beside it', async () => {
  const db = database(0o600, 'wal')
  process.umask(0)
  const seen = new Map<string, string>()
  const look = (): void => {
    for (const name of readdirSync(folder)) {
      if (!name.includes('.lockstep-')) continue
      const found = statSync(join(folder, name), { throwIfNoEntry: false })
      if (found) seen.set(name.replace(/^.*\.tmp/, 'tmp'), (found.mode & 0o777).toString(8))
    }
  }
  const watcher = watch(folder, look)
  await copyDatabase(handleOf(db), join(folder, 'copy.db'), { open: openCopy, onProgress: look })
  watcher.close()
  expect([...new Set(seen.values())]).toEqual(['600'])
  expect([...seen.keys()]).toContain('tmp')
})

test('the copy before the first step is as private, beside a link too', () => {
  const db = database(0o600)
  process.umask(0)
  symlinkSync(db.name, join(folder, 'link.db'))
  const linked = open(join(folder, 'link.db'))
  migrate(linked, registryOf(...tables(1)), { onUnmanaged: 'allow', backup: backup(linked) })
  const copy = readdirSync(folder).find((name) => name.endsWith('.backup')) ?? ''
  expect({ copy, mode: modeOf(join(folder, copy)) }).toEqual({
    copy: expect.stringMatching(/^app\.db\.\d{8}-\d{6}\.backup$/),
    mode: '600',
  })
})

test('what is saved of a damaged database is as private', async () => {
  const db = database(0o600)
  process.umask(0)
  const source = await copyDatabase(handleOf(db), join(folder, 'copy.db'), { open: openCopy })
  const file = db.name
  const bytes = Buffer.alloc(8192, 0xff)
  spawnSync('dd', [`of=${file}`, 'bs=4096', 'seek=1', 'conv=notrunc'], { input: bytes })
  const saveTo = backupPath(file, new Date(0), 'before-restore')
  const saved = await restoreDatabase({
    source,
    database: file,
    saveTo,
    ...opens,
    patienceMs: 0,
  })
  expect(saved).toBe(`${file}.19700101-000000.before-restore`)
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  expect(modeOf(saved ?? '')).toBe('600')
})

test.runIf(process.getuid?.() === 0)('owner and group go along', async () => {
  const db = database(0o640)
  const { chownSync } = await import('node:fs')
  chownSync(db.name, 1234, 2345)
  const file = await copyDatabase(handleOf(db), join(folder, 'copy.db'), { open: openCopy })
  const { uid, gid } = statSync(file)
  expect({ uid, gid, mode: modeOf(file) }).toEqual({ uid: 1234, gid: 2345, mode: '640' })
})

describe('names', () => {
  test('of copies made in one second are numbered, and nothing is overwritten', async () => {
    const db = database(0o600)
    const name = backupPath(db.name, new Date(0), 'backup')
    const made = await Promise.all(
      [1, 2, 3].map(() => copyDatabase(handleOf(open(db.name)), name, { open: openCopy })),
    )
    expect(made.map((file) => file.slice(db.name.length)).sort()).toEqual([
      '.19700101-000000-2.backup',
      '.19700101-000000-3.backup',
      '.19700101-000000.backup',
    ])
    expect(readdirSync(folder).filter((one) => one.endsWith('.tmp'))).toEqual([])
  })

  test('that somebody takes in the last moment are not overwritten', async () => {
    const db = database(0o600)
    const [temporary, wanted] = [join(folder, 'temporary'), join(folder, 'wanted')]
    writeFileSync(temporary, 'copy')
    symlinkSync(join(folder, 'nowhere'), wanted)
    const error = await failureOf(async () => nameCopy(temporary, wanted, db.name))
    expect(error.code).toBe('BACKUP_EXISTS')
  })
})

describe('what killed processes have left', () => {
  /** A process that has ended. */
  const dead = (): number => spawnSync(process.execPath, ['-e', '']).pid ?? 0
  const named = (file: string, pid: number): string =>
    temporaryPath(file).replace(`-${process.pid}-`, `-${pid}-`)
  const living = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  afterAll(() => void living.kill())

  test('goes with the next copy; what is of others stays', async () => {
    const db = database(0o600)
    const gone = ['', '-wal', '-shm', '-journal'].map(
      (side) => named(`${db.name}.dry-run`, dead()) + side,
    )
    const foreign = named(db.name, dead()).replace(/-[0-9a-f]{8}-/, '-01234567-')
    const old = named(db.name, dead()).replace(/-[0-9a-f]{8}-/, '-01234567-')
    const kept = [
      named(db.name, living.pid ?? 0),
      temporaryPath(db.name),
      foreign,
      join(folder, 'app.db.tmp'),
      join(folder, 'notes.lockstep-1.tmp'),
      join(folder, 'app.db.20260101-000000.backup'),
    ]
    for (const file of [...gone, ...kept, old]) writeFileSync(file, 'x')
    const before = new Date(Date.now() - 25 * 3_600_000)
    utimesSync(old, before, before)
    const directory = named(db.name, dead())
    mkdirSync(directory)
    const copy = await copyDatabase(handleOf(db), join(folder, 'copy.db'), { open: openCopy })
    const left = readdirSync(folder).map((name) => join(folder, name))
    expect(left.sort()).toEqual([...kept, directory, copy, db.name].sort())
  })

  describe('beside a database of another user', () => {
    afterEach(() => void vi.restoreAllMocks())
    /** Runs as this user, over files of another one; only root can make them that. */
    const asUser = (uid: number, files: readonly string[]): void => {
      if (process.getuid?.() === 0) for (const file of files) lchownSync(file, 1234, 2345)
      vi.spyOn(process as { getuid(): number }, 'getuid').mockReturnValue(uid)
    }
    const leftBy = (pid: number): string[] => {
      const copy = named(`${database(0o600).name}.20260101-000000.backup`, pid)
      const files = [copy, `${copy}-journal`]
      for (const file of files) writeFileSync(file, 'x')
      return files
    }

    test('goes when root comes again, which gave it to that user', () => {
      const files = leftBy(dead())
      asUser(0, files)
      removeAbandoned(folder)
      expect(files.filter((file) => existsSync(file))).toEqual([])
    })
    test('stays while its process is alive', () => {
      const files = leftBy(living.pid ?? 0)
      asUser(0, files)
      removeAbandoned(folder)
      expect(files.filter((file) => existsSync(file))).toEqual(files)
    })
    test('stays where it is of neither root nor the one who runs', () => {
      const files = leftBy(dead())
      asUser(4321, files)
      removeAbandoned(folder)
      expect(files.filter((file) => existsSync(file))).toEqual(files)
    })
    test('is never a folder, or what a link points to', () => {
      const [target, link] = [join(folder, 'target'), named(join(folder, 'a.db'), dead())]
      const inside = join(named(join(folder, 'b.db'), dead()), 'inside')
      writeFileSync(target, 'x')
      symlinkSync(target, link)
      mkdirSync(inside, { recursive: true })
      const own = temporaryFolder(folder)
      const theirs = own.replace(`-${process.pid}-`, `-${dead()}-`)
      renameSync(own, theirs)
      asUser(0, [link, inside, theirs])
      removeAbandoned(folder)
      temporaryFolder(folder)
      expect([target, link, inside, theirs].map((path) => existsSync(path))).toEqual([
        true,
        true,
        true,
        true,
      ])
    })
  })

  test('is never looked for through a link', () => {
    const target = join(folder, 'target')
    writeFileSync(target, 'x')
    const link = named(join(folder, 'app.db'), dead())
    symlinkSync(target, link)
    removeAbandoned(folder)
    expect([existsSync(target), existsSync(link)]).toEqual([true, true])
  })

  test('goes from the folder of temporary files as well', () => {
    const own = temporaryFolder(folder)
    const abandoned = own.replace(`-${process.pid}-`, `-${dead()}-`)
    renameSync(own, abandoned)
    writeFileSync(join(abandoned, 'dry-run.db'), 'x')
    writeFileSync(join(folder, 'lockstep-notes'), 'mine')
    const next = temporaryFolder(folder)
    expect(
      readdirSync(folder)
        .map((name) => join(folder, name))
        .sort(),
    ).toEqual([next, join(folder, 'lockstep-notes')].sort())
    expect(modeOf(next)).toBe('700')
  })
})

describe('a copy that cannot be made', () => {
  const failing = (target: string) => {
    const db = database(0o600)
    const hook = backup(db, target)
    const again = { onUnmanaged: 'allow', backup: hook } as const
    return { db, error: errorOf(() => migrate(db, registryOf(...tables(1)), again)) }
  }

  test('in a folder that is missing', () => {
    const { db, error } = failing(join(folder, 'no/such/copy.db'))
    expect(error.code).toBe('BACKUP_FAILED')
    expect(db.inTransaction).toBe(false)
  })

  testSome(['copy.db', 'copy.db-wal'])('below what is no folder: %s', (name) => {
    writeFileSync(join(folder, 'file'), '')
    expect(failing(join(folder, 'file', name)).error.code).toBe('BACKUP_FAILED')
    expect(readdirSync(folder).sort()).toEqual(['app.db', 'file'])
    expect(() => requireSource(join(folder, 'file', name), '')).toThrow('there is no such file')
  })

  test('on a disk that is full', () => {
    const db = database(0o600)
    const full = errorOf(() =>
      migrate(db, registryOf(...tables(1)), {
        onUnmanaged: 'allow',
        backup: backup(limited(db), join(folder, 'copy.db')),
      }),
    )
    expect(full.code).toBe('BACKUP_FAILED')
    expect(readdirSync(folder).sort()).toEqual(['app.db'])
    expect(dirname(db.name)).toBe(folder)
  })

  /** The same database, whose copies may not grow: SQLite answers as on a full disk. */
  function limited(db: Database.Database): Database.Database {
    class Small extends Database {
      constructor(file: string, options: Database.Options) {
        super(file, options)
        const prepare = this.prepare.bind(this)
        Object.assign(this, {
          prepare: (sql: string) => {
            if (!sql.startsWith('VACUUM')) return prepare(sql)
            const run = (): never => {
              throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
            }
            return { run }
          },
        })
      }
    }
    return Object.create(db, { constructor: { value: Small } }) as Database.Database
  }
})
