// Several processes start at once: every step runs once, every process succeeds, and nobody starves.
import { spawn } from 'node:child_process'
import { mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../../support/project-root.js'
import { databases, ledgerIds } from '../../support/databases.js'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import { registryOf, tables } from '../../support/registry.js'
import { errorOf } from '../../support/error-of.js'

const files = databases()
const folder = mkdtempSync(join(tmpdir(), 'lockstep-processes-'))
const starter = join(folder, 'starter.mjs')

beforeAll(async () => {
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
  await build({
    entryPoints: [join(projectRoot, 'test/run/processes/starter.ts')],
    outfile: starter,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['better-sqlite3'],
  })
})

interface Answer {
  readonly steps?: number
  readonly waited?: number
  readonly code?: string
}

/** A process that is loaded and waits for `go`. */
async function prepared(...args: readonly (string | number)[]) {
  const child = spawn(process.execPath, [starter, ...args.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return async (): Promise<Answer> => {
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.stdin.end('go')
    await ended
    return JSON.parse(text.replace('ready\n', '') || '{}') as Answer
  }
}

/** Starts processes together and answers what each of them said. */
async function race(count: number, ...args: readonly (string | number)[]): Promise<Answer[]> {
  const starts = await Promise.all(Array.from({ length: count }, () => prepared(...args)))
  return Promise.all(starts.map((start) => start()))
}

describe.each(['wal', 'delete'])('with journal_mode %s', (mode) => {
  test('four processes, twenty steps: each step once', async () => {
    const path = files.path()
    const db = files.open(path)
    db.pragma(`journal_mode = ${mode}`)
    const answers = await race(4, path, 20, 5)
    expect(answers.map(({ code }) => code)).toEqual(Array(4).fill(undefined))
    expect(answers.reduce((sum, { steps = 0 }) => sum + steps, 0)).toBe(20)
    expect(db.prepare('SELECT version FROM ran ORDER BY rowid').pluck().all()).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
    expect(ledgerIds(db)).toHaveLength(20)
  })
})

test('a process waits longer than lockTimeoutMs as long as another makes progress', async () => {
  const path = files.path()
  const db = files.open(path)
  db.pragma('journal_mode = wal')
  // Four processes, twelve steps of 120 ms: whoever gets no step waits for more than the 700 ms it allows itself.
  const answers = await race(4, path, 12, 120, 700)
  expect(answers.map(({ code }) => code)).toEqual(Array(4).fill(undefined))
  expect(db.prepare('SELECT count(*), count(DISTINCT version) FROM ran').raw().get()).toEqual([
    12, 12,
  ])
  expect(answers.some(({ waited = 0 }) => waited > 0)).toBe(true)
})

describe('a writer that does not let go', () => {
  test.each(['wal', 'delete'])(
    'ends in LOCK_TIMEOUT with journal_mode %s, and the timeout is restored',
    (mode) => {
      const path = files.path()
      const holder = files.open(path)
      holder.pragma(`journal_mode = ${mode}`)
      holder.exec('BEGIN IMMEDIATE')
      const db = files.open(path, { timeout: 4_321 })
      const error = errorOf(() => migrate(db, registryOf(...tables(1)), { lockTimeoutMs: 250 }))
      expect(error.code).toBe('LOCK_TIMEOUT')
      expect(error.fix).toContain('If another instance of this application is migrating')
      expect(error.message).toMatch(/was locked for [2-9]\d\d ms/)
      expect(db.pragma('busy_timeout', { simple: true })).toBe(4_321)
      expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
      holder.exec('COMMIT')
      expect(migrate(db, registryOf(...tables(1))).steps).toHaveLength(1)
    },
  )
  test('does not disturb who is up to date', () => {
    const path = files.path()
    const holder = files.open(path)
    holder.pragma('journal_mode = wal')
    const registry = registryOf(...tables(1))
    migrate(holder, registry)
    holder.exec('BEGIN IMMEDIATE')
    expect(migrate(files.open(path), registry).steps).toEqual([])
    holder.exec('COMMIT')
  })
  test('a reader in the way of COMMIT is waited for, and the step stays whole', () => {
    const path = files.path()
    const reader = files.open(path)
    reader.exec('CREATE TABLE r (x)')
    reader.exec('BEGIN; SELECT * FROM r')
    const db = files.open(path)
    const options = { lockTimeoutMs: 250, onUnmanaged: 'allow' } as const
    reader.prepare('SELECT * FROM r').all()
    expect(errorOf(() => migrate(db, registryOf(...tables(1)), options)).code).toBe('LOCK_TIMEOUT')
    reader.exec('COMMIT')
    expect(ledgerIds(db)).toEqual([])
    const report = migrate(db, registryOf(...tables(1)), options)
    expect(report.steps).toHaveLength(1)
  })
})

test('two histories in one file, each from two processes: whoever waits sees that the other one moves', async () => {
  const path = files.path()
  files.open(path).pragma('journal_mode = wal')
  const answers = await Promise.all([
    race(2, path, 8, 60, 300, 'core'),
    race(2, path, 8, 60, 300, 'plugin'),
  ])
  expect(answers.flat().map(({ code }) => code)).toEqual(Array(4).fill(undefined))
  const db = files.open(path)
  for (const history of ['core', 'plugin']) {
    expect(db.prepare(`SELECT version FROM ran${history} ORDER BY rowid`).pluck().all()).toEqual(
      Array.from({ length: 8 }, (_, index) => index + 1),
    )
    expect(db.prepare(`SELECT count(*) FROM _migrations_${history}`).pluck().get()).toBe(8)
  }
})

test('two histories in one call, from processes that are killed and others that go on: every step once', async () => {
  const path = files.path()
  files.open(path).pragma('journal_mode = wal')
  for (let round = 0; round < 4; round++) {
    const child = spawn(process.execPath, [starter, path, '6', '40', '3000', 'together'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const ended = new Promise((resolve) => child.once('close', resolve))
    const beside = await prepared(path, 2, 40, 3000, 'core')
    child.stdin.end('go')
    const other = beside()
    await new Promise((resolve) => setTimeout(resolve, 60 + 50 * round))
    child.kill('SIGKILL')
    await Promise.all([ended, other])
  }
  const answers = await race(3, path, 6, 5, 3000, 'together')
  expect(answers.map(({ code }) => code)).toEqual(Array(3).fill(undefined))
  const db = files.open(path)
  const all = Array.from({ length: 6 }, (_, index) => index + 1)
  for (const history of ['core', 'plugin']) {
    expect(db.prepare(`SELECT version FROM ran${history} ORDER BY rowid`).pluck().all()).toEqual(
      all,
    )
    expect(db.prepare(`SELECT count(*) FROM _migrations_${history}`).pluck().get()).toBe(6)
  }
  expect(db.prepare('SELECT needs FROM _migrations_plugin ORDER BY version').pluck().all()).toEqual(
    all.map((version) => `core:00${version}`),
  )
})
