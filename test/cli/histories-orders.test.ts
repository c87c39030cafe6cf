// What the build says where the outcome depends on which of two histories is applied first.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { processesApart, processesHere } from '../support/processes-here.js'
import { runProgram } from './support/command-line.js'
import { both, CONFIG, toldIn, twoHistories, up, type Told } from './support/two-histories.js'
import { testSome } from '../support/some-of.js'

processesHere()

const CORE = {
  'core/001_users.sql': up(
    'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nCREATE TABLE teams (id INTEGER PRIMARY KEY);',
  ),
  'core/002_mail.sql': up('ALTER TABLE users ADD COLUMN mail TEXT;'),
}
const REBUILT =
  'CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT NOT NULL DEFAULT "");\nINSERT INTO new SELECT id, name, coalesce(mail, \'\') FROM users;\nDROP TABLE users;\nALTER TABLE new RENAME TO users;'.replaceAll(
    '"',
    "'",
  )
const INDEX = 'CREATE INDEX users_mail ON users (mail);'
const TOOLKIT = `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({
  irreversible: 'no',
  up(db, ctx) {
    ctx.rebuild('users', { create: "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT NOT NULL DEFAULT '')", copy: { mail: "coalesce(mail, '')" } })
  },
})
`

const project = (files: Readonly<Record<string, string>>): string =>
  twoHistories({ ...CORE, ...files })

/** What is told of the plugin, but for what is only information. */
const told = (files: Readonly<Record<string, string>>): Promise<readonly Told[]> =>
  toldIn(project(files))

const FIRST = 'plugin/001_first.sql'
const NAMES = 'CREATE INDEX users_name ON users (name);'
const BACK =
  'CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nINSERT INTO new SELECT id, name FROM users;\nDROP TABLE users;\nALTER TABLE new RENAME TO users;'
const RENAMED = 'ALTER TABLE users RENAME COLUMN name TO full_name;'
const MAIL = 'ALTER TABLE users ADD COLUMN mail TEXT;'

type Case = [name: string, files: Readonly<Record<string, string>>, code: string, said: string]

describe('an error is', () => {
  testSome<Case>([
    [
      'a need that is too low, be it that a later migration needs more',
      {
        [FIRST]: up(INDEX, 'core:001'),
        'plugin/002_more.sql': up('CREATE TABLE x (id);', 'core:002'),
      },
      'NEEDS_TOO_LOW',
      'with nothing more than core:001, which it needs, `up` fails: no such column: mail',
    ],
    [
      'what the newest version of the other has taken away',
      {
        [FIRST]: up('CREATE TABLE mails AS SELECT id, mail FROM users;', 'core:002'),
        'core/003_less.sql': up('ALTER TABLE users DROP COLUMN mail;'),
      },
      'NEEDS_ORDER',
      '`up` fails after core:003, the newest version, which a new installation has by then: no such column: mail',
    ],
    [
      'a step of the other that fails behind it',
      {
        [FIRST]: up('CREATE VIEW mails AS SELECT mail FROM users;', 'core:002'),
        'core/003_rebuilt.sql': up(REBUILT),
      },
      'NEEDS_ORDER',
      'core:003 fails if this history is applied up to here: error in view mails',
    ],
    [
      'a table that both make',
      {
        [FIRST]: up('CREATE TABLE labels (id INTEGER PRIMARY KEY);', 'core:002'),
        'core/003_labels.sql': up('CREATE TABLE labels (id INTEGER PRIMARY KEY);'),
      },
      'NEEDS_ORDER',
      'fails after core:003',
    ],
    [
      'an index that a rebuild of the other takes away',
      { [FIRST]: up(INDEX, 'core:002'), 'core/003_rebuilt.sql': up(REBUILT) },
      'NEEDS_ORDER',
      'core:003 removes the index users_mail, which this history created',
    ],
    [
      'a trigger that sets a column which the other drops',
      {
        [FIRST]: up(
          'CREATE TRIGGER users_new AFTER INSERT ON users BEGIN UPDATE users SET mail = 1 WHERE id = NEW.id; END;',
          'core:002',
        ),
        'core/003_less.sql': up('ALTER TABLE users DROP COLUMN mail;'),
      },
      'NEEDS_ORDER',
      'after core:003, the trigger users_new, which this history created, does not compile: no such column: mail',
    ],
    [
      'a foreign key to a table that the other drops',
      {
        [FIRST]: up(
          'CREATE TABLE notes (id INTEGER PRIMARY KEY, team INTEGER REFERENCES teams (id));\nCREATE INDEX notes_team ON notes (team);',
          'core:002',
        ),
        'core/003_less.sql': up('DROP TABLE teams;'),
      },
      'NEEDS_ORDER',
      'after core:003, the table notes has a foreign key to a table that does not exist',
    ],
    ...[
      ['a view', 'CREATE VIEW names AS SELECT name FROM users;', 'view names'],
      [
        'a trigger on a table of its own',
        'CREATE TABLE notes (id INTEGER PRIMARY KEY);\nCREATE TRIGGER noted AFTER INSERT ON notes BEGIN UPDATE users SET name = 1; END;',
        'trigger noted',
      ],
      [
        'a trigger on that',
        'CREATE TRIGGER named AFTER UPDATE OF name ON users BEGIN SELECT 1; END;',
        'trigger named',
      ],
    ].map(([what = '', sql = '', object = '']): Case => [
      `a column that the other renames, and ${what} names where it comes later`,
      { [FIRST]: up(sql, 'core:001'), 'core/003_name.sql': up(RENAMED) },
      'NEEDS_ORDER',
      `if core:003 (\`${RENAMED.slice(0, -1)}\`) is applied before this history, as in a new installation, the ${object}, which this history creates, does not work: no such column: name`,
    ]),
    [
      'a table that the other renames, and a foreign key names where it comes later',
      {
        [FIRST]: up(
          'CREATE TABLE notes (id INTEGER PRIMARY KEY, team INTEGER REFERENCES teams (id));\nCREATE INDEX notes_team ON notes (team);',
          'core:001',
        ),
        'core/003_groups.sql': up('ALTER TABLE teams RENAME TO groups;'),
      },
      'NEEDS_ORDER',
      'the table notes, which this history creates, does not work: its foreign key refers to teams, which is not there',
    ],
    [
      'a copy of all columns of the other',
      {
        [FIRST]: up('CREATE TABLE copies AS SELECT * FROM users;', 'core:001'),
        'core/002_mail.sql': up(MAIL),
      },
      'NEEDS_ORDER',
      'is applied before this history, as in a new installation, the result is not the same as if it is applied after it: table copies: column mail is there in addition',
    ],
    [
      'an index that a version takes away when it is undone, which may be done alone',
      { [FIRST]: up(NAMES, 'core:001'), 'core/002_mail.sql': both(MAIL, BACK) },
      'NEEDS_ORDER',
      'nothing here needs core:002, so it may be rolled back alone; its `down` removes the index users_name',
    ],
    [
      'one that goes behind others that can be undone',
      {
        [FIRST]: up(NAMES, 'core:001'),
        'core/002_mail.sql': both(MAIL, BACK),
        'core/003_more.sql': both('CREATE TABLE more (id);', 'DROP TABLE more;'),
      },
      'NEEDS_ORDER',
      'nothing here needs core:002',
    ],
    [
      'a view on which the way back of the other fails',
      {
        [FIRST]: up('CREATE VIEW names AS SELECT name FROM users;', 'core:001'),
        'core/002_mail.sql': both(MAIL, BACK),
      },
      'NEEDS_ORDER',
      'nothing here needs core:002, so it may be rolled back alone; but then its `down` fails: error in view names',
    ],
    [
      'a table of the other that is emptied by making it anew',
      {
        [FIRST]: up(
          'DROP TABLE users;\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT);',
          'core:002',
        ),
      },
      'ROWS_LOST',
      'users',
    ],
  ])('%s', async (_, files, code, said) => {
    const all = await told(files)
    expect(all.map((one) => one.code)).toEqual([code])
    expect(all[0]).toMatchObject({
      file: FIRST,
      severity: 'error',
      line: code === 'ROWS_LOST' ? 3 : 1,
    })
    expect(all[0]?.message).toContain(said)
  })
})

describe('nothing is said', () => {
  testSome([
    [
      'of newer versions that change nothing of it',
      { 'core/003_more.sql': up('CREATE TABLE more (id);') },
    ],
    ['where the other keeps what stands on its table', { 'core/003_rebuilt.ts': TOOLKIT }],
    [
      'where it is made again behind the version that takes it away',
      {
        'core/003_rebuilt.sql': up(REBUILT),
        'plugin/002_again.sql': up(INDEX.replace('INDEX', 'INDEX IF NOT EXISTS'), 'core:003'),
      },
    ],
    ...(['', 'CREATE VIEW names AS SELECT full_name AS name FROM users;'] as const).map(
      (back): [string, Record<string, string>] => [
        `where a view is made again for the version that it does not fit${back && ', also with a way back'}`,
        {
          [FIRST]: up('CREATE VIEW names AS SELECT name FROM users;', 'core:001'),
          'core/003_name.sql': up(RENAMED),
          'plugin/002_again.sql': up(
            'DROP VIEW names;\nCREATE VIEW names AS SELECT full_name FROM users;',
            'core:003',
          ).replace(
            '-- irreversible: no',
            back ? `-- migrate:down\nDROP VIEW names;\n${back}` : '-- irreversible: no',
          ),
        },
      ],
    ),
    [
      'where a foreign key is taken out for the version that it does not fit',
      {
        [FIRST]: up(
          'CREATE TABLE notes (id INTEGER PRIMARY KEY, team INTEGER REFERENCES teams (id));\nCREATE INDEX notes_team ON notes (team);',
          'core:001',
        ),
        'core/003_less.sql': up('DROP TABLE teams;'),
        'plugin/002_again.sql': up(
          'CREATE TABLE new (id INTEGER PRIMARY KEY, team INTEGER);\nINSERT INTO new SELECT id, team FROM notes;\nDROP TABLE notes;\nALTER TABLE new RENAME TO notes;\nCREATE INDEX notes_team ON notes (team);',
          'core:003',
        ),
      },
    ],
    [
      'of a newest version of the other that fails by itself',
      { 'core/003_bad.sql': up('DROP TABLE nothing;') },
    ],
    [
      'where the version is needed that takes away what is there when it is undone',
      {
        [FIRST]: up(NAMES, 'core:001'),
        'plugin/002_needs.sql': up('CREATE TABLE notes (id INTEGER PRIMARY KEY);', 'core:003'),
        'core/003_mails.sql': both(
          'CREATE INDEX mails ON users (mail);',
          `${BACK.replace('NULL)', 'NULL, mail TEXT)').replaceAll('id, name FROM', '*, NULL FROM')}`,
        ),
      },
    ],
    [
      'where a way back keeps what stands on its table, or ends at a version without one',
      {
        [FIRST]: up(NAMES, 'core:001'),
        'core/002_mail.sql': up(`${MAIL} DROP TABLE teams;`),
        'core/003_plain.sql': both('ALTER TABLE users DROP COLUMN mail;', MAIL),
      },
    ],
    [
      'of a way back of the other that fails by itself',
      {
        [FIRST]: up(NAMES, 'core:001'),
        'core/002_mail.sql': both(MAIL, 'DROP TABLE nothing;'),
      },
    ],
    ['of one that cannot be read yet', { 'core/003_bad.sql': '-- migrate:up\n-- migrate:up\n' }],
    ['of one that is not written yet', { 'core/003_draft.js': 'import {} from "./nothing.js"\n' }],
  ])('%s', async (_, files) => {
    expect(await told({ [FIRST]: up(INDEX, 'core:002'), ...files })).toEqual([])
  })
})

describe('nothing is said either, where a process of its own is needed to tell,', () => {
  processesApart()
  it('of a newest version of the other that ends the process', async () => {
    const ends = "export const irreversible = 'no'\nexport const up = (db) => process.exit(3)\n"
    const files = { [FIRST]: up(INDEX, 'core:002'), 'core/003_ends.js': ends }
    expect(await told(files)).toEqual([])
  })
})

describe('where trying the orders takes too long,', () => {
  processesApart()
  it('that is an error each time, with what is not proven', async () => {
    const waits = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)'
    const root = project({
      [FIRST]: up(INDEX, 'core:002'),
      'core/003_ends.js': `export const irreversible = 'no'\nexport const up = (db) => { for (;;) ${waits} }\n`,
      'lockstep.config.js': CONFIG.replace('{', '{ replayTimeoutMs: 5000,'),
    })
    const first = await toldIn(root)
    expect(first).toMatchObject([
      { code: 'REPLAY_TIMED_OUT', severity: 'error', file: FIRST, line: 1 },
    ])
    expect(first[0]?.message).toContain(
      `together with all versions of core was stopped after 5000 ms during \`up\` of core:003, which is needed in ${FIRST}.`,
    )
    expect(first[0]?.message).toContain('whether the order matters')
    expect(await toldIn(root)).toEqual(first)
  })
})

it('what is remembered of a history ends where those that it needs change', async () => {
  const root = project({ [FIRST]: up(INDEX, 'core:002') })
  const codes = async (...flags: string[]): Promise<readonly string[]> =>
    (await toldIn(root, ...flags)).map(({ code }) => code)
  const [newer, needed] = [join(root, 'core/003_rebuilt.sql'), join(root, 'core/002_mail.sql')]
  const change = (file: string, text: string): void => writeFileSync(file, text)
  expect(await codes()).toEqual([])
  expect(await codes()).toEqual([])
  change(newer, up(REBUILT))
  expect(await codes()).toEqual(['NEEDS_ORDER'])
  change(newer, 'SELECT')
  expect(await codes()).toEqual([])
  change(newer, up('DROP TABLE users;'))
  expect(await codes()).toEqual(['NEEDS_ORDER'])
  rmSync(newer)
  expect(await codes('--no-replay')).toEqual([])
  rmSync(needed)
  expect(await codes('--no-replay')).toEqual(['NEEDS_UNKNOWN'])
})

it('where the build could not know it, a rollback asks, and says whose it is', async () => {
  const root = project({ [FIRST]: up(NAMES, 'core:001') })
  await runProgram(root, ['gen'])
  writeFileSync(join(root, 'core/002_mail.sql'), both(MAIL, BACK))
  await runProgram(root, ['gen', '--name', 'core'])
  await runProgram(root, ['migrate'])
  const back = ['rollback', '--name', 'core']
  const { exitCode, stderr } = await runProgram(root, back)
  expect(exitCode).toBe(2)
  expect(stderr).toContain('  index users_name, which the history plugin creates, is dropped\n')
  expect(await runProgram(root, [...back, '--yes'])).toMatchObject({ exitCode: 0 })
})
