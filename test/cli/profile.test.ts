// `migrate --profile`: the time, the rows and the plan of each statement, of SQL and of code, on the database and on a copy.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { processesHere } from '../support/processes-here.js'
import { runProgram } from './support/command-line.js'
import { migrationProject } from './support/project.js'

processesHere()

const FILL = `INSERT INTO child (parent, label) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
SELECT 1, 'l' || i FROM n`

const project = (): string =>
  migrationProject({
    '001_start.sql': `-- migrate:up
CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id), label TEXT);
INSERT INTO parent (id, name) VALUES (1, 'one'), (2, 'two');
${FILL};
-- migrate:down
DROP TABLE child;
DROP TABLE parent;
`,
    '002_slow.sql': `-- foreign_keys: enforce
-- migrate:up
UPDATE parent SET name = (SELECT max(c.label) FROM child AS c WHERE c.label <> parent.name);
DELETE FROM parent WHERE id = 2;
-- migrate:down
INSERT INTO parent (id) VALUES (2);
`,
    '003_code.ts': `export const irreversible = 'it only reads'
export function up(db: any, ctx: any) {
  const one = db.prepare('SELECT label FROM child WHERE id = ?')
  for (let id = 1; id <= 5; id++) one.get(id)
  for (const row of db.prepare('SELECT id FROM parent').iterate()) ctx.log(String(row.id))
  db.exec('CREATE INDEX child_parent ON child (parent)')
  db.prepare('DELETE FROM parent WHERE id = 7').run()
  db.prepare('UPDATE child SET label = upper(label) WHERE id < 4').run()
  db.exec(\`UPDATE parent SET name = 'z' WHERE name IN (SELECT label FROM child WHERE label > 'm'); -- and one more
    UPDATE child SET label = 'none' WHERE label = 'never;'\`)
}
`,
  })

const BATCHES = `export default {
  irreversible: 'it only writes',
  batches: [
    { query: 'SELECT id FROM child WHERE id > 7000', by: 'id', size: 1000, update: 'UPDATE child SET label = (SELECT max(name) FROM parent) WHERE id BETWEEN :from AND :to' },
  ],
}
`

interface Profiled {
  readonly ofLockstep?: true
  readonly id: string
  readonly sql: string
  readonly calls: number
  readonly durationMs: number
  readonly rows: number
  readonly warnings: readonly string[]
}

it('measures each statement, with what SQLite plans badly', async () => {
  const root = project()
  await runProgram(root, ['gen', '-q', '--no-replay'])
  const { stdout } = await runProgram(root, ['migrate', '--profile', '--json'])
  const { profile } = JSON.parse(stdout) as { profile: Profiled[] }
  const times = profile.map(({ durationMs }) => durationMs)
  expect(times).toEqual(times.toSorted((one, other) => other - one))
  const about = (text: string): unknown[] =>
    profile
      .filter(({ sql }) => sql.includes(text))
      .map(({ id, calls, rows, warnings }) => [id, calls, rows, warnings])
  expect(about('RECURSIVE')).toEqual([['001', 1, 10_000, []]])
  expect(about('max(c.label)')).toEqual([
    ['002', 1, 2, ['all 10,000 rows of child are read once for each row of the outer query']],
  ])
  expect(about('IN (SELECT label')).toEqual([['003', 1, 0, ['all 10,000 rows of child are read']]])
  expect(about("'never;'")).toEqual([['003', 1, 0, ['all 10,000 rows of child are read']]])
  expect(about('WHERE id = 2')).toEqual([
    [
      '002',
      1,
      1,
      ['a foreign key of child has no index: all its 10,000 rows are read for each row'],
    ],
  ])
  expect(about('SELECT label FROM child WHERE id')).toEqual([['003', 5, 5, []]])
  expect(about('SELECT id FROM parent')).toEqual([['003', 1, 1, []]])
  expect(about('WHERE id = 7')).toEqual([['003', 1, 0, []]])
  expect(about('upper(label)')).toEqual([['003', 1, 3, []]])
  expect(about('COMMIT')).toHaveLength(3)
})

it('has the statements of the migration, and all that Lockstep runs itself as one', async () => {
  const root = project()
  writeFileSync(join(root, 'migrations/004_batches.ts'), BATCHES)
  await runProgram(root, ['gen', '-q', '--no-replay'])
  const { stdout } = await runProgram(root, ['migrate', '--profile', '--json'])
  const { profile } = JSON.parse(stdout) as { profile: Profiled[] }
  const mine = profile.filter(({ id, ofLockstep }) => id === '004' && !ofLockstep)
  expect(mine.map(({ sql, rows }) => [sql.replaceAll(/\s+/g, ' '), rows > 0]).toSorted()).toEqual([
    ['SELECT id FROM child WHERE id > 7000', true],
    ['UPDATE child SET label = (SELECT max(name) FROM parent) WHERE id BETWEEN ? AND ?', true],
  ])
  const own = profile.filter(({ ofLockstep }) => ofLockstep)
  expect(new Set(own.map(({ sql }) => sql))).toEqual(
    new Set(['COMMIT and other statements of Lockstep']),
  )
  expect(own.map(({ id }) => id).toSorted()).toEqual(['001', '002', '003', '004'])
})

it('is printed below the steps, and of a dry run as well, which changes nothing', async () => {
  const root = project()
  await runProgram(root, ['gen', '-q', '--no-replay'])
  const tried = await runProgram(root, ['migrate', '--dry-run', '--profile'])
  expect(tried.stdout).toMatch(
    /The slowest \d+ of \d+ statements, \d+ % of the .* that all took:\n/,
  )
  expect(tried.stdout).toMatch(
    /\nCOMMIT and Lockstep's own statements in these steps took another .*\.\n/,
  )
  expect(tried.stdout).toMatch(/002 +2 rows +UPDATE parent SET name = .*\n    ! all 10,000 rows of/)
  const { stdout } = await runProgram(root, ['migrate', '--to', '1', '--profile'])
  expect(stdout).toMatch(/10,000 rows +INSERT INTO child/)
  expect((await runProgram(root, ['migrate'])).stdout).not.toContain('statements')
})

it('is printed of a run that fails as well, with the statement that failed', async () => {
  const root = project()
  writeFileSync(
    join(root, 'migrations/004_fails.sql'),
    "-- irreversible: it fails\nINSERT INTO parent (id, name) VALUES (1, 'again');\n",
  )
  await runProgram(root, ['gen', '-q', '--no-replay'])
  for (const argv of [['--dry-run'], []]) {
    const { stderr, exitCode } = await runProgram(root, ['migrate', '--profile', ...argv])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/ statements, .* that all took:\n/)
    expect(stderr).toContain('UNIQUE constraint failed')
  }
  const { stdout } = await runProgram(root, ['migrate', '--profile', '--json'])
  const { error } = JSON.parse(stdout) as { error: { facts: { profile: Profiled[] } } }
  const failed = error.facts.profile.filter(({ sql }) => sql.includes("'again'"))
  expect(failed).toMatchObject([{ id: '004', calls: 1 }])
})
