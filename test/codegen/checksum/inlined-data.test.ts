// What the bundle takes in from files that are no code belongs to the meaning of a migration, by whichever name it is used.
import { describe, expect, test } from 'vitest'
import { Digester } from '../../../codegen/checksum/checksum.js'
import type { Folder } from '../parse/read-folder.js'
import { readFolder } from '../parse/read-folder.js'
import { checksumsOf, upOfFile } from './checksums-of.js'

const using = (imports: string, value: string): string =>
  `${imports}\nexport default { up(db) { db.a(${value}) }, irreversible: 'test' }`

const formerlyOf = (folder: Folder): readonly string[] => {
  const { migrations, discovery } = readFolder(folder)
  return new Digester(discovery).digests(migrations[0]!).formerly
}

describe('JSON', () => {
  const json = (value: string): string => `{ "a": { "b": ["${value}"] }, "b-c": 1 }`

  const imported: readonly (readonly [imports: string, value: string])[] = [
    [`import { a } from './_d.json'`, 'a'],
    [`import { a as c } from './_d.json' with { type: 'json' }`, 'c'],
    [`import { 'b-c' as c } from './_d.json'`, 'c'],
    [`import * as d from './_d.json'`, 'd.a'],
    [`import * as d from './_d.json' with { type: 'json' }`, `d['a'].b`],
    [`import * as d from './_d.json'`, 'd?.a.b[0]'],
    [`import d, { a } from './_d.json'`, 'a'],
    [`import * as d from './_d.json'`, 'd.default.a'],
    [`import * as d from './_d.json'`, 'd[db]'],
    [`import * as d from './_d.json'`, 'd'],
    [`import * as d from './_d.json'; const { a } = d`, 'a'],
    [`import { default as d } from './_d.json'`, 'd'],
    [`import d from './_d.json'`, 'd.a'],
  ]
  test.each(imported)('counts: %s; … %s', (imports, value) => {
    const text = using(imports, value)
    const up = (data: string): string => upOfFile(text, { '_d.json': json(data) })
    expect(up('one')).not.toBe(up('two'))
  })

  const passedOn: readonly (readonly [helper: string, imports: string, value: string])[] = [
    [`import { a } from './_d.json'; export const v = a`, `import { v } from './_h.js'`, 'v'],
    [`import * as d from './_d.json'; export const v = d.a`, `import { v } from './_h.js'`, 'v'],
    [`import * as d from './_d.json'; export { d }`, `import { d } from './_h.js'`, 'd.a'],
    [`export { a } from './_d.json'`, `import { a } from './_h.js'`, 'a'],
    [`export { a as c } from './_d.json'`, `import * as h from './_h.js'`, 'h.c'],
    [`export { default as d } from './_d.json'`, `import { d } from './_h.js'`, 'd.a'],
    [`export * as N from './_d.json'`, `import { N } from './_h.js'`, 'N.a'],
    [`export * as N from './_d.json'`, `import * as h from './_h.js'`, 'h.N.a'],
    [`export * from './_d.json'`, `import { a } from './_h.js'`, 'a'],
    [`export * from './_d.json'`, `import * as h from './_h.js'`, 'h.a'],
    [`export * from './_d.json'`, `import * as h from './_h.js'`, 'h'],
  ]
  test.each(passedOn)('counts what a helper passes on: %s; %s … %s', (helper, imports, value) => {
    const text = using(imports, value)
    const up = (data: string): string => upOfFile(text, { '_h.ts': helper, '_d.json': json(data) })
    expect(up('one')).not.toBe(up('two'))
  })

  test('counts: a text that is bound, as it is, and a statement as what it does', () => {
    const up = (value: string, sql: string): string =>
      upOfFile(using(`import { sql } from './_d.json'`, value), {
        '_d.json': JSON.stringify({ sql }),
      })
    const bound = `db.prepare('INSERT INTO t VALUES (?)').run(sql)`
    expect(up(bound, 'SELECT 1')).not.toBe(up(bound, 'select  1'))
    expect(up('db.exec(sql)', 'SELECT 1')).not.toBe(up('db.exec(sql)', 'SELECT 2'))
  })

  test('counts: the length of a list', () => {
    const text = using(`import * as d from './_d.json'`, 'd.length')
    expect(upOfFile(text, { '_d.json': '[1]' })).not.toBe(upOfFile(text, { '_d.json': '[1, 2]' }))
  })

  test.each([
    [`import { a } from './_d.json'`, 'a'],
    [`import * as d from './_d.json'`, 'd.a'],
  ])('does not count: how it is laid out, with %s', (imports, value) => {
    const up = (text: string): string => upOfFile(using(imports, value), { '_d.json': text })
    expect(up('{"a":1}')).toBe(up('{\r\n  "a": 1\r\n}\r\n'))
    expect(up('{"a":1}')).toBe(up('\ufeff{"a":1}'))
  })

  test('does not count: data that is not used, and data of which only the type is', () => {
    const unused = using(`import { a } from './_d.json'`, '1')
    expect(upOfFile(unused, { '_d.json': json('1') })).toBe(
      upOfFile(unused, { '_d.json': json('2') }),
    )
    const typed = using(`import type d from './_d.json'`, 'null as typeof d')
    expect(upOfFile(typed, { '_d.json': json('1') })).toBe(
      upOfFile(typed, { '_d.json': json('2') }),
    )
  })

  test('hides no name that another module passes on', () => {
    const up = (value: number, data: string): string =>
      upOfFile(using(`import { c } from './_h.js'`, 'c'), {
        '_h.ts': `export * from './_d.json'; export * from './_c.js'`,
        '_c.ts': `export const c = ${value}`,
        '_d.json': json(data),
      })
    expect(up(1, 'one')).not.toBe(up(2, 'one'))
    expect(up(1, 'one')).toBe(up(1, 'two'))
  })

  test('carries the checksum of earlier builds where they did not look at it, and only there', () => {
    const formerly = (imports: string, value: string, data: string): readonly string[] =>
      formerlyOf({ '001_a.ts': using(imports, value), '_d.json': json(data) })
    const named = [`import { a } from './_d.json'`, 'a'] as const
    expect(formerly(...named, 'one')).toHaveLength(1)
    expect(formerly(...named, 'one')).toEqual(formerly(...named, 'two'))
    expect(formerly(`import d from './_d.json'`, 'd.a', 'one')).toEqual([])
    expect(formerly(`import * as d from './_d.json'`, 'd', 'one')).toEqual([])
  })
})

describe('texts', () => {
  const forms: readonly (readonly [file: string, imports: string])[] = [
    ['_d.txt', `import d from './_d.txt'`],
    ['_d.txt', `import { default as d } from './_d.txt'`],
    ['_d.txt', `import d from './_d.txt?raw'`],
    ['_q.sql', `import d from './_q.sql' with { type: 'text' }`],
    ['_q.bin', `import d from './_q.bin' with { type: 'bytes' }`],
    ['_q.css', `import * as d from './_q.css'`],
    ['_q.jsonc', `import d from './_q.jsonc' with { type: 'text' }`],
    ['_q.json', `import d from './_q.json' with { type: 'text' }`],
    ['_q.ts', `import d from './_q.ts' with { type: 'text' }`],
    ['_f/q.txt', `import d from './_f/q.txt'`],
  ]
  test.each(forms)('counts all of %s: %s', (file, imports) => {
    const up = (text: string): string => upOfFile(using(imports, 'd'), { [file]: text })
    expect(up('[1, 2]')).not.toBe(up('[1,  2]'))
    expect(up('[1, 2]\r\n')).toBe(up('\ufeff[1, 2]\n'))
  })

  test.each([
    [`export { default as d } from './_d.txt'`],
    [`export { default as d } from './_d.txt' with { type: 'text' }`],
    [`import t from './_d.txt'; export const d = t.split('\\n')`],
    [`export * as d from './_d.txt'`],
  ])('counts what a helper passes on: %s', (helper) => {
    const text = using(`import { d } from './_h.js'`, 'd')
    const up = (data: string): string => upOfFile(text, { '_h.ts': helper, '_d.txt': data })
    expect(up('one')).not.toBe(up('two'))
  })

  test('counts the case of statements that are bound, and carries what earlier builds gave', () => {
    const folder = (data: string): Folder => ({
      '001_a.ts': using(`import d from './_d.txt'`, `db.prepare('SELECT ?').get(d)`),
      '_d.txt': data,
    })
    expect(checksumsOf(folder('SELECT 1'))).not.toEqual(checksumsOf(folder('select 1')))
    expect(formerlyOf(folder('one'))).toHaveLength(1)
    expect(formerlyOf(folder('one'))).toEqual(formerlyOf(folder('two')))
  })
})

describe('files that an import may mean', () => {
  const forms: readonly (readonly [file: string, specifier: string])[] = [
    ['_b.tsx', './_b.js'],
    ['_b.tsx', './_b.jsx'],
    ['_b.tsx', './_b.tsx'],
    ['_b.tsx', './_b'],
    ['_b.ts', './_b.jsx'],
    ['_b.jsx', './_b.jsx'],
    ['_b.jsx', './_b'],
  ]
  test.each(forms)('counts what %s does: %s', (file, specifier) => {
    const text = using(`import { a } from '${specifier}'`, 'a()')
    const up = (value: string): string =>
      upOfFile(text, { [file]: `export function a() { return ${value} }` })
    expect(up('1')).not.toBe(up('2'))
    expect(up('1')).toBe(up('( 1 )'))
    const folder = { '001_a.ts': text, [file]: 'export function a() { return 1 }' }
    expect(formerlyOf(folder)).toHaveLength(file === '_b.ts' ? 0 : 1)
  })

  test('counts JSON that is imported without its ending', () => {
    const text = using(`import d from './_d'`, 'd')
    expect(upOfFile(text, { '_d.json': '1' })).not.toBe(upOfFile(text, { '_d.json': '2' }))
    expect(formerlyOf({ '001_a.ts': text, '_d.json': '1' })).toHaveLength(1)
  })

  test('counts elements of JSX', () => {
    const text = using(`import { a } from './_b.js'`, 'a()')
    const up = (value: string): string =>
      upOfFile(text, { '_b.tsx': `export const a = () => <p>${value}</p>` })
    expect(up('one')).not.toBe(up('two'))
  })
})
