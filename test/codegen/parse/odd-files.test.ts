// Files that nobody should write: reading them must end in migrations and diagnostics, never in an exception.
import { describe, expect, test } from 'vitest'
import { testSome } from '../../support/some-of.js'
import { readFolder, type Folder } from './read-folder.js'

/** What contradicts the promises that every reading keeps, whatever was read. */
function flaws(folder: Folder): string[] {
  const { migrations, diagnostics, discovery } = readFolder(folder)
  const files = new Set(discovery.files.map(({ file }) => file))
  const silent = migrations.filter(({ unreadable }) => unreadable && diagnostics.length === 0)
  const strange = migrations.filter(({ file, version }) => !files.has(file.file) || !(version > 0))
  const mute = diagnostics.filter(({ message, fix }) => message === '' || fix === '')
  const places = [
    ...diagnostics,
    ...migrations.flatMap(({ position, up, down }) => [position, up?.position, down?.position]),
  ]
  const nowhere = places.filter((place) => place && !(place.line > 0 && place.column > 0))
  return [
    ...silent.map(({ file }) => `${file.file} is unreadable without a word`),
    ...strange.map(({ file, version }) => `${file.file} has the version ${version}`),
    ...mute.map(({ code }) => `${code} says nothing`),
    ...nowhere.map((place) => `${JSON.stringify(place)} is nowhere`),
  ]
}

const ODD: Readonly<Record<string, string>> = {
  empty: '',
  'white space': ' \n\t\n',
  'comment only': '// nothing',
  'unfinished comment': '/* nothing',
  hashbang: '#!/usr/bin/env node\nexport default { up: "a" }',
  number: '42',
  'default export of a number': 'export default 42',
  'default export of nothing': 'export default',
  'default export of a regular expression': 'export default /a/g',
  'default export of an enum': 'enum E { A }\nexport default E',
  'default export of a namespace': 'namespace N { export const up = 1 }\nexport default N',
  'default export of this': 'export default this',
  'default export of an interface': 'export default interface A { up: string }',
  'const enum': 'export const enum up { A }',
  decorators: '@a @b() export default class { @c up(@d db) {} @e() accessor down = 1 }',
  'decorators behind export': 'export default @a class { up() {} }',
  'private and accessor members': 'export default class { #up() {} accessor up = "a"; static #x }',
  'members without names':
    'export default class { constructor(); 1() {} "two"() {} 3n = 4; * [x]() {} }',
  'class that extends null': 'export default class extends null { up() {} }',
  'class that extends an expression': 'export default class extends (class { up() {} }) {}',
  JSX: 'export default <div>{up}</div>',
  'object with everything':
    'export default { up, ...x, get a() { return 1 }, set a(v) {}, async *b() {}, [c]: 1, 1: 2, "d": 3, 4n: 5 }',
  'nested templates': 'export const up = `${`${`${a}`}`}`',
  'unfinished template': 'export const up = `CREATE ${',
  'invalid escape': 'export const up = `\\u{110000} \\x`',
  'invalid escape in a tagged template':
    "import { sql } from 'lockstep'\nexport const up = sql`\\u{110000} \\unicode`",
  'using declarations': 'using up = a; await using down = b; export { up, down }',
  'import attributes': 'import a from "./_b.json" with { type: "json" }\nexport default a',
  'import equals': 'import a = require("b"); export import up = a.up\nexport default a',
  'export as namespace': 'export as namespace lockstep',
  'export of strings': 'export { up as "up", "x" as y } from "./_b.js"',
  'export of a namespace': 'export * as up from "./_b.js"',
  'import of itself': 'import * as me from "./001_a.js"\nexport default me',
  'declare everything':
    'declare const up: string\ndeclare function down(): void\nexport { up, down }',
  'labels and loops': 'a: for (;;) break a\nexport default { up: "a" }',
  'emoji names': 'const 😀 = 1\nexport default { up: `😀` }',
  'letters beyond': 'const ünïcode = "a"\nexport const up = ünïcode + "\u2028\u2029"',
  'names of Object.prototype':
    'export default { up: toString, __proto__: null, constructor: 1, hasOwnProperty() {} }',
  'member of Object.prototype': 'const a = {}\nexport default { up: a.constructor }',
  'deep property access': `export const up = a${'.b'.repeat(5_000)}`,
  'deep array': `export const up = ${'['.repeat(2_000)}${']'.repeat(2_000)}`,
  'deep object': `export default ${'{ a: '.repeat(2_000)}1${' }'.repeat(2_000)}`,
  'deep spread': `export const up = ${'[...'.repeat(2_000)}[]${']'.repeat(2_000)}`,
  'deep calls': `export default ${'f('.repeat(5_000)}${')'.repeat(5_000)}`,
  'deep template': `export const up = ${'`${'.repeat(1_000)}1${'}`'.repeat(1_000)}`,
  'many statements': 'f();'.repeat(20_000),
  'one long line': `export const up = "${'é'.repeat(1_000_000)}"`,
  'a byte order mark inside': 'export \ufeffdefault { up: "a" }',
  'carriage returns alone': 'const a = "b"\rexport default { up: a }\r',
  binary: String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i)),
  'lone surrogate': 'export const up = "\ud800"',
}

testSome(Object.entries(ODD))('odd scripts: %s', (_, text) => {
  expect(flaws({ '001_a.ts': text, '_b.ts': text })).toEqual([])
  expect(flaws({ '001-003_a.js': text })).toEqual([])
  expect(flaws({ '001_a.mts': `${text}\nexport const down = "b"` })).toEqual([])
})

test.each([
  '',
  '\0',
  "'",
  '"',
  '`',
  '[',
  '/*',
  '--',
  '-',
  ';;;',
  '-- migrate:',
  '-- migrate:up',
  '-- migrate:up\r',
  '\r\n\r\n-- migrate:down',
  '-- migrate:up migrate:down',
  '-- migrate:up -- migrate:down',
  '-- description:',
  "-- migrate:up\n'",
  'CREATE TRIGGER',
  '\ud800 -- migrate:up',
  `INSERT INTO a VALUES ('${"''".repeat(200_000)}');\n-- migrate:down\nDELETE FROM a`,
  '-- description: a\n'.repeat(2_000),
])('odd SQL: %j', (text) => {
  expect(flaws({ '001_a.sql': text })).toEqual([])
  expect(flaws({ '001_a.up.sql': text, '001_a.down.sql': text })).toEqual([])
})

describe('damaged files', () => {
  const SCRIPT = `import { defineMigration as dm, defineMigrations, Migration, sql as q } from 'lockstep/x'
import { shared } from './_b.js'
const table = 'users', list = ['a', ...shared, \`b \${table}\`] as const
export class A extends Migration<Db> { version = '001'; constructor() { super({ name: 'x' }) } get up() { return q\`DROP \${q.id(table)}\` } }
export const description = ('te' + 'xt') satisfies string, { down } = { down: 1 }
export default dm({ ...list, up: [...list, q\`x \${1} \${null}\`].join(';'), async *down(db) { return [] }, irreversible: 'r' })
`
  const SQL = `-- description: a
-- migrate:up transaction:false
CREATE TRIGGER t AFTER INSERT ON "a" BEGIN SELECT 'it''s'; END; /* -- migrate:up */
-- migrate:down
DROP TABLE [a]; -- irreversible: b
`

  test.each(Array.from({ length: 60 }, (_, seed) => seed))('cut at %i sixtieths', (sixtieths) => {
    const cut = (text: string): string => text.slice(0, (text.length * sixtieths) / 60)
    expect(flaws({ '001_a.ts': cut(SCRIPT), '_b.ts': cut(SCRIPT), '002_b.sql': cut(SQL) })).toEqual(
      [],
    )
  })

  testSome(Array.from({ length: 100 }, (_, seed) => seed))('random changes, seed %i', (seed) => {
    const random = randomFrom(seed)
    const change = (text: string): string => damage(damage(text, random), random)
    expect(
      flaws({
        '001-002_a.ts': change(SCRIPT),
        '_b.ts': change(SCRIPT),
        '003_b.sql': change(SQL),
      }),
    ).toEqual([])
  })
})

/** Takes a stretch of the text out, doubles it, or puts it somewhere else. */
function damage(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length)
  const piece = text.slice(at, at + Math.floor(random() * 12) + 1)
  const elsewhere = Math.floor(random() * text.length)
  const rest = random() < 0.5 ? text.slice(0, at) + text.slice(at + piece.length) : text
  return rest.slice(0, elsewhere) + (random() < 0.7 ? piece : '') + rest.slice(elsewhere)
}

/** Numbers below 1 that look random, the same ones for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
