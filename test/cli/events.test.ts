// `--events`: each line of the standard output is JSON, the last one what `--json` prints.
import { expect, it } from 'vitest'
import { addFiles } from '../support/project.js'
import { processesHere } from '../support/processes-here.js'
import { runProgram } from './support/command-line.js'
import { migrationProject } from './support/project.js'

processesHere()

const BATCHES = `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({
  up(db, ctx) {
    const write = db.prepare('UPDATE t SET a = 1 WHERE id = ?')
    ctx.log.warn('two lines\\n##[group]\\u202e')
    ctx.batches<{ id: number }>('SELECT id FROM t', { by: 'id', size: 2 }, (rows) => {
      for (const { id } of rows) write.run(id)
    })
  },
  down: 'UPDATE t SET a = 0',
})
`
const MIGRATIONS = {
  '001_t.sql':
    '-- down: auto\nCREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER);\nINSERT INTO t VALUES (1, 0), (2, 0), (3, 0);\n',
  '002_a.ts': BATCHES,
}

interface Line {
  readonly type?: string
  readonly [key: string]: unknown
}

async function linesOf(root: string, ...words: readonly string[]) {
  const { exitCode, stdout, stderr } = await runProgram(root, words)
  const lines = stdout.trimEnd().split('\n')
  return { exitCode, stdout, stderr, lines: lines.map((line) => JSON.parse(line) as Line) }
}

it('tells of every event of a run, and at last what was done', async () => {
  const root = migrationProject(MIGRATIONS)
  expect(await runProgram(root, ['gen'])).toMatchObject({ exitCode: 0 })
  const { exitCode, lines, stdout } = await linesOf(root, 'migrate', '--events')
  expect(exitCode).toBe(0)
  expect(lines.map(({ type }) => type)).toEqual([
    'plan',
    'step-start',
    'step-end',
    'step-start',
    'log',
    'progress',
    'progress',
    'step-end',
    'end',
    undefined,
  ])
  expect(lines[4]).toMatchObject({
    id: '002',
    level: 'warn',
    message: 'two lines\n##[group]\u202e',
  })
  expect(stdout).not.toMatch(/##|\u202e/)
  expect(lines[6]).toMatchObject({ done: 3, total: 3 })
  expect(lines[9]).toMatchObject({ from: 0, to: 2, dryRun: false, steps: [{ id: '001' }, {}] })
  const again = await linesOf(root, 'migrate', '--events', '--quiet')
  expect(again.lines).toMatchObject([{ from: 2, to: 2, steps: [] }])
})

it('ends with the error of a run that fails', async () => {
  const root = migrationProject(MIGRATIONS)
  expect(await runProgram(root, ['gen'])).toMatchObject({ exitCode: 0 })
  const copy = await linesOf(root, 'migrate', '--to', '1', '--events')
  expect(copy.lines.at(-1)).toMatchObject({ to: 1 })
  const { exitCode, lines } = await linesOf(root, 'migrate', '--to', '9', '--events')
  expect(exitCode).not.toBe(0)
  expect(lines).toMatchObject([{ error: { code: 'TARGET_UNKNOWN' } }])
})

it('tells of the step that fails, with its error', async () => {
  const root = migrationProject({
    ...MIGRATIONS,
    '002_a.ts': BATCHES.replace(
      'ctx.batches',
      "db.exec('INSERT INTO t (id) SELECT id FROM t')\n    ctx.batches",
    ),
  })
  await runProgram(root, ['gen', '--no-replay'])
  const { lines } = await linesOf(root, 'migrate', '--events')
  expect(lines.slice(-2)).toMatchObject([
    {
      type: 'step-failed',
      id: '002',
      error: { code: 'MIGRATION_FAILED', fix: expect.any(String) },
    },
    { error: { code: 'MIGRATION_FAILED', report: { to: 1 } } },
  ])
})

it('tells nothing of what is only tried before a person is asked', async () => {
  const root = migrationProject(MIGRATIONS)
  await runProgram(root, ['gen'])
  await runProgram(root, ['migrate'])
  const asked = await linesOf(root, 'rollback', '--to', '0', '--events')
  expect(asked).toMatchObject({ exitCode: 2, lines: [{ error: { code: 'ROLLBACK_UNCONFIRMED' } }] })
  const { lines } = await linesOf(root, 'rollback', '--to', '0', '--events', '--yes')
  const types = lines.map(({ type }) => type)
  expect(types).toEqual([
    'plan',
    'step-start',
    'step-end',
    'step-start',
    'step-end',
    'end',
    undefined,
  ])
})

it('tells how far a copy is', async () => {
  const root = migrationProject(MIGRATIONS)
  addFiles(root, { 'seeds/t.sql': 'INSERT INTO t (a) VALUES (7);' })
  await runProgram(root, ['gen'])
  await runProgram(root, ['migrate'])
  expect((await linesOf(root, 'seed', '--events')).exitCode).toBe(0)
  const { lines } = await linesOf(root, 'backup', 'copy.db', '--events')
  expect(lines.slice(0, -1).every(({ type, what }) => type === 'working' && what)).toBe(true)
  expect(lines.at(-1)).toHaveProperty('file')
})
