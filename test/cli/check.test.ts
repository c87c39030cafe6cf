// `check`: everything in one run, for continuous integration; and `lint --base`.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { at, table, type TestRepository } from '../codegen/base-branch/repository.js'
import { runProgram } from './support/command-line.js'
import { addFiles, filesIn } from '../support/project.js'
import { copyOf, migrationProject } from './support/project.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const GENERATED = ['registry.ts', 'schema.sql', 'schema.ts', 'SCHEMA.md']

let good = ''
beforeAll(async () => {
  good = migrationProject({
    '001_a.sql': table('a'),
    '002_b.sql': table('b'),
    '003_c.sql': table('c'),
  })
  expect((await runProgram(good, ['gen', '-q'])).exitCode).toBe(0)
})

/** What `check` says about a project, as codes and files. */
async function found(root: string, ...flags: readonly string[]): Promise<string[]> {
  const { stdout, exitCode } = await runProgram(root, ['check', '--json', ...flags])
  const { ok, diagnostics } = JSON.parse(stdout) as {
    ok: boolean
    diagnostics: { code: string; file: string }[]
  }
  expect(exitCode).toBe(ok ? 0 : 1)
  return diagnostics.map(({ code, file }) => `${code} ${file}`)
}

const edit = (root: string, file: string, change: (text: string) => string): void =>
  writeFileSync(join(root, file), change(readFileSync(join(root, file), 'utf8')))

describe('check', () => {
  it('says in one line what was checked and proven, and writes nothing', async () => {
    const root = copyOf(good)
    const before = filesIn(root)
    rmSync(join(root, 'node_modules/.cache'), { recursive: true })
    for (const replayed of ['all', 'none']) {
      const stdout = `✓ 3 migrations checked, 3 versions proven (${replayed} replayed now), 4 of 4 generated files up to date.\n`
      expect(await runProgram(root, ['check'])).toEqual({ exitCode: 0, stdout, stderr: '' })
    }
    expect(filesIn(root)).toEqual(before)
  })

  it('tells how many versions had to be replayed', async () => {
    const root = copyOf(good)
    // A copy knows that nothing has changed, but has no proofs of its own.
    rmSync(join(root, 'node_modules/.cache'), { recursive: true })
    await runProgram(root, ['check'])
    addFiles(root, { 'migrations/004_d.sql': table('d') })
    const { stdout } = await runProgram(root, ['check'])
    expect(stdout).toContain('✗ 4 migrations checked, 4 versions proven (1 replayed now), ')
  })

  it('replays though the files were generated without', async () => {
    const root = migrationProject({ '001_a.sql': table('a') })
    await runProgram(root, ['gen', '--no-replay'])
    const codes = await found(root)
    expect(codes).toContain('GENERATED_UNPROVEN generated/registry.ts')
    expect(codes).toContain('GENERATED_MISSING generated/schema.sql')
  })

  it('finds what only replaying shows, and everything else in the same run', async () => {
    const root = copyOf(good)
    addFiles(root, {
      'migrations/004_d.sql': table('d').replace('DROP TABLE d', 'DROP TABLE dd'),
    })
    const codes = await found(root)
    expect(codes).toContain('GENERATED_STALE generated/registry.ts')
    expect(codes.filter((one) => one.endsWith('migrations/004_d.sql'))).toHaveLength(1)
  })

  it('says how far the replay went, and for what it was left out beyond that', async () => {
    const root = copyOf(good)
    addFiles(root, {
      'migrations/004_d.sql': '-- migrate:up\nVACUUM;\n',
      'migrations/006_f.sql': table('f'),
    })
    const waits = 'the replay was skipped until VERSION_GAP is fixed.\n'
    const { stdout } = await runProgram(root, ['check'])
    expect(stdout).toMatch(/✗ 5 migrations checked, 4 versions replayed \(.* now\), beyond that/)
    expect(stdout).toContain(`beyond that ${waits}`)
    expect(stdout).toContain('VACUUM fails inside one. The replay went on without it.')
    const generated = await runProgram(root, ['gen'])
    expect(generated.stderr).toContain(`Only 4 versions proven: ${waits}`)
    rmSync(join(root, 'migrations/006_f.sql'))
    addFiles(root, { 'migrations/004_d.sql': 'CREATE VIEW v AS SELECT 1;\n' })
    const missing = (await runProgram(root, ['check'])).stdout
    expect(missing).toContain('DOWN_MISSING')
    expect(missing).toMatch(/✗ 4 migrations checked, 4 versions replayed \(.* now\)\.\n$/)
  })

  it('tells of conflict markers also while the numbers collide', async () => {
    const root = copyOf(good)
    addFiles(root, { 'migrations/003_d.sql': table('d') })
    edit(root, 'generated/schema.sql', (text) => `${text}<<<<<<< HEAD\n=======\n>>>>>>> main\n`)
    expect(await found(root)).toEqual([
      'GENERATED_CONFLICT generated/schema.sql',
      'VERSION_DUPLICATE migrations/003_d.sql',
    ])
  })

  it('has a text for people with the line, the sum and the summary', async () => {
    const root = copyOf(good)
    rmSync(join(root, 'migrations/002_b.sql'))
    const { exitCode, stdout, stderr } = await runProgram(root, ['check'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
    expect(stdout).toContain('VERSION_GAP')
    const waits = 'the replay was skipped until VERSION_GAP is fixed'
    expect(stdout).toContain(
      `\n1 error\n\n✗ 2 migrations checked, 1 version replayed (all now), beyond that ${waits}.\n`,
    )
  })

  it('says what became of a full-text index, in words of its own for each cause', async () => {
    const search = "fts5(body, content='notes', content_rowid='id')"
    const up = (sql: string): string => `-- irreversible: a test\n-- migrate:up\n${sql}\n`
    const root = migrationProject({
      '001_a.sql': up(
        `CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT);\nCREATE VIRTUAL TABLE search USING ${search};`,
      ),
      '002_b.sql': up(`UPDATE notes SET body = body || '!?' || body;`),
      '003_c.sql': up(`DROP TABLE search;\nCREATE VIRTUAL TABLE search USING ${search};`),
      '004_d.sql': up(`ALTER TABLE notes RENAME COLUMN body TO text;`),
    })
    const { exitCode, stdout } = await runProgram(root, ['check'])
    expect(exitCode).toBe(1)
    const refill = '`INSERT INTO "search" ("search") VALUES (\'rebuild\');`'
    expect(stdout).toContain(
      "`up` of version 002 (migrations/002_b.sql) changes rows of notes in `UPDATE notes SET body = body || '!?' || body`, but nothing updates the full-text index search, which no longer matches them: searches return the wrong rows, or fail.",
    )
    expect(stdout).toContain(`Rebuild the index afterwards: ${refill}. If the application`)
    expect(stdout).toContain(
      `\`up\` of version 003 (migrations/003_c.sql) creates the full-text index search in \`CREATE VIRTUAL TABLE search USING ${search}\` and leaves it empty: searches find none of the rows of notes, and if triggers maintain the index, changing one of these fails with "database disk image is malformed".`,
    )
    expect(stdout).toContain(
      '`up` of version 004 (migrations/004_d.sql) removes what the full-text index search reads in `ALTER TABLE notes RENAME COLUMN body TO text`: it cannot read the rows of notes (no such column: T.body), and searches fail.',
    )
  })

  testSome([
    ['github', /^::error file=migrations\/003_c\.sql,line=1,col=1,title=VERSION_GAP::/],
    ['sarif', /"uri": "migrations\/003_c\.sql"/],
  ])('prints %s', async (format, expected) => {
    const root = copyOf(good)
    rmSync(join(root, 'migrations/002_b.sql'))
    const { exitCode, stdout } = await runProgram(root, ['check', '--format', format])
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(expected)
  })

  it('exits with 2 where the settings are wrong', async () => {
    expect((await runProgram(good, ['check', '--format', 'xml'])).exitCode).toBe(2)
    expect((await runProgram(good, ['check', '--config', 'nowhere.ts'])).exitCode).toBe(2)
  })
})

describe('each generated file', () => {
  const states: readonly (readonly [string, string, (root: string, file: string) => void])[] = [
    ['missing', 'GENERATED_MISSING', (root, file) => rmSync(join(root, file))],
    ['edited by hand', 'GENERATED_EDITED', editByHand],
    ['with conflict markers', 'GENERATED_CONFLICT', addConflict],
    [
      'of somebody else',
      'GENERATED_FOREIGN',
      (root, file) => writeFileSync(join(root, file), 'x\n'),
    ],
  ]

  testSome(states)(
    '%s is told in these words, with the command that fixes it',
    async (_, code, change) => {
      const root = copyOf(good)
      for (const name of GENERATED) change(root, `generated/${name}`)
      const { stdout } = await runProgram(root, ['check', '--json'])
      const { diagnostics } = JSON.parse(stdout) as {
        diagnostics: { code: string; file: string; message: string; fix: string }[]
      }
      expect(diagnostics.map((one) => `${one.code} ${one.file}`).sort()).toEqual(
        GENERATED.map((name) => `${code} generated/${name}`).sort(),
      )
      for (const { file, message, fix } of diagnostics) {
        expect(message).toContain(file)
        expect(message).toMatch(/missing|edited by hand|conflict markers|not written by Lockstep/)
        expect(fix).toMatch(code === 'GENERATED_FOREIGN' ? /Move that file/ : /`lockstep gen`/)
      }
    },
  )

  it('stale is told so', async () => {
    const root = copyOf(good)
    addFiles(root, { 'migrations/004_d.sql': table('d') })
    expect((await found(root)).sort()).toEqual(
      GENERATED.map((name) => `GENERATED_STALE generated/${name}`).sort(),
    )
  })

  it('about the schema is no edit where a new migration changes only data', async () => {
    const root = copyOf(good)
    const data = `-- migrate:up\nINSERT INTO a (id) VALUES (7);\n-- migrate:down\nDELETE FROM a WHERE id = 7;\n`
    addFiles(root, { 'migrations/004_d.sql': data })
    const codes = (await found(root)).filter((one) => one.startsWith('GENERATED'))
    expect(codes).toEqual(['GENERATED_STALE generated/registry.ts'])
  })
})

/** Something that is more than formatting in each kind of file. */
function editByHand(root: string, file: string): void {
  edit(root, file, (text) => {
    if (file.endsWith('.sql')) return `${text}\nCREATE TABLE more (id INTEGER);\n`
    return file.endsWith('.md') ? `${text}\nA note.\n` : `${text}\nexport const more = 1\n`
  })
}

function addConflict(root: string, file: string): void {
  edit(root, file, (text) => `${text}<<<<<<< HEAD\none\n=======\nother\n>>>>>>> main\n`)
}

describe('--base', () => {
  function committed(): TestRepository {
    const repo = at(copyOf(good))
    repo.write({ '.gitignore': 'node_modules\n' })
    repo.git('init', '-q', '-b', 'main')
    repo.commit()
    repo.git('checkout', '-q', '-b', 'work')
    return repo
  }

  it('adds what the branch does to released migrations, for lint and for check', async () => {
    const repo = committed()
    const same = await runProgram(repo.root, ['check', '--base', 'main'])
    expect(same).toMatchObject({ exitCode: 0, stderr: '' })
    expect(same.stdout).toContain('up to date, compared with main.')
    repo.write({ 'migrations/002_b.sql': table('bb') })
    expect(await found(repo.root, '--base', 'main')).toContain('BASE_EDITED migrations/002_b.sql')
    const { exitCode, stdout } = await runProgram(repo.root, ['lint', '--base', 'main'])
    expect(exitCode).toBe(1)
    expect(stdout).toContain('migrations/002_b.sql:2:1 error BASE_EDITED')
    expect(stdout).toContain('2 | CREATE TABLE bb')
    expect((await runProgram(repo.root, ['lint'])).exitCode).toBe(0)
  })

  it('says of two migrations with one number which is new, and says it once', async () => {
    const repo = committed()
    repo.write({ 'migrations/003_a_new_one.sql': table('d') })
    expect(await found(repo.root)).toEqual(['VERSION_DUPLICATE migrations/003_c.sql'])
    expect(await found(repo.root, '--base', 'main')).toEqual([
      'BASE_NUMBER_TAKEN migrations/003_a_new_one.sql',
    ])
  })

  it('says of a gap that the other branch fills that it is to be merged, and says it once', async () => {
    const repo = committed()
    repo.git('checkout', '-q', 'main')
    repo.commit({ 'migrations/004_theirs.sql': table('theirs') })
    repo.git('checkout', '-q', 'work')
    repo.write({ 'migrations/005_ours.sql': table('ours') })
    expect(await found(repo.root)).toEqual(['VERSION_GAP migrations/005_ours.sql'])
    expect(await found(repo.root, '--base', 'main')).toEqual([
      'BASE_NOT_MERGED migrations/005_ours.sql',
    ])
    const { stdout } = await runProgram(repo.root, ['lint', '--base', 'main'])
    expect(stdout).toContain('this branch does not: migrations/004_theirs.sql.')
    expect(stdout).toContain('Merge or rebase main')
  })

  it('names files by their path in the repository, for services', async () => {
    const root = copyOf(good)
    at(root).git('init', '-q', '-b', 'main')
    addFiles(root, {
      'app/package.json': '{}',
      'app/lockstep.config.json': '{}',
      'app/migrations/002_x.sql': table('x'),
    })
    const { stdout } = await runProgram(join(root, 'app'), ['lint', '--format', 'github'])
    expect(stdout).toContain('file=app/migrations/002_x.sql')
  })

  it('judges what this branch adds, and sums up what the base branch has already', async () => {
    const bad = (name: string): string => table(name).replace(/DROP TABLE \w+/, 'SELECT 1')
    const root = migrationProject({ '001_a.sql': bad('a'), '002_b.sql': bad('b') })
    const repo = at(root)
    repo.write({ '.gitignore': 'node_modules\n' })
    repo.git('init', '-q', '-b', 'main')
    repo.commit()
    repo.git('checkout', '-q', '-b', 'work')
    const inverse = async (...more: string[]): Promise<string[]> =>
      (await found(root, ...more)).filter((one) => /^(?:DOWN|RELEASED)/.test(one))
    const both = ['DOWN_NOT_INVERSE migrations/001_a.sql', 'DOWN_NOT_INVERSE migrations/002_b.sql']
    expect(await inverse('--base', 'main')).toEqual(both)
    repo.write({ 'migrations/003_c.sql': bad('c') })
    const own = 'DOWN_NOT_INVERSE migrations/003_c.sql'
    expect(await inverse()).toEqual([...both, own])
    expect(await inverse('--base', 'main')).toEqual(['RELEASED_FINDINGS migrations', own])
    repo.write({ 'lockstep.config.ts': 'export default { released: 1 }' })
    const { stdout } = await runProgram(root, ['check', '--base', 'main'])
    expect(stdout).toContain(
      '2 findings about versions up to 002, which main already has (`released` says only 001), are not shown.',
    )
    repo.write({ 'lockstep.config.ts': 'export default { released: 3 }' })
    const more = await runProgram(root, ['check', '--base', 'main'])
    expect(more.stdout).toContain('up to 003, which have shipped, are not shown.')
  })

  it('is a wrong usage where the branch is not known', async () => {
    const { root } = committed()
    for (const command of ['lint', 'check']) {
      const { exitCode, stderr } = await runProgram(root, [command, '--base', 'mian'])
      expect(exitCode).toBe(2)
      expect(stderr).toContain('GIT_REF_UNKNOWN')
    }
  })
})
