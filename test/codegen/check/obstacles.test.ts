// Which errors keep the migrations from being replayed: those without which nothing could run, or must not; and no others.
import { describe, expect, test } from 'vitest'
import { proveProject } from '../proven/prove-project.js'
import { temporaryProject } from '../../support/project.js'

const step = (up: string, down: string): string =>
  `-- migrate:up\n${up};\n-- migrate:down\n${down};\n`

/** The down of the second is no inverse, and the view of the third cannot be read: only replaying tells. */
const HISTORY = {
  '001_a.sql': step('CREATE TABLE a (id INTEGER PRIMARY KEY, n TEXT)', 'DROP TABLE a'),
  '002_b.sql': step(
    'ALTER TABLE a ADD COLUMN y TEXT;\nCREATE INDEX a_y ON a (y)',
    'DROP INDEX a_y',
  ),
  '003_c.sql': step('CREATE VIEW v AS SELECT nope FROM a', 'DROP VIEW v'),
}
const PROVEN = ['DOWN_NOT_INVERSE 002_b.sql', 'OBJECT_BROKEN 003_c.sql']

async function errorsIn(
  files: Readonly<Record<string, string>>,
  rules: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const migrations = Object.entries({ ...HISTORY, ...files })
  const root = temporaryProject({
    'package.json': '{}',
    'settings.json': JSON.stringify({ rules }),
    ...Object.fromEntries(migrations.map(([name, text]) => [`migrations/${name}`, text])),
  })
  const found = await proveProject(root)
  return found
    .filter(({ severity }) => severity === 'error')
    .map(({ code, file }) => `${code} ${file.replace('migrations/', '')}`)
    .sort()
}

const code = (up: string, top = ''): string =>
  `${top}\nexport const irreversible = 'no'\nexport function up(db) {\n  ${up}\n}\n`

describe('are no obstacle:', () => {
  test.each([
    ['DOWN_MISSING', 'UPDATE a SET n = 1 WHERE id = 1;\n', {}],
    [
      'ADD_COLUMN_NOT_NULL',
      '-- irreversible: no\n-- migrate:up\nALTER TABLE a ADD COLUMN z TEXT NOT NULL;\n',
      {},
    ],
    ['MIGRATION_EMPTY', '-- irreversible: no\n-- migrate:up\n', {}],
    [
      'WRITE_WITHOUT_WHERE',
      '-- irreversible: no\n-- migrate:up\nUPDATE a SET n = 1;\n',
      { WRITE_WITHOUT_WHERE: 'error' },
    ],
    [
      'IF_NOT_EXISTS',
      step('CREATE TABLE IF NOT EXISTS d (x)', 'DROP TABLE d'),
      { IF_NOT_EXISTS: 'error' },
    ],
    [
      'PRIMARY_KEY_INT',
      step('CREATE TABLE d (x INT PRIMARY KEY)', 'DROP TABLE d'),
      { PRIMARY_KEY_INT: 'error' },
    ],
    [
      'COLUMN_TYPE_UNKNOWN',
      step('CREATE TABLE d (x STRING)', 'DROP TABLE d'),
      { COLUMN_TYPE_UNKNOWN: 'error' },
    ],
    [
      'SUPPRESSION_UNUSED',
      step('CREATE TABLE d (x); -- lockstep-ignore UP_ASYNC: x', 'DROP TABLE d'),
      { SUPPRESSION_UNUSED: 'error' },
    ],
  ])('%s', async (found, text, rules) => {
    expect(await errorsIn({ '004_d.sql': text }, rules)).toEqual(
      [...PROVEN, `${found} 004_d.sql`].sort(),
    )
  })

  test('NOT_DETERMINISTIC, IMPORT_BUILTIN, READ_MISSPELT and a file that is no migration', async () => {
    const text = code(
      `db.prepare('INSERT INTO a (n) VALUES (?)').run(EOL + Math.random())`,
      "import { EOL } from 'node:os'",
    )
    const rules = { NOT_DETERMINISTIC: 'error', IMPORT_BUILTIN: 'error', READ_MISSPELT: 'error' }
    const files = { '004_d.js': `${text}export const Down = 1\n`, 'notes.txt': 'x' }
    expect(new Set(await errorsIn(files, rules))).toEqual(
      new Set([
        ...PROVEN,
        'NOT_DETERMINISTIC 004_d.js',
        'IMPORT_BUILTIN 004_d.js',
        'READ_MISSPELT 004_d.js',
        'FILE_UNKNOWN notes.txt',
      ]),
    )
  })
})

describe('are left out by a replay that goes on:', () => {
  const VIEW = 'CREATE VIEW w AS SELECT nope FROM a'
  const BOTH = [...PROVEN, 'OBJECT_BROKEN 004_d.sql']
  test.each([
    ['SQL_TRANSACTION_CONTROL', `BEGIN;\n${VIEW};\nCOMMIT`],
    ['SQL_TRANSACTION_CONTROL', `SAVEPOINT s;\n${VIEW};\nROLLBACK TO s;\nRELEASE s`],
    ['SQL_FOREIGN_KEYS_PRAGMA', `PRAGMA foreign_keys = OFF;\n${VIEW};\nPRAGMA foreign_keys = ON`],
    ['SQL_NEEDS_NO_TRANSACTION', `${VIEW};\nVACUUM`],
    ['SQL_NEEDS_NO_TRANSACTION', `PRAGMA journal_mode = WAL;\n${VIEW}`],
  ])('%s in `%s`', async (found, up) => {
    const errors = await errorsIn({ '004_d.sql': step(up, 'DROP VIEW w') })
    expect([...new Set(errors)]).toEqual([...BOTH, `${found} 004_d.sql`].sort())
  })

  test('a statement that is all there is, in `down`, and in code that is a list, a text or a field of a class', async () => {
    const files = {
      '004_d.sql': '-- irreversible: no\n-- migrate:up\nCOMMIT;\n',
      '005_e.sql': step(VIEW, 'BEGIN; DROP VIEW w; COMMIT'),
      '006_f.js': `export const irreversible = 'no'\nexport const up = ['BEGIN', 'COMMIT; CREATE VIEW z AS SELECT nope FROM a']\n`,
      '007_g.ts': `import { Migration } from 'lockstep'\nexport default class G extends Migration {\n  up = 'BEGIN; CREATE VIEW x AS SELECT nope FROM a'\n  down(db) { db.exec('DROP VIEW x') }\n}\n`,
    }
    expect([...new Set(await errorsIn(files))]).toEqual([
      'DOWN_NOT_INVERSE 002_b.sql',
      'OBJECT_BROKEN 003_c.sql',
      'OBJECT_BROKEN 005_e.sql',
      'OBJECT_BROKEN 006_f.js',
      'OBJECT_BROKEN 007_g.ts',
      'SQL_TRANSACTION_CONTROL 004_d.sql',
      'SQL_TRANSACTION_CONTROL 005_e.sql',
      'SQL_TRANSACTION_CONTROL 006_f.js',
      'SQL_TRANSACTION_CONTROL 007_g.ts',
    ])
  })

  test('a number and a name that the code states wrongly', async () => {
    const text =
      "export const version = 7\nexport const name = 'x'\nexport const irreversible = 'no'\n"
    const files = { '004_d.js': `${text}export const up = '${VIEW}'\n` }
    expect(await errorsIn(files)).toEqual(
      [
        ...PROVEN,
        'NAME_DISAGREES 004_d.js',
        'OBJECT_BROKEN 004_d.js',
        'VERSION_DISAGREES 004_d.js',
      ].sort(),
    )
  })

  test('not where the settings make it no error: the runtime refuses the step all the same', async () => {
    const files = { '004_d.sql': step('BEGIN', 'SELECT 1') }
    const errors = await errorsIn(files, { SQL_TRANSACTION_CONTROL: 'warning' })
    expect(errors).toEqual([...PROVEN, 'REPLAY_UP_FAILED 004_d.sql'])
  })
})

test.each([
  ['UP_ASYNC', '004_d.js', code('db.exec("SELECT 1")').replace('function up', 'async function up')],
  ['MODULE_SIDE_EFFECT', '004_d.js', code('db.exec("SELECT 1")', 'process.title = "x"')],
  ['IMPORT_DYNAMIC', '004_d.js', code('db.exec(require("./x.cjs"))')],
  ['PATH_COMPUTED', '004_d.js', code('db.exec(import.meta.url)')],
  ['VERSION_GAP', '005_d.sql', step('SELECT 1', 'SELECT 1')],
  ['UP_MISSING', '004_d.js', 'export const irreversible = "no"\nexport function down() {}\n'],
  ['READ_SYNTAX', '004_d.js', 'export default {'],
])('end the replay before them: %s', async (found, name, text) => {
  const later = { '006_f.sql': step('CREATE TABLE a (id)', 'DROP TABLE a') }
  const gap = name.startsWith('005') ? {} : { '005_e.sql': step('SELECT 1', 'SELECT 1') }
  expect(await errorsIn({ [name]: text, ...gap, ...later })).toEqual(
    [...PROVEN, `${found} ${name}`].sort(),
  )
})
