// Interrupting work on the database: between steps at once, in the middle of one when asked twice.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { runProgram, startProgram } from './support/command-line.js'
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
  shorts = migrationProject({ '001_a.ts': SHORT, '002_b.ts': SHORT, '003_c.ts': SHORT }, 'file')
  endless = migrationProject(
    {
      '001_a.sql': '-- migrate:up\nCREATE TABLE a (a);\n-- migrate:down\nDROP TABLE a;\n',
      '002_b.ts': ENDLESS,
    },
    'file',
  )
  for (const root of [shorts, endless])
    expect((await runProgram(root, ['gen', '-q', '--no-replay'])).exitCode).toBe(0)
})

const versionOf = async (root: string): Promise<number> =>
  Number((await runProgram(root, ['version'])).stdout)

describe('one signal', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s stops after the present step',
    async (signal) => {
      const root = copyOf(shorts)
      const running = await startProgram(root, ['migrate'])
      await running.until('begun 1')
      running.child.kill(signal)
      const { exitCode, stdout, stderr } = await running.finished
      expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' })
      expect(stderr).toContain('Stopping after the present step')
      expect(stderr).toContain('RUN_ABORTED')
      expect(stderr).toContain(
        '1 migration had been applied, and stays so: 001 a. The database is at 001.',
      )
      expect(await versionOf(root)).toBe(1)
      expect((await runProgram(root, ['migrate', '-q'])).exitCode).toBe(0)
      expect(await versionOf(root)).toBe(3)
    },
  )

  it('is answered with one document when JSON is asked for', async () => {
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

describe('two signals', () => {
  it('end the work in the middle of a statement, and nothing of the step is kept', async () => {
    const root = copyOf(endless)
    const running = await startProgram(root, ['migrate'])
    await running.until('begun 2')
    running.child.kill('SIGINT')
    await running.until('Stopping after the present step')
    running.child.kill('SIGINT')
    const { exitCode, stderr } = await running.finished
    expect(exitCode).toBe(130)
    expect(stderr).toContain('RUN_KILLED')
    const { stdout } = await runProgram(root, ['status', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ state: 'pending', version: 1 })
  })
})

describe('a command that is killed', () => {
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
    expect(await versionOf(root)).toBe(1)
  })
})
