// The forms in which a migration can be written, and what is read from each.
import { describe, expect, test } from 'vitest'
import type { ParsedMigration } from '../../../codegen/model/migration.js'
import { essence, readFolder, readOnly } from './read-folder.js'

const UP = 'CREATE TABLE a (\n  b\n);'
const DOWN = 'DROP TABLE a;'

/** What a migration is, apart from where it stands. */
const summary = (migration: ParsedMigration): unknown => ({
  version: migration.version,
  name: migration.name,
  description: migration.description?.value ?? null,
  irreversible: migration.irreversible?.value ?? null,
  transaction: migration.transaction?.value ?? null,
  foreignKeys: migration.foreignKeys?.value ?? null,
  effects: migration.effects?.value ?? null,
  up: essence(migration.up),
  down: essence(migration.down),
  unreadable: migration.unreadable,
})

describe('one migration in six forms', () => {
  const OPTIONS = `description: 'Makes a', transaction: false, foreignKeys: 'enforce', effects: 'mail'`
  const expected = {
    version: 2,
    name: 'make_a',
    description: 'Makes a',
    irreversible: null,
    transaction: false,
    foreignKeys: 'enforce',
    effects: 'mail',
    up: [UP],
    down: [DOWN],
    unreadable: false,
  }

  test.each([
    [
      'object',
      'object',
      {
        '002_make_a.ts': `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ ${OPTIONS}, up: \`${UP}\`, down: '${DOWN}' })`,
      },
    ],
    [
      'SQL in TypeScript',
      'object',
      {
        '002_make_a.ts': `import { defineMigration, sql } from 'lockstep/better-sqlite3'
export default defineMigration({ ${OPTIONS}, up: [sql\`${UP}\`], down: sql\`${DOWN}\` })`,
      },
    ],
    [
      'named exports',
      'exports',
      {
        '002_make_a.ts': `export const description = 'Makes a'
export const transaction = false, foreignKeys = 'enforce', effects = 'mail'
export const up = \`${UP}\`
export const down = '${DOWN}'`,
      },
    ],
    [
      'class',
      'class',
      {
        'migration_002_make_a.ts': `import { Migration } from 'lockstep/better-sqlite3'
export default class MakeA extends Migration {
  version = '002'
  static override readonly name = 'make_a'
  description = 'Makes a'
  readonly transaction = false as const
  get foreignKeys() { return 'enforce' as const }
  effects = 'mail'
  up = \`${UP}\`
  down = ['${DOWN}']
}`,
      },
    ],
    [
      'SQL file with sections',
      'sql',
      {
        '002_make_a.sql': `-- description: Makes a
-- effects: mail
-- migrate:up transaction:false foreign_keys:enforce
${UP}

-- migrate:down
${DOWN}
`,
      },
    ],
    [
      'pair of SQL files',
      'sql',
      {
        '002_make_a.up.sql': `-- migrate:up transaction:false foreign_keys:enforce\n${UP}\n`,
        '002_make_a.down.sql': `-- description: Makes a\n-- effects: mail\n-- migrate:down\n${DOWN}`,
      },
    ],
    [
      'list',
      'list',
      {
        '002_make_a.ts': `import { defineMigrations } from 'lockstep/better-sqlite3'
export default defineMigrations([{ version: 2, ${OPTIONS}, sql: [\`${UP}\`], down: ['${DOWN}'] }])`,
      },
    ],
  ])('%s', (_, form, folder) => {
    const migration = readOnly(folder)
    expect(summary(migration)).toEqual(expected)
    expect(migration.form).toBe(form)
  })
})

describe('objects', () => {
  const META = `description: 'text', up: 'a', down: 'b'`

  test.each([
    ['plain', `export default { ${META} }`],
    ['constant', `const m = { ${META} }\nexport default m`],
    ['constant exported by name', `const m = { ${META} }\nexport { m as default }`],
    ['satisfies', `export default { ${META} } satisfies MigrationDefinition`],
    ['as const, in parentheses', `export default (({ ${META} }) as const)`],
    [
      'aliased import',
      `import { defineMigration as dm } from 'lockstep'\nexport default dm({ ${META} })`,
    ],
    [
      'namespace import',
      `import * as ls from 'lockstep/x'\nexport default ls.defineMigration({ ${META} })`,
    ],
    [
      'type argument',
      `import { defineMigration } from 'lockstep'\nexport default defineMigration<Db>({ ${META} })`,
    ],
    [
      'constant, defined',
      `import { defineMigration } from 'lockstep'\nconst m = defineMigration({ ${META} })\nexport default m`,
    ],
    [
      'defined from a constant',
      `import { defineMigration } from 'lockstep'\nconst m = { ${META} }\nexport default defineMigration(m)`,
    ],
    [
      'shorthand',
      `const up = 'a'\nconst down = 'b'\nconst description = 'text'\nexport default { up, down, description }`,
    ],
    [
      'spread',
      `const rest = { down: 'b', up: 'z' }\nexport default { description: 'text', ...rest, up: 'a' }`,
    ],
    [
      'quoted keys',
      `export default { 'description': 'text', "up": 'a', \`down\`: 'b' }`.replaceAll('`', "'"),
    ],
    [
      'getters',
      `export default { get description() { return 'text' }, get up() { return 'a' }, down: 'b' }`,
    ],
    [
      'parts of an object',
      `const parts = { up: 'a', all: { down: 'b' } }\nexport default { description: 'text', up: parts.up, down: parts.all.down }`,
    ],
    [
      'exported names beside it',
      `export const up = 'a'\nexport default { description: 'text', up, down: 'b' }`,
    ],
    [
      'a directive and types',
      `'use strict'\ntype A = 1\ninterface B {}\nexport type { A }\nexport default { ${META} }`,
    ],
    [
      'undefined is not stated',
      `export default { ${META}, irreversible: undefined, transaction: void 0, version: undefined }`,
    ],
  ])('%s', (_, text) => {
    const migration = readOnly({ '001_a.ts': text })
    expect(migration.form).toBe('object')
    expect(migration.description?.value).toBe('text')
    expect(essence(migration.up)).toEqual(['a'])
    expect(essence(migration.down)).toEqual(['b'])
    expect(migration.irreversible).toBeNull()
    expect(migration.declaredVersion).toBeNull()
  })

  test.each(['js', 'mjs', 'mts', 'cts'])('in a .%s file', (extension) => {
    const { up } = readOnly({ [`001_a.${extension}`]: `export default { up: 'a', down: 'b' }` })
    expect(essence(up)).toEqual(['a'])
  })
})

describe('functions', () => {
  test.each([
    ['method', `export default { up(db) { db.exec('a') } }`, false, `up(db) { db.exec('a') }`],
    ['arrow', `export default { up: (db) => db.exec('a') }`, false, `(db) => db.exec('a')`],
    ['function expression', `export default { up: function (db) {} }`, false, 'function (db) {}'],
    [
      'local function',
      `export default { up: make }\nfunction make(db) {}`,
      false,
      'function make(db) {}',
    ],
    [
      'constant',
      `const make = (db) => {}\nexport default { up: make as Step }`,
      false,
      '(db) => {}',
    ],
    ['shorthand', `const up = (db) => {}\nexport default { up }`, false, '(db) => {}'],
    ['named export', `export function up(db) {}`, false, 'export function up(db) {}'],
    ['exported constant', `export const up = (db) => {}`, false, '(db) => {}'],
    [
      'exported under another name',
      `function make(db) {}\nexport { make as up }`,
      false,
      'function make(db) {}',
    ],
    [
      'overloads',
      `export function up(db: A): void\nexport function up(db) {}`,
      false,
      'export function up(db) {}',
    ],
    ['async method', `export default { async up(db) {} }`, true, 'async up(db) {}'],
    ['async arrow', `export const up = async (db) => {}`, true, 'async (db) => {}'],
    ['async export', `export async function up(db) {}`, true, 'export async function up(db) {}'],
    [
      'declared promise',
      `export function up(db): Promise<void> {}`,
      true,
      'export function up(db): Promise<void> {}',
    ],
    ['class method', `export default class { up(db) {} }`, false, 'up(db) {}'],
    ['class field', `export default class { up = async (db) => {} }`, true, 'async (db) => {}'],
  ])('%s', (_, text, async, code) => {
    expect(essence(readOnly({ '001_a.ts': text }).up)).toEqual({ async, code })
  })

  test.each([
    ['named import', `import { up } from './_b.js'\nexport default { up }`],
    [
      'import under another name',
      `import { up as make } from './_b.ts'\nexport default { up: make }`,
    ],
    ['import without an ending', `import { up } from './_b'\nexport default { up }`],
    ['the whole helper', `import * as b from './_b.js'\nexport default { up: b.up }`],
    [
      'a quoted name of the whole helper',
      `import * as b from './_b.js'\nexport default { up: b['up'] }`,
    ],
    ['a re-exported name', `export { up } from './_b.js'`],
    ['an imported name exported', `import { up } from './_b.js'\nexport { up }`],
    ['default import', `import up from './_b.js'\nexport default { up }`],
    ['through another helper', `import { up } from './_lib/c.js'\nexport default { up }`],
  ])('of a helper: %s', (_, text) => {
    const { migrations, diagnostics } = readFolder({
      '001_a.ts': text,
      '_b.ts': `export const up = (db) => {}\nexport default up`,
      '_lib/c.ts': `export { up } from '../_b.js'`,
    })
    expect(diagnostics).toEqual([])
    expect(migrations[0]?.up).toMatchObject({
      kind: 'code',
      position: { file: 'migrations/_b.ts', line: 1, column: 19 },
    })
  })
})

describe('classes', () => {
  const OURS = `import { Migration, Migration as Base } from 'lockstep/better-sqlite3'\n`
  const META = `version = '001'; description = 'text'; up(db) {}`

  test.each([
    ['default export', `export default class A extends Migration { ${META} }`],
    ['without a base', `export default class { ${META} }`],
    ['aliased base with a type argument', `export default class extends Base<Db> { ${META} }`],
    [
      'base in a namespace',
      `import * as ls from 'lockstep'\nexport default class extends ls.Migration { ${META} }`,
    ],
    ['declared, then exported', `class A extends Migration { ${META} }\nexport default A`],
    [
      'exported under the name default',
      `class A extends Migration { ${META} }\nexport { A as default }`,
    ],
    ['instance', `class A extends Migration { ${META} }\nexport default new A()`],
    [
      'constant instance',
      `class A extends Migration { ${META} }\nconst m = new A()\nexport default m`,
    ],
    ['class expression', `const A = class extends Migration { ${META} }\nexport default A`],
    ['instance of an expression', `export default new (class extends Migration { ${META} })()`],
    [
      'a local base that adds nothing',
      `abstract class B extends Migration { abstract up(): void }\nexport default class extends B { ${META} }`,
    ],
    [
      'getters',
      `export default class extends Migration { get version() { return 1 } get description() { return 'te' + 'xt' } up(db) {} }`,
    ],
    [
      'static fields',
      `export default class extends Migration { static version = 1; static description = 'text'; up(db) {} }`,
    ],
    [
      'super with an object',
      `export default class extends Migration { constructor() { super({ version: '001', description: 'text' }) } up(db) {} }`,
    ],
    [
      'super with a constant',
      `const about = { version: 1, description: 'text' }\nexport default class extends Migration { constructor() { super(about) } up(db) {} }`,
    ],
    [
      'super with two texts',
      `export default class extends Migration { constructor() { super('001', 'text') } up(db) {} }`,
    ],
    [
      'assignments',
      `export default class extends Migration { constructor() { super(); this.version = 1; this.description = 'text' } up(db) {} }`,
    ],
    [
      'other members',
      `export default class extends Migration { ${META} #secret = f(); private other(db) {} static { g() } set x(y) {} declare z: 1; [Symbol.iterator]() {} }`,
    ],
  ])('%s', (_, text) => {
    const migration = readOnly({ '001_a.ts': OURS + text })
    expect(migration.form).toBe('class')
    expect(migration.declaredVersion?.value).toBe(1)
    expect(migration.description?.value).toBe('text')
    expect(essence(migration.up)).toEqual({ async: false, code: 'up(db) {}' })
    expect(migration.down).toBeNull()
  })
})

describe('what the code states', () => {
  test.each([
    ['2', 2],
    ["'2'", 2],
    ["'002'", 2],
    ['`0012`', 12],
    ['0x10', 16],
    ['1_000', 1000],
    ["'1000'", 1000],
    ['+3', 3],
  ])('version %s', (version, value) => {
    const { declaredVersion } = readOnly({
      '001_a.ts': `export default { up: 'a', version: ${version} }`,
    })
    expect(declaredVersion).toMatchObject({ value, position: { line: 1, column: 36 } })
  })

  test('a migration without anything is read as one', () => {
    expect(readOnly({ '001_a.ts': '' })).toMatchObject({
      form: 'exports',
      up: null,
      down: null,
      unreadable: false,
      position: { file: 'migrations/001_a.ts', line: 1, column: 1 },
    })
  })

  test('begins at the default export, at the exported up, at the first line', () => {
    const places = readFolder({
      '001_a.ts': '\n/** About. */\nexport default { up: "a" }',
      '002_b.ts': '\n\n  export function up(db) {}',
      '003_c.sql': '\n\nSELECT 1',
      '004_d.ts': 'class D { up() {} }\n\n export { D as default }',
    }).migrations.map(({ position: { line, column } }) => [line, column])
    expect(places).toEqual([
      [3, 1],
      [3, 3],
      [1, 1],
      [3, 2],
    ])
  })
})
