// Several histories in one database file, each an entry of the configuration with a name, folders and a ledger of its own.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { temporaryProject } from '../support/project.js'
import { runProgram } from './support/command-line.js'
import { linkClient } from './support/project.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const table = (name: string): string =>
  `-- migrate:up\nCREATE TABLE ${name} (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE ${name};\n`
const CONFIG = `export default { database: 'app.db', databases: {
  app: { migrations: 'app/migrations', out: 'app/generated' },
  plugin: { history: 'plugin', migrations: 'plugin/migrations', out: 'plugin/generated' },
} }\n`

function project(config = CONFIG): string {
  const root = temporaryProject({
    'package.json': '{ "type": "module" }\n',
    'lockstep.config.js': config,
    'app/migrations/001_users.sql': table('users'),
    'plugin/migrations/001_notes.sql': table('notes'),
  })
  linkClient(root)
  return root
}

interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly fix: string }
}

async function said(root: string, ...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runProgram(root, argv)
  expect(exitCode, stdout + stderr).toBe(0)
  return stdout
}

function inDatabase(root: string, sql: string): void {
  const db = new Database(join(root, 'app.db'))
  db.exec(sql)
  db.close()
}

testSome([[['app', 'plugin']], [['plugin', 'app']]])(
  'are applied in the order %j',
  async (order) => {
    const root = project()
    await said(root, 'gen')
    for (const name of order) await said(root, 'migrate', '--name', name)
    for (const name of order) {
      const status: unknown = JSON.parse(await said(root, 'status', '--name', name, '--json'))
      expect(status).toMatchObject({ state: 'current', version: 1, problems: [] })
      const found: unknown = JSON.parse(await said(root, 'verify', '--name', name, '--json'))
      expect(found).toMatchObject({ ok: true, problems: [] })
    }
    await said(root, 'rollback', '--name', 'plugin', '--yes')
    const db = new Database(join(root, 'app.db'), { readonly: true })
    const names = db.prepare('SELECT name FROM sqlite_master ORDER BY name').pluck().all()
    expect(names).toEqual(
      expect.arrayContaining([
        '_migrations',
        '_migrations_plugin',
        '_migrations_plugin_log',
        'users',
      ]),
    )
    expect(names).not.toContain('notes')
    db.close()
  },
)

it('stand in the registry by name, and nothing does of one without', async () => {
  const root = project()
  await said(root, 'gen')
  const registry = (name: string): string =>
    readFileSync(join(root, name, 'generated/registry.js'), 'utf8')
  expect(registry('plugin')).toMatch(/history: ["']plugin["']/)
  expect(registry('app')).not.toContain('history')
  const renamed = project(CONFIG.replace("history: 'plugin'", "history: 'notes'"))
  await said(renamed, 'gen')
  await said(renamed, 'check')
})

testSome([
  ["history: 'my-plugin'", 'must be a snake_case name'],
  ["history: 'core_log'", 'nor ends in _log, _lock, _progress or _downs'],
  ["history: 'before_lockstep'", 'must be a snake_case name'],
  ["history: 'plugin', table: 'mine'", 'must be left out: that of a history with a name is'],
])('are refused with %s', async (stated, reason) => {
  const root = project(CONFIG.replace("history: 'plugin'", stated))
  const { exitCode, stderr } = await runProgram(root, ['gen'])
  expect(exitCode).toBe(2)
  expect(stderr.replace(/\s+/g, ' ')).toContain(reason)
})

describe('a target that names its history', () => {
  const ready = async (): Promise<string> => {
    const root = project()
    await said(root, 'gen')
    return root
  }
  it('is planned, migrated and rolled back', async () => {
    const root = await ready()
    const plan: unknown = JSON.parse(await said(root, 'plan', '--to', 'plugin:001', '--json'))
    expect(plan).toMatchObject({ history: 'plugin', to: 1, steps: [{ name: 'notes' }] })
    expect(await said(root, 'migrate', '--to=plugin:1')).toMatch(/notes.*\napp.db \(plugin\)  1 /)
    const status: unknown = JSON.parse(await said(root, 'status', '--name', 'plugin', '--json'))
    expect(status).toMatchObject({ history: 'plugin', state: 'current' })
    expect(await said(root, 'status', '--name', 'plugin')).toContain('app.db (plugin)')
    expect(await said(root, 'plan', '--name', 'plugin')).toContain('app.db (plugin)')
    const history: unknown = JSON.parse(await said(root, 'history', '--name', 'plugin', '--json'))
    expect(history).toMatchObject({ history: 'plugin', entries: [{ name: 'notes' }] })
    const undone: unknown = JSON.parse(
      await said(root, 'rollback', '--to', 'plugin:0', '--yes', '--json'),
    )
    expect(undone).toMatchObject({ history: 'plugin', to: 0 })
    expect(await said(root, 'history', '--name', 'plugin')).toMatch(
      /^app\.db \(plugin\)\n\nTime .*rolled back/s,
    )
  })
  it('names an entry whose history has no name as well', async () => {
    const root = await ready()
    const plan: unknown = JSON.parse(await said(root, 'plan', '--to', 'app:001', '--json'))
    expect(plan).toMatchObject({ to: 1, steps: [{ name: 'users' }] })
    expect(plan).not.toHaveProperty('history')
  })
  it('finds the one history of a configuration', async () => {
    const root = project(
      "export default { database: 'app.db', history: 'plugin', migrations: 'plugin/migrations' }\n",
    )
    await said(root, 'gen')
    expect(await said(root, 'migrate', '--to', 'plugin:001')).toContain('notes')
  })
  testSome([
    [['plan', '--to', 'other:001'], 'called other'],
    [['plan', '--to', 'plugin:001', '--name', 'app'], '--name says app'],
    [['plan', '--to', 'plugin:'], 'a version, like 3 or 003'],
  ])('is refused: %j', async (argv, reason) => {
    const { exitCode, stderr } = await runProgram(await ready(), argv)
    expect(exitCode).toBe(2)
    expect(stderr.replace(/\s+/g, ' ')).toContain(reason)
  })
})

describe('that need each other', () => {
  const needing = async (config?: string): Promise<string> => {
    const root = project(config)
    for (const [file, needs] of [
      ['plugin/migrations/001_notes.sql', 'app:001'],
      ['more/001_more.sql', 'app:001, plugin:001'],
    ] as const) {
      mkdirSync(join(root, 'more'), { recursive: true })
      writeFileSync(join(root, file), `-- needs: ${needs}\n${table(file.slice(0, 4))}`)
    }
    await said(root, 'gen')
    return root
  }
  const THREE = CONFIG.replace(
    'plugin: {',
    "more: { history: 'more', migrations: 'more', out: 'generated/more' },\n  plugin: {",
  )
  const failing = async (root: string, ...argv: string[]): Promise<Failure['error']> => {
    const { exitCode, stdout } = await runProgram(root, [...argv, '--json'])
    expect(exitCode).toBe(1)
    return (JSON.parse(stdout) as Failure).error
  }
  const APPLY = 'Migrate without `--name`: that applies all histories, each after what it needs.'

  it('are shown by the status where one of them cannot be looked at', async () => {
    const root = await needing()
    rmSync(join(root, 'plugin/generated'), { recursive: true, force: true })
    const { exitCode, stdout } = await runProgram(root, ['status'])
    expect(exitCode).toBe(1)
    expect(stdout).toContain('✗ REGISTRY_MISSING  History plugin: There is no registry at')
    expect(stdout).toMatch(/\n0 applied, 1 pending/)
    const { stdout: json } = await runProgram(root, ['status', '--json'])
    expect(JSON.parse(json)).toMatchObject({
      histories: { app: { state: 'empty' }, plugin: { error: { code: 'REGISTRY_MISSING' } } },
    })
  })

  it('are named by each event of a run over all of them', async () => {
    const root = await needing()
    for (const argv of [['--dry-run'], []]) {
      const lines = (await said(root, 'migrate', '--events', ...argv)).trim().split('\n')
      const told = lines.slice(0, -1).map((line) => JSON.parse(line) as { history?: string })
      expect(new Set(told.map(({ history }) => history))).toEqual(new Set([undefined, 'plugin']))
    }
  })

  it('are told what is missing, and the command', async () => {
    const root = await needing()
    for (const argv of [['plan'], ['migrate'], ['migrate', '--dry-run']])
      expect(await failing(root, ...argv, '--name', 'plugin')).toMatchObject({
        code: 'NEEDS_UNMET',
        message: expect.stringContaining('needs app:001, which is not applied') as string,
        fix: APPLY,
      })
    inDatabase(root, 'CREATE TABLE plug (id INTEGER PRIMARY KEY)')
    const { fix } = await failing(root, 'mark', '1', '--applied', '--name', 'plugin', '--yes')
    expect(fix).toMatch(/^Migrate .*`lockstep adopt --name app`\. To record .*--force/)
  })

  it('are told of by the status, until that is done', async () => {
    const root = await needing(THREE)
    const { exitCode, stdout } = await runProgram(root, ['status', '--name', 'more', '--json'])
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      problems: [
        {
          code: 'NEEDS_UNMET',
          fix: APPLY,
        },
      ],
    })
    const text = await runProgram(root, ['status', '--name', 'plugin'])
    expect(text.stdout).toContain(APPLY)
    await said(root, 'migrate', '--to', 'app:001')
    expect(await said(root, 'status', '--name', 'plugin')).not.toContain('NEEDS_UNMET')
    expect(await said(root, 'plan', '--name', 'plugin')).toContain('needs app:001')
    await said(root, 'migrate', '--name', 'plugin')
    await said(root, 'migrate', '--name', 'more')
    const back = async (): Promise<unknown> => failing(root, 'rollback', '--to', 'app:0', '--yes')
    const refused = await back()
    expect(refused).toMatchObject({
      code: 'NEEDED_ELSEWHERE',
      fix: expect.stringContaining(
        'what needs it: `lockstep rollback --to more:000`, `lockstep rollback --to plugin:000`. If',
      ) as string,
    })
    // As the registries say it, where somebody has emptied the rows.
    inDatabase(
      root,
      'UPDATE _migrations_plugin SET needs = NULL; UPDATE _migrations_more SET needs = NULL',
    )
    expect(await back()).toEqual(refused)
    const mark = ['mark', '1', '--pending', '--name', 'app', '--yes']
    expect(await failing(root, ...mark)).toMatchObject({ code: 'NEEDED_ELSEWHERE' })
    expect(await said(root, 'repair', '--name', 'plugin', '--yes')).toContain('needs  none →')
  })
  it('are undone as they were applied, and what the others made is not asked about where that is not known', async () => {
    const root = await needing()
    await said(root, 'migrate', '--name', 'app')
    await said(root, 'migrate', '--name', 'plugin')
    const edited = async (more: string): Promise<void> => {
      const text = `-- needs: app:001\n${table('plug').replace(');', `, ${more});`)}`
      writeFileSync(join(root, 'plugin/migrations/001_notes.sql'), text)
      await said(root, 'gen', '--name', 'plugin')
    }
    await edited('a TEXT')
    expect(await said(root, 'redo', '--name', 'plugin')).toContain('by the down of the record of')
    inDatabase(root, 'CREATE TABLE by_hand (x)')
    await edited('b TEXT')
    rmSync(join(root, 'node_modules/.cache'), { recursive: true })
    const { exitCode, stderr } = await runProgram(root, ['redo', '--name', 'plugin'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('may have created these, which stay: table by_hand\n')
  })
  describe('and are all meant where nobody says which', () => {
    const all = async (config = THREE): Promise<string> =>
      needing(config.replace('  app: {', "  app: { history: 'app',"))
    const json = async (root: string, ...argv: string[]): Promise<unknown> => {
      const { stdout, stderr } = await runProgram(root, [...argv, '--json'])
      return JSON.parse(stdout || stderr)
    }
    it('are migrated in their order, and told of by the status', async () => {
      const root = await all()
      const before = await runProgram(root, ['status', '--check'])
      expect(before).toMatchObject({ exitCode: 3, stderr: '' })
      expect(before.stdout).toContain('app.db (more)  does not exist yet')
      expect(before.stdout).toContain('Apply with `lockstep migrate`.')
      const text = await said(root, 'migrate', '--backup', 'before.db')
      expect(text).not.toContain('Copied')
      expect(text.match(/(?<=^app.db \()\w+/gm)).toEqual(['app', 'plugin', 'more'])
      expect(await json(root, 'migrate')).toMatchObject({
        histories: { app: { to: 1, steps: [] }, plugin: { to: 1 }, more: { to: 1 } },
      })
      expect(await json(root)).toMatchObject({
        histories: { app: { state: 'current' }, more: { history: 'more', state: 'current' } },
      })
      // They are in one file.
      expect((await said(root, 'info')).match(/(?<=Schema version of )\w+/g)).toHaveLength(3)
      expect(await json(root, 'info')).toMatchObject({ histories: { more: { version: 1 } } })
      expect(await said(root, 'backup', 'copy.db')).toContain('copy.db')
    })
    it('are planned in one, tried on one copy, verified, and told of by their logs', async () => {
      const root = await all()
      const plan = await said(root, 'plan')
      expect(plan).toMatch(
        /^app\.db  3 steps: app from 000 to 001, plugin .* more from 000 to 001\.\n/,
      )
      expect(plan.match(/(?<=^  \d\. +)\w+/gm)).toEqual(['app', 'plugin', 'more'])
      expect(await json(root, 'plan')).toMatchObject({
        histories: {
          app: { to: 1 },
          plugin: { history: 'plugin', steps: [{ needs: ['app:001'] }] },
        },
        steps: [
          { history: 'app', kind: 'apply', id: '001' },
          { history: 'plugin', kind: 'apply' },
          { history: 'more', kind: 'apply' },
        ],
      })
      const none = await runProgram(root, ['verify'])
      expect(none).toMatchObject({
        exitCode: 1,
        stdout: expect.stringContaining('DATABASE_CANNOT_OPEN') as string,
      })
      const before = readdirSync(root)
      expect(
        (await said(root, 'migrate', '--dry-run')).match(/1 migration would be applied/g),
      ).toHaveLength(3)
      expect(readdirSync(root)).toEqual(before)
      await said(root, 'migrate', '--name', 'app')
      const copied = readdirSync(root)
      const marked = await said(root, 'mark', '1', '--pending', '--name', 'app', '--yes')
      expect(marked).toContain('History app is at 000.')
      await said(root, 'mark', '1', '--applied', '--name', 'app', '--yes')
      expect(await json(root, 'migrate', '--dry-run')).toMatchObject({
        histories: { app: { steps: [] }, plugin: { to: 1, dryRun: true }, more: { to: 1 } },
      })
      expect(readdirSync(root)).toEqual(copied)
      await said(root, 'migrate')
      expect(await said(root, 'plan')).toBe(
        'app.db  There is nothing to do: app is at 001, plugin is at 001, more is at 001.\n',
      )
      expect(
        (await said(root, 'verify')).match(/^app\.db \(\w+\)  as it should be/gm),
      ).toHaveLength(3)
      const db = new Database(join(root, 'app.db'))
      db.exec('CREATE TABLE c (x REFERENCES a); PRAGMA foreign_keys = 0; INSERT INTO c VALUES (7)')
      const orphans = [{ code: 'FOREIGN_KEY_ORPHANS' }]
      expect(await json(root, 'verify')).toMatchObject({
        histories: {
          app: { history: 'app', problems: orphans },
          plugin: { comparedWith: 'schema', problems: orphans },
          more: { ok: false },
        },
      })
      expect((await said(root, 'history')).match(/^app\.db \(\w+\)\n/gm)).toHaveLength(3)
      expect(await json(root, 'history')).toMatchObject({
        histories: { plugin: { entries: [{ action: 'apply', id: '001' }] } },
      })
    })
    it('are not begun where one of them cannot be migrated', async () => {
      const root = await all()
      await said(root, 'migrate', '--name', 'app')
      inDatabase(root, "UPDATE _migrations_app SET checksum = '1:x', lineage = '1:x'")
      expect(await failing(root, 'migrate')).toMatchObject({
        code: 'HISTORY_EDITED',
        message: expect.stringMatching(/^History app: /) as string,
        fix: expect.stringContaining('`lockstep repair --name app`') as string,
        facts: {
          problems: [{ fix: expect.stringContaining('`lockstep repair --name app`') as string }],
        },
      })
      expect(await json(root)).toMatchObject({ histories: { plugin: { version: 0 } } })
      // All together would be refused; each by itself is not, what it needs first.
      const { stdout } = await runProgram(root, ['status'])
      expect(stdout).not.toContain('`lockstep migrate`')
      expect(stdout).toContain('0 applied, 1 pending. Apply with `lockstep migrate --name plugin`.')
      expect(stdout).toContain('→ Apply what is needed first: `lockstep migrate --to plugin:001`.')
    })
    it('say what was done before one that fails, by the names of their histories', async () => {
      const root = await all(THREE.replace('  plugin: {', '  extra: {'))
      inDatabase(root, 'CREATE TABLE _migrations_x (a); CREATE TABLE plug (a)')
      await said(root, ...'mark 1 --applied --force --reason x --name app --yes'.split(' '))
      expect(await failing(root, 'migrate')).toMatchObject({
        code: 'MIGRATION_FAILED',
        message: expect.stringMatching(
          /^History plugin: [^]*\nBefore it: app is up to date at 001\.\nNot started: more\.$/,
        ) as string,
        facts: { history: 'extra', before: { app: { to: 1 } } },
      })
    })
    testSome([
      ['a target', THREE, ['migrate', '--to', '1']],
      ['another file', CONFIG.replace('plugin: {', "plugin: { database: 'other.db',"), ['status']],
    ])('but not with %s', async (_, config, argv) => {
      const { exitCode, stderr } = await runProgram(
        project(config.replace('  app: {', "  app: { history: 'app',")),
        argv,
      )
      expect(exitCode).toBe(2)
      expect(stderr).toContain('Say which one with --name: ')
    })
  })
  it('are all named where the file is emptied', async () => {
    const root = await needing()
    const alone = await said(root, 'migrate', '--name', 'app').then(() =>
      said(root, 'reset', '--name', 'app', '--yes'),
    )
    expect(alone).toBe(
      'Everything in app.db was deleted. Build the schema again with `lockstep migrate --name app`.\n',
    )
    await said(root, 'migrate', '--name', 'app')
    await said(root, 'migrate', '--name', 'plugin')
    const { stderr } = await runProgram(root, ['reset', '--name', 'plugin'])
    expect(stderr).toContain('may be deleted, with the other history in it (app).')
    expect(await said(root, 'reset', '--name', 'plugin', '--yes')).toBe(
      'Everything in app.db was deleted, with the other history in it (app). Build each schema again, starting with what others need: `lockstep migrate --name app`, `lockstep migrate --name plugin`.\n',
    )
  })
  it('have no command where the other one is no entry of the configuration', async () => {
    const root = await needing(`export default { database: 'app.db', history: 'plugin',
      migrations: 'plugin/migrations', histories: { app: { migrations: 'app/migrations', table: '_migrations' } } }\n`)
    expect(await failing(root, 'plan')).toMatchObject({
      message: expect.stringContaining('needs app:001, which') as string,
      fix: 'Migrate app first, with its own code or configuration.',
    })
  })
})
