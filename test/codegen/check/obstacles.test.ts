// Which errors keep the migrations from being replayed: those without which nothing could run, or must not; and no others.
import { describe, expect, test } from 'vitest'
import { proveFolder } from '../proven/prove-folder.js'
import { temporaryProject } from '../generate/temporary-project.js'

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
  const found = await proveFolder(root)
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
      `db.prepare('INSERT INTO a (n) VALUES (?)').run(randomUUID() + Math.random())`,
      "import { randomUUID } from 'node:crypto'",
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

describe('are one, and told of once:', () => {
  test.each([
    ['SQL_TRANSACTION_CONTROL', '004_d.sql', '-- irreversible: no\n-- migrate:up\nCOMMIT;\n'],
    ['SQL_NEEDS_NO_TRANSACTION', '004_d.sql', '-- irreversible: no\n-- migrate:up\nVACUUM;\n'],
    [
      'SQL_FOREIGN_KEYS_PRAGMA',
      '004_d.sql',
      '-- irreversible: no\n-- migrate:up\nPRAGMA foreign_keys = ON;\n',
    ],
    [
      'UP_ASYNC',
      '004_d.js',
      code('db.exec("SELECT 1")').replace('function up', 'async function up'),
    ],
    ['MODULE_SIDE_EFFECT', '004_d.js', code('db.exec("SELECT 1")', 'process.title = "x"')],
    ['IMPORT_DYNAMIC', '004_d.js', code('db.exec(require("./x.cjs"))')],
    ['PATH_COMPUTED', '004_d.js', code('db.exec(import.meta.url)')],
    ['VERSION_GAP', '005_d.sql', step('SELECT 1', 'SELECT 1')],
    ['UP_MISSING', '004_d.js', 'export const irreversible = "no"\nexport function down() {}\n'],
    ['READ_SYNTAX', '004_d.js', 'export default {'],
  ])('%s', async (found, name, text) => {
    expect(await errorsIn({ [name]: text })).toEqual([`${found} ${name}`])
  })
})
