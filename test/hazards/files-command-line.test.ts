// The same files from the command line: a typed error with a fix, exit code 1, and not a byte changed.
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from '../cli/support/command-line.js'
import { addFiles, filesIn } from '../support/project.js'
import { copyOf, migrationProject } from '../cli/support/project.js'

import { builtProgram } from '../support/built-package.js'
import { processesHere } from '../support/processes-here.js'
import { readsWell } from '../support/error-of.js'
import { bytesOf } from './support/bytes.js'
import { hotCopyOf } from './support/hot-copy.js'
import { handOver, mayRun, runAsUser } from './support/ordinary-user.js'

processesHere()

const MIGRATIONS = {
  '001_t1.sql':
    '-- migrate:up\nCREATE TABLE t1 (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE t1;\n',
  '002_big.sql':
    '-- migrate:up\nCREATE TABLE big (x);\nINSERT INTO big VALUES (hex(zeroblob(200000)));\n-- migrate:down\nDROP TABLE big;\n',
}

/** A project whose database is at the first of two versions. */
let prepared = ''
beforeAll(async () => {
  prepared = migrationProject(MIGRATIONS)
  expect((await runProgram(prepared, ['gen', '-q', '--no-replay'])).exitCode).toBe(0)
  expect((await runProgram(prepared, ['migrate', '--to', '1', '-q'])).exitCode).toBe(0)
})

const databaseIn = (root: string): string => join(root, 'data', 'app.db')

/** What a command answers as JSON, and as JSON of an error also that it reads well. */
function answer(stdout: string): {
  state?: string
  error?: { code: string; message: string; fix: string }
} {
  const json = JSON.parse(stdout) as ReturnType<typeof answer>
  if (json.error) readsWell(json.error)
  return json
}

async function migrateIn(root: string) {
  const { exitCode, stdout } = await runProgram(root, ['migrate', '--json'])
  return { exitCode, error: answer(stdout).error?.code }
}

async function statusIn(root: string) {
  const { exitCode, stdout } = await runProgram(root, ['status', '--json'])
  const { state, error } = answer(stdout)
  return { exitCode, says: error?.code ?? state }
}

const modeOf = (file: string): number | undefined =>
  (statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o777

function inDatabase(root: string, work: (db: Database.Database) => void): void {
  const db = new Database(databaseIn(root))
  work(db)
  db.close()
}

const CASES: readonly {
  what: string
  make(root: string): void | Promise<void>
  status: string
  migrate: string
}[] = [
  {
    what: 'cut off',
    make: (root) => truncateSync(databaseIn(root), 4096),
    status: 'DATABASE_CORRUPT',
    migrate: 'DATABASE_CORRUPT',
  },
  {
    what: 'newer than the code',
    make: async (root) => {
      expect((await runProgram(root, ['migrate', '-q'])).exitCode).toBe(0)
      rmSync(join(root, 'migrations', '002_big.sql'))
      expect((await runProgram(root, ['gen', '-q', '--no-replay'])).exitCode).toBe(0)
    },
    status: 'ahead',
    migrate: 'DATABASE_AHEAD',
  },
  {
    what: 'full',
    make: (root) =>
      addFiles(root, {
        'lockstep.config.ts': `import Database from 'better-sqlite3'
export default {
  database: 'data/app.db',
  open(path: string, { readonly }: { readonly: boolean }) {
    const db = new Database(path, { readonly })
    db.pragma('max_page_count = 10')
    return db
  },
}
`,
      }),
    status: 'pending',
    migrate: 'DATABASE_FULL',
  },
]

test.each(CASES)('$what', async ({ make, status, migrate }) => {
  const root = copyOf(prepared)
  await make(root)
  const before = bytesOf(databaseIn(root))
  expect(await statusIn(root)).toEqual({ exitCode: status === 'pending' ? 0 : 1, says: status })
  expect(await migrateIn(root)).toEqual({ exitCode: 1, error: migrate })
  expect(bytesOf(databaseIn(root))).toEqual(before)
})

test('a folder in the place of the file', async () => {
  const root = copyOf(prepared)
  mkdirSync(join(root, 'folder'))
  for (const command of ['status', 'migrate']) {
    const { exitCode, stdout } = await runProgram(root, [command, '--db', 'folder', '--json'])
    expect({ exitCode, code: answer(stdout).error?.code }).toEqual({
      exitCode: 1,
      code: 'DATABASE_CANNOT_OPEN',
    })
  }
})

test('a folder that is missing: reading makes none, nor does a path that was given by hand', async () => {
  const root = copyOf(prepared)
  const before = filesIn(root)
  const { stdout } = await runProgram(root, ['status', '--db', 'no/such/app.db', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ state: 'empty', exists: false })
  for (const argv of [['migrate'], ['migrate', '--dry-run'], ['plan']]) {
    const { exitCode, stderr } = await runProgram(root, [...argv, '--db', 'no/such/app.db'])
    expect({ argv, exitCode }).toEqual({ argv, exitCode: 2 })
    expect(stderr).toContain('DATABASE_FOLDER_MISSING  The folder of --db does not exist: no/such')
  }
  expect(filesIn(root)).toEqual(before)
})

test('a file in the place of the folder', async () => {
  const root = copyOf(prepared)
  rmSync(join(root, 'data'), { recursive: true, force: true })
  addFiles(root, { data: 'x' })
  const before = filesIn(root)
  const { exitCode, stdout: failure } = await runProgram(root, ['migrate', '--json'])
  expect({ exitCode, code: answer(failure).error?.code }).toEqual({
    exitCode: 1,
    code: 'DATABASE_FOLDER_FAILED',
  })
  expect(filesIn(root)).toEqual(before)
})

test('a journal that a crash has left: reading rolls it back, as the application would', async () => {
  const root = copyOf(prepared)
  const path = hotCopyOf(databaseIn(root), join(root, 'data', 'hot.db'))
  const { exitCode, stdout } = await runProgram(root, ['status', '--db', 'data/hot.db', '--json'])
  expect({ exitCode, state: answer(stdout).state }).toEqual({ exitCode: 0, state: 'pending' })
  expect(Object.keys(bytesOf(path))).toEqual([''])
  expect((await runProgram(root, ['migrate', '--db', 'data/hot.db', '-q'])).exitCode).toBe(0)
})

describe('with the rights of an ordinary user', async () => {
  const program = await builtProgram()
  const allowed = mayRun(program)

  /** Hands a copy over, takes rights away, and runs both commands. */
  async function run(make: (root: string) => void) {
    const root = copyOf(prepared)
    make(root)
    handOver(root)
    const path = databaseIn(root)
    chmodSync(path, 0o444)
    chmodSync(join(root, 'data'), 0o555)
    const before = bytesOf(path)
    const ends = []
    for (const command of ['status', 'migrate']) {
      const { code, stdout, stderr } = await runAsUser(root, program, [command, '--json'])
      if (stdout === '') throw new RangeError(stderr)
      const { error, state } = answer(stdout)
      ends.push([code, error?.code ?? state])
    }
    expect(bytesOf(path)).toEqual(before)
    chmodSync(join(root, 'data'), 0o755)
    return ends
  }

  test.skipIf(!allowed)('a read-only file in a read-only folder', async () => {
    expect(await run(() => {})).toEqual([
      [0, 'pending'],
      [1, 'DATABASE_READONLY'],
    ])
  })
  test.skipIf(!allowed)('the same in WAL mode, which cannot be read without writing', async () => {
    const wal = (root: string): void => inDatabase(root, (db) => db.pragma('journal_mode = wal'))
    expect(await run(wal)).toEqual([
      [1, 'DATABASE_READONLY'],
      [1, 'DATABASE_READONLY'],
    ])
  })
  test.skipIf(!allowed)('the same with a journal that a crash has left', async () => {
    const hot = (root: string): void =>
      void hotCopyOf(databaseIn(copyOf(prepared)), databaseIn(root))
    expect(await run(hot)).toEqual([
      [1, 'DATABASE_READONLY'],
      [1, 'DATABASE_READONLY'],
    ])
  })

  describe('a backup in WAL mode in a read-only folder', () => {
    /** A project whose database has a row more than its backup, and what restoring from this answers. */
    async function restored(beside: (backup: string) => void = () => {}, missing = false) {
      const root = copyOf(prepared)
      const backup = join(root, 'kept', 'old.db')
      mkdirSync(join(root, 'kept'))
      inDatabase(root, (db) => {
        db.pragma('journal_mode = wal')
        db.exec('INSERT INTO t1 VALUES (1)')
        db.pragma('wal_checkpoint(TRUNCATE)')
        copyFileSync(db.name, backup)
        db.exec('INSERT INTO t1 VALUES (2)')
      })
      if (missing) for (const file of filesIn(join(root, 'data'))) rmSync(join(root, 'data', file))
      beside(backup)
      handOver(root)
      chmodSync(backup, 0o444)
      chmodSync(join(root, 'kept'), 0o555)
      const before = bytesOf(backup)
      const argv = ['restore', 'kept/old.db', '--yes', '--json']
      const { code, stdout } = await runAsUser(root, program, argv)
      expect(bytesOf(backup)).toEqual(before)
      chmodSync(join(root, 'kept'), 0o755)
      const rows: unknown[] = []
      if (!missing || code === 0)
        inDatabase(root, (db) => rows.push(...db.prepare('SELECT id FROM t1').pluck().all()))
      const left = filesIn(join(root, 'data')).filter((name) => name.endsWith('.tmp'))
      const { error } = JSON.parse(stdout) as ReturnType<typeof answer>
      return { code, rows, left, error, mode: modeOf(databaseIn(root)) }
    }

    test.skipIf(!allowed)('is restored', async () => {
      expect(await restored()).toMatchObject({ code: 0, rows: [1], left: [] })
    })
    test.skipIf(!allowed)('is restored where there is no database', async () => {
      const whole = { code: 0, rows: [1], left: [], mode: 0o644 }
      expect(await restored(undefined, true)).toMatchObject(whole)
    })
    test.skipIf(!allowed)('is restored beside an empty log', async () => {
      const empty = (backup: string): void => writeFileSync(`${backup}-wal`, '')
      expect(await restored(empty)).toMatchObject({ code: 0, rows: [1], left: [] })
    })
    test.skipIf(!allowed)('is refused with a way out beside a log of its own', async () => {
      const log = (backup: string): void => writeFileSync(`${backup}-wal`, 'x'.repeat(5000))
      const { error, ...left } = await restored(log)
      expect(left).toMatchObject({ code: 1, rows: [1, 2], left: [] })
      expect(error?.code).toBe('RESTORE_SOURCE_UNUSABLE')
      expect(error?.message).toContain(
        'copy it, with its -wal if it has one, into a writable folder',
      )
    })
    test.skipIf(!allowed)('is refused where it is damaged, and no copy stays', async () => {
      const damage = (backup: string): void => truncateSync(backup, 4096)
      const { error, ...left } = await restored(damage)
      expect(left).toMatchObject({ code: 1, rows: [1, 2], left: [] })
      expect(error?.code).toBe('RESTORE_SOURCE_UNUSABLE')
      expect(error?.message).not.toContain('.tmp')
    })
  })
})
