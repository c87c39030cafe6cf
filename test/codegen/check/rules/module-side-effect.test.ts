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

describe('invalid', () => {
  test.each([
    [`console.log('loaded')`, '001_a.ts:1:1'],
    [`import 'reflect-metadata'`, '001_a.ts:1:1'],
    [`if (globalThis) { var x = 1 }`, '001_a.ts:1:1'],
    [`for (const x of [1]) {}`, '001_a.ts:1:1'],
    [`throw new Error('no')`, '001_a.ts:1:1'],
    [`let counter = 0\ncounter++`, '001_a.ts:2:1'],
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
    const places = await placesIn({ '001_a.js': `module.exports = { up() {} }\n` })
    expect(places.join()).toContain('READ_COMMONJS')
    expect(places.join()).not.toContain('MODULE_SIDE_EFFECT')
  })
})
