// What acts when the files of a migration are loaded belongs to its meaning, whether or not `up` mentions it; what does not act
// counts only where it is mentioned. Digests that this has changed carry those of earlier builds, kept in `former.json`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Digester } from '../../../codegen/checksum/checksum.js'
import { projectRoot } from '../../support/project-root.js'
import { ACTING, SIDES, STATEMENTS } from './acting-cases.js'
import { fixtures } from './fixtures.js'
import { checksumsOf, upOfFile } from './checksums-of.js'
import { readFolder, type Folder } from '../parse/read-folder.js'
import { testSome } from '../../support/some-of.js'

const upOf = (texts: Folder): string => checksumsOf(texts)[0]!.up

function formerOf(texts: Folder): string[][] {
  const { migrations, discovery } = readFolder(texts)
  const digester = new Digester(discovery)
  return migrations.map((migration) => {
    const { position } = migration
    const effects = migration.effects ? null : { value: 'x', position }
    const otherwise = digester.checksums({ ...migration, effects }).up
    return digester.digests(migration).formerly.filter((one) => one !== otherwise)
  })
}

describe('counts', () => {
  testSome([...ACTING, ...SIDES, ...STATEMENTS])('%s', (_, one, other) =>
    expect(upOf(one)).not.toBe(upOf(other)),
  )

  const RUN = `export default { up(db) { for (const one of list) db.exec(one, A, B) }, irreversible: 'x' }`
  const ordered: readonly (readonly [why: string, one: string, other: string])[] = [
    ['of two calls that nobody mentions', 'const a = list.push(1)', 'const b = list.push(2)'],
    ['of two that are mentioned', 'const A = list.push(1)', 'const B = list.push(2)'],
    ['of one that is mentioned', 'const A = list.push(1)', 'const b = list.push(2)'],
    ['of a statement and a call', 'list.push(1)', 'const a = list.push(2)'],
    ['of a statement and one that is mentioned', 'list.push(1)', 'const A = list.push(2)'],
    ['of a call and a look', 'const a = list.push(1)', 'const A = list.length'],
    ['of a statement and a look', 'list.push(1)', 'const A = [...list]'],
    ['of a class and a call', 'class A { static { list.push(1) } }', 'const b = list.push(2)'],
    ['of an enum and a namespace', 'enum E { A = list.push(1) }', 'namespace N { list.push(2) }'],
  ]
  test.each(ordered)('the order %s', (_, one, other) => {
    const rest = ['A', 'B'].filter((name) => !new RegExp(`\\b${name} [={]`).test(`${one} ${other}`))
    const head = ['const list = []', ...rest.map((name) => `const ${name} = 1`)].join('; ')
    expect(upOfFile(`${head}; ${one}; ${other}; ${RUN}`)).not.toBe(
      upOfFile(`${head}; ${other}; ${one}; ${RUN}`),
    )
  })

  test('the order in which helpers are loaded', () => {
    const helpers = {
      '_a.ts': `import { list } from './_l.js'; export const a = list.push('a')`,
      '_b.ts': `import { list } from './_l.js'; export const b = list.push('b')`,
      '_l.ts': 'export const list = []',
    }
    const imports = [`import { a } from './_a.js'`, `import { b } from './_b.js'`]
    const text = (first: number): string =>
      `${imports[first]}; ${imports[1 - first]}; import { list } from './_l.js'; export default { up(db) { db.exec(a, b, list) }, irreversible: 'x' }`
    expect(upOfFile(text(0), helpers)).not.toBe(upOfFile(text(1), helpers))
  })
})

/** What stands beside a migration and changes nothing. */
const INNOCENT: readonly string[] = [
  `const insert = 'INSERT INTO t VALUES (1)'`,
  `const columns = ['a', 'b'] as const`,
  'const sqlText = sql`CREATE TABLE t (a)`',
  `const m = defineMigration({ up(db) { db.exec('x') }, irreversible: 'x' })`,
  'const now = () => Date.now()',
  'const later = async () => await fetch()',
  'const frozen = Object.freeze([1, 2])',
  'const deep = Object.freeze({ a: Object.freeze([1]), b: new Date(0) })',
  `const set = new Set(['a']), map = new Map([['a', 1]])`,
  'const word = /a+/g',
  'enum Level { Low = 1, High = Low << 2 }',
  'const enum Fixed { A }',
  'declare enum Told { A = tell() }',
  'namespace Types { export interface A { b: string } }',
  'namespace Values { export const a = 1; export function b() { call() } }',
  'declare global { interface Window { a: string } }',
  `declare const told: string`,
  `declare module 'elsewhere' { const a: string }`,
  `type T = ReturnType<typeof fetch>; interface I { a(): void }`,
  'class Row { a = 1; static b = 2; #c = call(); get d() { return call() } e() { call() } }',
  'abstract class Shape { abstract area(): number }',
  'class Failure extends Error { constructor() { super(call()) } }',
  'function other() { list.push(1) }',
  'function* steps() { list.push(1) }',
  `const names = ['a', 'b'].map((name) => name.trim().toUpperCase()).join(', ')`,
  `const text = \`a \${['b'].join()} c\``,
  `const quote = (name) => '"' + name.replaceAll('"', '""') + '"'; const quoted = quote('a')`,
  'const build = (names) => { const out = []; for (const n of names) out.push(n); return out }; const built = build([1])',
  'const count = (n) => { let i = 0; while (i < n) i++; return i }; const counted = count(3)',
  'const group = (rows) => rows.reduce((all, row) => ({ ...all, [row]: 1 }), {}); const grouped = group([1])',
  'const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2)); const tenth = fib(10)',
  'class Point { constructor(x) { this.x = x } } const origin = new Point(0)',
  `const entries = Object.entries({ a: 1 }).filter(([, n]) => n > 0)`,
  `const parsed = JSON.parse('{"a": 1}')`,
  `const shape = { nested: { list: [1, 2], fn() { call() }, get a() { return call() } } }`,
  `const made = Array.from({ length: 3 }, (_, i) => i)`,
  `const raw = String.raw\`\\d\``,
  'const big = BigInt(10), half = Math.floor(2.5), id = Symbol()',
  'const merged = Object.assign({}, { a: 1 })',
  'const { length, ...rest } = [1, 2]; const [first = 1] = []',
  `import { dirname } from 'node:path'; const here = dirname(import.meta.url)`,
  `import type { A } from './_acts.js'; import { type B } from './_acts.js'`,
  `import { unused } from 'elsewhere'`,
  `import lib from 'elsewhere'; const config = lib.defaults`,
  `import { helper } from './_calm.js'; const from = helper(2)`,
  'export const description = call; export { call }; const call = () => 1',
  'const table = { users: (db) => db.exec(1) }; const alias = table.users',
  'const either = 1 > 2 ? "a" : ("b" ?? null)',
  `const re = new RegExp('a'), url = new URL('http://a'), err = new Error('b')`,
]

describe('does not count', () => {
  const helpers = {
    '_acts.ts': `globalThis.acts = 1; export type A = string; export type B = string`,
    '_calm.ts': `export const helper = (n) => n * FACTOR; const FACTOR = 2; const other = [FACTOR].map((n) => n + 1)`,
  }
  const OURS = `import { defineMigration, sql } from 'lockstep';`
  const migration = (beside: string): string =>
    `${OURS} const list = ['a']; ${beside}\nexport default { up(db) { for (const one of list) db.exec(one) }, irreversible: 'x' }`

  testSome(INNOCENT)('%s', (beside) => {
    expect(upOfFile(migration(beside), helpers)).toBe(upOfFile(migration('')))
    expect(formerOf({ '001_case.ts': migration(beside), ...helpers })).toEqual([[]])
  })

  test('what is innocent in a helper', () => {
    const text = `import { list } from './_b.js'; export default { up(db) { db.exec(list) }, irreversible: 'x' }`
    const helper = `export const list = ['a'];`
    const innocent = INNOCENT.filter((one) => !one.startsWith('import'))
    for (const beside of innocent)
      expect(
        upOfFile(text, { '_b.ts': `${OURS} ${helper} ${beside}` }),
        `helper with ${beside}`,
      ).toBe(upOfFile(text, { '_b.ts': helper }))
  })

  test('how what acts is written', () => {
    const one = `const list = [];\nconst a = list.push('CREATE TABLE t (a)')\n`
    const other = `const list: string[] = []; // comment\nconst b: number = (list.push("create table t(a)") as number);`
    const RUN = `export default { up(db) { for (const one of list) db.exec(one) }, irreversible: 'x' }`
    expect(upOfFile(one + RUN)).toBe(upOfFile(other + RUN))
  })

  test('a description, where this is handed on and nobody asks for one', () => {
    const text = (description: string, body: string): string =>
      `export default class A { irreversible = 'x'; description = '${description}'; steps = [1]; up(db) { ${body} } }`
    for (const body of ['db.a(this)', 'this.run(this)', 'const self = this; db.exec(self.steps)'])
      expect(upOfFile(text('one', body))).toBe(upOfFile(text('two', body)))
  })
})

describe('digests of earlier builds', () => {
  const kept = JSON.parse(
    readFileSync(join(projectRoot, 'test/codegen/checksum/former.json'), 'utf8'),
  ) as Record<string, string>

  testSome(ACTING)('%s', (why, texts) => expect(formerOf(texts)).toEqual([[kept[why]]]))

  test.each(SIDES)('do not tell: %s', (_, one, other) => {
    expect(formerOf(one)).toHaveLength(1)
    expect(formerOf(one)[0]![0]).toBe(formerOf(other)[0]![0])
  })

  test.each(STATEMENTS)('there are none: %s', (_, texts) => expect(formerOf(texts)).toEqual([[]]))

  test('are there for no migration that was seen whole', () => {
    expect(formerOf(fixtures).flat()).toEqual([])
  })

  test('of down stand beside those of up', () => {
    const [former] = formerOf({
      '001_case.ts': `const list = []; const a = list.push(1); export default { up(db) { db.a(list) }, down(db) { db.b(list) } }`,
    })
    expect(former).toHaveLength(2)
    expect(new Set(former).size).toBe(2)
  })
})

test('an initial value put together from thousands does not exhaust the stack', () => {
  const long = Array.from({ length: 8_000 }, (_, at) => `'${at}'`).join(' + ')
  const text = (last: string): string =>
    `const list = []; const long = ${long}; const acts = ${long} + list.push('${last}'); export default { up(db) { db.exec(list) }, irreversible: 'x' }`
  expect(upOfFile(text('one'))).not.toBe(upOfFile(text('two')))
})

describe('functions that call one another twice are judged once', () => {
  const END = `export default { up(db) { db.exec(list) }, irreversible: 'x' }`
  const chain = (first: string, make: (name: string, before: string) => string): string =>
    Array.from({ length: 60 }, (_, at) => make(`f${at + 1}`, `f${at}`)).reduce(
      (text, one) => `${text}; ${one}`,
      `const list = []; ${first}`,
    )
  const calls = (name: string, before: string): string =>
    `const ${name} = () => { ${before}(); ${before}() }`
  const classes = (name: string, before: string): string =>
    `class ${name} { a = new ${before}(); b = new ${before}() }`

  test.each([
    ['functions', 'const f0 = () => @', calls, 'f60()'],
    ['functions in a circle', 'const f0 = () => { f60(); f30(); return @ }', calls, 'f60()'],
    ['a circle from its middle', 'const f0 = () => { f60(); f30(); return @ }', calls, 'f7()'],
    ['classes', 'class f0 { a = @ }', classes, 'new f60()'],
  ] as const)('%s', (_, first, make, call) => {
    const text = (does: string): string =>
      `${chain(first.replace('@', does), make)}; const x = ${call}; ${END}`
    const without = `const list = []; ${END}`
    expect(upOfFile(text('1'))).toBe(upOfFile(without))
    expect(upOfFile(text('list.push(1)'))).not.toBe(upOfFile(without))
    expect(upOfFile(text('list.push(1)'))).not.toBe(upOfFile(text('list.push(2)')))
  })
})
