// What the bundle takes in from files that are no code belongs to the meaning of a migration, by whichever name it is used.
import { describe, expect, test } from 'vitest'
import { Digester } from '../../../codegen/checksum/checksum.js'
import type { Folder } from '../parse/read-folder.js'
import { readFolder } from '../parse/read-folder.js'
import { upOfFile } from './checksums-of.js'

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
