// A backfill whose process is killed: at each of its statements, and at random with the next one starting meanwhile. Whoever comes
// next goes on, and every row is changed once.
import { spawn, type ChildProcess } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { build } from 'esbuild'
import { beforeAll, expect, test } from 'vitest'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { betterSqlite3, migrate } from '../../../src/drivers/better-sqlite3.js'
import { MigrationManager } from '../../../src/manager.js'
import { databases } from '../../support/databases.js'
import { managerOf } from '../../support/manager-of.js'
import { projectRoot } from '../../support/project-root.js'
import { tried } from '../../support/some-of.js'
import { backfillOf } from './backfill.js'

const files = databases()
const folder = mkdtempSync(join(tmpdir(), 'lockstep-backfill-'))
const program = join(folder, 'backfiller.mjs')

beforeAll(async () => {
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
  await build({
    entryPoints: [join(projectRoot, 'test/run/batches/backfiller.ts')],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['better-sqlite3'],
  })
})

const timesIn = (db: Database.Database) =>
  db.prepare('SELECT times, count(*) AS n FROM changes GROUP BY times').all()

/** Nobody is alive to be waited for. */
function goOn(db: Database.Database, registry: ReturnType<typeof backfillOf>): void {
  const driver = { ...betterSqlite3(db as Handle), pause() {} }
  new MigrationManager(driver, registry, { lockTimeoutMs: 20 }).migrate()
}

/** Runs it, and copies before each statement what a kill there would leave, where that is not what the one before would leave. */
function copiesOf(path: string, registry: ReturnType<typeof backfillOf>): string[] {
  const copies: string[] = []
  let last = ''
  const verbose = (): void => {
    const ends = ['', '-journal', '-wal'].filter((end) => existsSync(path + end))
    const left = ends.map((end) => readFileSync(path + end, 'latin1'))
    if (left.join() === last) return
    last = left.join()
    const copy = `${path}.${copies.length}`
    copies.push(copy)
    for (const end of ends) copyFileSync(path + end, copy + end)
  }
  const db = new Database(path, { verbose })
  db.pragma('synchronous = off')
  migrate(db, registry)
  db.close()
  return copies
}

const MODES = [
  ['wal', 1],
  ['delete', 3],
] as const

test.each(tried(MODES, 2))('before each statement, with journal_mode %s', (mode, apart) => {
  const registry = backfillOf(3, 1, apart)
  const base = files.open()
  base.pragma(`journal_mode = ${mode}`)
  migrate(base, registry, { to: 1 })
  base.close()
  const copies = copiesOf(base.name, registry)
  expect(copies.length).toBeGreaterThan(8)
  const begun = new Set<string>()
  for (const copy of copies) {
    const db = files.open(copy)
    db.pragma('synchronous = off')
    const { state, pending } = managerOf(db, registry).status()
    begun.add(`${state} ${(pending[0]?.progress ?? []).map(({ done }) => done).join()}`)
    goOn(db, registry)
    expect([copy, timesIn(db)]).toEqual([copy, [{ times: 2, n: 3 }]])
    expect(db.prepare('SELECT count(*) FROM _migrations_progress').pluck().get()).toBe(0)
    db.close()
  }
  const ways = ['', '1', '2', '3', '3,1', '3,2', '3,3'].map((done) => `pending ${done}`)
  expect([...begun].sort()).toEqual(['current ', ...ways])
})

/** `LOCKSTEP_ROWS=5000000` works through as many, in batches that are as much larger. */
const ROWS = Number(process.env['LOCKSTEP_ROWS'] ?? 16_000)

const started = (path: string): ChildProcess =>
  spawn(process.execPath, [program, path, String(ROWS)], { stdio: ['ignore', 'pipe', 'ignore'] })

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null

const ended = (child: ChildProcess): Promise<unknown> =>
  hasEnded(child) ? Promise.resolve() : new Promise((resolve) => child.once('close', resolve))

/** Until it has done a batch, and then so long. */
async function alive(child: ChildProcess, ms: number): Promise<void> {
  await Promise.race([new Promise((resolve) => child.stdout!.once('data', resolve)), ended(child)])
  await new Promise((resolve) => setTimeout(resolve, ms))
}

test(
  'at random moments, while the next one has begun',
  { timeout: Math.max(60_000, ROWS) },
  async () => {
    const path = files.path()
    const db = files.open(path)
    db.pragma('journal_mode = wal')
    migrate(db, backfillOf(ROWS, 100), { to: 1 })
    const kills: number[] = []
    const killed = async (child: ChildProcess): Promise<void> => {
      await alive(child, Math.random() * 60)
      if (!hasEnded(child) && child.kill('SIGKILL')) kills.push(child.pid!)
      await ended(child)
    }
    while (kills.length < 4) await Promise.all([started(path), started(path)].map(killed))
    expect(managerOf(db, backfillOf(ROWS, 100)).status().state).toBe('pending')
    const last = [started(path), started(path)]
    await Promise.all(last.map(ended))
    // One that goes slowly may find itself taken for dead.
    if (last.every(({ exitCode }) => exitCode !== 0)) await ended(started(path))
    expect(timesIn(db)).toEqual([{ times: 2, n: ROWS }])
    expect(managerOf(db, backfillOf(ROWS, 100)).verify()).toMatchObject({
      state: 'current',
      ok: true,
    })
  },
)
