// MODULE_SIDE_EFFECT
import { describe, expect, test } from 'vitest'
import { checkFolder, placesIn, SOUND } from '../check-folder.js'

test.each([
  `'use strict'`,
  `const columns = ['a', 'b'].join()`,
  `function name() { console.log('called'); return 1 }`,
  `class Row { static table = 'a' }`,
  `enum Kind { A }`,
  `interface Row { a: string }\ntype Rows = Row[]\ndeclare const x: Rows\n;`,
  `const later = async () => await null`,
  `export const description = 'x'`,
  `declare module 'x' { const y: number }`,
])('valid: %s', async (line) => {
  expect(await placesIn({ '001_a.ts': `${line}\n${SOUND}` })).toEqual([])
})

describe('what reaches beyond these files', () => {
  const IMPORTS = [
    `import fs, { readFileSync } from 'node:fs'`,
    `import { execSync as run } from 'child_process'`,
    `import Database from 'better-sqlite3'`,
    `import { say, read, Reader, lazy } from './_h.js'`,
    `import * as h from './_h.js'\n`,
  ].join(';')
  const HELPER = [
    `import { readFileSync } from 'node:fs'`,
    `export const say = (s) => { console.log(s); return s }`,
    `export const read = () => JSON.parse(readFileSync('a', 'utf8'))`,
    `export class Reader { rows = read(); static all() { return read() } }`,
    `export const lazy = (make) => { let made; return () => (made ??= make()) }`,
  ].join('\n')

  const found = async (code: string): Promise<string[]> => {
    const places = await placesIn({ '001_a.ts': `${IMPORTS}${code}\n${SOUND}`, '_h.ts': HELPER })
    return places.filter((place) => place.endsWith('MODULE_SIDE_EFFECT'))
  }

  test.each([
    `const x = ▸readFileSync('a')`,
    `const x = ▸fs.readFileSync('a')`,
    `const { readFileSync: take } = fs; const x = ▸take('a')`,
    `export const x = JSON.parse(▸readFileSync('a', 'utf8')).map((a) => a.b)`,
    `const x = ▸run('ls')`,
    `const x = ▸new Database('a.db')`,
    `const x = ▸console.log('a')`,
    `const { log } = console; const x = ▸log('a')`,
    `const x = ▸setTimeout(() => {}, 1)`,
    `const x = ▸fetch('http://a')`,
    `const x = ▸globalThis.fetch('http://a')`,
    `const x = ▸process.on('exit', () => {})`,
    `const x = (▸process.env.A = 'b')`,
    `const x = (▸globalThis.a = 'b')`,
    `const x = ▸Object.assign(globalThis, { a: 1 })`,
    `const x = ▸Object.defineProperty(Array.prototype, 'a', { value: 1 })`,
    `const x = ▸load()\nfunction load() { return readFileSync('a') }`,
    `const x = ▸say('a')`,
    `const x = ▸h.read()`,
    `const x = ▸new Reader()`,
    `const x = ▸Reader.all()`,
    `const x = [1].map((n) => ▸say(n))`,
    `const x = ▸[1].map(say)`,
    `const x = (() => ▸readFileSync('a'))()`,
    `const x = lazy(() => read())\nconst y = ▸x()`,
    `const tag = (s) => say(s[0])\nconst x = ▸tag\`a\``,
    `class A { static x = ▸read() }`,
    `class A { static { ▸read() } }`,
    `class A { [▸say('a')]() {} }`,
    `class A { x = read() }\nclass B extends A {}\nconst b = ▸new B()`,
    `const o = { get x() { return read() } }\nconst x = ▸o.x`,
    `const o = { x: ▸read() }`,
    `const { a = ▸read() } = {}`,
    `enum E { A = ▸read() }`,
    `namespace N { export const a = ▸read() }`,
    `export const description = ▸say('a')`,
  ])('%s', async (marked) => {
    const [before = '', after] = marked.split('▸')
    const lines = `;${before}`.split('\n')
    const line = lines.length + 1
    const column = lines.at(-1)!.length + (lines.length === 1 ? 0 : 1)
    expect(await found(before + after)).toEqual([
      `001_a.ts:${line}:${column} error MODULE_SIDE_EFFECT`,
    ])
  })

  test('a default export that is a call', async () => {
    const text = `import { read } from './_h.js'\nexport default define(read())`
    const places = await placesIn({ '001_a.ts': text, '_h.ts': HELPER })
    expect(places).toContain('001_a.ts:2:23 error MODULE_SIDE_EFFECT')
  })

  test('a helper', async () => {
    const places = await placesIn({
      '001_a.ts': SOUND,
      '_h.ts': `${HELPER}\nexport const rows = read()`,
    })
    expect(places).toContain('_h.ts:6:21 error MODULE_SIDE_EFFECT')
  })

  test.each([
    `const x = () => readFileSync('a')`,
    `const x = lazy(() => read())`,
    `const x = { up() { return read() }, get y() { return read() } }`,
    `class A { x = read(); y() { return read() } }`,
    `const x = fs.constants, y = console.log, z = Reader`,
    `const x = Object.freeze(['a']), y = new Map([['a', 1]]), z = Symbol('a')`,
    `const x = ['a', 'b'].map((s) => s.toUpperCase()).join()`,
    `const x = [], y = x.push('a')`,
    `import { z } from 'zod'\nconst x = z.object({ a: z.set(z.string()) }).strict()`,
    `import { sqliteTable, text } from 'drizzle-orm/sqlite-core'\nconst x = sqliteTable('a', { b: text() })`,
    `import { sql } from 'lockstep'\nconst x = sql\`SELECT 1\``,
    `import { join } from 'node:path'\nconst x = join('a', 'b')`,
    `import { createHash } from 'node:crypto'\nconst x = createHash('sha256').update('a').digest('hex')`,
    `const console = { log() {} }\nconst x = console.log()`,
    `const f = (fetch) => fetch('a')\nconst x = f((a) => a)`,
    `const quote = (s) => '"' + s + '"'\nconst x = quote('a')`,
    `const x = Date.now(), y = Math.random(), z = process.env.A, w = new Date()`,
    `const x = new Set(['a']).add('b')`,
    `const x = process.cwd()`,
    `const x = new Error('a'), y = new RegExp('a'), u = new URL('http://a')`,
    `const make = () => { const out = {}; out.a = 1; return out }\nconst x = make()`,
    `class A { static x = 1; constructor() { this.y = 1 } }\nconst a = new A()`,
  ])('but not: %s', async (code) => expect(await found(code)).toEqual([]))
})

describe('statements that fill and arrange what their own file has made', () => {
  const TABLE = `const base = ['b', 'a'], rows: string[] = [], own: any = {}, map = new Map(), set = new Set()\n`
  const HELPER = [
    `export const names = ['a'], nested = [{ of: ['a'] }]`,
    `export const state = { seen: 0 }`,
    `export const fill = (list: any, given: any) => given.forEach((one: any) => list.push(one))`,
    `export const count = () => { state.seen++ }`,
    `export const made = () => []`,
    `export const shared = () => names`,
  ].join('\n')
  const IMPORTS = [
    `import pkg, { items, run } from 'pkg'`,
    `import { names, nested, fill, count, made, shared } from './_h.js'`,
    `import { sql } from 'lockstep'`,
    `import { join } from 'node:path'`,
  ].join('\n')

  const found = async (code: string): Promise<string[]> => {
    const text = `${IMPORTS}\n${TABLE}${code}\n${SOUND}`
    const places = await placesIn({ '001_a.ts': text, '_h.ts': HELPER })
    return places.filter((place) => place.endsWith('MODULE_SIDE_EFFECT'))
  }

  test.each([
    `for (const one of base) rows.push(one.toUpperCase())`,
    `for (const one of names) rows.push(one)`,
    `for (const [at, one] of base.entries()) own[one] = at`,
    `for (let at = 0; at < 3; at++) rows.push(String(at), \`row \${at}\`)`,
    `for (const key in own) { if (key === 'a') continue; delete own[key] }`,
    `outer: for (const one of base) { if (!one) break outer }`,
    `base.sort()`,
    `base.sort((one, other) => one.localeCompare(other)).reverse()`,
    `Object.freeze(base)`,
    `Object.assign(own, { a: 1 }); Object.defineProperty(own, 'b', { value: 1 })`,
    `map.set('a', 1).set('b', 2); set.add('a'); map.delete('a')`,
    `own.a = { list: [] }; own.a.list.push('a'); own['b'] ??= []`,
    `rows.length = 0`,
    `rows[0] = 'a'; [rows[0], rows[1]] = [rows[1]!, rows[0]!]`,
    `let count = 0; count++; count += 1`,
    `function put(to: any, given: any) { given.forEach((one: any, at: number) => { to[one] = at }) }\nput(own, base)`,
    `fill(rows, names)`,
    `const more = made(); more.push('a')`,
    `const alias = own; alias.a = 1`,
    `const { inner } = { inner: [] as any[] }; inner.push(1)`,
    `class Table { static all: any[] = []; list: any[] = []; add(one: any) { this.list.push(one); Table.all.push(this) } }\nconst t = new Table()\nt.add(1)\nnew Table().add(2)`,
    `enum Kind { A }\nObject.freeze(Kind)`,
    `(() => { for (const one of base) rows.push(one) })()`,
    `{ const extra = base.map((one) => ({ one })); extra.forEach(({ one }) => rows.push(one)) }`,
    `if (rows.length === 0) rows.push('a'); else throw new Error('no')`,
    `switch (base.length) { case 2: rows.push('a'); break; default: rows.pop() }`,
    `try { JSON.parse('{') } catch (error) { rows.push(String(error)) }`,
    `while (rows.length < 3) rows.push(Math.max(1, 2).toFixed(Number.MAX_SAFE_INTEGER))`,
    `rows.push(...base.filter(Boolean).map(String), join('a', 'b'))`,
    `own.sql = sql\`SELECT 1\`; own.up = () => console.log(1)`,
    `base.reduce((sum: any, one) => { sum[one] = 1; return sum }, own)`,
    `names.map((one) => one + '!').forEach((one) => rows.push(one))`,
    `for (const one of nested) rows.push(...one.of.slice().sort())`,
    `void 0; undefined; NaN`,
    `import.meta.url`,
  ])('valid: %s', async (code) => expect(await found(code)).toEqual([]))

  test.each([
    `for (const one of base) console.log(one)`,
    `base.forEach(console.log)`,
    `const { log } = console; base.forEach(log)`,
    `base.map((one) => process.stdout.write(one))`,
    `for (const one of base) process.env[one] = '1'`,
    `if (process.env.A) rows.push('a')`,
    `for (const one of base) (globalThis as any)[one] = 1`,
    `for (const to of [globalThis]) (to as any).a = 1`,
    `names.sort()`,
    `Object.freeze(names)`,
    `for (const one of nested) one.of.push('b')`,
    `nested.forEach((one) => { one.of = [] })`,
    `nested.forEach(({ of }) => of.push('b'))`,
    `nested[0]!.of.length = 0`,
    `for (const { of } of nested) of.sort()`,
    `{ const [first] = nested; first!.of.sort() }`,
    `fill(names, base)`,
    `shared().push('b')`,
    `const alias = names; alias.push('b')`,
    `count()`,
    `items.push(1)`,
    `pkg.set('a', 1)`,
    `run(rows)`,
    `base.forEach(run)`,
    `base.forEach((one) => run(one))`,
    `new pkg.Client().get('a')`,
    `const app = pkg(); app.set('a', 1)`,
    `const app = new pkg.App({}); app.config.a = 1`,
    `const to = run(); for (const one of base) to.add(one)`,
    `Object.assign(Array.prototype, { a: 1 })`,
    `String.prototype.trim = () => ''`,
    `import('./_h.js')`,
    `fetch('http://a')`,
    `new Function('a')()`,
    `for await (const one of base) rows.push(one)`,
    `async function later() { await null; rows.push('a') }\nlater()`,
    `Promise.resolve().then(() => rows.push('a'))`,
    `setTimeout(() => rows.push('a'))`,
    `const o = { set x(value: any) { console.log(value) } }; o.x = 1`,
    `leak = 1`,
    `debugger`,
  ])('invalid: %s', async (code) => {
    expect(await found(code)).toHaveLength(1)
  })

  test('what a helper does to itself, and what is done to it', async () => {
    const places = await placesIn({
      '001_a.ts': `import { list } from './_h.js'\nlist.push('a')\n${SOUND}`,
      '_h.ts': `export const list: string[] = []\nfor (const one of ['a']) list.push(one)\n`,
    })
    expect(places).toEqual(['001_a.ts:2:1 error MODULE_SIDE_EFFECT'])
  })
})

describe('invalid', () => {
  test.each([
    [`console.log('loaded')`, '001_a.ts:1:1'],
    [`import 'reflect-metadata'`, '001_a.ts:1:1'],
    [`if (globalThis) { var x = 1 }`, '001_a.ts:1:1'],
    [`throw new Error('no')`, '001_a.ts:1:1'],
    [`const x = await fetch('x')`, '001_a.ts:1:11'],
    [`await fetch('x')`, '001_a.ts:1:1'],
  ])('%s', async (line, place) => {
    expect(await placesIn({ '001_a.ts': `${line}\n${SOUND}` })).toEqual([
      `${place} error MODULE_SIDE_EFFECT`,
    ])
  })

  test('the message shows the statement, cut at 60 characters', async () => {
    const [found] = await checkFolder({
      '001_a.ts': `console.log('${'x'.repeat(100)}',\n 2)\n${SOUND}`,
    })
    expect(found!.message).toContain(`\`console.log('${'x'.repeat(44)}…\``)
  })

  test('CommonJS is left to the reading', async () => {
    const places = await placesIn({ '001_a.js': `exports = module.exports = { up() {} }\n` })
    expect(places.join()).toContain('READ_COMMONJS')
    expect(places.join()).not.toContain('MODULE_SIDE_EFFECT')
  })
})
