// Interrupting work on the database: between steps at once, in the middle of one when asked twice.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeAll, describe, expect, it } from 'vitest'
import { testSome } from '../support/some-of.js'
import { runProgram, startProgram } from './support/command-line.js'
import { addFiles } from '../support/project.js'
import { copyOf, migrationProject } from './support/project.js'

/** Takes long in one statement, so that nothing but another process could notice a signal. */
const slow = (rows: number): string => `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({
  up(db, ctx) {
    console.log('begun ' + ctx.version)
    db.exec('CREATE TABLE t' + ctx.version + ' (a)')
    db.exec('WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${rows}) SELECT max(i) FROM c')
  },
  irreversible: 'a test',
})
`
const SHORT = slow(1_000_000)
const ENDLESS = slow(1_000_000_000_000)

let shorts = ''
let endless = ''
beforeAll(async () => {
  shorts = migrationProject({ '001_a.ts': SHORT, '002_b.ts': SHORT, '003_c.ts': SHORT })
  endless = migrationProject({
    '001_a.sql': '-- migrate:up\nCREATE TABLE a (a);\n-- migrate:down\nDROP TABLE a;\n',
    '002_b.ts': ENDLESS,
  })
  for (const root of [shorts, endless])
    expect((await runProgram(root, ['gen', '-q', '--no-replay'])).exitCode).toBe(0)
})

function versionOf(root: string): number {
  const file = join(root, 'data/app.db')
  if (!existsSync(file)) return 0
  const db = new Database(file)
  const rows = db.prepare('SELECT count(*) FROM _migrations').pluck().get() as number
  db.close()
  return rows
}

describe('one signal', () => {
  testSome(['SIGTERM', 'SIGHUP'] as const)('%s stops after the present step', async (signal) => {
    const root = copyOf(shorts)
    const running = await startProgram(root, ['migrate'])
    await running.until('begun 1')
    running.child.kill(signal)
    const { exitCode, stdout, stderr } = await running.finished
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' })
    expect(stderr).toContain('Stopping after the current step or batch')
    expect(stderr).toContain('RUN_ABORTED')
    expect(stderr).toContain(
      '1 migration had been applied, and stays so: 001 a. The database is at 001.',
    )
    expect(versionOf(root)).toBe(1)
    expect((await runProgram(root, ['migrate', '-q'])).exitCode).toBe(0)
    expect(versionOf(root)).toBe(3)
  })

  it('SIGINT is answered with one document when JSON is asked for', async () => {
    const root = copyOf(shorts)
    const running = await startProgram(root, ['migrate', '--json'])
    await running.until('begun 1')
    running.child.kill('SIGINT')
    const { exitCode, stdout } = await running.finished
    expect(exitCode).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'RUN_ABORTED', report: { from: 0, to: 1, steps: [{ version: 1 }] } },
    })
  })
})

it('two signals: end the work in the middle of a statement, and nothing of the step is kept', async () => {
  const root = copyOf(endless)
  const running = await startProgram(root, ['migrate'])
  await running.until('begun 2')
  running.child.kill('SIGINT')
  await running.until('Stopping after the current step or batch')
  running.child.kill('SIGINT')
  const { exitCode, stderr } = await running.finished
  expect(exitCode).toBe(130)
  expect(stderr).toContain('RUN_KILLED')
  expect(stderr).toContain('if the step runs outside a transaction, what it did is still there')
  expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(/Every step before it is complete: 001 \(\w+\)\./)
  const { stdout } = await runProgram(root, ['status', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ state: 'pending', version: 1 })
})

it('a signal ends a backup, of which nothing is left', async () => {
  const root = copyOf(endless)
  expect((await runProgram(root, ['migrate', '--to', '1'])).exitCode).toBe(0)
  const db = new Database(join(root, 'data/app.db'))
  db.exec(
    'INSERT INTO a WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) SELECT zeroblob(4000) FROM n',
  )
  db.close()
  const running = await startProgram(root, ['backup', 'copy.db', '--events'])
  await running.until('"working"')
  running.child.kill('SIGINT')
  const { exitCode, stdout } = await running.finished
  expect(exitCode).toBe(130)
  expect(stdout).toContain('RUN_KILLED')
  expect(readdirSync(root).filter((name) => name.includes('copy'))).toEqual([])
})

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a dry run', () => {
  /** What is begun, and what would be left of it: the process of a step, copies, folders. */
  const START = `import { defineMigration } from 'lockstep/better-sqlite3'
import { spawnSync } from 'node:child_process'
export default defineMigration({
  effects: 'a test',
  up(db) {
    db.exec('CREATE TABLE b (a)')
    console.log('begun, pid ' + process.pid)
    spawnSync(process.execPath, ['-e', 'require("fs").writeFileSync("started", String(process.pid)); setInterval(() => {}, 1000)'])
  },
  irreversible: 'a test',
})
`
  const startedIn = async (root: string): Promise<number> => {
    const file = join(root, 'started')
    const read = (): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')
    await expect.poll(read, { timeout: 10_000 }).toMatch(/^\d+$/)
    return Number(read())
  }

  it('of a step outside a transaction that takes longer than a heartbeat comes to its end', async () => {
    const root = migrationProject({
      '001_a.ts': `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({
  transaction: false,
  up(db) {
    db.exec('CREATE TABLE a (a)')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500)
    db.exec('INSERT INTO a VALUES (1)')
    db.exec('INSERT INTO a VALUES (2)')
  },
  irreversible: 'a test',
})
`,
    })
    expect((await runProgram(root, ['gen', '-q', '--no-replay'])).exitCode).toBe(0)
    const { exitCode, stdout } = await runProgram(root, ['migrate', '--dry-run', '--json'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ steps: [{ version: 1, rowsChanged: 2 }] })
  })

  let missing = ''
  let there = ''
  beforeAll(async () => {
    missing = copyOf(endless)
    addFiles(missing, { 'migrations/002_b.ts': START })
    expect((await runProgram(missing, ['gen', '-q', '--no-replay'])).exitCode).toBe(0)
    there = copyOf(missing)
    expect((await runProgram(there, ['migrate', '-q', '--to', '1'])).exitCode).toBe(0)
  })

  async function begun(existing: boolean) {
    const root = copyOf(existing ? there : missing)
    const tmp = join(root, 'tmp')
    mkdirSync(tmp)
    const running = await startProgram(root, ['migrate', '--dry-run'], { TMPDIR: tmp })
    let printed = ''
    running.child.stderr?.on('data', (text: string) => (printed += text))
    await running.until('begun, pid ')
    await expect.poll(() => printed).toMatch(/pid \d+/)
    const pids = [Number(/pid (\d+)/.exec(printed)?.[1]), await startedIn(root)]
    expect(pids.map(isAlive)).toEqual([true, true])
    const left = (): string[] => [
      ...readdirSync(tmp).filter((name) => name.startsWith('lockstep-')),
      ...(existing ? readdirSync(join(root, 'data')).filter((name) => name !== 'app.db') : []),
    ]
    return { root, running, pids, left }
  }

  testSome([
    ['SIGINT', true],
    ['SIGTERM', true],
    ['SIGTERM', false],
  ] as const)('ends at the first %s (database there: %s)', async (signal, existing) => {
    const { root, running, pids, left } = await begun(existing)
    running.child.kill(signal)
    const { exitCode, stderr } = await running.finished
    expect(exitCode).toBe(130)
    expect(stderr).toContain('RUN_KILLED')
    expect(stderr).toContain('The dry run was stopped at once. Its copy was removed')
    await expect.poll(() => pids.map(isAlive), { timeout: 10_000 }).toEqual([false, false])
    expect(left()).toEqual([])
    expect(versionOf(root)).toBe(existing ? 1 : 0)
  })

  testSome([true, false])(
    'ends with a command that is killed (database there: %s)',
    async (existing) => {
      const { running, pids, left } = await begun(existing)
      running.child.kill('SIGKILL')
      await running.finished
      await expect.poll(() => pids.map(isAlive), { timeout: 10_000 }).toEqual([false, false])
      await expect.poll(left).toEqual([])
    },
  )
})

describe('a command that is killed', () => {
  it('leaves no process behind that waits for the project to open its database', async () => {
    const root = copyOf(shorts)
    addFiles(root, {
      'lockstep.config.ts': `import { defineConfig } from 'lockstep'
export default defineConfig({
  database: 'data/app.db',
  async open() {
    console.log('opening, pid ' + process.pid + '.')
    await new Promise((resolve) => setTimeout(resolve, 3_600_000))
    throw new Error('never')
  },
})
`,
    })
    const running = await startProgram(root, ['migrate'])
    let printed = ''
    running.child.stderr?.on('data', (text: string) => (printed += text))
    await expect.poll(() => printed, { timeout: 20_000 }).toMatch(/pid \d+\./)
    const pid = Number(/pid (\d+)/.exec(printed)?.[1])
    running.child.kill('SIGKILL')
    await running.finished
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false)
  })

  it('leaves no process behind that goes on migrating', async () => {
    const root = copyOf(shorts)
    const running = await startProgram(root, ['migrate'])
    await running.until('begun 1')
    running.child.kill('SIGKILL')
    await running.finished
    await expect
      .poll(() => existsSync(join(root, 'data/app.db-journal')), { timeout: 20_000 })
      .toBe(false)
    await expect.poll(() => versionOf(root), { timeout: 20_000 }).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(versionOf(root)).toBe(1)
  })
})
