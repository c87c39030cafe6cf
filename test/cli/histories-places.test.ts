// Where the histories are that migrations need: each in a ledger of its own, and all in one database.
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryProject } from '../support/project.js'
import { runProgram } from './support/command-line.js'
import { linkClient } from './support/project.js'
import { processesHere } from '../support/processes-here.js'

processesHere()

const CONFIG = `export default { database: 'app.db', databases: {
  core: { history: 'core', migrations: 'core', out: 'generated/core' },
  plugin: { history: 'plugin', migrations: 'plugin', out: 'generated/plugin' },
} }\n`
const USERS =
  '-- migrate:up\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n-- migrate:down\nDROP TABLE users;\n'
const MAIL =
  '-- migrate:up\nALTER TABLE users ADD COLUMN mail TEXT;\n-- migrate:down\nALTER TABLE users DROP COLUMN mail;\n'
const NOTES = `-- needs: core:001
-- migrate:up
CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), text TEXT NOT NULL);
CREATE INDEX notes_user_id ON notes (user_id);
-- migrate:down
DROP TABLE notes;
`
const GOOD = {
  'core/001_users.sql': USERS,
  'core/002_mail.sql': MAIL,
  'plugin/001_notes.sql': NOTES,
}

function project(files: Readonly<Record<string, string>>, config = CONFIG): string {
  const root = temporaryProject({
    'package.json': '{ "type": "module" }\n',
    'lockstep.config.js': config,
    ...files,
  })
  linkClient(root)
  return root
}

interface Found {
  readonly code: string
  readonly file: string
  readonly line: number
  readonly message: string
}

async function found(root: string): Promise<readonly Found[]> {
  const { stdout } = await runProgram(root, ['gen', '--name', 'plugin', '--json'])
  return (JSON.parse(stdout) as { diagnostics: Found[] }).diagnostics
}

describe('histories in one ledger', () => {
  const beside = (more: string): string =>
    `export default { migrations: 'plugin', out: 'generated/plugin', ${more} }\n`
  const core = "core: { migrations: 'core', table: '_migrations' }"
  it.each([
    [
      'of the configuration',
      CONFIG.replace("history: 'core', ", '').replace("history: 'plugin', ", ''),
      'CONFIG_INVALID',
      'core and plugin keep one ledger, `_migrations` in app.db',
    ],
    [
      'of which one stands beside the other',
      CONFIG.replace("history: 'plugin', ", "table: '_migrations_core_log', "),
      'CONFIG_INVALID',
      'plugin keeps its ledger in `_migrations_core_log`, which is a table that core keeps',
    ],
    [
      'of which it names the other',
      beside(`histories: { ${core} }`),
      'NEEDS_LEDGER_SHARED',
      '`core:001` is needed, but that history keeps the same ledger as this one: _migrations.',
    ],
    [
      'that are both needed',
      beside(
        `history: 'p', histories: { ${core}, base: { migrations: 'base', table: '_MIGRATIONS' } }`,
      ),
      'NEEDS_LEDGER_SHARED',
      'the same ledger as the history core, which is needed as well: _MIGRATIONS.',
    ],
  ])('are an error: %s', async (_, config, code, said) => {
    const files = {
      ...GOOD,
      'base/001_base.sql': USERS.replaceAll('users', 'base'),
      ...(config.includes('base') && {
        'plugin/001_notes.sql': NOTES.replace('core:001', 'core:001, base:001'),
      }),
    }
    const { stdout } = await runProgram(project(files, config), ['gen', '--json'])
    const { diagnostics, error } = JSON.parse(stdout) as { diagnostics?: Found[]; error?: Found }
    const all = [...(diagnostics ?? []), ...(error ? [error] : [])]
    expect(all.map((one) => one.code)).toEqual([code])
    expect(all[0]?.message).toContain(said)
  })
})

describe('histories in two databases', () => {
  it('count less than one of the same name in the own one', async () => {
    const other =
      "other: { database: 'b.db', history: 'core', migrations: 'core', out: 'generated/core' },\n} }"
    expect(await found(project(GOOD, CONFIG.replace('} }', other)))).toEqual([])
  })

  it('cannot need each other, unless the configuration says where the other one is as well', async () => {
    const apart = (more = ''): string =>
      CONFIG.replace("database: 'app.db', ", '')
        .replace("'core',", "'core', database: 'a.db',")
        .replace("'plugin',", `'plugin', database: 'b.db', ${more}`)
    expect(await found(project(GOOD, apart()))).toMatchObject([
      {
        code: 'NEEDS_ELSEWHERE',
        file: 'plugin/001_notes.sql',
        line: 1,
        message: expect.stringContaining('in another database, a.db'),
      },
    ])
    expect(await found(project(GOOD, apart("histories: { core: 'core' },")))).toEqual([])
    // One file, by other words.
    expect(await found(project(GOOD, apart().replace("'b.db'", "'./a.db'")))).toEqual([])
    const linked = project(GOOD, apart().replace("'b.db'", "'there/a.db'"))
    symlinkSync(linked, join(linked, 'there'))
    expect(await found(linked)).toEqual([])
  })
})
