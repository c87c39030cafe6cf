// A step in batches that was stopped, on the command line: what is told, and each way out that is named.
import Database from 'better-sqlite3'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { processesHere } from '../support/processes-here.js'
import { addFiles } from '../support/project.js'
import { runProgram } from './support/command-line.js'
import { preparedProjects } from './support/prepared.js'
import { copyOf } from './support/project.js'
import { testSome } from '../support/some-of.js'

processesHere()

const prepared = preparedProjects()
const fillOf = (by: number): string => `import { defineMigration } from 'lockstep/better-sqlite3'

export default defineMigration({
  batches: [
    {
      query: 'SELECT id FROM places',
      by: 'id',
      size: 2,
      each(db, rows: { id: number }[]) {
        const set = db.prepare<[number]>('UPDATE places SET n = n + ${by} WHERE id = ?')
        for (const { id } of rows) set.run(id)
      },
    },
  ],
  down: 'UPDATE places SET n = 0 WHERE id > 0',
})
`

/** A project whose step has done 4 of 6 rows, and nothing stands in its way any more. */
let stopped = ''
let said = ''
beforeAll(async () => {
  stopped = prepared.applied()
  addFiles(stopped, {
    'migrations/003_places.sql':
      '-- down: auto\nCREATE TABLE places (id INTEGER PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0);\n',
    'migrations/004_fill.ts': fillOf(1),
  })
  await run(stopped, 'gen')
  await run(stopped, 'migrate --to 3')
  ask(
    stopped,
    `INSERT INTO places (id) VALUES (1), (2), (3), (4), (5), (6);
CREATE TRIGGER stop BEFORE UPDATE ON places WHEN old.id = 5 BEGIN SELECT RAISE(ABORT, 'not now'); END`,
  )
  said = (await runProgram(stopped, ['migrate'])).stderr
  ask(stopped, 'DROP TRIGGER stop')
})

function ask(root: string, sql: string, query = 'SELECT n FROM places ORDER BY id'): unknown[] {
  const db = new Database(join(root, 'data/app.db'))
  db.exec(sql)
  const found = db.prepare(query).pluck().all()
  db.close()
  return found
}

async function run(root: string, words: string) {
  const { exitCode, stdout, stderr } = await runProgram(root, words.split(' '))
  expect(exitCode, `${words}: ${stderr}`).toBe(0)
  return `${stdout}${stderr}`
}

it('says how many batches are done, and shows the step once', async () => {
  expect(said).toContain(' 2 batches are done and stay; the next run continues there.')
  expect(said).not.toContain('Nothing was changed')
  const status = await run(copyOf(stopped), 'status')
  expect(status.match(/^ {2}\S {2}004 .*$/gm)).toEqual([
    expect.stringMatching(/◐ {2}004 {2}fill +partly done: 4 of 6 rows$/),
  ])
  expect(status.match(/HISTORY_HALF_DONE/g)).toHaveLength(1)
})

it('is planned as one that goes on', async () => {
  const root = copyOf(stopped)
  expect(await run(root, 'plan')).toContain(
    '004  fill  continues in batches, each in a transaction',
  )
  const { steps } = JSON.parse(await run(root, 'plan --json')) as { steps: readonly object[] }
  expect(steps[0]).toMatchObject({ version: 4, batches: true, begun: true })
})

it('goes on without a word about how to go on', async () => {
  const root = copyOf(stopped)
  const told = await run(root, 'migrate')
  expect(told).toContain('004  fill')
  expect(told).not.toMatch(/HISTORY|lockstep migrate/)
  expect(ask(root, '')).toEqual([1, 1, 1, 1, 1, 1])
})

testSome(['rollback --yes', 'rollback --to 0 --yes', 'redo --yes'])('refuses %s', async (words) => {
  const root = copyOf(stopped)
  const { exitCode, stderr } = await runProgram(root, words.split(' '))
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('HISTORY_HALF_DONE')])
  expect(ask(root, '')).toEqual([1, 1, 1, 1, 0, 0])
})

const edited = async (): Promise<string> => {
  const root = copyOf(stopped)
  addFiles(root, { 'migrations/004_fill.ts': fillOf(10) })
  await run(root, 'gen')
  return root
}

it('with corrected code, goes on where a person gives a reason', async () => {
  const root = await edited()
  const refused = await runProgram(root, ['migrate'])
  expect([refused.exitCode, refused.stderr]).toEqual([
    1,
    expect.stringContaining('`lockstep repair --reason'),
  ])
  expect((await runProgram(root, ['repair', '--yes'])).stderr).toContain('REPAIR_REASON_MISSING')
  expect(await run(root, 'repair --yes --reason wrong')).toContain('1 row repaired')
  await run(root, 'migrate')
  expect(ask(root, '')).toEqual([1, 1, 1, 1, 10, 10])
  expect(await run(root, 'history')).toMatch(/repaired +004 +fill .*: wrong/)
})

it('or begins anew where a person has undone what there is', async () => {
  const root = await edited()
  ask(root, 'UPDATE places SET n = 0')
  const asked = await runProgram(root, ['mark', '004', '--pending'])
  expect(asked.stderr).toContain('EDIT_UNCONFIRMED')
  expect(asked.stderr).toContain('4 of 6 rows are done')
  expect(await run(root, 'mark 004 --pending --yes')).toContain('marked as pending')
  await run(root, 'migrate')
  expect(ask(root, '')).toEqual([10, 10, 10, 10, 10, 10])
})

it('and goes on at once where only the size of a batch is another one', async () => {
  const root = copyOf(stopped)
  addFiles(root, { 'migrations/004_fill.ts': fillOf(1).replace('size: 2', 'size: 1') })
  await run(root, 'gen')
  await run(root, 'migrate')
  expect(ask(root, '')).toEqual([1, 1, 1, 1, 1, 1])
})

it('says what is never done where it is taken for done', async () => {
  const root = copyOf(stopped)
  const words = ['mark', '004', '--applied', '--reason', 'by hand']
  const asked = await runProgram(root, words)
  expect(asked.stderr).toContain('EDIT_UNCONFIRMED')
  const left =
    /4 of 6 rows of the batches that were started are done\. The others will never be processed/
  expect(asked.stderr).toMatch(left)
  const marked = await run(root, [...words.slice(0, 4), 'hand', '--yes'].join(' '))
  expect(marked).toContain('marked as applied')
  expect(marked).toMatch(left)
})
