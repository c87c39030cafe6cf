// Everything that can keep a migration from being read: each problem at its exact place, and nothing beside it.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Reading } from '../../../codegen/model/migration.js'
import { readFolder, shown, unmark, type Folder } from './read-folder.js'

const OURS = `import { defineMigration, defineMigrations, Migration, sql } from 'lockstep/better-sqlite3'\n`

/** A script of version 1. The mark shows where the problem is. */
const script = (text: string): Folder => ({ '001_a.ts': OURS + text })

const list = (text: string): Folder => ({ '001-003_a.ts': OURS + text })

/** Problems that leave nothing of the migration to be judged. */
const UNREADABLE: readonly (readonly [code: string, folder: Folder])[] = [
  ['READ_SYNTAX', script('export default { up: ▸, }')],
  ['READ_SYNTAX', { '001_a.js': 'const a: ▸string = 1\nexport const up = (db) => db.exec("x")' }],

  ['READ_REEXPORT', script(`export { ▸default } from './other.js'`)],
  ['READ_REEXPORT', script(`export { ▸default } from './_b.js'`)],
  ['READ_REEXPORT', script(`export { ▸m as default } from './other.js'`)],
  ['READ_REEXPORT', script(`▸export * from './other.js'`)],

  ['READ_COMMONJS', script('▸module.exports = { up() {} }')],
  ['READ_COMMONJS', script('▸exports.up = function () {}')],
  ['READ_COMMONJS', script(`▸exports['up'] = function () {}`)],
  ['READ_COMMONJS', script('▸export = { up() {} }')],
  ['READ_COMMONJS', { '001_a.js': '▸exports = module.exports = { up() {} }' }],
  ['READ_COMMONJS', { '001_a.js': '▸exports.up = () => exports.down()' }],

  ['READ_SECOND_DEFAULT', script(`export default { up: 'a' }\nexport default ▸{ up: 'b' }`)],
  [
    'READ_SECOND_DEFAULT',
    script(`const m = { up: 'a' }\nexport { m as default }\nexport default ▸m`),
  ],

  ['READ_CALL', script('export default ▸makeMigration()')],
  ['READ_CALL', script(`const make = () => ({ up: 'a' })\nexport default ▸make()`)],
  ['READ_CALL', script('export default { up: ▸wrap((db) => {}) }')],
  ['READ_CALL', script(`export default { up: ▸readFileSync('a.sql', 'utf8') }`)],
  ['READ_CALL', script('export default { up: ▸html`SELECT 1` }')],
  ['READ_CALL', script(`export default { up: ▸'SELECT 1'.trim() }`)],
  ['READ_CALL', script(`export default { up: ▸sql.join(['a']) }`)],
  ['READ_CALL', script(`export default { up: ▸Object.freeze(['a']) }`)],

  ['READ_NOT_IMPORTED', { '001_a.ts': `export default ▸defineMigration({ up: 'a' })` }],
  ['READ_NOT_IMPORTED', { '001_a.ts': `export default ▸defineMigrations([])` }],

  [
    'READ_MAPPED',
    list(`export default defineMigrations(▸[1, 2, 3].map((version) => ({ version })))`),
  ],
  ['READ_MAPPED', script(`export default { up: ▸['a', 'b'].map((table) => table) }`)],
  ['READ_MAPPED', script(`export default { up: ▸['a'].concat(['b']) }`)],
  ['READ_MAPPED', script(`export default { up: ['a', ...▸['b'].filter(Boolean)] }`)],
  ['READ_MAPPED', script(`export default { up: ▸Array.from(['a']) }`)],

  ['READ_CONDITIONAL', script(`export default { up: ▸process.env.CI ? 'a' : 'b' }`)],
  ['READ_CONDITIONAL', script(`export default ▸flag ? { up: 'a' } : { up: 'b' }`)],
  ['READ_CONDITIONAL', script(`export default { up: ▸other ?? 'a' }`)],
  ['READ_CONDITIONAL', script(`export default { up: ▸other || 'a' }`)],
  ['READ_CONDITIONAL', script(`export default { up: 'a' + (▸flag && 'b') }`)],

  ['READ_COMPUTED_KEY', script(`export default { ▸['up']: 'a' }`)],
  ['READ_COMPUTED_KEY', script(`const key = 'up'\nexport default { ▸[key](db) {} }`)],
  ['READ_COMPUTED_KEY', script(`export default class extends Migration { ▸[key](db) {} }`)],

  ['READ_IMPORTED', script(`import { up } from '../app.js'\nexport default { ▸up }`)],
  ['READ_IMPORTED', script(`import { up } from './002_b.js'\nexport default { up: ▸up }`)],
  ['READ_IMPORTED', script(`import up from 'some-package'\nexport default { up: ▸up }`)],
  ['READ_IMPORTED', script(`import m from './m.js'\nexport default ▸m`)],
  ['READ_IMPORTED', script(`export { ▸up } from './other.js'`)],
  [
    'READ_IMPORTED',
    script(`import { table } from '@/names'\nexport default { up: \`DROP TABLE \${▸table}\` }`),
  ],

  [
    'READ_IMPORT_MISSING',
    { '001_a.ts': `import { up } from './_b.js'\nexport default { ▸up }`, '_b.ts': '' },
  ],
  [
    'READ_IMPORT_MISSING',
    { '001_a.ts': `export { ▸up } from './_b.js'`, '_b.ts': 'export const down = 1' },
  ],

  ['READ_NOT_CONSTANT', script(`let text = 'a'\nexport default { up: ▸text }`)],
  ['READ_NOT_CONSTANT', script(`var text = 'a'\nexport default { up: ▸text }`)],
  ['READ_NOT_CONSTANT', script(`const { text } = { text: 'a' }\nexport default { up: ▸text }`)],
  ['READ_NOT_CONSTANT', script(`const [[text = 1]] = [['a']]\nexport default { up: ▸text }`)],
  ['READ_NOT_CONSTANT', script(`export let ▸up = 'a'`)],
  ['READ_NOT_CONSTANT', script(`export const { ▸up, other } = { up: 'a', other: 'b' }`)],
  ['READ_NOT_CONSTANT', script(`enum Text { up = 'a' }\nexport default { up: ▸Text.up }`)],

  ['READ_UNDECLARED', script(`export default { up: ▸create }`)],
  ['READ_UNDECLARED', script(`export default { ▸up }`)],
  ['READ_UNDECLARED', script(`export default ▸migration`)],

  [
    'READ_CHANGED',
    {
      '001_a.ts': `import { list } from './_b.js'\nexport default { up: list }`,
      '_b.ts': `export const list = ['a']\n▸for (const item of [1]) list.push(String(item))`,
    },
  ],

  ['READ_CIRCULAR', script(`const a = b\nconst b = ▸a\nexport default { up: a }`)],
  ['READ_CIRCULAR', script(`const m = { ...▸m, up: 'a' }\nexport default m`)],
  [
    'READ_CIRCULAR',
    {
      '001_a.ts': `export { up } from './_b.js'`,
      '_b.ts': `export { up } from './_c.js'`,
      '_c.ts': `export { ▸up } from './_b.js'`,
    },
  ],

  ['READ_EXPRESSION', script(`export default { up: 'a', transaction: ▸!1 }`)],
  ['READ_EXPRESSION', script(`export default { up: 'a' + ▸true }`)],
  ['READ_EXPRESSION', script(`export default { up: 'a', version: ▸7 - 6 }`)],
  ['READ_EXPRESSION', script(`export default { up: ▸await load() }`)],
  ['READ_EXPRESSION', script(`const o = { a: 'b' }\nexport default { up: ▸o.c }`)],
  ['READ_EXPRESSION', script(`const o = { a: 'b' }\nexport default { up: ▸o['c'] }`)],
  ['READ_EXPRESSION', script(`const o = { a: 'b' }\nexport default { up: ▸o[key] }`)],
  ['READ_EXPRESSION', script(`export default { up: ▸/a/ }`)],
  ['READ_EXPRESSION', script(`export default { up: 'a', description: ▸-'b' }`)],
  ['READ_EXPRESSION', script(`const A = 'a'\nexport default ▸new A()`)],
  ['READ_EXPRESSION', script(`export default { ▸get up() { const text = 'a'; return text } }`)],
  ['READ_EXPRESSION', script(`export default class extends Migration { up = ▸this.text }`)],

  ['READ_EMPTY_ITEM', script(`export default { up: ['a',▸ , 'b'] }`)],

  ['READ_HOLE', script('export default { up: sql`SELECT ${▸undefined}` }')],
  ['READ_HOLE', script('export default { up: sql`SELECT ${▸["a"]}` }')],
  ['READ_HOLE', script('export default { up: `SELECT ${▸sql`1`}` }')],
  ['READ_HOLE', script('export default { up: `SELECT ${▸() => 1}` }')],

  ['READ_WRONG_TYPE', script(`export default { up: ▸5 }`)],
  ['READ_WRONG_TYPE', script(`export default { up: ▸null }`)],
  ['READ_WRONG_TYPE', script(`export default { up: 'a', down: ▸{} }`)],
  ['READ_WRONG_TYPE', script(`export default { up: ['a', ▸5] }`)],
  ['READ_WRONG_TYPE', script(`export default { up: [▸['a']] }`)],
  ['READ_WRONG_TYPE', script(`export default { up: [▸(db) => {}] }`)],
  ['READ_WRONG_TYPE', script(`export default { up: ['a', ▸...'bc'] }`)],
  ['READ_WRONG_TYPE', script(`export default { up: 'a', ...▸['b'] }`)],
  ['READ_WRONG_TYPE', script(`export default { up: [▸sql\`a\`].join() }`)],
  ['READ_WRONG_TYPE', script(`const a = 'b'\nexport default { up: ▸a.join() }`)],
  ['READ_WRONG_TYPE', script('export default { up: sql`${sql.id(▸5)}` }')],
  ['READ_WRONG_TYPE', script(`export default { up: 'a', description: ▸5 }`)],
  [
    'READ_WRONG_TYPE',
    script(`export default { up: 'a', name() ▸{} }`.replace('name() ▸', '▸name() ')),
  ],
  ['READ_WRONG_TYPE', script(`export default { up: 'a', irreversible: ▸true }`)],
  ['READ_WRONG_TYPE', script(`export default { up: 'a', irreversible: ▸' ' }`)],
  ['READ_WRONG_TYPE', script(`export default { up: 'a', transaction: ▸'false' }`)],
  ['READ_WRONG_TYPE', script(`export default { up: 'a', foreignKeys: ▸true }`)],
  ['READ_WRONG_TYPE', script(`export default { up: 'a', effects: ▸['mail'] }`)],
  ['READ_WRONG_TYPE', script(`export default { up: 'a', version: ▸true }`)],

  ['READ_NOT_A_MIGRATION', script(`▸export default function (db) {}`)],
  ['READ_NOT_A_MIGRATION', script(`▸export default (db) => {}`)],
  ['READ_NOT_A_MIGRATION', script(`▸export default 5`)],
  ['READ_NOT_A_MIGRATION', script(`▸export default 'CREATE TABLE a (b)'`)],

  ['READ_GENERATOR', script(`export default { ▸*up(db) {} }`)],
  ['READ_GENERATOR', script(`export ▸function* up(db) {}`.replace('export ▸', '▸export '))],
  ['READ_GENERATOR', script(`export default { up: ▸function* () {} }`)],
  ['READ_GENERATOR', script(`export default { up: 'a', ▸async *down() {} }`)],

  ['READ_VERSION', script(`export default { up: 'a', version: ▸0 }`)],
  ['READ_VERSION', script(`export default { up: 'a', version: ▸-1 }`)],
  ['READ_VERSION', script(`export default { up: 'a', version: ▸1.5 }`)],
  ['READ_VERSION', script(`export default { up: 'a', version: ▸'' }`)],
  ['READ_VERSION', script(`export default { up: 'a', version: ▸'v1' }`)],
  ['READ_VERSION', script(`export default { up: 'a', version: ▸'1.0.0' }`)],
  ['READ_VERSION', script(`export default { up: 'a', version: ▸1e21 }`)],

  [
    'READ_CLASS_BASE',
    script(`import { Base } from '../base.js'\nexport default class A extends ▸Base { up() {} }`),
  ],
  [
    'READ_CLASS_BASE',
    script(`class Base { down() {} }\nexport default class A extends ▸Base { up() {} }`),
  ],
  ['READ_CLASS_BASE', script(`export default class A extends ▸mixin(Migration) { up() {} }`)],
  ['READ_CLASS_BASE', script(`export default class A extends ▸A { up() {} }`)],
  ['READ_NOT_IMPORTED', { '001_a.ts': `export default class A extends ▸Migration { up() {} }` }],
  ['READ_NOT_IMPORTED', { '001_a.ts': 'export default { up: ▸sql`SELECT 1` }' }],

  ['READ_CLASS_ABSTRACT', script(`▸export default abstract class A extends Migration { up() {} }`)],

  [
    'READ_CLASS_ARGUMENTS',
    script(
      `export default class A extends Migration { constructor(▸version) { super() }\n up() {} }`,
    ),
  ],
  [
    'READ_CLASS_ARGUMENTS',
    script(`class A extends Migration { up() {} }\nexport default new A(▸'001')`),
  ],

  ['READ_CLASS_STATIC', script(`export default class A { ▸static up(db) {} }`)],

  ['READ_CLASS_DECORATED', script(`export default class A { ▸@wrap up(db) {} }`)],
  ['READ_CLASS_CONSTRUCTOR', script(`export default class A { constructor() { ▸f() }\n up() {} }`)],
  ['READ_CLASS_CHANGED', script(`export default class A { a = wrap(▸this)\n up(db) {} }`)],
  ['READ_CLASS_TWICE', script(`export default class A { up = () => {}\n ▸up() {} }`)],

  ['READ_LIST_EXPECTED', list(`▸export default defineMigration({ up: 'a' })`)],
  ['READ_LIST_EXPECTED', list(`const a = 1\n▸export function up(db) {}`)],

  ['READ_LIST_ELEMENT', list(`export default defineMigrations([▸'a'])`)],
  ['READ_LIST_NAME', script(`export default [{ version: 1, sql: 'a', name: ▸'B c' }]`)],

  ['READ_LIST_VERSION_MISSING', list(`export default defineMigrations([▸{ sql: 'a' }])`)],

  [
    'READ_LIST_FUNCTION',
    script(`export default defineMigrations([{ version: 1, ▸up(db) {}, down: 'a' }])`),
  ],
  [
    'READ_LIST_FUNCTION',
    script(`export default defineMigrations([{ version: 1, sql: 'a', down: ▸() => {} }])`),
  ],

  [
    'READ_LIST_SQL_AND_UP',
    script(`export default defineMigrations([▸{ version: 1, sql: 'a', up: 'a' }])`),
  ],

  [
    'READ_SQL_BEFORE_MARKER',
    { '001_a.sql': `-- a comment\n▸CREATE TABLE a (b);\n-- migrate:up\nSELECT 1` },
  ],
  [
    'READ_SQL_MARKER_REPEATED',
    { '001_a.sql': `-- migrate:up\nSELECT 1;\n▸-- migrate:up\nSELECT 2` },
  ],
  [
    'READ_SQL_MARKER_UNKNOWN',
    { '001_a.sql': `-- migrate:up\nSELECT 1;\n▸-- migrate:dwon\nSELECT 2` },
  ],
  ['READ_SQL_MARKER_UNKNOWN', { '001_a.sql': `-- migrate:up\nSELECT 1;\n  ▸-- migrate:` }],
  ['READ_SQL_MARKER_PLACE', { '001_a.sql': `-- migrate:up\nSELECT 1; ▸-- migrate:down\nSELECT 2` }],
  [
    'READ_SQL_MARKER_FILE',
    { '001_a.up.sql': `SELECT 1;\n-- migrate:up\n▸-- migrate:down`.replace('SELECT 1;\n', '') },
  ],
  [
    'READ_SQL_MARKER_FILE',
    { '001_a.up.sql': 'SELECT 1', '001_a.down.sql': '▸-- migrate:up\nSELECT 2' },
  ],
  ['READ_SQL_MARKER_FOREIGN', { '001_a.sql': `▸-- +goose Down\nDROP TABLE a` }],
  ['READ_SQL_MARKER_FOREIGN', { '001_a.sql': `SELECT 1;\n  ▸-- +migrate Up notransaction` }],
  ['READ_SQL_MARKER_FOREIGN', { '001_a.sql': `SELECT 1;\n▸-- migrat:down\nDROP TABLE a` }],
  ['READ_SQL_MARKER_FOREIGN', { '001_a.sql': `▸-- migrate down` }],
  ['READ_SQL_MARKER_FOREIGN', { '001_a.sql': `▸-- mirgate:up transaction:false` }],
  ['READ_SQL_MARKER_FOREIGN', { '001_a.sql': `▸-- migration:down` }],
  ['READ_SQL_MARKER_FOREIGN', { '001_a.sql': `▸--- migrate:down` }],
  ['READ_SQL_MARKER_FOREIGN', { '001_a.sql': `▸-- //@UNDO` }],
  ['READ_SQL_MARKER_FOREIGN', { '001_a.sql': `▸--- !Downs` }],
  ['READ_SQL_OPTION_UNKNOWN', { '001_a.sql': `-- migrate:up ▸transaction:no` }],
  ['READ_SQL_OPTION_UNKNOWN', { '001_a.sql': `-- migrate:up transaction:false  ▸fast` }],
  ['READ_SQL_OPTION_UNKNOWN', { '001_a.sql': `-- migrate:up\n-- migrate:down ▸foreign_keys:off` }],
  ['READ_SQL_OPTION_UNKNOWN', { '001_a.sql': `▸-- transaction: no\nSELECT 1` }],
  ['READ_SQL_OPTION_UNKNOWN', { '001_a.sql': `-- migrate:up\n  ▸-- foreign_keys:\nSELECT 1` }],
  [
    'READ_SQL_OPTION_REPEATED',
    { '001_a.sql': `-- migrate:up transaction:false ▸transaction:true` },
  ],
  [
    'READ_SQL_OPTION_REPEATED',
    { '001_a.sql': `-- migrate:up transaction:false\n▸-- transaction: false\nSELECT 1` },
  ],
  [
    'READ_SQL_OPTION_DIFFERS',
    { '001_a.sql': `-- migrate:up\nSELECT 1;\n-- migrate:down\n▸-- transaction: false\nSELECT 2` },
  ],
  [
    'READ_SQL_OPTION_DIFFERS',
    { '001_a.up.sql': 'SELECT 1', '001_a.down.sql': '▸-- foreign_keys: enforce\nSELECT 2' },
  ],
  ['READ_SQL_OPTION_DIFFERS', { '001_a.sql': `-- migrate:up\n-- migrate:down ▸transaction:false` }],
  [
    'READ_SQL_COMMENT_REPEATED',
    { '001_a.sql': `-- description: a\nSELECT 1;\n▸-- description: b` },
  ],
  [
    'READ_SQL_COMMENT_REPEATED',
    { '001_a.up.sql': '-- effects: a', '001_a.down.sql': '▸-- Effects: b' },
  ],
  ['READ_SQL_DOWN_TWICE', { '001_a.up.sql': 'SELECT 1', '001_a.down.sql': '▸-- down: auto\nb' }],
  ['READ_DOWN_NOT_DERIVED', { '001_a.sql': `-- down: auto\nCREATE TABLE a (b);\n▸VACUUM` }],
  ['READ_DOWN_NOT_DERIVED', script(`export default { up: (db) => {}, down: ▸'auto' }`)],
  ['READ_SQL_COMMENT_EMPTY', { '001_a.sql': `▸-- irreversible:   \nSELECT 1` }],
  ['READ_SQL_NUL', { '001_a.sql': `SELECT 1;\nSELECT '▸\0'` }],
  ['READ_SQL_NUL', script(`export default { up: '▸SELECT \\0' }`)],
]

/** Problems of the whole file or of a helper, which say nothing against the single migrations. */
const READABLE: readonly (readonly [code: string, folder: Folder])[] = [
  ['READ_SYNTAX', { '001_a.ts': `export default { up: 'a', down: 'b' }`, '_b.ts': 'const a = ▸;' }],
  [
    'READ_LIST_MISSING',
    list(`▸export default defineMigrations([{ version: 1, sql: 'a' }, { version: 3, sql: 'b' }])`),
  ],
  ['READ_LIST_MISSING', list(`▸export default []`)],
  [
    'READ_LIST_EXTRA',
    script(
      `export default defineMigrations([{ version: 1, sql: 'a' }, { version: ▸2, sql: 'b' }])`,
    ),
  ],
  [
    'READ_LIST_REPEATED',
    script(
      `export default defineMigrations([{ version: 1, sql: 'a' }, { version: ▸'001', sql: 'b' }])`,
    ),
  ],
]

const WARNINGS: readonly (readonly [code: string, folder: Folder])[] = [
  ['READ_MISSPELT', script(`export default { up: 'a', ▸irreversable: 'b' }`)],
  ['READ_MISSPELT', script(`export default { up: 'a', ▸foreign_keys: 'enforce' }`)],
  ['READ_MISSPELT', script(`export default { ▸Up: 'a' }`)],
  [
    'READ_MISSPELT',
    script(
      `export const up = 'a'\nexport const descripton = ▸'b'`.replace(
        'descripton = ▸',
        '▸descripton = ',
      ),
    ),
  ],
  [
    'READ_MISSPELT',
    {
      '001_a.ts':
        OURS + `export default defineMigrations([{ version: 1, sql: 'a', ▸efects: 'b' }])`,
    },
  ],
]

/** `[code, what is in the folder, the folder]`, so that the title of a test shows its case. */
const titled = (cases: typeof UNREADABLE): [string, string, Folder][] =>
  cases.map(([code, folder]) => [
    code,
    JSON.stringify(folder).replaceAll(JSON.stringify(OURS).slice(1, -1), ''),
    folder,
  ])

function read(marked: Folder): { found: string[]; places: string[]; reading: Reading } {
  const { folder, places } = unmark(marked)
  const reading = readFolder(folder)
  return { found: reading.diagnostics.map(shown), places, reading }
}

test.each(titled(UNREADABLE))('what cannot be read: %s: %s', (code, _, marked) => {
  const { found, places, reading } = read(marked)
  expect(places).toHaveLength(1)
  expect(found).toEqual(places.map((place) => `${place} ${code}`))
  expect(reading.diagnostics.map(({ severity }) => severity)).toEqual(['error'])
  expect(reading.migrations.filter(({ unreadable }) => !unreadable)).toEqual([])
})

test.each(titled(READABLE))('what is wrong beside the migrations: %s: %s', (code, _, marked) => {
  const { found, places, reading } = read(marked)
  expect(places).toHaveLength(1)
  expect(found).toEqual(places.map((place) => `${place} ${code}`))
  expect(reading.diagnostics.map(({ severity }) => severity)).toEqual(['error'])
  expect(reading.migrations.filter(({ unreadable }) => unreadable)).toEqual([])
})

test.each(titled(WARNINGS))('what is read with a warning: %s: %s', (code, _, marked) => {
  const { found, places, reading } = read(marked)
  expect(places).toHaveLength(1)
  expect(found).toEqual(places.map((place) => `${place} ${code}`))
  expect(reading.diagnostics.map(({ severity }) => severity)).toEqual(['warning'])
  expect(reading.migrations.filter(({ unreadable }) => unreadable)).toEqual([])
})

describe('all problems of one run', () => {
  test('of syntax errors the first of a file, with the words and the number of the compiler', () => {
    const { diagnostics, migrations } = readFolder({
      '001_a.ts': 'const a = ;\nexport default { up: ( }\n',
    })
    expect(diagnostics.map(shown)).toEqual(['001_a.ts:1:11 READ_SYNTAX'])
    expect(diagnostics[0]).toMatchObject({
      message:
        'In migrations/001_a.ts, there is a syntax error: Expression expected. ' +
        'One more error follows in this file, perhaps only because of this one.',
      fix: 'Correct the syntax. TypeScript calls this error TS1109.',
    })
    expect(migrations).toMatchObject([{ version: 1, name: 'a', unreadable: true, up: null }])
  })

  test('of several parts of a migration, of several migrations', () => {
    const { found, places } = read({
      '001_a.ts': `export default { up: ▸a(), down: ▸b, description: ▸5 }`,
      '002_b.ts': `export default { up: ['a', ▸c(), ▸d()] }`,
      '003_c.sql': `▸-- +goose Up`,
    })
    expect(found.map((text) => text.split(' ')[0])).toEqual([
      places[2],
      places[0],
      places[1],
      ...places.slice(3),
    ])
  })

  test('a helper with a syntax error, and who imports it', () => {
    const { found, places } = read({
      '001_a.ts': `export { ▸up } from './_b.js'`,
      '_b.ts': 'export const up = ▸;',
    })
    expect(found).toEqual([`${places[1]} READ_SYNTAX`, `${places[0]} READ_IMPORT_BROKEN`])
  })

  test('code that is nested too deeply to be parsed', () => {
    const deep = `export default { up: ${'('.repeat(100_000)}'a'${')'.repeat(100_000)} }`
    const { diagnostics, migrations } = readFolder({ '001_a.ts': deep })
    expect(diagnostics.map(shown)).toEqual(['001_a.ts:1:1 READ_TOO_DEEP'])
    expect(migrations).toMatchObject([{ version: 1, unreadable: true }])
  })
})

describe('the catalogue', () => {
  const codesIn = (file: string): string[] => {
    const text = readFileSync(new URL(`../../../codegen/parse/${file}`, import.meta.url), 'utf8')
    return [...text.matchAll(/'(READ_\w+)'/g)].map(([, code]) => code ?? '')
  }

  test('has a case here for every code', () => {
    const declared = ['reading-problems.ts', 'form-problems.ts', 'sql-file-problems.ts'].flatMap(
      codesIn,
    )
    const elsewhere = /^READ_((ALTER|BATCHES|TOO)_\w+|IMPORT_BROKEN|CHANGED_ELSEWHERE)$/
    const covered = [...UNREADABLE, ...READABLE, ...WARNINGS].map(([code]) => code)
    const here = declared.filter((code) => !elsewhere.test(code))
    expect(new Set(covered)).toEqual(new Set(here))
    expect(declared).toHaveLength(new Set(declared).size)
  })

  test('says in sentences what is wrong and what to do', () => {
    const all = [...UNREADABLE, ...READABLE, ...WARNINGS].flatMap(
      ([, folder]) => read(folder).reading.diagnostics,
    )
    expect(all.filter(({ message, file }) => !message.startsWith(`In ${file}, `))).toEqual([])
    expect(all.filter(({ message }) => !/^[-\w`"'].*\.$/s.test(message))).toEqual([])
    expect(all.filter(({ fix }) => !/^[A-Z`].*[.?]$/s.test(fix))).toEqual([])
  })
})
