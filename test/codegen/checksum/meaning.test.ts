// What of code is meaning and what is not, case by case.
import { expect, test } from 'vitest'
import { upOf } from './checksums-of.js'

/** Why, and two functions' bodies; what stands before `---` is above the migration. */
type Pair = readonly [why: string, one: string, other: string]

function digestOf(code: string): string {
  const [before, body] = code.split('---') as [string, string?]
  return body === undefined ? upOf(before) : upOf(body, before)
}

const SAME: readonly Pair[] = [
  ['quotes', `a('it"s')`, `a("it\\"s")`],
  ['escapes', `a('\\u0041\\x41\\n')`, `a("AA\\u000a")`],
  ['a template without holes is a string', 'a(`b`)', `a('b')`],
  [
    'how a number is spelt',
    'a(0xFF, 1_000, 1e3, .5, 0b11, 10n)',
    'a(255, 1000, 1000, 0.50, 3, 0xAn)',
  ],
  ['parentheses', 'a((b) + (c * d))', 'a(b + c * d)'],
  ['semicolons and trailing commas', 'a([1, 2,],);', 'a([1, 2])'],
  ['empty statements', 'a();;;{;b();}', 'a();{b()}'],
  ['const and let', 'const b = 1; a(b)', 'let b = 1; a(b)'],
  ['type annotations', 'const b: number = a<string>(1 as never)!', 'const b = a(1)'],
  ['satisfies and angle brackets', 'a(<any>{ b } satisfies {})', 'a({ b })'],
  ['local types', 'type B = 1; interface C {} a()', 'a()'],
  ['quotes around a key', `a({ 'b': 1, 2: 3 })`, `a({ b: 1, '2': 3 })`],
  ['parentheses of new', 'new A', 'new A()'],
  ['the order of flags', 'a(/b/gi)', 'a(/b/ig)'],
  ['escaped names', 'a(\\u0062)', 'a(b)'],
  ['accessibility', 'class B { private c = 1 } a(B)', 'class B { public readonly c = 1 } a(B)'],
  [
    'overloads and abstract members',
    'abstract class B { abstract c(): void; d(e: 1): void; d(e: 2): void; d() {} } a(B)',
    'class B { d() {} } a(B)',
  ],
  ['what a class says it implements', 'class B implements C {} a(B)', 'class B {} a(B)'],
  ['what only declares', 'class B { declare c: 1; [d: string]: 1 } a(B)', 'class B {} a(B)'],
  ['a parameter for this', 'a(function (this: B) {})', 'a(function () {})'],
  ['what nobody mentions', 'const b = 1; function c() {}---a()', 'a()'],
  ['what is only in types', 'type B = 1; const c = 1---a(1 as B)', 'a(1)'],
  [
    'a local name hides that of the module',
    'const b = 1---{ const b = 2; a(b) }',
    'const b = 3---{ const b = 2; a(b) }',
  ],
  [
    'a parameter hides that of the module',
    'const b = 1---a((b) => b)',
    'const b = 3---a((b) => b)',
  ],
  [
    'a loop hides that of the module',
    'const b = 1---for (const b of a) b()',
    'const b = 3---for (const b of a) b()',
  ],
  [
    'a catch hides that of the module',
    'const b = 1---try {} catch (b) { a(b) }',
    'const b = 3---try {} catch (b) { a(b) }',
  ],
  [
    'var hides that of the module everywhere',
    'const b = 1---a(b); { var b = 2 }',
    'const b = 3---a(b); { var b = 2 }',
  ],
  [
    'a pattern hides that of the module',
    'const b = 1---const { c: [b] } = a; a(b)',
    'const b = 3---const { c: [b] } = a; a(b)',
  ],
  ['a property is no mention', 'const b = 1---a.b({ b: 1 })', 'const b = 3---a.b({ b: 1 })'],
  [
    'the order of declarations',
    'const b = 1; const c = 2---a(b, c)',
    'const c = 2; const b = 1---a(b, c)',
  ],
  ['a directive', `'use strict'---a()`, 'a()'],
  ['space after SQL that is run', 'db.exec(`\\n  DROP TABLE b;\\n`)', `db.exec('DROP TABLE b')`],
  [
    'space after a constant that is only run',
    'const b = `\\n DROP TABLE b;`---db.exec(b)',
    `const b = 'DROP TABLE b'---db.exec(b)`,
  ],
]

test.each(SAME)('does not count: %s', (_, one, other) => {
  expect(digestOf(one)).toBe(digestOf(other))
})

const DIFFERENT: readonly Pair[] = [
  ['where a statement ends', 'const c = b\n;[1].map(a)', 'const c = b\n[1].map(a)'],
  ['a string and a number', `a('1')`, 'a(1)'],
  ['a number and a bigint', 'a(1)', 'a(1n)'],
  ['a string and a name', `a('b')`, 'a(b)'],
  ['a string and a template', "a('${b}')", 'a(`${b}`)'],
  ['a template and a sum', 'a(`b${c}`)', `a('b' + c)`],
  ['the place of a hole', 'a(`b ${c}d`)', 'a(`b${c} d`)'],
  ['a hole and its character', 'a(`DROP TABLE ${c}\\ue000`)', 'a(`DROP TABLE \\ue000${c}`)'],
  ['an escaped hole', 'a(`DROP TABLE \\ue001${c}`)', 'a(`DROP TABLE \\ue001\\ue001${c}`)'],
  ['two holes', 'a(`${b}${c}`)', 'a(`${c}${b}`)'],
  ['space at a hole in SQL', 'a(`DROP TABLE t${c}`)', 'a(`DROP TABLE t ${c}`)'],
  [
    'space between a text and a hole in SQL',
    "db.exec(`SELECT 'a'${c}`)",
    "db.exec(`SELECT 'a' ${c}`)",
  ],
  ['a hole in a comment', 'a(`DROP TABLE t -- ${b}`)', 'a(`DROP TABLE t -- ${c}`)'],
  ['space that another text is joined to', `a('DROP TABLE t' + b)`, `a('DROP TABLE t ' + b)`],
  [
    'a comment that another text is joined to',
    `a('DROP TABLE t --' + b)`,
    `a('DROP TABLE t ' + b)`,
  ],
  [
    'a semicolon that another text is joined to',
    `a('DROP TABLE t;' + b)`,
    `a('DROP TABLE t ' + b)`,
  ],
  ['space before', `a(b + 'SELECT 1')`, `a(b + ' SELECT 1')`],
  [
    'space of a constant that is joined',
    `const b = 'SELECT 1'---db.exec(b + c)`,
    `const b = 'SELECT 1 '---db.exec(b + c)`,
  ],
  ['the raw text of a tagged template', 'a(b`\\\\n`)', 'a(b`\\u005cn`)'],
  ['lone surrogates', `a('\\ud800')`, `a('\\ud801')`],
  ['a character outside of the plane', `a('\\u{1F600}')`, `a('\\u{1F601}')`],
  ['optional chains', 'a?.b.c', '(a?.b).c'],
  ['an optional call', 'a?.()', 'a()'],
  ['an element for a member', `a.b`, `a['b']`],
  [
    'a private name',
    'class B { #c = 1; d = this.#c } a(B)',
    `class B { '#c' = 1; d = this['#c'] } a(B)`,
  ],
  ['a default and an alias', 'const { b = c } = a', 'const { b: c } = a'],
  ['a part of for', 'for (; b;) break', 'for (b;;) break'],
  ['another part of for', 'for (;; b) break', 'for (; b;) break'],
  ['an empty body and a block', 'while (a()) ;b()', 'while (a()) b()'],
  ['an else', 'if (a) b(); else c()', 'if (a) b(); c()'],
  [
    'which if an else belongs to',
    'if (a) { if (b) c(); else d() }',
    'if (a) { if (b) c() } else d()',
  ],
  ['a hole in an array', 'a([1, , 2])', 'a([1, 2])'],
  ['a spread', 'a(...b)', 'a(b)'],
  ['a spread property', 'a({ ...b })', 'a({ b })'],
  ['a shorthand', 'a({ __proto__ })', 'a({ __proto__: __proto__ })'],
  ['a computed key', 'a({ [b]: 1 })', 'a({ b: 1 })'],
  ['a getter', 'a({ get b() {} })', 'a({ b() {} })'],
  ['a setter', 'a({ set b(c) {} })', 'a({ b(c) {} })'],
  ['a method', 'a({ b() {} })', 'a({ b: function () {} })'],
  ['async', 'a(async () => {})', 'a(() => {})'],
  ['a generator', 'a(function* () {})', 'a(function () {})'],
  ['await', 'void async function () { await a }', 'void async function () { a }'],
  [
    'for await',
    'void async function () { for await (const b of a); }',
    'void async function () { for (const b of a); }',
  ],
  ['an arrow', 'a(() => this)', 'a(function () { return this })'],
  ['a result', 'a(() => b)', 'a(() => { b })'],
  ['static', 'class B { static c = 1 } a(B)', 'class B { c = 1 } a(B)'],
  ['accessor', 'class B { accessor c = 1 } a(B)', 'class B { c = 1 } a(B)'],
  [
    'a field of a parameter',
    'class B { constructor(private c) {} } a(B)',
    'class B { constructor(c) {} } a(B)',
  ],
  ['a decorator', 'class B { @c d() {} } a(B)', 'class B { d() {} } a(B)'],
  ['what a class extends', 'class B extends C {} a(B)', 'class B {} a(B)'],
  ['var', 'var b = 1; a(b)', 'let b = 1; a(b)'],
  ['a label', 'b: for (;;) break b', 'b: for (;;) break'],
  ['in and of', 'for (const b in a);', 'for (const b of a);'],
  ['before and after', 'a(++b)', 'a(b++)'],
  ['which operation comes first', 'a((b - c) - d)', 'a(b - (c - d))'],
  ['a new object', 'new A()', 'A()'],
  ['what is made', 'new (a())()', 'new a()()'],
  ['yield and yield*', 'a(function* () { yield b })', 'a(function* () { yield* b })'],
  ['syntax that is not known', 'with (a) b()', 'with (a) c()'],
  [
    'a mention in syntax that is not known',
    'const b = 1---with (a) b()',
    'const b = 2---with (a) b()',
  ],
  ['a finally', 'try {} finally { a() }', 'try {} catch { a() }'],
  ['a mentioned constant', 'const b = 1---a(b)', 'const b = 2---a(b)'],
  ['one that it mentions', 'const b = c; const c = 1---a(b)', 'const b = c; const c = 2---a(b)'],
  [
    'a mentioned function',
    'function b() { return 1 }---a(b())',
    'function b() { return 2 }---a(b())',
  ],
  [
    'a mentioned part of a pattern',
    'const { b, c } = { b: 1 }---a(b)',
    'const { b, c } = { b: 2 }---a(b)',
  ],
  ['a shorthand is a mention', 'const b = 1---a({ b })', 'const b = 2---a({ b })'],
  [
    'a default is a mention',
    'const b = 1---const { c = b } = a',
    'const b = 2---const { c = b } = a',
  ],
  ['a computed key is a mention', 'const b = 1---a({ [b]: 1 })', 'const b = 2---a({ [b]: 1 })'],
  [
    'a base class is a mention',
    'class B {}---class C extends B {} a(C)',
    'class B { d = 1 }---class C extends B {} a(C)',
  ],
  [
    'a block hides nothing outside of it',
    'const b = 1---{ const b = 2 } a(b)',
    'const b = 3---{ const b = 2 } a(b)',
  ],
  ['what the module does', 'a()---b()', 'b()'],
  [
    'which of two names is mentioned',
    'const b = 1; const c = 2---a(b)',
    'const b = 1; const c = 2---a(c)',
  ],
  ['a local for that of the module', 'const b = 1---a(b)', 'const b = 1---{ let b = 1; a(b) }'],
  [
    'an imported name',
    `import { v1 as b } from 'uuid'---a(b)`,
    `import { v4 as b } from 'uuid'---a(b)`,
  ],
  ['all of a module', `import * as b from 'uuid'---a(b)`, `import b from 'uuid'---a(b)`],
]

test.each(DIFFERENT)('counts: %s', (_, one, other) => {
  expect(digestOf(one)).not.toBe(digestOf(other))
})

test('a string put together from thousands does not exhaust the stack', () => {
  const sum = (last: string): string => `db.exec(${`'SELECT 1;' +\n`.repeat(8_000)}'${last}')`
  expect(upOf(sum('a'))).not.toBe(upOf(sum('b')))
})
