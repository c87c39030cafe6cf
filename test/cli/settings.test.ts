// Where settings come from, which of them wins, and how wrong ones are named.
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildSettings } from '../../src/cli/settings/build-settings.js'
import { databaseOf } from '../../src/cli/settings/database-of.js'
import { loadEachSettings, loadSettings } from '../../src/cli/settings/load-settings.js'
import type { Sources } from '../../src/cli/settings/settings.js'
import { validateConfig } from '../../src/cli/settings/validate-config.js'
import { errorOf, failureOf } from '../support/error-of.js'
import { temporaryProject } from '../support/project.js'
import { testSome } from '../support/some-of.js'

const sources = (cwd: string, rest: Partial<Sources> = {}): Sources => ({
  flags: {},
  environment: {},
  cwd,
  ...rest,
})

testSome([symlinkSync, linkSync])(
  'a protected database is so by each of its names: %o',
  async (link) => {
    const databases =
      '{ "live": { "database": "a.db", "protected": true }, "main": { "database": "b.db" } }'
    const root = temporaryProject({
      'lockstep.config.json': `{ "databases": ${databases} }`,
      'a.db': '',
      'b.db': '',
    })
    link(join(root, 'a.db'), join(root, 'linked.db'))
    const named = async (db: string): Promise<boolean> =>
      (await loadSettings(sources(root, { flags: { name: 'main', db } }))).protected
    expect([await named('linked.db'), await named('x/../a.db'), await named('b.db')]).toEqual([
      true,
      true,
      false,
    ])
  },
)

describe('the configuration file', () => {
  testSome([
    [
      'lockstep.config.ts',
      `import { defineConfig } from 'lockstep'\nexport default defineConfig({ database: 'a.db' as string })`,
    ],
    ['lockstep.config.mts', `export default { database: 'a.db' }`],
    ['lockstep.config.js', `export default { database: 'a.db' }`],
    ['lockstep.config.mjs', `export default { database: 'a.db' }`],
    ['lockstep.config.cjs', `module.exports = { database: 'a.db' }`],
    ['lockstep.config.json', `\ufeff{ "database": "a.db" }`],
    ['package.json', `{ "lockstep": { "database": "a.db" } }`],
  ])('is read from %s', async (name, text) => {
    const root = temporaryProject({ 'package.json': '{}', [name]: text })
    const settings = await loadSettings(sources(root))
    expect(settings).toMatchObject({
      root,
      configFile: join(root, name),
      database: join(root, 'a.db'),
      migrations: join(root, 'migrations'),
      out: join(root, 'generated'),
      name: null,
    })
  })

  it('is looked for upwards to the root of the repository, and gives its folder to its paths', async () => {
    const root = temporaryProject({
      'lockstep.config.json': '{ "database": "data/a.db" }',
      '.git/HEAD': '',
      'packages/app/package.json': '{}',
      'packages/app/src/x.ts': '',
    })
    const settings = await loadSettings(sources(join(root, 'packages/app/src')))
    expect(settings.database).toBe(join(root, 'data/a.db'))
  })

  it('is not looked for above the project where there is no repository', async () => {
    const root = temporaryProject({
      'lockstep.config.json': '{ "database": "a.db" }',
      'app/package.json': '{}',
    })
    const settings = await loadSettings(sources(join(root, 'app')))
    expect(settings).toMatchObject({ configFile: null, database: null, root: join(root, 'app') })
  })

  testSome([
    ['a repository', '.git/HEAD'],
    ['a worktree, whose .git is a file', '.git'],
  ])('nor is the project looked for above %s', async (_, git) => {
    const root = temporaryProject({
      'package.json': '{}',
      [`mine/${git}`]: '',
      'mine/db/x.sql': '',
    })
    const found = async (folder: string): Promise<string> =>
      (await loadSettings(sources(join(root, folder)))).root
    expect(await found('mine')).toBe(join(root, 'mine'))
    expect(await found('mine/db')).toBe(join(root, 'mine/db'))
    writeFileSync(join(root, 'mine/package.json'), '{}')
    expect(await found('mine/db')).toBe(join(root, 'mine'))
  })

  it('is taken from the flag, relative to where the command was called', async () => {
    const root = temporaryProject({ 'etc/my.json': '{ "database": "a.db" }' })
    mkdirSync(join(root, 'work'))
    const settings = await loadSettings(
      sources(join(root, 'work'), { flags: { config: '../etc/my.json' } }),
    )
    expect(settings.database).toBe(join(root, 'etc/a.db'))
  })

  testSome([
    ['lockstep.config.json', '{ "database": ', 'JSON'],
    ['lockstep.config.ts', 'export default {', 'lockstep.config.ts:1:17'],
    ['lockstep.config.ts', `throw new RangeError('broken on purpose')`, 'broken on purpose'],
    ['lockstep.config.ts', `import './nowhere.js'`, 'lockstep.config.ts:1:8'],
  ])('that cannot be loaded is named with the reason (%s, %s)', async (name, text, says) => {
    const error = await failureOf(() => loadSettings(sources(temporaryProject({ [name]: text }))))
    expect(error.code).toBe('CONFIG_UNLOADABLE')
    expect(error.message).toContain(name)
    expect(error.message).toContain(says)
    expect(error.message).not.toContain('\\n')
  })

  it('that is empty is no configuration', async () => {
    const error = await failureOf(() =>
      loadSettings(sources(temporaryProject({ 'lockstep.config.json': '' }))),
    )
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).toContain('it is empty')
  })
})

describe('what wins', () => {
  const root = (): string =>
    temporaryProject({ 'lockstep.config.json': '{ "database": "config.db", "out": "made" }' })
  const environment = { LOCKSTEP_DATABASE: 'environment.db' }

  testSome([
    { flags: { db: 'flag.db' }, environment, database: 'flag.db' },
    { flags: {}, environment, database: 'environment.db' },
    { flags: {}, environment: { LOCKSTEP_DATABASE: '' }, database: 'config.db' },
    { flags: {}, environment: {}, database: 'config.db' },
  ])('$flags and $environment lead to $database', async ({ database, ...rest }) => {
    const cwd = root()
    expect((await loadSettings(sources(cwd, rest))).database).toBe(join(cwd, database))
  })

  it('lets flags name the folders', async () => {
    const cwd = root()
    const flags = { migrations: 'm', out: 'o' }
    expect(await loadSettings(sources(cwd, { flags }))).toMatchObject({
      migrations: join(cwd, 'm'),
      out: join(cwd, 'o'),
    })
  })

  testSome([
    [{ 'lockstep.config.ts': 'export default {}' }, 'ts'],
    [{ 'lockstep.config.js': 'export default {}' }, 'js'],
    [{ 'lockstep.config.js': 'export default {}', 'tsconfig.json': '{}' }, 'ts'],
    [{ 'lockstep.config.ts': `export default { language: 'js' }` }, 'js'],
    [{ 'migrations/001_a.ts': '' }, 'ts'],
    [{ 'migrations/001_a.ts': '', 'app.js': '' }, 'ts'],
    [{ 'lockstep.config.js': 'export default {}', 'migrations/001_a.ts': '' }, 'ts'],
    [{ 'migrations/001_a.js': '', 'migrations/_types.d.ts': '' }, 'js'],
    [{ 'migrations/001_a.sql': '' }, 'ts'],
    [{ 'migrations/001_a.sql': '', 'src/app.js': '' }, 'js'],
  ])('takes %j for a project in %s', async (files, language) => {
    expect((await loadSettings(sources(temporaryProject(files)))).language).toBe(language)
  })
})

it('tells the values of example rows apart, whatever their kind', async () => {
  const config = `export default { seeds: { t: [{ a: 1n, b: '1', c: new Uint8Array([1, 2]), d: null }] } }`
  const root = temporaryProject({ 'package.json': '{}', 'lockstep.config.js': config })
  const { seeds } = await loadSettings(sources(root))
  expect(seeds).toEqual({
    t: [{ a: 'bigint 1', b: 'string 1', c: 'object 1,2', d: 'object null' }],
  })
  expect(buildSettings(await loadSettings(sources(root)))).toMatchObject({ seeds })
})

describe('several databases', () => {
  const several = (databases: object): string =>
    temporaryProject({ 'lockstep.config.json': JSON.stringify({ onAhead: 'allow', databases }) })
  const entry = (folder: string, database?: string, more = {}): object => ({
    database,
    migrations: folder,
    out: `made/${folder}`,
    ...more,
  })
  const TWO = {
    main: { database: 'main.db' },
    cache: { database: 'cache.db', migrations: 'cache', out: 'made', onAhead: 'refuse' },
  }

  it('share what stands beside them, and keep what is their own', async () => {
    const cwd = several(TWO)
    const [main, cache] = await loadEachSettings(sources(cwd))
    expect(main).toMatchObject({
      name: 'main',
      database: join(cwd, 'main.db'),
      manager: { onAhead: 'allow' },
    })
    expect(cache).toMatchObject({
      name: 'cache',
      migrations: join(cwd, 'cache'),
      manager: { onAhead: 'refuse' },
    })
  })

  testSome([
    { databases: TWO, flags: {}, name: 'main' },
    { databases: TWO, flags: { name: 'cache' }, name: 'cache' },
    { databases: { only: { database: 'x.db' } }, flags: {}, name: 'only' },
  ])('of $databases, $flags picks $name', async ({ databases, flags, name }) => {
    expect((await loadSettings(sources(several(databases), { flags }))).name).toBe(name)
  })

  testSome([
    { databases: { a: {}, b: {} }, flags: {}, says: 'none of them is called main' },
    { databases: TWO, flags: { name: 'cahce' }, says: 'one called cache' },
  ])('refuses to guess: $says', async ({ databases, flags, says }) => {
    const error = await failureOf(() => loadSettings(sources(several(databases), { flags })))
    expect(error.code).toBe('DATABASE_AMBIGUOUS')
    expect(error.message).toContain(says)
  })

  it('refuses --name where there is only one', async () => {
    const cwd = temporaryProject({ 'lockstep.config.json': '{}' })
    const error = await failureOf(() => loadSettings(sources(cwd, { flags: { name: 'x' } })))
    expect(error.code).toBe('DATABASE_AMBIGUOUS')
    expect(error.fix).toContain('Leave out --name')
  })

  testSome([
    {
      databases: { main: { migrations: 'db/a' }, cache: { migrations: 'db/b' }, log: { out: 'x' } },
      says:
        'the databases main and cache share one folder for their generated files, generated, from different ' +
        "migrations, so each would overwrite the files of the other; give one of them an `out` of its own, such as `out: 'generated/cache'`",
    },
    {
      databases: { main: { out: 'made' }, cache: { out: './made/', table: 'ledger' } },
      says: 'the databases main and cache share one folder for their generated files, made, with different settings',
    },
    {
      databases: { main: { database: 'a.db' }, notes: entry('notes', './a.db') },
      says:
        'main and notes share one ledger, `_migrations` in a.db, for different migrations, in migrations and notes, so each ' +
        'would take the versions of the other for its own; give one of them a `history` of its own',
    },
    {
      databases: {
        main: { database: 'a.db', history: 'core' },
        notes: entry('notes', 'a.db', { table: '_MIGRATIONS_core' }),
      },
      says: 'main and notes share one ledger',
    },
  ])('may not take files or versions of each other for their own: $databases', async (given) => {
    const cwd = several(given.databases)
    for (const load of [loadSettings, loadEachSettings]) {
      const error = await failureOf(() => load(sources(cwd, { flags: { name: 'main' } })))
      expect(error.code).toBe('CONFIG_INVALID')
      expect(error.message).toContain(given.says)
      expect(error.facts['findings']).toHaveLength(1)
    }
  })

  testSome([
    ['the generated files of one history', { database: 'b.db' }],
    ['a ledger of one history', { database: 'a.db', out: 'other' }],
    ['a database', entry('notes', 'a.db', { history: 'notes' })],
    ['the name of a ledger in another database', entry('notes', 'b.db')],
    ['the name of a ledger where nothing says which database it is', entry('notes')],
  ])('may share %s', async (_, other) => {
    const cwd = several({ main: { database: 'a.db' }, other })
    expect(await loadEachSettings(sources(cwd))).toHaveLength(2)
  })

  testSome(['out', 'migrations'])('do not get one folder with --%s', async (flag) => {
    const cwd = several(TWO)
    const flags = { [flag]: 'x' }
    const error = await failureOf(() => loadEachSettings(sources(cwd, { flags })))
    expect(error.code).toBe('DATABASE_AMBIGUOUS')
    expect(error.message).toContain(`The flag --${flag} names one folder`)
    const named = sources(cwd, { flags: { ...flags, name: 'cache' } })
    expect(await loadEachSettings(named)).toMatchObject([{ [flag]: join(cwd, 'x') }])
  })

  it('does not let one variable stand for two files', async () => {
    const environment = { LOCKSTEP_DATABASE: 'x.db' }
    const error = await failureOf(() => loadSettings(sources(several(TWO), { environment })))
    expect(error.code).toBe('DATABASE_VARIABLE_AMBIGUOUS')
    const flags = { db: 'y.db', name: 'cache' }
    const cwd = several(TWO)
    expect((await loadSettings(sources(cwd, { environment, flags }))).database).toBe(
      join(cwd, 'y.db'),
    )
  })
})

describe('overrides', () => {
  const overrides = [{ files: ['migrations/0*'], rules: { UP_ASYNC: 'off' } }]
  it('know where their globs start', async () => {
    const cwd = temporaryProject({
      '.git/HEAD': '',
      'package.json': '{}',
      'db/lockstep.config.json': JSON.stringify({ overrides }),
    })
    const flags = { config: join(cwd, 'db/lockstep.config.json') }
    const { overrides: found } = await loadSettings(sources(cwd, { flags }))
    expect(found).toEqual([{ folder: 'db', ...overrides[0] }])
  })

  it('are known to be shared by several databases', async () => {
    const databases = { main: { database: 'a.db' }, cache: { database: 'b.db', overrides } }
    const cwd = temporaryProject({
      'package.json': '{}',
      'lockstep.config.json': JSON.stringify({ databases, overrides }),
    })
    const [main, cache] = await loadEachSettings(sources(cwd))
    expect(main!.overrides).toEqual([{ folder: '.', ...overrides[0], shared: true }])
    expect(cache!.overrides).toEqual([{ folder: '.', ...overrides[0] }])
  })
})

describe('the values of a configuration', () => {
  testSome([
    [{ databse: 'x' }, 'there is no key `databse` (did you mean `database`?)'],
    [{ migrationsFolder: 'x' }, 'there is no key `migrationsFolder`'],
    [{ toString: 'x' }, 'there is no key `toString`'],
    [{ database: 1 }, '`database` must be text, not 1'],
    [{ database: '  ' }, '`database` must be text, not "  "'],
    [{ driver: 'mysql' }, '`driver` must be \'better-sqlite3\', not "mysql"'],
    [{ onDrift: 'allow' }, "`onDrift` must be 'refuse' or 'warn'"],
    [{ mirrors: [1] }, '`mirrors` must be a list of functions, not [1]'],
    [{ open: 'x' }, '`open` must be a function, not "x"'],
    [{ onAhead: true }, "`onAhead` must be 'refuse' or 'allow', not true"],
    [{ lockTimeoutMs: -1 }, '`lockTimeoutMs` must be a number of milliseconds, 0 or more, not -1'],
    [{ rules: { UP_ASYNC: 'loud' } }, '`rules` must be an object of severities'],
    [{ overrides: {} }, '`overrides` must be a list of { files:'],
    [{ overrides: [{ files: 'a', rules: {} }] }, '`overrides` must be a list of'],
    [{ overrides: [{ files: [], rules: {} }] }, '`overrides` must be a list of'],
    [{ overrides: [{ file: ['a'], rules: {} }] }, '`overrides` must be a list of'],
    [{ overrides: [{ files: ['a'], rules: { X: 1 } }] }, '`overrides` must be a list of'],
    [{ overrides: [{ files: ['a'] }] }, '`overrides` must be a list of'],
    [{ seeds: 'db/seeds' }, 'the folder of `lockstep seed` is `seedsFolder`), not "db/seeds"'],
    [{ seedsFolder: '' }, '`seedsFolder` must be text, not ""'],
    [
      { out: 'ge*n' },
      '`out` must be a folder without `*` in its name, which bundlers take for a pattern, not "ge*n"',
    ],
    [{ protected: 'yes' }, '`protected` must be true or false, not "yes"'],
    [{ databases: {} }, '`databases` must be an object with an entry for each database'],
    [{ databases: { main: 'x.db' } }, '`databases.main` must be an object, not "x.db"'],
    [
      { databases: { main: { tabel: 'x' } } },
      'there is no key `databases.main.tabel` (did you mean `databases.main.table`?)',
    ],
    ['x', 'it must export an object by default'],
  ])('%j is refused', (value, says) => {
    const error = errorOf(() => validateConfig(value, 'lockstep.config.ts'))
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.message).toContain(says)
  })

  it('are all judged at once', () => {
    const error = errorOf(() => validateConfig({ a: 1, out: 2, table: '' }, 'x.json'))
    expect(error.facts['findings']).toHaveLength(3)
  })

  it('may be left undefined', () => {
    const config = { database: undefined, databases: { main: { table: 'ledger' } } }
    expect(validateConfig(config, 'x.ts')).toBe(config)
  })
})

describe('the path of the database', () => {
  testSome([':memory:', 'file:data/app.db', 'libsql://host/db'])('cannot be %s', async (db) => {
    const cwd = temporaryProject()
    const settings = await loadSettings(sources(cwd, { flags: { db } }))
    expect(errorOf(() => databaseOf(settings, cwd)).code).toBe('DATABASE_PATH_INVALID')
  })

  it('must be set somewhere', async () => {
    const cwd = temporaryProject({ 'lockstep.config.json': '{}' })
    const settings = await loadSettings(sources(cwd))
    const error = errorOf(() => databaseOf(settings, cwd))
    expect(error.code).toBe('DATABASE_UNSET')
    expect(error.message).toContain('lockstep.config.json names none')
    expect(error.fix).toContain('lockstep.config.json')
  })

  it('is told with the folders in which a configuration was looked for', async () => {
    const root = temporaryProject({ 'package.json': '{}' })
    const cwd = join(root, 'src', 'app')
    mkdirSync(cwd, { recursive: true })
    const settings = await loadSettings(sources(cwd))
    const messageIn = (folder: string) => errorOf(() => databaseOf(settings, folder)).message
    expect(messageIn(cwd)).toContain(
      `no configuration in ${cwd} or a folder above it, up to ${root}.`,
    )
    expect(messageIn(root)).toContain(`no configuration in ${root}.`)
  })
})
