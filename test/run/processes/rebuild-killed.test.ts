// A rebuild outside a transaction whose process is killed: what hangs on the table is there, and the advice leads on.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { build } from 'esbuild'
import { beforeAll, expect, test } from 'vitest'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import { databases } from '../../support/databases.js'
import { managerOf } from '../../support/manager-of.js'
import { projectRoot } from '../../support/project-root.js'
import { tried } from '../../support/some-of.js'
import { ATTACHED, rebuildHistory } from './rebuild-history.js'

const files = databases()
const folder = mkdtempSync(join(tmpdir(), 'lockstep-killed-'))
const rebuilder = join(folder, 'rebuilder.mjs')

beforeAll(async () => {
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
  await build({
    entryPoints: [join(projectRoot, 'test/run/processes/rebuilder.ts')],
    outfile: rebuilder,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['better-sqlite3'],
  })
})

/** Runs the process on a copy. Where it is killed before a statement, `statements` is 0. */
function rebuilt(start: string, ...at: string[]) {
  const path = files.path()
  copyFileSync(start, path)
  const { signal, stdout } = spawnSync(process.execPath, [rebuilder, path, ...at], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { path, isKilled: signal === 'SIGKILL', statements: Number(stdout) }
}

const pluck = (db: Database.Database, sql: string): unknown[] => db.prepare(sql).pluck().all()
const columnsOf = (db: Database.Database): number =>
  pluck(db, "SELECT name FROM pragma_table_info('users')").length
const rowsOf = (db: Database.Database): unknown[] => [
  db.prepare('SELECT id, email, city FROM users ORDER BY id').raw().all(),
  db.prepare('SELECT * FROM log ORDER BY id').raw().all(),
]

/** What a person finds, and does as the message says. */
function recover(db: Database.Database): void {
  // Nobody is alive to be waited for.
  const manager = managerOf(db, rebuildHistory, { lockTimeoutMs: 20 })
  if (manager.status().state === 'interrupted')
    manager.mark(2, { as: columnsOf(db) === 4 ? 'applied' : 'pending' })
  manager.migrate()
}

test.each(tried(['wal', 'delete'], 2))('before each statement, with journal_mode %s', (mode) => {
  const base = files.open()
  base.pragma(`journal_mode = ${mode}`)
  migrate(base, rebuildHistory, { to: 1 })
  const rows = rowsOf(base)
  base.close()
  const states = new Set<string>()
  const { path: copied, statements } = rebuilt(base.name)
  expect(statements).toBeGreaterThan(20)
  const left = Array.from({ length: statements }, (_, n) => [n + 1, `${copied}.${n + 1}`] as const)
  const middle = Math.floor(statements / 2)
  const real = rebuilt(base.name, String(middle))
  expect(real.isKilled).toBe(true)
  for (const [at, path] of [...left, [middle, real.path] as const]) {
    const db = files.open(path)
    db.pragma('synchronous = off')
    const attached = () =>
      pluck(
        db,
        "SELECT name FROM sqlite_master WHERE tbl_name IN ('users', 'swiss') AND name NOT IN ('users', 'log') ORDER BY name",
      )
    const whole = { at, rows, attached: [...ATTACHED].sort() }
    expect({ at, rows: rowsOf(db), attached: attached() }).toEqual(whole)
    states.add(`${managerOf(db, rebuildHistory).status().state} ${columnsOf(db)}`)
    recover(db)
    expect({ at, rows: rowsOf(db), attached: attached() }).toEqual(whole)
    expect(managerOf(db, rebuildHistory).verify()).toMatchObject({ ok: true })
    expect(columnsOf(db)).toBe(4)
    expect(pluck(db, "SELECT seq FROM sqlite_sequence WHERE name = 'users'")).toEqual([3])
    db.close()
  }
  expect([...states].sort()).toEqual(['current 4', 'interrupted 3', 'interrupted 4', 'pending 3'])
})
