// Signals in both journal modes, twice another one in each: the first lets the step end, the second ends it; the database is clean either way.
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from '../cli/support/command-line.js'
import { addFiles } from '../support/project.js'
import { copyOf, migrationProject } from '../cli/support/project.js'
import { tried } from '../support/some-of.js'

import { builtProgram } from '../support/built-package.js'

/** Long in one statement: no JavaScript runs meanwhile, in whose pauses a signal could be heard. */
const COUNT = 'WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i <'
const step = (
  n: number,
  rows: number,
): string => `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({
  up(db) {
    db.exec('CREATE TABLE t${n} (x); INSERT INTO t${n} VALUES (${n})')
    console.log('in step ${n}')
    db.exec('${COUNT} ${rows}) INSERT INTO t${n} SELECT max(i) FROM c')
  },
  down: 'DROP TABLE t${n}',
})
`
const config = (mode: string): string => `import Database from 'better-sqlite3'
export default {
  database: 'data/app.db',
  open(path: string, { readonly }: { readonly: boolean }) {
    const db = new Database(path, { readonly })
    if (!readonly) db.pragma('journal_mode = ${mode}')
    return db
  },
}
`
const QUICK = 1_500_000
const ENDLESS = 1_000_000_000_000

const projects: Record<'quick' | 'endless', string> = { quick: '', endless: '' }
beforeAll(async () => {
  for (const [name, rows] of [
    ['quick', QUICK],
    ['endless', ENDLESS],
  ] as const) {
    const root = migrationProject({
      '001_a.ts': step(1, 1),
      '002_b.ts': step(2, rows),
      '003_c.ts': step(3, 1),
    })
    expect((await runProgram(root, ['gen', '-q', '--no-replay'])).exitCode).toBe(0)
    projects[name] = root
  }
})

/** A running `migrate` with a process group of its own, as a terminal would give it. */
async function startMigrating(root: string) {
  const child = spawn(process.execPath, [await builtProgram(), 'migrate'], {
    cwd: root,
    env: { ...process.env, LOCKSTEP_DATABASE: '', FORCE_COLOR: '', NO_COLOR: '1' },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const until = async (text: string): Promise<void> => {
    await expect.poll(() => stderr, { timeout: 20_000, interval: 10 }).toContain(text)
  }
  return { child, until, ended: async () => ({ exitCode: await ended, stderr }) }
}

/** What Ctrl+C does: the signal goes to the command and to every process that it has started. */
const pressCtrlC = ({ pid }: ChildProcess): void => void process.kill(-pid!, 'SIGINT')

function contentOf(root: string): { ledger: unknown; tables: unknown; integrity: unknown } {
  const db = new Database(join(root, 'data', 'app.db'))
  try {
    const all = (sql: string): unknown => db.prepare(sql).pluck().all()
    return {
      ledger: all('SELECT version FROM _migrations'),
      tables: all("SELECT name FROM sqlite_master WHERE name LIKE 't_' ORDER BY name"),
      integrity: db.pragma('integrity_check', { simple: true }),
    }
  } finally {
    db.close()
  }
}

const atVersion = (version: number) => ({
  ledger: ['001', '002', '003'].slice(0, version),
  tables: ['t1', 't2', 't3'].slice(0, version),
  integrity: 'ok',
})

const MODES = [
  ['wal', 'SIGINT'],
  ['delete', 'SIGTERM'],
] as const

describe.each(tried(MODES, 2))('with journal_mode %s', (mode, signal) => {
  const copy = (name: 'quick' | 'endless'): string => {
    const root = copyOf(projects[name])
    addFiles(root, { 'lockstep.config.ts': config(mode) })
    return root
  }

  test('Ctrl+C once: the step ends, the next does not begin, and the rest is applied later', async () => {
    const root = copy('quick')
    const run = await startMigrating(root)
    await run.until('in step 2')
    pressCtrlC(run.child)
    const { exitCode, stderr } = await run.ended()
    expect(exitCode).toBe(130)
    expect(stderr).toContain('RUN_ABORTED')
    expect(contentOf(root)).toEqual(atVersion(2))
    expect((await runProgram(root, ['migrate', '-q'])).exitCode).toBe(0)
    expect(contentOf(root)).toEqual(atVersion(3))
  })

  test(`${signal} twice: the statement under way ends at once, and nothing of its step is kept`, async () => {
    const root = copy('endless')
    const run = await startMigrating(root)
    await run.until('in step 2')
    run.child.kill(signal)
    await run.until('Stopping after the current step or batch')
    run.child.kill(signal)
    const { exitCode, stderr } = await run.ended()
    expect(exitCode).toBe(130)
    expect(stderr).toContain('RUN_KILLED')
    expect(contentOf(root)).toEqual(atVersion(1))
  })
})
