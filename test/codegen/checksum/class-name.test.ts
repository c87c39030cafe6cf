// The name of a class acts where its code asks for a constructor, and nowhere else.
import { describe, expect, test } from 'vitest'
import { Digester } from '../../../codegen/checksum/checksum.js'
import { readFolder } from '../parse/read-folder.js'
import { upOfFile } from './checksums-of.js'

const classNamed = (name: string, body: string, before = ''): string => `
  import { Migration } from 'lockstep'
  ${before}
  export default class ${name} extends Migration {
    version = '001'; irreversible = 'test'
    up(db) { ${body} }
  }`

const HELPER = { '_table.ts': 'export const tableOf = (m) => m.constructor.name' }
const IMPORT = `import { tableOf } from './_table.js'`

const ASKING: readonly [body: string, before?: string][] = [
  ['db.exec(`CREATE TABLE ${this.constructor.name} (a)`)'],
  [`db.exec(this['constructor'].name)`],
  ['const { constructor } = this; db.exec(constructor.name)'],
  ['const { constructor: { name } } = this; db.exec(name)'],
  ['const self = this; db.exec(self.constructor.name)'],
  ['db.exec(Object.getPrototypeOf(this).constructor.name)'],
  [`db.exec(Reflect.get(this, 'constructor').name)`],
  ['db.exec(tableOf(this))', 'const tableOf = (m) => m.constructor.name'],
  ['db.exec(tableOf(this))', IMPORT],
]

describe('counts', () => {
  test.each(ASKING)('%s', (body, before?: string) => {
    const sum = (name: string): string => upOfFile(classNamed(name, body, before ?? ''), HELPER)
    expect(new Set(['A', 'B', ''].map(sum)).size).toBe(3)
    expect(sum('A')).toBe(sum('A'))
  })

  test('in a class that is a value', () => {
    const text = (name: string): string =>
      classNamed(name, 'db.exec(this.constructor.name)')
        .replace('export default class', `const ${name} = class`)
        .replace(new RegExp(`= class ${name}`), '= class') + `\nexport default ${name}`
    expect(upOfFile(text('A'))).not.toBe(upOfFile(text('B')))
  })

  test('and what earlier builds gave is known', () => {
    const formerly = (name: string): readonly string[] => {
      const text = classNamed(name, 'db.exec(this.constructor.name)')
      const reading = readFolder({ '001_case.ts': text })
      return new Digester(reading.discovery).digests(reading.migrations[0]!).formerly
    }
    expect(formerly('A')).toHaveLength(1)
    expect(formerly('A')).toEqual(formerly('B'))
  })
})

test.each([
  ['db.exec(`CREATE TABLE t (a)`)'],
  ['db.exec(this.name)'],
  ['db.exec(this)'],
  ['db.exec(name.constructors)'],
])('does not count: %s', (body) => {
  expect(upOfFile(classNamed('A', body))).toBe(upOfFile(classNamed('B', body)))
})

test('an object has no such name', () => {
  const text = (name: string): string =>
    `const ${name} = { up(db) { db.exec(this.constructor.name) }, irreversible: 'test' }\nexport default ${name}`
  expect(upOfFile(text('a'))).toBe(upOfFile(text('b')))
})
