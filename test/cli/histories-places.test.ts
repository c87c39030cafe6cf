// Where the histories are that migrations need: each in a ledger of its own, and all in one database.
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from './support/command-line.js'
import {
  allToldIn,
  CONFIG,
  GOOD,
  NOTES,
  twoHistories,
  USERS,
  type Told,
} from './support/two-histories.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

describe('histories in one ledger', () => {
  const beside = (more: string): string =>
    `export default { migrations: 'plugin', out: 'generated/plugin', ${more} }\n`
  const core = "core: { migrations: 'core', table: '_migrations' }"
  testSome([
    [
      'of the configuration',
      CONFIG.replace("history: 'core', ", '').replace("history: 'plugin', ", ''),
      'CONFIG_INVALID',
      'core and plugin share one ledger, `_migrations` in app.db',
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
      '`core:001` is needed, but that history uses the same ledger as this one: _migrations.',
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
    const { stdout } = await runProgram(twoHistories(files, config), ['gen', '--json'])
    const { diagnostics, error } = JSON.parse(stdout) as { diagnostics?: Told[]; error?: Told }
    const all = [...(diagnostics ?? []), ...(error ? [error] : [])]
    expect(all.map((one) => one.code)).toEqual([code])
    expect(all[0]?.message).toContain(said)
  })
})

describe('histories in two databases', () => {
  it('count less than one of the same name in the own one', async () => {
    const other =
      "other: { database: 'b.db', history: 'core', migrations: 'core', out: 'generated/core' },\n} }"
    expect(await allToldIn(twoHistories(GOOD, CONFIG.replace('} }', other)))).toEqual([])
  })

  it('cannot need each other, unless the configuration says where the other one is as well', async () => {
    const apart = (more = ''): string =>
      CONFIG.replace("database: 'app.db', ", '')
        .replace("'core',", "'core', database: 'a.db',")
        .replace("'plugin',", `'plugin', database: 'b.db', ${more}`)
    expect(await allToldIn(twoHistories(GOOD, apart()))).toMatchObject([
      {
        code: 'NEEDS_ELSEWHERE',
        file: 'plugin/001_notes.sql',
        line: 1,
        message: expect.stringContaining('in another database, a.db'),
      },
    ])
    expect(await allToldIn(twoHistories(GOOD, apart("histories: { core: 'core' },")))).toEqual([])
    // One file, by other words.
    expect(await allToldIn(twoHistories(GOOD, apart().replace("'b.db'", "'./a.db'")))).toEqual([])
    const linked = twoHistories(GOOD, apart().replace("'b.db'", "'there/a.db'"))
    symlinkSync(linked, join(linked, 'there'))
    expect(await allToldIn(linked)).toEqual([])
  })
})
