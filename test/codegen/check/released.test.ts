// Migrations that have shipped: what is found there is one line, and the next migration is judged in full.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryProject } from '../../support/project.js'

import { runProgram, type Finished } from '../../cli/support/command-line.js'
import { processesHere } from '../../support/processes-here.js'

processesHere()

const sql = (up: string): string => `-- irreversible: there is no way back\n-- migrate:up\n${up}\n`
const BASE =
  'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);\nCREATE TABLE u (id INTEGER PRIMARY KEY);'
const files = (released: number): Record<string, string> => ({
  'lockstep.config.json': `{ "database": "app.db", "released": ${released} }`,
  'migrations/001_a.sql': sql(BASE),
  'migrations/002_b.sql': sql(
    '-- lockstep-ignore TABLE_RENAMED: unused comment\nALTER TABLE t DROP COLUMN a;\nDROP TABLE u;',
  ),
  'migrations/003-004_c.ts': `import { defineMigrations } from 'lockstep/better-sqlite3'
export default defineMigrations([
  { version: 3, sql: ['ALTER TABLE t DROP COLUMN b'], irreversible: 'gone' },
  { version: 4, sql: ['DROP TABLE t'], irreversible: 'gone' },
])
`,
})
const codesOf = ({ stdout }: Finished): string[] =>
  (JSON.parse(stdout) as { diagnostics: { severity: string; code: string }[] }).diagnostics
    .filter(({ code }) => !code.startsWith('GENERATED'))
    .map(({ severity, code }) => `${severity} ${code}`)
    .sort()

const DROPPED = 'error COLUMN_DROPPED'
const TABLE = 'error TABLE_DROPPED'
const LINE = 'info RELEASED_FINDINGS'

describe('what is found', () => {
  test.each([
    [0, [DROPPED, DROPPED, TABLE, TABLE, 'warning SUPPRESSION_UNUSED']],
    [
      1,
      [DROPPED, DROPPED, TABLE, TABLE, LINE, 'warning SUPPRESSION_UNUSED'].filter(
        (one) => one !== LINE,
      ),
    ],
    [2, [DROPPED, TABLE, LINE]],
    [3, [TABLE, LINE]],
    [4, [LINE]],
  ])('up to %i is one line', async (released, expected) => {
    expect(
      codesOf(await runProgram(temporaryProject(files(released)), ['check', '--json'])),
    ).toEqual(expected)
  })

  test('is shown on demand, as what stays as it is', async () => {
    const finished = await runProgram(temporaryProject(files(4)), ['check', '--released', '--json'])
    expect(codesOf(finished)).toEqual([
      'info COLUMN_DROPPED',
      'info COLUMN_DROPPED',
      'info TABLE_DROPPED',
      'info TABLE_DROPPED',
    ])
    const { diagnostics } = JSON.parse(finished.stdout) as {
      diagnostics: { code: string; fix: string }[]
    }
    const fixes = diagnostics.filter(({ code }) => code.endsWith('DROPPED')).map(({ fix }) => fix)
    expect(new Set(fixes).size).toBe(1)
    expect(fixes[0]).toMatch(/new migration/)
  })

  test('is an error still where no fresh database would come up', async () => {
    const broken = { ...files(2), 'migrations/002_b.sql': sql('ALTER TABLE nobody DROP COLUMN a;') }
    expect(codesOf(await runProgram(temporaryProject(broken), ['check', '--json']))).toContain(
      'error REPLAY_UP_FAILED',
    )
  })

  test('and a version that there is not is told', async () => {
    expect(codesOf(await runProgram(temporaryProject(files(75)), ['lint', '--json']))).toContain(
      'error RELEASED_UNKNOWN',
    )
  })

  test.each(['-1', '1.5', '"2"'])('is refused: released: %s', async (value) => {
    const odd = {
      ...files(0),
      'lockstep.config.json': `{ "database": "app.db", "released": ${value} }`,
    }
    const { exitCode, stderr } = await runProgram(temporaryProject(odd), ['lint'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('`released` must be the number of a version, like 75')
  })
})

describe('what has shipped is pinned by the registry', () => {
  let root: string
  const edit = (up: string): Promise<Finished> => {
    const path = 'migrations/002_b.sql'
    return runProgram(temporaryProject({ ...files(4), ...generatedIn(root), [path]: sql(up) }), [
      'gen',
    ])
  }
  const generatedIn = (from: string): Record<string, string> => ({
    'generated/registry.ts': readFileSync(join(from, 'generated/registry.ts'), 'utf8'),
  })
  beforeAll(async () => {
    root = temporaryProject(files(4))
    const { exitCode, stdout } = await runProgram(root, ['gen'])
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 })
    expect(stdout).toContain(
      '4 findings about versions up to 004, which have shipped, are not shown.',
    )
  })

  test('another meaning is an error, and nothing is written', async () => {
    const { exitCode, stdout, stderr } = await edit('ALTER TABLE t DROP COLUMN a;')
    expect(exitCode).toBe(1)
    expect(stdout + stderr).toContain('error RELEASED_EDITED')
    expect(stdout + stderr).toContain('git checkout HEAD -- migrations/002_b.sql')
  })

  test('another spelling is none', async () => {
    const { exitCode } = await edit('alter table t drop column a;\n-- better\nDROP   TABLE u;')
    expect(exitCode).toBe(0)
  })
})
