// What `init` makes of each kind of project.
import { processesHere } from '../support/processes-here.js'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { addFiles, filesIn } from '../support/project.js'
import { run } from '../support/run-program.js'
import { projectFacts } from '../../src/cli/scaffold/project-facts.js'
import { runProgram } from './support/command-line.js'
import { linkClient, packagedProject } from './support/project.js'
import { testSome } from '../support/some-of.js'

processesHere()

function makeDatabase(path: string, sql: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const db = new Database(path)
  db.exec(sql)
  db.close()
}

describe('in each kind of project', () => {
  const TYPESCRIPT = '{ "type": "module", "devDependencies": { "typescript": "*" } }'
  const text = (root: string, file: string): string => readFileSync(join(root, file), 'utf8')
  const initIn = async (files: Record<string, string>): Promise<string> => {
    const root = packagedProject(files)
    const { exitCode, stderr } = await runProgram(root, ['init'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const created = await runProgram(root, ['create', 'add users table'])
    expect(created.exitCode, created.stderr).toBe(0)
    expect((await runProgram(root, ['check'])).exitCode).toBe(0)
    return root
  }

  testSome<[manifest: string, files: Record<string, string>]>([
    ['{ "type": "commonjs" }', { 'index.js': '' }],
    ['{}', { 'index.js': '' }],
    ['{ "type": "commonjs", "main": "index.js" }', {}],
  ])('CommonJS beside %s', async (manifest, files) => {
    const installed = { 'node_modules/typescript/package.json': '{}' }
    const root = await initIn({ ...installed, ...files, 'package.json': manifest })
    expect(text(root, 'lockstep.config.mjs')).toContain('export default defineConfig')
    for (const name of ['001_initial', '002_add_users_table'])
      expect(text(root, `migrations/${name}.js`)).toMatch(
        /^const \{ defineMigration \} = require\('lockstep\/better-sqlite3'\)\n\nmodule\.exports = /,
      )
    expect(text(root, 'generated/registry.js')).toContain('exports.registry = [')
  })

  testSome<[language: string, files: readonly string[]]>([
    ['js', ['lib/a.js', 'bin/a.js']],
    ['js', ['server/http/start.mjs']],
    ['js', ['migrations/001_a.js']],
    ['js', ['lib/a.js', 'lib/b.js', 'lib/types.d.ts', 'types/index.d.ts']],
    ['js', ['lib/a.js', 'lib/b.js', 'scripts/c.ts', 'dist/a.ts', 'node_modules/x/a.ts']],
    ['js', ['app.js', 'lib/a.js', 'test/fixtures/a.ts']],
    ['ts', []],
    ['ts', ['README.md', 'public/logo.svg', 'migrations/001_a.sql']],
    ['ts', ['node_modules/x/index.js', 'dist/a.js', '.cache/a.js']],
    ['ts', ['lib/a.ts', 'eslint.config.js', 'lib/b.ts']],
    ['ts', ['lib/a.ts', 'migrations/001_a.js']],
    ['ts', ['src/a.ts', 'lib/a.js', 'lib/b.js']],
    ['ts', ['lib/a.js', 'tsconfig.json']],
  ])('is of %s with %j', async (language, files) => {
    const texts = files.map((file) => [file, file.endsWith('.json') ? '{}' : ''])
    const root = packagedProject({ 'package.json': '{}', ...Object.fromEntries(texts) })
    expect((await projectFacts(root)).language).toBe(language)
    const asked = '{ "devDependencies": { "typescript": "*" } }'
    const typed = packagedProject({ ...Object.fromEntries(texts), 'package.json': asked })
    expect((await projectFacts(typed)).language).toBe('ts')
  })

  it('JavaScript all through where it stands in lib/', async () => {
    const root = packagedProject({ 'package.json': '{}', 'lib/index.js': '' })
    expect((await runProgram(root, ['init'])).exitCode).toBe(0)
    expect(filesIn(join(root, 'generated'))).toContain('registry.js')
    expect(filesIn(join(root, 'migrations'))).toEqual(['001_initial.js'])
  })

  it('ES modules in a package of them, whatever the newest migration looks like', async () => {
    const root = packagedProject({
      'package.json': '{ "type": "module" }',
      'index.js': '',
      'migrations/001_a.js':
        "exports.up = 'CREATE TABLE t (a INTEGER)'\nexports.down = 'DROP TABLE t'\n",
    })
    const { stdout } = await runProgram(root, ['init'])
    expect(stdout).toContain('001_a.js:1:1 error READ_COMMONJS')
    await runProgram(root, ['create', 'b'])
    expect(text(root, 'migrations/002_b.js')).toContain('export default')
    expect(existsSync(join(root, 'generated'))).toBe(false)
  })

  it('ES modules in a package that says nothing', async () => {
    const files = { 'migrations/001_a.js': "export default { up: 'SELECT 1', down: 'SELECT 1' }" }
    const root = await initIn({ ...files, 'package.json': '{}', 'index.js': '' })
    expect(text(root, 'migrations/002_add_users_table.js')).toContain('export default')
    expect(text(root, 'generated/registry.js')).toContain('export const registry = [')
  })

  testSome<[string, object]>([
    ['include', { include: ['src'] }],
    ['rootDir', { compilerOptions: { rootDir: 'src' }, include: ['src/**/*'] }],
  ])('sources that stand in a folder, by %s', async (_, tsconfig) => {
    const files = { 'package.json': TYPESCRIPT, 'tsconfig.json': JSON.stringify(tsconfig) }
    const root = await initIn(files)
    expect(filesIn(join(root, 'src'))).toEqual(
      expect.arrayContaining(['generated/registry.ts', 'migrations/002_add_users_table.ts']),
    )
    expect(text(root, 'lockstep.config.ts')).toContain("migrations: 'src/migrations'")
  })

  it('none whose tsconfig.json is broken, which is named; nothing is written', async () => {
    const files = {
      'package.json': TYPESCRIPT,
      'tsconfig.json': '{"compilerOptions": {"rootDir": }',
    }
    const root = packagedProject(files)
    const { exitCode, stderr } = await runProgram(root, ['init'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('tsconfig.json does not build: ')
    expect(filesIn(root)).toEqual(Object.keys(files).toSorted())
    addFiles(root, { 'lockstep.config.ts': 'export default {}' })
    const { stderr: later } = await runProgram(root, ['status'])
    expect(later).toContain('tsconfig.json:1:33: ')
    expect(later).toContain('Fix these places')
  })

  it('a rootDir, from below which the printed import starts', async () => {
    const root = packagedProject({
      'package.json': TYPESCRIPT,
      'tsconfig.json': '{ "compilerOptions": { "rootDir": "src" } }',
      'src/main.ts': 'export {}',
    })
    const { stdout } = await runProgram(root, ['init'])
    expect(stdout).toMatch(/from '\.\/generated\/registry\.\w+'/)
  })

  it('a rootDir that would refuse a configuration in TypeScript', async () => {
    const tsconfig = '{ "compilerOptions": { "rootDir": "src" } }'
    const root = await initIn({ 'package.json': TYPESCRIPT, 'tsconfig.json': tsconfig })
    expect(text(root, 'lockstep.config.mjs')).toContain("out: 'src/generated'")
  })

  it('isolatedDeclarations', async () => {
    const tsconfig = '{ "compilerOptions": { "isolatedDeclarations": true } }'
    const root = await initIn({ 'package.json': TYPESCRIPT, 'tsconfig.json': tsconfig })
    const files = ['lockstep.config.ts', 'migrations/001_initial.ts']
    for (const file of [...files, 'migrations/002_add_users_table.ts'])
      expect(text(root, file)).toMatch(
        /^const (config|migration): \w+ = \{$[^]*^export default \1$/m,
      )
  })

  testSome<[string, string[], string]>([
    ['dates', ['20240101120000_q.sql', '20240201_r.js'], 'VERSION_TIMESTAMP'],
    ['numbers from 0 on', ['0000_q.sql', 'meta/_journal.json'], 'VERSION_NOT_POSITIVE'],
    ['a folder for each', ['20240101_init/migration.sql', 'lock.toml'], 'FOLDER_UNEXPECTED'],
    ['no numbers', ['initial.ts'], 'FILE_UNNUMBERED'],
    ['a range of SQL', ['001-002_a.sql'], 'NAME_SQL_RANGE'],
    ['a renumbering broken off', ['.001_a.sql.renumbering'], 'RENUMBER_INTERRUPTED'],
  ])('no example comes before a history that has %s', async (_, names, code) => {
    const history = names.map((name) => [`db/${name}`, 'CREATE TABLE q (a);'])
    const root = packagedProject({
      'package.json': '{ "type": "module" }',
      ...Object.fromEntries(history),
    })
    const before = filesIn(join(root, 'db'))
    const { exitCode, stdout } = await runProgram(root, ['init', '--migrations', 'db'])
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/kept +db +not empty, so no example was written/)
    expect(stdout.includes('npx lockstep renumber ')).toBe(code.startsWith('VERSION'))
    expect(stdout).toContain('npx lockstep adopt ')
    const created = await runProgram(root, ['create', 'next one'])
    expect(created).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(code) })
    expect(filesIn(join(root, 'db'))).toEqual(before)
  })

  const KNEX =
    "CREATE TABLE knex_migrations (id integer, name text, batch integer, migration_time datetime); INSERT INTO knex_migrations (name) VALUES ('20240101000000_a.js')"
  testSome<[string, Record<string, string>, string | null, string[], string[]]>([
    [
      'a folder',
      { 'drizzle/0000_a.sql': 'CREATE TABLE a (b);', 'drizzle/meta/_journal.json': '{}' },
      null,
      [
        'drizzle/ holds 1 migration of drizzle.',
        'Bring the migrations of drizzle/ into migrations/',
      ],
      [],
    ],
    [
      'the database',
      {},
      'data/app.db',
      ['data/app.db has 1 row in knex_migrations, where knex records its migrations.'],
      ['Name data/app.db'],
    ],
    ['a database beside', {}, 'dev.sqlite3', ['Name dev.sqlite3 as `database`'], []],
  ])('no example comes before what another tool has left in %s', async (...given) => {
    const [, files, database, said, unsaid] = given
    const root = packagedProject({ 'package.json': '{ "type": "module" }', ...files })
    if (database !== null) makeDatabase(join(root, database), KNEX)
    const { exitCode, stdout } = await runProgram(root, ['init'])
    expect(exitCode).toBe(0)
    expect(filesIn(join(root, 'migrations'))).toEqual([])
    for (const text of [...said, 'npx lockstep renumber ', 'npx lockstep adopt '])
      expect(stdout).toContain(text)
    for (const text of [...unsaid, 'npx lockstep migrate ']) expect(stdout).not.toContain(text)
  })

  it('what another tool has left is not spoken of where migrations are', async () => {
    const sql = '-- irreversible: it is the first\nCREATE TABLE a (b);'
    const files = { 'drizzle/0000_a.sql': sql, 'migrations/001_a.sql': sql }
    const root = packagedProject({ 'package.json': '{ "type": "module" }', ...files })
    const { exitCode, stdout } = await runProgram(root, ['init'])
    expect(exitCode).toBe(0)
    expect(stdout).not.toContain('drizzle')
  })

  testSome([
    ['rows', KNEX.split(';')[0]!],
    ['a ledger', 'PRAGMA journal_mode = WAL; CREATE TABLE migrations (a)'],
  ])(
    'the example is written beside a database without %s, and what cannot be read',
    async (_, sql) => {
      const files = { 'broken.db': 'no database', 'drizzle/schema.ts': '' }
      const root = packagedProject({ 'package.json': '{ "type": "module" }', ...files })
      makeDatabase(join(root, 'data/other.db'), sql)
      const { exitCode } = await runProgram(root, ['init'])
      expect(exitCode).toBe(0)
      expect(filesIn(join(root, 'migrations'))).toEqual(['001_initial.ts'])
      expect(filesIn(join(root, 'data'))).toEqual(['other.db'])
    },
  )

  const OWN = "VALUES (1, '001_initial.js')"
  testSome<[string, string, string]>([
    [
      'tables',
      'PRAGMA journal_mode = WAL; CREATE TABLE notes (id INTEGER PRIMARY KEY, body)',
      'has tables, but no ledger _migrations with rows that say where they come from.',
    ],
    [
      "another program's ledger",
      `CREATE TABLE _migrations (id INTEGER PRIMARY KEY, name); INSERT INTO _migrations ${OWN}; CREATE TABLE notes (id)`,
      'has a table _migrations of another program.',
    ],
  ])('no example comes before %s of the database', async (_, sql, said) => {
    const root = packagedProject({ 'package.json': '{ "type": "module" }' })
    const database = join(root, 'data/app.db')
    makeDatabase(database, sql)
    const { exitCode, stdout } = await runProgram(root, ['init'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`data/app.db ${said}`)
    expect(stdout).toContain('write one that creates the schema as it is')
    expect(filesIn(join(root, 'migrations'))).toEqual([])
    expect(filesIn(join(root, 'data'))).toEqual(['app.db'])
    await takeOver(root, database)
  })

  it('the advice of a refusal beside the example holds, too', async () => {
    const root = packagedProject({ 'package.json': '{ "type": "module" }' })
    await runProgram(root, ['init'])
    const database = join(root, 'data/app.db')
    makeDatabase(database, 'CREATE TABLE notes (id)')
    for (const command of ['migrate', 'adopt']) {
      const { exitCode, stderr } = await runProgram(root, [command])
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringContaining('one migration that creates the schema as it is'),
      })
    }
    rmSync(join(root, 'migrations/001_initial.ts'))
    await takeOver(root, database)
  })

  testSome([
    ['nothing but an empty ledger', ['rollback', '--yes'], ['001_initial.ts'], ''],
    [
      'migrations applied that are gone',
      ['status'],
      [],
      'Bring the migrations that data/app.db has applied back into migrations/',
    ],
  ])('beside a database with %s', async (_, argv, files, said) => {
    const root = packagedProject({ 'package.json': '{ "type": "module" }' })
    for (const args of [['init'], ['migrate'], argv])
      expect(await runProgram(root, args)).toMatchObject({ exitCode: 0 })
    rmSync(join(root, 'migrations'), { recursive: true })
    const { exitCode, stdout } = await runProgram(root, ['init'])
    expect(exitCode).toBe(0)
    expect(filesIn(join(root, 'migrations'))).toEqual(files)
    expect(stdout).toContain(said)
    expect(stdout).not.toContain('npx lockstep adopt')
  })

  /** As docs/adopting.md says. */
  async function takeOver(root: string, database: string): Promise<void> {
    expect(await runProgram(root, ['create', 'initial', '--sql'])).toMatchObject({ exitCode: 0 })
    const db = new Database(database, { readonly: true })
    const made = db.prepare("SELECT sql FROM sqlite_master WHERE name = 'notes'").pluck().get()
    db.close()
    const text = `-- irreversible: it was there before\n${String(made)};\n`
    writeFileSync(join(root, 'migrations/001_initial.sql'), text)
    for (const argv of [['gen'], ['adopt', '--yes'], ['status'], ['verify'], ['migrate']]) {
      const { exitCode, stderr } = await runProgram(root, argv)
      expect(exitCode, `${argv.join(' ')}: ${stderr}`).toBe(0)
    }
  }

  it('a package of a monorepo is not set up from above', async () => {
    const root = packagedProject({
      'package.json': '{ "private": true, "workspaces": ["packages/*"] }',
      'tsconfig.json': '{ "files": [], "references": [{ "path": "packages/app" }] }',
      'packages/app/package.json': '{ "name": "app", "type": "module" }',
      'packages/app/tsconfig.json':
        '{ "compilerOptions": { "composite": true, "rootDir": "src" }, "include": ["src"] }',
      'packages/app/src/main.ts': 'export const a = 1',
    })
    const before = filesIn(root)
    const { exitCode, stderr } = await runProgram(root, ['init'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('packages/app is a package of its own')
    expect(stderr).toContain('Run `lockstep init` in packages/app.')
    expect(filesIn(root)).toEqual(before)
    expect(await runProgram(join(root, 'packages/app'), ['init'])).toMatchObject({ exitCode: 0 })
  })

  testSome([
    ['{ "devDependencies": { "typescript": "*" } }', 'nodenext', 'npm pkg set type=module'],
    ['{ "type": "module", "devDependencies": { "typescript": "*" } }', 'nodenext', null],
    ['{ "devDependencies": { "typescript": "*" } }', 'preserve', null],
    ['{ "type": "module", "devDependencies": { "typescript": "*" } }', 'commonjs', 'In tsconfig'],
  ])('%s with verbatimModuleSyntax and %s is told %s', async (manifest, module, told) => {
    const options = JSON.stringify({ compilerOptions: { module, verbatimModuleSyntax: true } })
    const root = packagedProject({ 'package.json': manifest, 'tsconfig.json': options })
    const { stdout } = await runProgram(root, ['init'])
    expect(stdout.includes('TS1295')).toBe(told !== null)
    expect(stdout).toContain(`Next:\n  ${told ?? 'npm install'}`)
  })

  it('nor does what stands above it count as its own', async () => {
    const root = packagedProject({
      'package.json': '{ "private": true, "type": "module" }',
      'lockstep.config.json': '{ "database": "data/root.db" }',
      'packages/app/package.json': '{ "name": "app", "type": "module" }',
    })
    const folder = join(root, 'packages/app')
    expect(await runProgram(folder, ['init'])).toMatchObject({ exitCode: 0 })
    expect(existsSync(join(folder, 'generated/registry.ts'))).toBe(true)
    expect(existsSync(join(root, 'migrations'))).toBe(false)
  })
})

it('several histories of one file begin with a table each', async () => {
  const root = packagedProject({
    'package.json': '{ "type": "module" }',
    'lockstep.config.js': `const of = (history) => ({ history, migrations: history, out: 'generated/' + history })
export default { database: 'app.db', databases: { app: of('app'), plugin: of('plugin') } }`,
  })
  linkClient(root)
  expect((await runProgram(root, ['init'])).exitCode).toBe(0)
  expect((await runProgram(root, ['migrate'])).stdout).toMatch(
    /^app.db .app. [^]*^app.db .plugin. /m,
  )
  const db = new Database(join(root, 'app.db'), { readonly: true })
  const named = db.prepare("SELECT name FROM sqlite_master WHERE name GLOB 'notes*' ORDER BY 1")
  expect(named.pluck().all()).toEqual(['notes_app', 'notes_plugin'])
  db.close()
})

describe('.gitignore', () => {
  const initIn = async (files: Record<string, string>): Promise<string> => {
    const root = packagedProject({ 'package.json': '{ "type": "module" }', ...files })
    await runProgram(root, ['init'])
    await runProgram(root, ['init'])
    return readFileSync(join(root, '.gitignore'), 'utf8')
  }
  testSome([
    [{}, 'node_modules/\n/data/app.db*\n'],
    [{ '.gitignore': 'dist' }, 'dist\nnode_modules/\n/data/app.db*\n'],
    [{ '.gitignore': 'dist\r\n' }, 'dist\r\nnode_modules/\r\n/data/app.db*\r\n'],
    [{ '.gitignore': 'node_modules/\n' }, 'node_modules/\n/data/app.db*\n'],
  ])('of %j becomes %j, and stays so', async (files, text) => {
    expect(await initIn(files)).toBe(text)
  })
  testSome([
    ['data/\n/node_modules\n', ''],
    ['*.db*\nnode_modules\n', ''],
    ['*.db\nnode_modules\n', '/data/app.db*\n'],
  ])('of a repository, where it is %j, gets %j', async (text, added) => {
    const root = packagedProject({ 'package.json': '{ "type": "module" }', '.gitignore': text })
    await run('git', ['init', '--quiet'], { cwd: root })
    await runProgram(root, ['init'])
    expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe(text + added)
  })
})
