// What `init` and `create` write: names, templates, configuration, package scripts.
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseFileName } from '../../codegen/project/file-name.js'
import { configTemplate } from '../../src/cli/scaffold/config-template.js'
import { firstSql } from '../../src/cli/scaffold/migration-template.js'
import { migrationTitle } from '../../src/cli/scaffold/migration-name.js'
import { addScripts } from '../../src/cli/scaffold/package-scripts.js'
import { scriptRunner } from '../../src/cli/scaffold/script-runner.js'
import { errorOf } from '../support/error-of.js'
import { runProgram } from './support/command-line.js'
import { copyOf, packagedProject } from './support/project.js'
import { addFiles, filesIn } from '../support/project.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

describe('the name of a migration', () => {
  testSome([
    [['add', 'users', 'table'], 'add_users_table', 'Add users table'],
    [['Add users table'], 'add_users_table', 'Add users table'],
    [['addUsersTable'], 'add_users_table', 'Add users table'],
    [['add-users', 'TABLE!'], 'add_users_table', 'Add users table'],
    [["don't", 'drop'], 'don_t_drop', 'Don t drop'],
    [['Größe', 'der', 'Tabelle'], 'grosse_der_tabelle', 'Grosse der tabelle'],
    [['café'], 'cafe', 'Cafe'],
    [['2fa', 'codes'], '2fa_codes', '2fa codes'],
    [['новая table'], 'table', 'Table'],
    [['a\nb\tc\u0000d'], 'a_b_c_d', 'A b c d'],
  ])('of %j is %s', (words, name, description) => {
    const title = migrationTitle(words)
    expect(title.name).toBe(name)
    expect(title.description).toBe(description)
    expect(parseFileName(`001_${title.name}.ts`)).toMatchObject({
      is: 'migration',
      canonical: `001_${title.name}.ts`,
    })
  })

  testSome([
    [['!!!'], 'no Latin letter'],
    [['таблица'], 'no Latin letter'],
    [[''], 'no Latin letter'],
    [['/etc/passwd'], 'looks like a path'],
    [['a\\b'], 'looks like a path'],
    [['word '.repeat(60)], 'more than 80'],
  ])('cannot be made of %j', (words, says) => {
    const error = errorOf(() => migrationTitle(words))
    expect(error.code).toBe('NAME_UNUSABLE')
    expect(error.message).toContain(says)
  })
})

describe('the SQL that a name says', () => {
  testSome([
    ['add_users_table', 'CREATE TABLE users (\n  id INTEGER PRIMARY KEY\n);', 'DROP TABLE users;'],
    [
      'create_the_order_table',
      'CREATE TABLE "order" (\n  id INTEGER PRIMARY KEY\n);',
      'DROP TABLE "order";',
    ],
    [
      'add_email_to_users',
      'ALTER TABLE users ADD COLUMN email TEXT;',
      'ALTER TABLE users DROP COLUMN email;',
    ],
    [
      'add_group_column_to_users_table',
      'ALTER TABLE users ADD COLUMN "group" TEXT;',
      'ALTER TABLE users DROP COLUMN "group";',
    ],
  ])('%s', (name, up, down) => expect(firstSql(name)).toEqual({ up, down }))

  testSome([
    'backfill_names',
    'add_index_to_users',
    'add_unique_to_users',
    'add_trigger_to_users_table',
    'drop_users_table',
    'rename_users',
  ])('%s says nothing', (name) => expect(firstSql(name)).toBeNull())
})

describe('the scripts of a package.json', () => {
  const add = (
    text: string,
    runner: 'runs-pre-scripts' | 'runs-no-pre-scripts' = 'runs-pre-scripts',
  ) => addScripts(text, runner)

  it('are added where pre-scripts run', () => {
    expect(JSON.parse(add('{ "name": "x", "scripts": { "build": "tsc" } }').text)).toEqual({
      name: 'x',
      scripts: { build: 'tsc', gen: 'lockstep gen', prebuild: 'lockstep gen' },
    })
  })

  it('stand in front of `build` where they do not', () => {
    const { text, added } = add('{ "scripts": { "build": "tsc" } }', 'runs-no-pre-scripts')
    expect(JSON.parse(text)).toEqual({
      scripts: { build: 'lockstep gen && tsc', gen: 'lockstep gen' },
    })
    expect(added).toEqual(['build', 'gen'])
  })

  it('go in front of a `prebuild` that is there, and leave a `gen` of the project alone', () => {
    for (const prebuild of ['rimraf dist', 'npm run gen']) {
      const answer = add(JSON.stringify({ scripts: { prebuild, gen: 'other' } }))
      expect(JSON.parse(answer.text)).toEqual({
        scripts: { prebuild: `lockstep gen && ${prebuild}`, gen: 'other' },
      })
      expect(answer).toMatchObject({ added: ['prebuild'], taken: true })
    }
  })

  testSome([
    ['two spaces', '{\n  "name": "x"\n}\n', '{\n  "name": "x",\n  "scripts": {\n    "gen": '],
    [
      'four spaces',
      '{\n    "name": "x"\n}\n',
      '{\n    "name": "x",\n    "scripts": {\n        "gen": ',
    ],
    ['tabs', '{\n\t"name": "x"\n}\n', '{\n\t"name": "x",\n\t"scripts": {\n\t\t"gen": '],
    ['CRLF', '{\r\n  "name": "x"\r\n}\r\n', '{\r\n  "name": "x",\r\n  "scripts": {\r\n    "gen": '],
    [
      'a byte order mark',
      '\ufeff{\n  "name": "x"\n}',
      '\ufeff{\n  "name": "x",\n  "scripts": {\n    "gen": ',
    ],
  ])('keep %s and the end of the file', (_what, before, start) => {
    const { text } = add(before)
    expect(text.startsWith(start)).toBe(true)
    expect(/\r?\n$/.exec(text)?.[0]).toBe(/\r?\n$/.exec(before)?.[0])
  })

  testSome(['lockstep gen', 'npm run gen && tsc -b', 'pnpm gen'])(
    'change nothing when %s is there already',
    (prebuild) => {
      const text = JSON.stringify({ scripts: { prebuild, gen: 'lockstep gen' } })
      expect(add(text)).toEqual({ text, added: [], taken: false })
    },
  )
})

describe('the package manager', () => {
  testSome([
    [{}, undefined, 'runs-pre-scripts'],
    [{}, 'npm@11.0.0', 'runs-pre-scripts'],
    [{}, 'yarn@4.5.0', 'runs-no-pre-scripts'],
    [{}, 'yarn@1.22.0', 'runs-pre-scripts'],
    [{}, 'pnpm@9.1.0+sha512.abc', 'runs-pre-scripts'],
    [{}, 'pnpm@8.6.0', 'runs-no-pre-scripts'],
    [{ '.yarnrc.yml': 'nodeLinker: node-modules' }, undefined, 'runs-no-pre-scripts'],
    [{ 'yarn.lock': '# yarn lockfile v1' }, undefined, 'runs-pre-scripts'],
    [{ 'yarn.lock': '__metadata:\n  version: 8' }, undefined, 'runs-no-pre-scripts'],
    [{ 'pnpm-lock.yaml': `lockfileVersion: '9.0'` }, undefined, 'runs-pre-scripts'],
    [{ 'pnpm-lock.yaml': `lockfileVersion: '6.0'` }, undefined, 'runs-no-pre-scripts'],
    [
      { 'pnpm-lock.yaml': 'lockfileVersion: 5.4', '.npmrc': 'enable-pre-post-scripts = true' },
      undefined,
      'runs-pre-scripts',
    ],
    [
      { 'pnpm-workspace.yaml': 'enablePrePostScripts: false' },
      'pnpm@10.1.0',
      'runs-no-pre-scripts',
    ],
    [{ '.npmrc': 'ignore-scripts=true' }, 'npm@11.0.0', 'runs-no-pre-scripts'],
  ])('%j with %s %s', (files, packageManager, expected) => {
    expect(scriptRunner(packagedProject(files), packageManager)).toBe(expected)
  })

  it('is that of the workspace the project belongs to', () => {
    const root = packagedProject({
      '.git/HEAD': '',
      '.yarnrc.yml': '',
      'packages/app/package.json': '{}',
    })
    expect(scriptRunner(join(root, 'packages/app'), undefined)).toBe('runs-no-pre-scripts')
  })
})

describe('the configuration file', () => {
  const facts = (language: 'ts' | 'js', modules: 'esm' | 'commonjs', ...installed: string[]) => ({
    language,
    modules,
    compiler: {
      sources: '/app',
      config: 'compiled' as const,
      isolatedDeclarations: false,
      refusesModules: false,
    },
    has: (name: string) => installed.includes(name),
  })

  testSome([
    [facts('ts', 'esm'), 'lockstep.config.ts'],
    [facts('js', 'esm'), 'lockstep.config.js'],
    [facts('js', 'commonjs'), 'lockstep.config.mjs'],
  ])('of %j is %s', (given, name) => {
    expect(configTemplate({ database: 'a.db' }, given).name).toBe(name)
  })

  it('registers the type of the handle where the types of the client are installed', () => {
    const typed = configTemplate({ database: 'a.db' }, facts('ts', 'esm', '@types/better-sqlite3'))
    expect(typed.text).toContain("handle: import('better-sqlite3').Database")
    expect(configTemplate({ database: 'a.db' }, facts('ts', 'esm')).text).not.toContain('Register')
  })
})

describe('init', () => {
  it('sets up an empty folder, which then generates', async () => {
    const root = packagedProject()
    const { exitCode, stdout, stderr } = await runProgram(root, ['init'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(filesIn(root)).toEqual([
      '.gitignore',
      'generated',
      'generated/SCHEMA.md',
      'generated/registry.ts',
      'generated/schema.sql',
      'generated/schema.ts',
      'lockstep.config.ts',
      'migrations',
      'migrations/001_initial.ts',
      'package.json',
    ])
    expect(stdout).toMatch(
      /^written {2}lockstep\.config\.ts\nwritten {2}migrations\/001_initial\.ts\nwritten {2}package\.json/,
    )
    expect(stdout).toContain('npx lockstep migrate')
    expect((await runProgram(root, ['gen', '--check'])).exitCode).toBe(0)
    expect((await runProgram(root, ['lint'])).stdout).toContain('nothing to complain about')
  })

  it('overwrites nothing, and says what it kept', async () => {
    const root = packagedProject()
    await runProgram(root, ['init'])
    addFiles(root, { 'migrations/001_initial.ts': '// mine\n' })
    const before = readFileSync(join(root, 'package.json'), 'utf8')
    const { exitCode, stdout, stderr } = await runProgram(root, ['init', '--db', 'other.db'])
    expect(exitCode).toBe(1)
    expect(stderr + stdout).toMatch(/kept +lockstep\.config\.ts +--db was not written into it/)
    expect(readFileSync(join(root, 'migrations/001_initial.ts'), 'utf8')).toBe('// mine\n')
    expect(readFileSync(join(root, 'package.json'), 'utf8')).toBe(before)
  })

  it('writes flags into the configuration, and JavaScript for a JavaScript project', async () => {
    const root = packagedProject({
      'package.json': '{\n\t"type": "module"\n}\n',
      'src/index.js': '',
    })
    const argv = [
      'init',
      '--db',
      'var/a.db',
      '--migrations',
      'db/steps',
      '--out',
      'src/made',
      '--json',
    ]
    const { exitCode, stdout } = await runProgram(root, argv)
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      files: [
        { file: 'lockstep.config.js', state: 'written' },
        { file: 'db/steps/001_initial.js', state: 'written' },
        { file: 'package.json', state: 'changed', note: 'scripts: gen, prebuild' },
        { file: '.gitignore', state: 'written', note: 'node_modules/, /var/a.db*' },
      ],
      generated: {
        ok: true,
        files: ['registry.js', 'schema.sql', 'schema.d.ts', 'SCHEMA.md'].map((name) => {
          return { file: `src/made/${name}`, state: 'written' }
        }),
      },
    })
    expect(readFileSync(join(root, 'lockstep.config.js'), 'utf8')).toContain(
      `  database: 'var/a.db',\n  migrations: 'db/steps',\n  out: 'src/made',\n`,
    )
    expect(readFileSync(join(root, 'package.json'), 'utf8')).toContain(
      '\n\t"scripts": {\n\t\t"gen"',
    )
  })

  testSome(['{ "name": ', '[]'])('changes nothing when package.json is %s', async (text) => {
    const root = packagedProject({ 'package.json': text })
    const { exitCode, stderr } = await runProgram(root, ['init'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('PACKAGE_INVALID')
    expect(filesIn(root)).toEqual(['package.json'])
  })
})

describe('create', () => {
  let initialised = ''
  beforeAll(async () => {
    initialised = packagedProject()
    await runProgram(initialised, ['init'])
  })

  testSome([
    { flags: [], file: '002_add_users_table.ts', form: 'defineMigration({' },
    {
      flags: ['--sql'],
      file: '002_add_users_table.sql',
      form: '-- migrate:up\nCREATE TABLE users',
    },
    {
      flags: ['--class'],
      file: '002_add_users_table.ts',
      form: 'class AddUsersTable extends Migration',
    },
  ])('writes $file with $flags and generates', async ({ flags, file, form }) => {
    const root = copyOf(initialised)
    const { exitCode, stdout } = await runProgram(root, ['create', 'add users', 'table', ...flags])
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`✓ migrations/${file}\ngenerated/registry.ts  written  2 migrations\n`)
    expect(readFileSync(join(root, 'migrations', file), 'utf8')).toContain(form)
    expect((await runProgram(root, ['gen', '--check'])).exitCode).toBe(0)
  })

  testSome([[], ['--sql'], ['--class']])(
    'leaves the registry alone until the migration says something (%s)',
    async (...flags) => {
      const root = copyOf(initialised)
      const { exitCode, stdout, stderr } = await runProgram(root, [
        'new',
        'backfill',
        'names',
        ...flags,
      ])
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      expect(stdout).toContain('It is still empty')
      expect(stdout).toContain('run `lockstep gen`')
      expect((await runProgram(root, ['lint'])).stdout).toContain('MIGRATION_EMPTY')
    },
  )

  it('lets several migrations be prepared before the first of them is written', async () => {
    const root = copyOf(initialised)
    await runProgram(root, ['create', 'add index'])
    const { exitCode, stdout, stderr } = await runProgram(root, ['create', '--sql', 'second'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain('It is still empty, like migrations/002_add_index.ts, so')
    expect(stdout).not.toContain('MIGRATION_EMPTY')
    const third = await runProgram(root, ['create', 'add c table'])
    expect(third.exitCode).toBe(0)
  })

  it('exits with 1 when something else is wrong with the folder', async () => {
    const root = copyOf(initialised)
    await runProgram(root, ['create', 'add a table'])
    addFiles(root, {
      'migrations/004_gap.sql': '-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 1;\n',
    })
    const { exitCode, stdout, stderr } = await runProgram(root, ['create', 'add b table'])
    expect(exitCode).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('VERSION_GAP')
    expect(stderr).toContain('The new migration was written')
    expect(filesIn(join(root, 'migrations'))).toContain('005_add_b_table.ts')
  })

  it('begins at 001 where there is no folder yet', async () => {
    const root = packagedProject({ 'package.json': '{}', 'tsconfig.json': '{}' })
    const { stdout } = await runProgram(root, ['create', 'add users table', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'migrations/001_add_users_table.ts',
      version: 1,
      id: '001',
    })
  })

  it('says so when the file cannot be written', async () => {
    const root = packagedProject({ 'package.json': '{}', 'tsconfig.json': '{}', occupied: '' })
    symlinkSync('nowhere/below', join(root, 'link'), 'dir')
    for (const [folder, code] of [
      ['link', 'FILE_UNWRITABLE'],
      ['occupied/below', 'FOLDER_UNREADABLE'],
    ] as const) {
      const argv = ['create', 'add users table', '--migrations', folder]
      const { exitCode, stderr } = await runProgram(root, argv)
      expect(exitCode).toBe(1)
      expect(stderr).toContain(code)
    }
  })
})
