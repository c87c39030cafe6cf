// A migration may take what it needs from files of any shape: no rule stumbles over one.
import { expect, test } from 'vitest'
import { placesProven } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

type Folder = Readonly<Record<string, string>>

const NAMES = {
  '_names.ts': `export const table = 't'\nexport const make = () => 'CREATE TABLE t (a)'\n`,
}

/** What is found where `up` makes a table whose name is taken from elsewhere, with `first` at the top of the file. */
const found = (first: string, table: string, helpers: Folder): Promise<string[]> =>
  placesProven({
    '001_a.ts': `${first}
export const irreversible = 'no'
export function up(db: any) {
  db.exec(\`CREATE TABLE \${${table}} (a TEXT)\`)
}
`,
    ...helpers,
  })

testSome<[what: string, first: string, table: string, helpers: Folder]>([
  ['a namespace', `import * as names from './_names.js'`, 'names.table', NAMES],
  ['a namespace, by a key', `import * as names from './_names.js'`, `names['table']`, NAMES],
  [
    'all names passed on',
    `import { table } from './_index.js'`,
    'table',
    { ...NAMES, '_index.ts': `export * from './_names.js'\n` },
  ],
  [
    'a namespace passed on',
    `import { names } from './_index.js'`,
    'names.table',
    { ...NAMES, '_index.ts': `export * as names from './_names.js'\n` },
  ],
  [
    'a namespace in a namespace',
    `import * as all from './_index.js'`,
    'all.names.table',
    { ...NAMES, '_index.ts': `export * as names from './_names.js'\n` },
  ],
  [
    'a namespace that is exported',
    `import { names } from './_h.js'`,
    'names.table',
    { ...NAMES, '_h.ts': `import * as names from './_names.js'\nexport { names }\n` },
  ],
  [
    'names passed on twice',
    `import { t } from './_b.js'`,
    't',
    {
      ...NAMES,
      '_b.ts': `export { s as t } from './_a.js'\n`,
      '_a.ts': `export { table as s } from './_names.js'\n`,
    },
  ],
  [
    'default as',
    `import { table } from './_index.js'`,
    'table',
    {
      '_index.ts': `export { default as table } from './_t.js'\n`,
      '_t.ts': `export default 't'\n`,
    },
  ],
  [
    'an object by default',
    `import names from './_h.js'`,
    'names.table',
    { '_h.ts': `export default { table: 't' }\n` },
  ],
  [
    'a class',
    `import { Names } from './_h.js'`,
    'Names.table',
    { '_h.ts': `export class Names { static table = 't' }\n` },
  ],
  [
    'an unnamed class',
    `import Names from './_h.js'`,
    'Names.table',
    { '_h.ts': `export default class { static table = 't' }\n` },
  ],
  ['JSON', `import names from './_n.json'`, 'names.table', { '_n.json': '{ "table": "t" }' }],
  [
    'circular helpers',
    `import { a } from './_a.js'`,
    'a()',
    {
      '_a.ts': `import * as b from './_b.js'\nexport const a = () => b.b()\nexport const t = 't'\n`,
      '_b.ts': `import * as a from './_a.js'\nexport const b = () => a.t\n`,
    },
  ],
  [
    'helpers that pass each other on',
    `import { t } from './_a.js'`,
    't',
    {
      '_a.ts': `export * from './_b.js'\nexport const t = 't'\n`,
      '_b.ts': `export * from './_a.js'\n`,
    },
  ],
  ['an empty file', `import {} from './_e.js'`, `'t'`, { '_e.ts': '' }],
  [
    'an empty file as a whole',
    `import * as e from './_e.js'`,
    `('t' in e ? 'u' : 't')`,
    { '_e.ts': '' },
  ],
  [
    'types alone',
    `import type { T } from './_t.js'\nconst t: T = 't'`,
    't',
    { '_t.ts': `export type T = 't'\n` },
  ],
  [
    'a file of types as a whole',
    `import type * as names from './_t.js'\nconst t: names.T = 't'`,
    't',
    { '_t.ts': `export type T = 't'\n` },
  ],
  [
    'what is only declared',
    `declare const nothing: string\ndeclare module 'x' {}\nimport { t } from './_d.js'`,
    't',
    {
      '_d.ts': `declare function f(): void\nexport declare const u: string\nexport const t = 't'\n`,
    },
  ],
  [
    'a namespace block',
    `import { Names } from './_h.js'`,
    'Names.table',
    { '_h.ts': `export namespace Names { export const table = 't' }\n` },
  ],
  ['its own namespace block', `namespace Names { export const table = 't' }`, 'Names.table', {}],
  [
    'one name of it',
    `namespace Names { export const table = 't' }\nimport table = Names.table`,
    'table',
    {},
  ],
  [
    'an overloaded function',
    `import { name } from './_h.js'`,
    'name()',
    {
      '_h.ts': `export function name(): string\nexport function name(one?: string): string\nexport function name() { return 't' }\n`,
    },
  ],
  [
    'CommonJS',
    `import h from './_h.cjs'`,
    'h.table',
    { '_h.cjs': `module.exports = { table: 't' }\n` },
  ],
  [
    'CommonJS as a whole',
    `import * as h from './_h.cjs'`,
    'h.table',
    { '_h.cjs': `exports.table = 't'\n` },
  ],
  [
    'export =',
    `import h from './_h.js'`,
    'h.table',
    { '_h.ts': `const h = { table: 't' }\nexport = h\n` },
  ],
])('%s', async (_what, first, table, helpers) =>
  expect(await found(first, table, helpers)).toEqual([]),
)

testSome<[what: string, first: string, table: string, helpers: Folder, codes: string[]]>([
  [
    'itself',
    `import * as self from './001_a.js'\nexport const table = 't'`,
    'self.table',
    {},
    ['001_a.ts:1:23 error IMPORT_MIGRATION'],
  ],
  [
    'import = require',
    `import h = require('./_names.js')`,
    'h.table',
    NAMES,
    ['001_a.ts:1:1 error IMPORT_DYNAMIC'],
  ],
  [
    'a file for what it does',
    `import './_s.js'`,
    `'t'`,
    { '_s.ts': `export {}\n` },
    ['001_a.ts:1:1 error MODULE_SIDE_EFFECT'],
  ],
  [
    'a name that is not there',
    `import { gone } from './_names.js'`,
    `(gone ?? 't')`,
    NAMES,
    ['001_a.ts:1:10 error REPLAY_BUNDLE_FAILED'],
  ],
  [
    'a file that is not there',
    `import { gone } from './_gone.js'`,
    `(gone ?? 't')`,
    NAMES,
    ['001_a.ts:1:22 error REPLAY_BUNDLE_FAILED'],
  ],
  [
    'a broken file',
    `import { gone } from './_gone.js'`,
    `(gone ?? 't')`,
    { '_gone.ts': 'export const const' },
    ['_gone.ts:1:14 error READ_SYNTAX'],
  ],
])('%s', async (_what, first, table, helpers, codes) =>
  expect(await found(first, table, helpers)).toEqual(codes),
)

test('an up that is nothing where the code runs never runs as nothing', async () => {
  expect(
    await placesProven({
      '001_a.js': `const { up } = require('./_lib/h.js')\nexports.up = up\nexports.irreversible = 'no'\n`,
      '_lib/h.js': `exports.up = (db) => db.exec('CREATE TABLE t (a)')\n`,
      '_lib/package.json': '{ "type": "module" }',
    }),
  ).toEqual(['_lib/h.js:1:14 error REPLAY_UP_FAILED'])
})
