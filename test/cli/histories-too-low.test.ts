// What the build says of a migration that uses what other histories have not made in the versions that it needs.
import { describe, expect } from 'vitest'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'
import { CONFIG, toldIn, twoHistories, up } from './support/two-histories.js'

processesHere()

type Files = Readonly<Record<string, string>>

const CORE = {
  'base/001_units.sql': up('CREATE TABLE units (id INTEGER PRIMARY KEY);'),
  'core/001_users.sql': up(
    'CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT);\nCREATE TABLE teams (id INTEGER PRIMARY KEY);',
    'base:001',
  ),
  'core/002_roles.sql': up('DROP TABLE teams;\nCREATE TABLE roles (id INTEGER PRIMARY KEY);'),
}
const THREE = CONFIG.replace(
  'plugin:',
  "base: { history: 'base', migrations: 'base', out: 'generated/base' },\n  plugin:",
)

const FIRST = 'plugin/001_first.sql'
const noted = (parent: string): string =>
  `CREATE TABLE notes (id INTEGER PRIMARY KEY, parent REFERENCES ${parent});\nCREATE INDEX notes_parent ON notes (parent);`
const FEATURES = up('CREATE TABLE features (id INTEGER PRIMARY KEY);')

const told = (files: Files) => toldIn(twoHistories({ ...CORE, ...files }, THREE))

describe('an error is', () => {
  testSome<[name: string, files: Files, said: string, needed: string]>([
    [
      'a foreign key to a table of a later version',
      { [FIRST]: up(noted('features (id)'), 'core:002'), 'core/003_features.sql': FEATURES },
      'with nothing more than core:002, which it needs, the table notes does not work: its foreign key refers to features, which is not there',
      'core:003',
    ],
    [
      'one that a later migration needs',
      {
        [FIRST]: up(noted('roles (id)'), 'core:001'),
        'plugin/002_more.sql': up('CREATE TABLE more (id INTEGER PRIMARY KEY);', 'core:002'),
      },
      'the table notes does not work: its foreign key refers to roles',
      'core:002',
    ],
    [
      'one of a migration that needs nothing yet',
      {
        [FIRST]: up(noted('users (id)')),
        'plugin/002_more.sql': up('CREATE TABLE more (id INTEGER PRIMARY KEY);', 'core:001'),
      },
      'without what later migrations need, the table notes does not work: its foreign key refers to users',
      'core:001',
    ],
    [
      'one of a version that removes it again later',
      {
        [FIRST]: up(noted('features (id)'), 'core:002'),
        'core/003_features.sql': FEATURES,
        'core/004_less.sql': up('DROP TABLE features;'),
      },
      'its foreign key refers to features',
      'core:003',
    ],
    [
      'a table of a history that the other needs',
      {
        [FIRST]: up(noted('features (id)'), 'core:001'),
        'base/002_features.sql': FEATURES,
      },
      'its foreign key refers to features',
      'base:002',
    ],
    [
      'a name that a table gets later',
      {
        [FIRST]: up(noted('groups (id)'), 'core:002'),
        'core/003_groups.sql': up('ALTER TABLE roles RENAME TO groups;'),
      },
      'its foreign key refers to groups',
      'core:003',
    ],
    [
      'a column that is unique later',
      {
        [FIRST]: up(noted('users (mail)'), 'core:002'),
        'core/003_unique.sql': up('CREATE UNIQUE INDEX users_mail ON users (mail);'),
      },
      'foreign key mismatch',
      'core:003',
    ],
    [
      'a view of a table of a later version',
      {
        [FIRST]: up('CREATE VIEW all_features AS SELECT id FROM features;', 'core:002'),
        'core/003_features.sql': FEATURES,
      },
      'the view all_features does not work: no such table: main.features',
      'core:003',
    ],
    [
      'a trigger that writes to one',
      {
        [FIRST]: up(
          'CREATE TRIGGER featured AFTER INSERT ON users BEGIN INSERT INTO features VALUES (NEW.id); END;',
          'core:001',
        ),
        'core/003_features.sql': FEATURES,
        'plugin/002_more.sql': up('CREATE TABLE more (id INTEGER PRIMARY KEY);', 'core:003'),
      },
      'the trigger featured does not work: no such table: main.features',
      'core:003',
    ],
  ])('%s', async (_, files, said, needed) => {
    const all = await told(files)
    expect(all.map(({ code }) => code)).toEqual(['NEEDS_TOO_LOW'])
    expect(all[0]).toMatchObject({ file: FIRST, severity: 'error' })
    expect(all[0]!.message).toContain(said)
    expect(all[0]!.fix).toBe(`Need \`${needed}\`, with which it works.`)
  })
})

describe('a foreign key is broken as in one history', () => {
  testSome<[name: string, files: Files, said: string]>([
    [
      'where no history has the table',
      { [FIRST]: up(noted('nowhere (id)'), 'core:002') },
      'there is no table nowhere',
    ],
    [
      'where a later version of its own makes it',
      {
        [FIRST]: up(noted('more (id)'), 'core:002'),
        'plugin/002_more.sql': up('CREATE TABLE more (id INTEGER PRIMARY KEY);'),
      },
      'there is no table more',
    ],
    [
      'where an earlier version of the other has removed it',
      { [FIRST]: up(noted('teams (id)'), 'core:002') },
      'there is no table teams',
    ],
    [
      'where the column is nowhere',
      { [FIRST]: up(noted('users (nowhere)'), 'core:002') },
      'what it points at is missing, or not unique there',
    ],
    [
      'where nothing keeps it unique',
      { [FIRST]: up(noted('users (mail)'), 'core:002') },
      'what it points at is missing, or not unique there',
    ],
    [
      'where it is a table of its own that does not fit',
      {
        [FIRST]: up(`CREATE TABLE own (code TEXT);\n${noted('own (code)')}`, 'core:002'),
      },
      'nothing keeps code unique in own',
    ],
    [
      'beside one that is right',
      {
        [FIRST]: up(
          noted('roles (id)').replace(');', ', other REFERENCES nowhere (id));'),
          'core:002',
        ),
      },
      'there is no table nowhere',
    ],
  ])('%s', async (_, files, said) => {
    const all = await told(files)
    expect(all.map(({ code }) => code)).toEqual(['FOREIGN_KEY_BROKEN'])
    expect(all[0]).toMatchObject({ file: FIRST, severity: 'error' })
    expect(all[0]!.message).toContain(said)
  })
})

describe('nothing is said', () => {
  testSome<[name: string, files: Files]>([
    ['of a table that refers to itself', { [FIRST]: up(noted('notes (id)'), 'core:002') }],
    [
      'of one that the same migration makes behind it',
      {
        [FIRST]: up(
          `${noted('more (id)')}\nCREATE TABLE more (id INTEGER PRIMARY KEY);`,
          'core:002',
        ),
      },
    ],
    ['of one that the needed history needs', { [FIRST]: up(noted('units (id)'), 'core:001') }],
  ])('%s', async (_, files) => {
    expect(await told(files)).toEqual([])
  })
})
