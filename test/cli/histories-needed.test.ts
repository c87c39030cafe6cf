// Migrations that need versions of other histories: what the build refuses, and what it proves them on.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { digest, leaf } from '../../codegen/checksum/digest.js'
import { addFiles } from '../support/project.js'
import { runProgram } from './support/command-line.js'
import {
  allToldIn,
  CONFIG,
  GOOD,
  MAIL,
  NOTES,
  twoHistories,
  USERS,
  toldIn,
  type Told,
  up,
} from './support/two-histories.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const NO_CHANGE = "export default { alter: { nothing: { drop: ['a'] } }, down: 'auto' }\n"
function committed(root: string, ...files: readonly string[]): void {
  for (const args of [
    ['init', '-b', 'main'],
    ['add', ...files],
    ['commit', '-m', 'a title'],
  ])
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
      cwd: root,
      stdio: 'ignore',
    })
}

const registryOf = (root: string, name: string): string =>
  readFileSync(join(root, 'generated', name, 'registry.js'), 'utf8').replaceAll('"', "'")

describe('right histories', () => {
  it('are proven on what they need, which is no part of their schema', async () => {
    const root = twoHistories({
      ...GOOD,
      'plugin/002_more.js': `export const needs = ['core:002']
export const irreversible = 'it copies'
export const up = "CREATE TABLE mailed (id INTEGER PRIMARY KEY, mail TEXT); INSERT INTO mailed (mail) SELECT mail FROM users"
`,
      'plugin/003_on_users.sql': `-- migrate:up
CREATE INDEX users_mail ON users (mail);
CREATE TRIGGER users_gone AFTER DELETE ON users BEGIN DELETE FROM notes WHERE user_id = OLD.id; END;
-- migrate:down
DROP TRIGGER users_gone;
DROP INDEX users_mail;
`,
      'plugin/004_declared.js': `export default {
  needs: ['core:002'],
  alter: { notes: {
    add: { title: 'TEXT', by: 'INTEGER UNIQUE' },
    foreignKeys: { add: [{ columns: ['by'], references: 'users', to: ['id'] }] },
  } },
  down: 'auto',
}\n`,
    })
    expect(await allToldIn(root)).toEqual([])
    const text = registryOf(root, 'plugin')
    expect(text).toMatch(/needs: \['core:001'\],\s+dependencies,/)
    expect(text).toMatch(/needs: \['core:002'\],\s+dependencies,/)
    expect(text).toContain('import { dependencies')
    expect(text).not.toContain("'table users'")
    expect(text).toContain("'index users_mail'")
    const schema = readFileSync(join(root, 'generated/plugin/schema.sql'), 'utf8')
    expect(schema).not.toContain('CREATE TABLE users')
    await runProgram(root, ['gen'])
    const { exitCode, stdout, stderr } = await runProgram(root, ['check'])
    expect(exitCode, stdout + stderr).toBe(0)
  })

  it('may need a history that needs another, and one without a name', async () => {
    const config = `export default {
      database: 'app.db', history: 'plugin', migrations: 'plugin', out: 'generated/plugin',
      histories: { core: 'core', base: { migrations: 'base', table: '_migrations' } },
    }\n`
    const files = {
      ...GOOD,
      'base/001_base.sql': USERS.replaceAll('users', 'base'),
      'core/002_mail.sql': `-- needs: base:001\n${MAIL}`.replace(
        'ADD COLUMN mail TEXT;',
        'ADD COLUMN mail TEXT REFERENCES base (id);',
      ),
      'plugin/001_notes.sql': NOTES.replace('core:001', 'core:002, base:001'),
    }
    const root = twoHistories(files, config)
    const { stdout } = await runProgram(root, ['gen', '--json'])
    expect((JSON.parse(stdout) as { diagnostics: Told[] }).diagnostics).toEqual([])
    expect(registryOf(root, 'plugin')).toMatch(/needs: \['core:002', ''_migrations':001'\]/)
  })

  it('are other ones where they need something else, and are generated anew where that has changed', async () => {
    const root = twoHistories(GOOD)
    await allToldIn(root)
    const checksum = /checksum: '(\S+)'/.exec(registryOf(root, 'plugin'))?.[1]
    const other = twoHistories({
      ...GOOD,
      'plugin/001_notes.sql': NOTES.replace('core:001', 'core:2'),
    })
    await allToldIn(other)
    expect(registryOf(other, 'plugin')).toContain("needs: ['core:002']")
    expect(registryOf(other, 'plugin')).not.toContain(checksum)
  })

  it('are proven on what the registry of the other says that a declared change has become', async () => {
    const { 'core/002_mail.sql': _plain, ...others } = GOOD
    const root = twoHistories({
      ...others,
      'core/002_mail.js':
        "export default { alter: { users: { add: { mail: 'TEXT' } } }, down: 'auto' }\n",
      'plugin/001_notes.sql': `-- needs: core:002\n-- migrate:up\nDROP INDEX frozen;\n-- irreversible: no\n`,
    })
    expect(await allToldIn(root, 'core')).toEqual([])
    const [add, drop] = [
      'ALTER TABLE users ADD COLUMN mail TEXT;',
      'ALTER TABLE users DROP COLUMN mail;',
    ]
    const frozen = `${add}\nCREATE INDEX frozen ON users (mail);`
    const other = `1:${digest(['expansion', leaf('up', frozen), leaf('down', drop)]).slice(2)}`
    const text = registryOf(root, 'core')
    const [, first] = /expanded: '([^']*)/.exec(text)!
    const older = text.replace(first!, other).replace(`'${add}'`, JSON.stringify(frozen))
    writeFileSync(join(root, 'generated/core/registry.js'), older)
    const all = await allToldIn(root)
    expect(all.map(({ code }) => code)).toEqual(['NEEDS_OBJECT_CHANGED'])
    expect(all[0]?.message).toContain('index frozen')
  })

  it('are told only what is so where a step fails on rows', async () => {
    const unique =
      '-- migrate:up\nCREATE UNIQUE INDEX notes_text ON notes (text);\n-- migrate:down\nDROP INDEX notes_text;\n'
    const all = await allToldIn(twoHistories({ ...GOOD, 'plugin/002_unique.sql': unique }))
    expect(all.map(({ code }) => code)).toEqual(['REPLAY_FAILS_ON_ROWS'])
  })

  it('may speak of needs in a comment', async () => {
    const prose =
      '-- needs: review\n-- needs: review of core\n-- needs core people\n-- needs:\n-- needs: nothing\n'
    const root = twoHistories({
      ...GOOD,
      'plugin/001_notes.sql': `${prose}${USERS.replaceAll('users', 'n')}`,
    })
    expect(await allToldIn(root)).toEqual([])
    expect(registryOf(root, 'plugin')).not.toContain('needs')
  })
})

describe('what is refused', () => {
  const FIRST = 'plugin/001_notes.sql'
  testSome([
    [
      'an unknown history',
      NOTES.replace('core:', 'cor:'),
      'NEEDS_UNKNOWN',
      'no history called cor',
    ],
    [
      'an unknown version',
      NOTES.replace('core:001', 'core:9'),
      'NEEDS_UNKNOWN',
      'version of core is 002',
    ],
    [
      'a history without a version',
      NOTES.replace('core:001', 'core'),
      'NEEDS_INCOMPLETE',
      'says that `core` is needed',
    ],
    [
      'a version behind no colon',
      NOTES.replace('needs: core:001', 'needs core:001'),
      'NEEDS_INCOMPLETE',
      'nothing would be required',
    ],
    [
      'a version twice',
      NOTES.replace('core:001', 'core:001, core:1'),
      'READ_WRONG_TYPE',
      'each version once',
    ],
    ['its own history', NOTES.replace('core:', 'plugin:'), 'NEEDS_CIRCLE', 'to the same history'],
    [
      'a word without a version',
      NOTES.replace('core:001', 'core 1'),
      'READ_WRONG_TYPE',
      '`needs` must be',
    ],
    [
      'a change of what the other history has made',
      NOTES.replace(
        'DROP TABLE notes',
        'ALTER TABLE users DROP COLUMN x;\nDROP TABLE notes',
      ).replace('CREATE INDEX', 'ALTER TABLE users ADD COLUMN x TEXT;\nCREATE INDEX'),
      'NEEDS_OBJECT_CHANGED',
      'the table users, which the history core created, is changed',
    ],
  ])('%s', async (_, text, code, said) => {
    const all = await allToldIn(twoHistories({ ...GOOD, [FIRST]: text }))
    expect(all.map((one) => one.code)).toEqual([code])
    // Where it is needed, or is done: only the last has its own line.
    expect(all[0]?.line).toBe(code === 'NEEDS_OBJECT_CHANGED' ? 4 : 1)
    expect(all[0]).toMatchObject({ file: FIRST })
    expect(all[0]?.message).toContain(said)
  })

  it('a declared change of a table of another history', async () => {
    const all = await allToldIn(
      twoHistories({
        ...GOOD,
        'plugin/002_alien.js': `export default {
  needs: ['core:002'],
  alter: { Users: { add: { nick: 'TEXT' } } },
  down: 'auto',
}\n`,
      }),
    )
    expect(all).toMatchObject([{ code: 'NEEDS_OBJECT_CHANGED', line: 3 }])
    expect(all[0]?.message).toContain('the table Users, which the history core created, is changed')
    const unneeded = `export default { alter: { users: { drop: ['x'] } }, irreversible: 'no' }\n`
    const { [FIRST]: _, ...core } = GOOD
    const [found] = await allToldIn(twoHistories({ ...core, 'plugin/001_alien.js': unneeded }))
    expect(found?.code).toBe('ALTER_UNKNOWN')
    expect(found?.fix).toContain('A table of another history (core) is changed there.')
  })

  it('a name that a needed version has changed, with what the build begins behind', async () => {
    const root = twoHistories({
      ...GOOD,
      'core/003_renamed.sql': up('ALTER TABLE users RENAME COLUMN name TO full_name;'),
      'plugin/002_index.sql': up('CREATE INDEX by_name ON users (name);', 'core:001'),
      'plugin/003_later.sql': up('CREATE TABLE later (id INTEGER PRIMARY KEY);', 'core:003'),
    })
    const [found] = await toldIn(root)
    expect(found).toMatchObject({ code: 'REPLAY_UP_FAILED', file: 'plugin/002_index.sql' })
    expect(found!.fix).toMatch(/^Compare the name with .*: that of core:003, the newest/)
    expect(found!.message).toContain(' fails after core:003, which is needed here: SQLite')
  })
  it('histories that need each other, in the place that closes the circle', async () => {
    const all = await allToldIn(
      twoHistories({ ...GOOD, 'core/001_users.sql': `-- needs: plugin:001\n${USERS}` }),
    )
    expect(all).toMatchObject([{ code: 'NEEDS_CIRCLE', file: 'core/001_users.sql', line: 1 }])
  })

  it('and those of which a later version needs the other', async () => {
    const all = await allToldIn(
      twoHistories({
        ...GOOD,
        'core/003_more.sql': up('CREATE TABLE more (id INTEGER PRIMARY KEY);', 'plugin:001'),
      }),
    )
    expect(all).toContainEqual(expect.objectContaining({ code: 'NEEDS_CIRCLE', file: FIRST }))
  })

  testSome([
    ['cannot be read', '-- migrate:up\n-- migrate:up\n', 'NEEDS_UNREADABLE'],
    [
      'cannot be applied',
      '-- migrate:up\nALTER TABLE nothing ADD x;\n-- irreversible: no\n',
      'NEEDS_UNBUILT',
    ],
  ])('a history that %s', async (_, text, code) => {
    const all = await allToldIn(twoHistories({ ...GOOD, 'core/001_users.sql': text }))
    expect(all).toMatchObject([{ code, file: FIRST, line: 1, column: 11 }])
  })

  testSome([
    ['core/001_users', ['ALTER_UNKNOWN'], ['NEEDS_UNBUILT']],
    ['core/003_more', ['ALTER_UNKNOWN'], []],
    ['plugin/002_more', [], ['ALTER_UNKNOWN']],
  ])('a declared change in %s that cannot be made', async (file, core, plugin) => {
    const root = twoHistories(GOOD)
    rmSync(join(root, `${file}.sql`), { force: true })
    addFiles(root, { [`${file}.js`]: NO_CHANGE })
    const codes = async (name: string) => (await allToldIn(root, name)).map(({ code }) => code)
    expect([await codes('core'), await codes('plugin')]).toEqual([core, plugin])
  })

  testSome([
    ["needs: 'core:001'", 'a list such as'],
    ["needs: ['core']", "such as 'core:003'"],
    ['needs: [1]', "such as 'core:003'"],
    ["need: ['core:001']", '`need`'],
  ])('%s in an object', async (stated, said) => {
    const text = `export default { ${stated}, up: 'CREATE TABLE n (id INTEGER PRIMARY KEY)', down: 'DROP TABLE n' }\n`
    const { 'plugin/001_notes.sql': _, ...others } = GOOD
    const all = await allToldIn(twoHistories({ ...others, 'plugin/001_n.js': text }))
    expect(all.map(({ message }) => message).join('\n')).toContain(said)
  })
})

describe('two branches that took the same number', () => {
  it('are told the command for their history, and are tried in both orders on what they need', async () => {
    const column = (name: string): string =>
      `-- migrate:up\nALTER TABLE notes ADD COLUMN ${name} TEXT;\n-- migrate:down\nALTER TABLE notes DROP COLUMN ${name};\n`
    const root = twoHistories({ ...GOOD, 'plugin/002_title.sql': column('title') })
    committed(root, 'core', 'plugin')
    addFiles(root, { 'plugin/002_color.sql': column('color') })
    const { stdout } = await runProgram(root, ['check', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      diagnostics: expect.arrayContaining([
        expect.objectContaining({
          code: 'VERSION_DUPLICATE',
          fix: expect.stringContaining('`lockstep renumber --base <branch> --name plugin`'),
        }),
      ]),
    })
    const argv = ['renumber', '--base', 'main', '--name', 'plugin', '--yes', '--json']
    const renumbered = await runProgram(root, argv)
    expect(JSON.parse(renumbered.stdout)).toMatchObject({
      moves: [{ from: 'plugin/002_color.sql', to: 'plugin/003_color.sql' }],
      commuting: { kind: 'differ' },
    })
    expect(renumbered.exitCode).toBe(0)
  })
})

it('a rollback before renumbering is advised behind that of what needs it', async () => {
  const root = twoHistories({
    'core/001_users.sql': USERS,
    'core/002_mail.sql': MAIL,
    'plugin/001_notes.sql': NOTES.replace('core:001', 'core:002'),
  })
  await runProgram(root, ['gen', '-q'])
  expect(await runProgram(root, ['migrate', '-q'])).toMatchObject({ exitCode: 0 })
  addFiles(root, { 'core/002_age.sql': MAIL.replaceAll('mail', 'age') })
  committed(root, 'core/001_users.sql', 'core/002_age.sql')
  const argv = ['renumber', '--base', 'main', '--name', 'core', '--dry-run']
  expect((await runProgram(root, argv)).stderr).toContain(
    'Undo it there, once the files are renamed, unless it has no down: `lockstep rollback --to 1 --db app.db --name core`. First undo what needs it: `lockstep rollback --to plugin:000`.',
  )
})

describe('an object that two histories make', () => {
  it('is told of where both are in one database', async () => {
    const root = twoHistories({ 'core/001_users.sql': USERS, 'plugin/001_users.sql': USERS })
    const warned = async (): Promise<unknown> =>
      (
        JSON.parse((await runProgram(root, ['check', '--json'])).stdout) as { diagnostics: Told[] }
      ).diagnostics.filter(({ code }) => code === 'HISTORIES_SHARE_OBJECT')
    const expected = [
      {
        severity: 'warning',
        file: 'plugin/001_users.sql',
        message: expect.stringContaining(
          'the table users is created, and the history core creates the same name (core/001_users.sql)',
        ),
      },
    ]
    expect(await warned()).toMatchObject(expected)
    await runProgram(root, ['gen'])
    // From what is remembered as well.
    expect(await warned()).toMatchObject(expected)
    for (const [severity, exitCode] of [
      ['error', 1],
      ['off', 0],
    ] as const) {
      const rules = `rules: { HISTORIES_SHARE_OBJECT: '${severity}' }, databases`
      addFiles(root, { 'lockstep.config.js': CONFIG.replace('databases', rules) })
      expect((await runProgram(root, ['check', '-q'])).exitCode).toBe(exitCode)
    }
  })
})

it('names are shared by tables, views and indexes, and taken by what full-text indexes keep', async () => {
  const root = twoHistories({
    'core/001_all.sql': `-- migrate:up
CREATE TABLE old (id INTEGER PRIMARY KEY);
CREATE VIEW seen AS SELECT id FROM old;
CREATE VIRTUAL TABLE docs USING fts5(a);
CREATE TRIGGER own AFTER INSERT ON old BEGIN SELECT 1; END;
-- irreversible: no
`,
    'core/002_new.sql':
      '-- migrate:up\nDROP VIEW seen;\nALTER TABLE old RENAME TO new;\n-- irreversible: no\n',
    'plugin/001_all.sql': `-- migrate:up
CREATE TABLE old (id INTEGER PRIMARY KEY);
CREATE INDEX seen ON old (id);
CREATE TABLE docs_data (id INTEGER PRIMARY KEY);
CREATE TABLE own (id INTEGER PRIMARY KEY);
-- irreversible: no
`,
  })
  const { stdout } = await runProgram(root, ['gen', '--json'])
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Told[] }
  const told = diagnostics.filter(({ code }) => code === 'HISTORIES_SHARE_OBJECT')
  expect(told.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /the table old, index seen and table docs_data are created, .*, temporarily\)/,
    ),
  ])
})

it('advise by name to take over a database without ledgers', async () => {
  const root = twoHistories(GOOD)
  await runProgram(root, ['gen', '-q'])
  const target = await runProgram(root, ['plan', '--to', 'plugin:001'])
  expect(target.stderr).toContain(
    'Apply what is needed first: `lockstep migrate --to core:001`; or migrate without `--to`, which applies all histories, each after what it needs.',
  )
  const db = new Database(join(root, 'app.db'))
  db.exec('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT)')
  db.close()
  const { stderr } = await runProgram(root, ['history'])
  for (const name of ['core', 'plugin'])
    expect(stderr).toContain(`\`lockstep adopt --name ${name}\``)
  const { stdout } = await runProgram(root, ['status', '--name', 'plugin'])
  expect(stdout).toContain(
    '  → If the database already has it, adopt it first: `lockstep adopt --name core`.\n',
  )
  const adopted = await runProgram(root, ['adopt', '--name', 'core', '--yes'])
  expect(adopted.stdout).toMatch(/adopted at 002\.\n$/)
})
