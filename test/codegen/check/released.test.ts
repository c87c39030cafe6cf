// Migrations that have shipped: what is found there is one line, and the next migration is judged in full.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { addFiles, temporaryProject } from '../../support/project.js'

import { runProgram, type Finished } from '../../cli/support/command-line.js'
import { repository } from '../base-branch/repository.js'
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
const inMigrations = (texts: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [`migrations/${name}`, text]))

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
    expect(stdout + stderr).toContain('then put the file back as it was. If')
  })

  test.each([
    ['the migration', '001_a.ts', ''],
    ['a helper', '_names.ts', ', because migrations/_names.ts, which it imports, was edited'],
  ])('what takes back an edit of %s is told, and does so', async (_, edited, because) => {
    const texts: Record<string, string> = {
      '_names.ts': "export const TABLE = 'a'",
      '_others.ts': 'export const OTHER = 1',
      '001_a.ts': `import { TABLE } from './_names.js'
export default { up: (db) => { db.exec(\`CREATE TABLE \${TABLE} (id INTEGER PRIMARY KEY)\`) }, irreversible: 'no' }`,
    }
    const { root, git, write } = repository({
      'lockstep.config.json': '{ "database": "app.db", "released": 1 }',
      ...inMigrations(texts),
    })
    expect(await runProgram(root, ['gen'])).toMatchObject({ exitCode: 0 })
    git('add', '-A')
    git('commit', '-q', '-m', 'a')
    write(
      inMigrations({ '_others.ts': '', [edited]: texts[edited]!.replace(/'a'|PRIMARY/, "'b'") }),
    )
    const { stdout, stderr } = await runProgram(root, ['gen'])
    expect(stdout + stderr).toContain(
      `what the registry says${because}: databases that have applied it`,
    )
    const [, words = ''] = /`git (checkout HEAD [^`]+)`/.exec(stdout + stderr) ?? []
    expect(words).toBe(`checkout HEAD -- migrations/${edited}`)
    git('stash', '-q')
    git('stash', 'apply', '-q')
    git(...words.split(' '))
    expect(await runProgram(root, ['gen'])).toMatchObject({ exitCode: 0 })
    // Committed, as where a build looks at a branch.
    const written = git('rev-parse', 'HEAD').slice(0, 12)
    git('checkout', '-q', 'stash@{0}', '--', '.')
    git('commit', '-q', '-m', 'b')
    write({ 'notes.txt': '' })
    const committed = await runProgram(root, ['check'])
    expect(committed.stdout).toContain(
      `what the registry says${because}: databases that have applied it`,
    )
    expect(committed.stdout).toContain(
      `\`git checkout ${written} -- migrations/${edited}\` restores what the registry was committed with`,
    )
    git('checkout', written, '--', `migrations/${edited}`)
    expect(await runProgram(root, ['gen'])).toMatchObject({ exitCode: 0 })
  })

  test('an edit of which git knows nothing may be one of a helper', async () => {
    const text = (name: string) => ({ 'migrations/_names.ts': `export const TABLE = '${name}'` })
    const helped = temporaryProject({
      'lockstep.config.json': '{ "database": "app.db", "released": 1 }',
      'migrations/001_a.ts': `import { TABLE } from './_names.js'
export default { up: (db) => { db.exec(\`CREATE TABLE \${TABLE} (id INTEGER PRIMARY KEY)\`) }, irreversible: 'no' }`,
      ...text('a'),
    })
    expect(await runProgram(helped, ['gen'])).toMatchObject({ exitCode: 0 })
    addFiles(helped, text('b'))
    expect((await runProgram(helped, ['gen'])).stderr).toContain(
      'then put the file, or the helper that it imports and that was edited, back as it was. If',
    )
  })

  test('another spelling is none', async () => {
    const { exitCode } = await edit('alter table t drop column a;\n-- better\nDROP   TABLE u;')
    expect(exitCode).toBe(0)
  })
})
