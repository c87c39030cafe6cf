// CommonJS is read as the ES module that it could be: the same checksums, and every place where it stands in the file.
import { describe, expect, test } from 'vitest'
import { asModule } from '../../../codegen/parse/common-js.js'
import { checksumsOf } from '../checksum/checksums-of.js'
import { essence, readFolder, readOnly, shown, type Folder } from './read-folder.js'

const from = (name: string) => `import { ${name} } from 'lockstep/better-sqlite3'\n`
const require = (name: string) => `const { ${name} } = require('lockstep/better-sqlite3')\n`

/** What is written, as CommonJS and as an ES module. */
const SAME: Record<string, [common: Folder, module: Folder]> = {
  'an object': [
    {
      '001_a.js': `'use strict'\n${require('defineMigration')}module.exports = defineMigration({ up: 'CREATE TABLE t (a)', down: (db) => db.exec('DROP TABLE t') })\n`,
    },
    {
      '001_a.js': `${from('defineMigration')}export default defineMigration({ up: 'CREATE TABLE t (a)', down: (db) => db.exec('DROP TABLE t') })\n`,
    },
  ],
  'an object by its names': [
    {
      '001_a.js': `function up(db) { db.exec('CREATE TABLE t (a)') }\nconst down = 'DROP TABLE t'\nmodule.exports = { up, down }\n`,
    },
    {
      '001_a.js': `function up(db) { db.exec('CREATE TABLE t (a)') }\nconst down = 'DROP TABLE t'\nexport default { up, down }\n`,
    },
  ],
  'named exports': [
    {
      '001_a.js': `exports.description = 'x'\nexports.up = function (db) { db.exec('CREATE TABLE t (a)') }\nmodule.exports['down'] = (db) => db.exec('DROP TABLE t')\n`,
    },
    {
      '001_a.js': `export const description = 'x'\nexport const up = function (db) { db.exec('CREATE TABLE t (a)') }\nexport const down = (db) => db.exec('DROP TABLE t')\n`,
    },
  ],
  'names that are exported': [
    {
      '001_a.js': `function up(db) { db.exec('CREATE TABLE t (a)') }\nfunction undo(db) { db.exec('DROP TABLE t') }\nexports.up = up;\nexports.down = undo;\n`,
    },
    {
      '001_a.js': `export function up(db) { db.exec('CREATE TABLE t (a)') }\nfunction undo(db) { db.exec('DROP TABLE t') }\nexport { undo as down }\n`,
    },
  ],
  'a class': [
    {
      '001_a.js': `const lockstep = require("lockstep/better-sqlite3")\nmodule.exports = class A extends lockstep.Migration {\n  up(db) { db.exec('CREATE TABLE t (a)') }\n  irreversible = 'no'\n};\n`,
    },
    {
      '001_a.js': `import * as lockstep from 'lockstep/better-sqlite3'\nexport default class A extends lockstep.Migration {\n  up(db) { db.exec('CREATE TABLE t (a)') }\n  irreversible = 'no'\n}\n`,
    },
  ],
  'a list': [
    {
      '001-002_a.cjs': `const define = require('lockstep').defineMigrations\nmodule.exports = define([{ version: 1, sql: 'CREATE TABLE t (a)' }, { version: 2, sql: 'CREATE TABLE u (a)' }])\n`,
    },
    {
      '001-002_a.js': `import { defineMigrations as define } from 'lockstep'\nexport default define([{ version: 1, sql: 'CREATE TABLE t (a)' }, { version: 2, sql: 'CREATE TABLE u (a)' }])\n`,
    },
  ],
  'helpers by name': [
    {
      '001_a.js': `const {\n  make,\n  table,\n} = require('./_shared')\nexports.irreversible = 'no'\nexports.up = (db) => db.exec(make(table))\n`,
      '_shared.js': `const table = 't'\nfunction make(name) { return 'CREATE TABLE ' + name + ' (a)' }\nmodule.exports = { make, table }\n`,
    },
    {
      '001_a.js': `import { make, table } from './_shared.js'\nexport const irreversible = 'no'\nexport const up = (db) => db.exec(make(table))\n`,
      '_shared.js': `const table = 't'\nfunction make(name) { return 'CREATE TABLE ' + name + ' (a)' }\nexport { make, table }\n`,
    },
  ],
  'a helper as a whole': [
    {
      '001_a.js': `const shared = require('./_shared.js')\nexports.irreversible = 'no'\nexports.up = (db) => db.exec(shared.table)\n`,
      '_shared.js': `exports.table = 'CREATE TABLE t (a)'\nexports.other = 1\n`,
    },
    {
      '001_a.js': `import * as shared from './_shared.js'\nexport const irreversible = 'no'\nexport const up = (db) => db.exec(shared.table)\n`,
      '_shared.js': `export const table = 'CREATE TABLE t (a)'\nexport const other = 1\n`,
    },
  ],
  'a helper that is a function': [
    {
      '001_a.js': `const make = require('./_make')\nexports.irreversible = 'no'\nexports.up = (db) => db.exec(make('t'))\n`,
      '_make.js': `module.exports = (name) => 'CREATE TABLE ' + name + ' (a)'\n`,
    },
    {
      '001_a.js': `import make from './_make.js'\nexport const irreversible = 'no'\nexport const up = (db) => db.exec(make('t'))\n`,
      '_make.js': `export default (name) => 'CREATE TABLE ' + name + ' (a)'\n`,
    },
  ],
}

test.each(Object.entries(SAME))('%s has the checksum of the ES module', (_, [common, module]) => {
  expect(checksumsOf(common)).toEqual(checksumsOf(module))
})

test.each<[what: string, helper: (text: string) => string]>([
  ['a value in place', (text) => `module.exports = { sql: '${text}', other() { return 1 } }\n`],
  ['a function in place', (text) => `module.exports = { get: () => '${text}' }\n`],
  ['a method', (text) => `module.exports = { get() { return '${text}' } }\n`],
  ['a name', (text) => `const sql = '${text}'\nmodule.exports = { sql, get: () => sql }\n`],
  [
    'another name',
    (text) => `const one = '${text}'\nmodule.exports = { sql: one, get: () => one }\n`,
  ],
])('what a helper exports as %s belongs to the checksum', (_, helper) => {
  const of = (text: string, up: string, first: string): string | undefined =>
    checksumsOf({
      '001_a.js': `${first}\nexports.irreversible = 'no'\nexports.up = (db) => db.exec(${up})\n`,
      '_h.js': helper(text),
    })[0]?.up
  const member = helper('').includes('get') ? 'get' : 'sql'
  const use = member === 'get' ? '()' : ''
  for (const [first, name] of [
    [`const { ${member} } = require('./_h')`, member],
    [`const h = require('./_h')`, `h.${member}`],
    [`const it = require('./_h').${member}`, 'it'],
  ] as const)
    expect(of('SELECT 1', name + use, first)).not.toBe(of('SELECT 2', name + use, first))
})

test('a helper that ES modules import stays as it is for them', () => {
  const folder = (h: string): Folder => ({
    '001_a.ts': `import h from './_h.cjs'\nexport const irreversible = 'no'\nexport const up = (db: any) => db.exec(h.sql)\n`,
    '002_b.js': `exports.up = 'SELECT 1'\nexports.irreversible = 'no'\n`,
    '_h.cjs': `module.exports = { sql: '${h}' }\n`,
  })
  const { '002_b.js': _, ...alone } = folder('SELECT 1')
  expect(checksumsOf(folder('SELECT 1'))[0]).toEqual(checksumsOf(alone)[0])
  expect(checksumsOf(folder('SELECT 1'))[0]).not.toEqual(checksumsOf(folder('SELECT 2'))[0])
})

describe('places', () => {
  test('of SQL are those of the file', () => {
    const { up, position } = readOnly({
      '001_a.js': `const { sql } = require('lockstep')\nexports.irreversible = 'no'\nexports.up = sql\`CREATE TABLE t (a)\`\n`,
    })
    expect(essence(up)).toEqual(['CREATE TABLE t (a)'])
    expect(up).toMatchObject({ pieces: [{ position: { line: 3, column: 18 } }] })
    expect(position).toMatchObject({ line: 3, column: 1 })
  })
  test('of what is wrong as well', () => {
    const { diagnostics } = readFolder({
      '001_a.js': `const a = require('node:fs')\nmodule.exports = { up: a.readFileSync('x'), down: 'SELECT 1' }\n`,
    })
    expect(diagnostics.map(shown)).toEqual(['001_a.js:2:24 READ_CALL'])
  })
  test.each<[what: string, folder: Folder, place: string]>([
    [
      'a variable',
      { '001_a.js': `let up = 'SELECT 1'\nexports.irreversible = 'no'\nexports.up = up\n` },
      '001_a.js:3:14 READ_NOT_CONSTANT',
    ],
    [
      'a name that a helper lacks',
      { '001_a.js': `const { up } = require('./_h')\nexports.up = up\n`, '_h.js': 'exports.a = 1' },
      '001_a.js:2:14 READ_IMPORT_MISSING',
    ],
    [
      'a variable of a helper',
      {
        '001_a.js': `const { up } = require('./_h')\nmodule.exports = { up, irreversible: 'no' }\n`,
        '_h.js': `let up = 'SELECT 1'\nmodule.exports = {\n  up,\n}\n`,
      },
      '_h.js:3:3 READ_NOT_CONSTANT',
    ],
  ])('of what is exported by its name: %s', (_, folder, place) => {
    expect(readFolder(folder).diagnostics.map(shown)).toContain(place)
  })
  test('no line and no column moves, and what is new stands below', () => {
    for (const folder of Object.values(SAME).map(([common]) => common))
      for (const [name, text] of Object.entries(folder)) {
        const [read, lines] = [asModule(`/m/${name}`, text).text, text.split('\n')]
        expect(read).not.toBe(text)
        expect(
          read
            .slice(0, text.length)
            .split('\n')
            .map((line) => line.length),
        ).toEqual(lines.map((line) => line.length))
      }
  })
})

test.each([
  ['another kind of file', '001_a.ts', `module.exports = { up: 'SELECT 1' }\n`],
  [
    'an ES module that says require',
    '001_a.js',
    `import a from 'b'\nexport const up = () => require('c')\n`,
  ],
  ['the same export twice', '001_a.js', `exports.up = 'SELECT 1'\nexports.up = 'SELECT 2'\n`],
  ['two exports at once', '001_a.js', `exports = module.exports = { up: 'SELECT 1' }\n`],
  ['an export that depends', '001_a.js', `if (process.env.X) exports.up = 'SELECT 1'\n`],
  [
    'exports that are used',
    '001_a.js',
    `exports.up = (db) => exports.make(db)\nexports.make = () => 1\n`,
  ],
  ['members that are spread', '_h.js', `module.exports = { ...require('./_i'), a: 1 }\n`],
])('%s stays as it is', (_, name, text) => {
  expect(asModule(`/m/${name}`, text)).toEqual({ text, below: [] })
})

describe('in a package of ES modules', () => {
  const UP = `'CREATE TABLE t (a)'`
  test.each([
    `exports.up = ${UP}`,
    `exports['up'] = ${UP}`,
    `module.exports.up = ${UP}`,
    `module.exports = { up: ${UP} }`,
    `Object.assign(exports, { up: ${UP} })`,
    `Object.assign(module.exports, { up: ${UP} })`,
    `exports.up = exports.down = ${UP}`,
    `export const up = ${UP}\nexports.down = ''`,
  ])('%s in .js exports nothing', (text) => {
    const { diagnostics, migrations } = readFolder({ '001_a.js': text }, 'module')
    const [found] = diagnostics
    expect(found).toMatchObject({ code: 'READ_COMMONJS', severity: 'error' })
    expect(found?.message).toContain('package.json says `"type": "module"`')
    expect(found?.fix).toContain('.cjs')
    expect(migrations).toMatchObject([{ unreadable: true }])
  })
  test('nor do such exports in .mjs, and others are not seen in .cjs', () => {
    for (const [name, says] of [
      ['001_a.mjs', 'ends in .mjs'],
      ['001_a.cjs', 'without running'],
    ] as const) {
      const { diagnostics } = readFolder({ [name]: `Object.assign(exports, { up: ${UP} })` })
      expect(diagnostics).toMatchObject([{ code: 'READ_COMMONJS' }])
      expect(diagnostics[0]?.message).toContain(says)
    }
  })
  test.each<[type: string | undefined, name: string]>([
    ['module', '001_a.cjs'],
    ['commonjs', '001_a.js'],
    [undefined, '001_a.js'],
  ])('but not where the type is %s and the file is called %s', (type, name) => {
    const { diagnostics, discovery } = readFolder(
      { [name]: `exports.up = ${UP}\nexports.irreversible = 'no'\n` },
      type,
    )
    expect(diagnostics).toEqual([])
    expect(discovery.files).toMatchObject([{ commonJs: true }])
  })
  test('ES modules that say exports somewhere are what they were', () => {
    const text = `export const irreversible = 'no'\nexport function up(db) {\n  const exports = ['t']\n  Object.assign(exports, [])\n  exports.up = 1\n  db.exec(exports[0])\n}\n`
    const readings = ['module', undefined].map((type) => readFolder({ '001_a.js': text }, type))
    expect(readings.map(({ diagnostics }) => diagnostics)).toEqual([[], []])
  })
  test('a helper is what Node makes of it', () => {
    const of = (name: string): string | undefined =>
      readFolder(
        {
          '001_a.cjs': `const { table } = require('./${name}')\nexports.up = table\nexports.irreversible = 'no'\n`,
          [name]: `exports.table = ${UP}\n`,
        },
        'module',
      ).diagnostics.map(shown)[0]
    expect(of('_h.cjs')).toBeUndefined()
    expect(of('_h.js')).toBe('001_a.cjs:2:14 READ_IMPORT_MISSING')
  })
})
