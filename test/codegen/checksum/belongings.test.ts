// What belongs to the meaning of a migration besides its function: members, helpers, options; and that its form does not.
import { describe, expect, test } from 'vitest'
import { digestsOfFile, checksumsOf, upOfFile } from './checksums-of.js'

/** Why, and two files. */
type Pair = readonly [why: string, one: string, other: string]

const CLASS = (members: string, body: string): string => `
  import { Migration } from 'lockstep'
  export default class Example extends Migration {
    version = '001'; description = 'one'; irreversible = 'test'
    ${members}
    up(db) { ${body} }
  }`

describe('what a class or an object says about itself', () => {
  const same: readonly Pair[] = [
    ['a member that is not mentioned', CLASS('a = 1', ''), CLASS('a = 2; b() {}', '')],
    ['the description', CLASS('', 'db.a(this)'), CLASS('', 'db.a(this)').replace('one', 'two')],
    ['down', CLASS('down() { b() }', 'this.c()'), CLASS('down() { d() }', 'this.c()')],
    [
      'a constructor that states the identity',
      CLASS('', 'db.a(this)'),
      CLASS("constructor() { super('001', 'two'); this.name = 'a' }", 'db.a(this)'),
    ],
    [
      'a member beside the mentioned one',
      CLASS('a = 1; b = 2', 'db.a(this.a)'),
      CLASS('a = 1; b = 3', 'db.a(this.a)'),
    ],
    [
      'the description of a constant',
      `const m = { description: 'one', irreversible: 'a', up() { m.b } }; export default m`,
      `const m = { description: 'two', irreversible: 'a', up() { m.b } }; export default m`,
    ],
  ]
  test.each(same)('does not count: %s', (_, one, other) => {
    expect(upOfFile(one)).toBe(upOfFile(other))
  })

  const different: readonly Pair[] = [
    ['a mentioned field', CLASS('a = 1', 'db.a(this.a)'), CLASS('a = 2', 'db.a(this.a)')],
    [
      'a mentioned private field',
      CLASS('#a = 1', 'db.a(this.#a)'),
      CLASS('#a = 2', 'db.a(this.#a)'),
    ],
    ['a mentioned method', CLASS('a() { b() }', 'this.a()'), CLASS('a() { c() }', 'this.a()')],
    [
      'a mentioned getter',
      CLASS('get a() { return 1 }', 'db.a(this.a)'),
      CLASS('get a() { return 2 }', 'db.a(this.a)'),
    ],
    [
      'a method of a mentioned method',
      CLASS('a() { this.b() } b() { c() }', 'this.a()'),
      CLASS('a() { this.b() } b() { d() }', 'this.a()'),
    ],
    ['a member in brackets', CLASS('a = 1', `db.a(this['a'])`), CLASS('a = 2', `db.a(this['a'])`)],
    [
      'any member, when this is handed on',
      CLASS('a = 1', 'db.a(this)'),
      CLASS('a = 2', 'db.a(this)'),
    ],
    [
      'any member, when this is taken apart',
      CLASS('a = 1', 'const { a } = this'),
      CLASS('a = 2', 'const { a } = this'),
    ],
    [
      'a static member',
      CLASS('static a = 1', 'db.a(Example.a)'),
      CLASS('static a = 2', 'db.a(Example.a)'),
    ],
    [
      'what the constructor does',
      CLASS('a = 1; constructor() { super(); this.a = 2 }', 'db.a(this.a)'),
      CLASS('a = 1; constructor() { super(); this.a = 3 }', 'db.a(this.a)'),
    ],
    [
      'what a static block does',
      CLASS('static a = 1; static { b() }', 'db.a(Example.a)'),
      CLASS('static a = 1; static { c() }', 'db.a(Example.a)'),
    ],
    [
      'the description, when it is used',
      CLASS('', 'db.a(this.description)'),
      CLASS('', 'db.a(this.description)').replace('one', 'two'),
    ],
  ]
  test.each(different)('counts: %s', (_, one, other) => {
    expect(upOfFile(one)).not.toBe(upOfFile(other))
  })
})

describe('helpers', () => {
  const using = (imports: string, body: string): string =>
    `${imports}\nexport default { up(db) { ${body} }, irreversible: 'test' }`
  const base = using(`import { a } from './_b.js'`, 'a()')

  const same: readonly (readonly [string, string, Record<string, string>])[] = [
    [
      'how the path is spelt',
      base.replace('_b.js', '_b.ts'),
      { '_b.ts': 'export function a() { c() }' },
    ],
    [
      'without an extension',
      base.replace('_b.js', '_b'),
      { '_b.ts': 'export function a() { c() }' },
    ],
    [
      'what the file is called',
      base.replace('_b.js', '_x.js'),
      { '_x.ts': 'export function a() { c() }' },
    ],
    [
      'what else is in it',
      base,
      { '_b.ts': 'export const d = 1; export function a() { c() }; export default d' },
    ],
    ['how it is exported', base, { '_b.ts': 'function a() { c() } export { a }' }],
    [
      'through which file it comes',
      base,
      { '_b.ts': `export { a } from './_c.js'`, '_c.ts': 'export function a() { c() }' },
    ],
    [
      'through which files all comes',
      base,
      {
        '_b.ts': `export * from './_c.js'; export * from './_b.js'`,
        '_c.ts': 'export function a() { c() }',
      },
    ],
    [
      'in which folder it is',
      base.replace('_b.js', '_d/b.js'),
      { '_d/b.ts': 'export function a() { c() }' },
    ],
    [
      'that application code is imported',
      `import { z } from '../src/z.js'\n${base}`,
      { '_b.ts': 'export function a() { c() }' },
    ],
  ]
  test.each(same)('does not count: %s', (_, text, helpers) => {
    expect(upOfFile(text, helpers)).toBe(upOfFile(base, { '_b.ts': 'export function a() { c() }' }))
  })

  const different: readonly (readonly [string, string, string, string])[] = [
    ['a mentioned function', base, 'export function a() { c() }', 'export function a() { d() }'],
    [
      'what it mentions',
      base,
      'export const a = () => d; const d = 1',
      'export const a = () => d; const d = 2',
    ],
    [
      'a default export',
      using(`import a from './_b.js'`, 'a()'),
      'export default () => 1',
      'export default () => 2',
    ],
    [
      'a default export of a name',
      using(`import a from './_b.js'`, 'a()'),
      'const d = 1; export default d',
      'const d = 2; export default d',
    ],
    [
      'one name of all',
      using(`import * as a from './_b.js'`, 'a.c()'),
      'export const c = 1',
      'export const c = 2',
    ],
    [
      'all names',
      using(`import * as a from './_b.js'`, 'a[db]()'),
      'export const c = 1',
      'export const c = 2',
    ],
    [
      'an exported alias',
      using(`import { a } from './_b.js'`, 'a()'),
      'const b = 1; export { b as a }',
      'const b = 2; export { b as a }',
    ],
    ['what it does when it is loaded', base, 'export const a = 1', 'd(); export const a = 1'],
    ['what a file does that is only loaded', using(`import './_b.js'`, ''), 'a()', 'b()'],
  ]
  test.each(different)('counts: %s', (_, text, one, other) => {
    expect(upOfFile(text, { '_b.ts': one })).not.toBe(upOfFile(text, { '_b.ts': other }))
  })

  test('counts: a helper within a helper that is used as a whole', () => {
    const text = using(`import * as a from './_b.js'`, 'db.a(a)')
    const helpers = (value: number): Record<string, string> => ({
      '_b.ts': `export * as c from './_c.js'`,
      '_c.ts': `export const d = ${value}; export * as b from './_b.js'`,
    })
    expect(upOfFile(text, helpers(1))).not.toBe(upOfFile(text, helpers(2)))
  })

  test('counts: what the file does that takes its function from a helper', () => {
    const text = (effect: string): string =>
      `import { up } from './_b.js'\n${effect}\nexport default { up, irreversible: 'test' }`
    const helper = { '_b.ts': 'export function up(db) { a() }' }
    expect(upOfFile(text('b()'), helper)).not.toBe(upOfFile(text('c()'), helper))
    expect(upOfFile(text('b()'), helper)).not.toBe(
      upOfFile(text('b()'), { '_b.ts': 'export function up(db) { d() }' }),
    )
  })

  test('counts: data in JSON', () => {
    const text = using(`import a from './_b.json' with { type: 'json' }`, 'db.a(a)')
    const json = (value: string): string => upOfFile(text, { '_b.json': value })
    expect(json('{"a": [1, 2]}')).not.toBe(json('{"a": [1, 3]}'))
    expect(json('{"a": [1, 2]}')).toBe(json('{\n  "a": [1,2]\n}\n'))
  })

  test('helpers that import each other come to an end', () => {
    const text = (value: number): Record<string, string> => ({
      '_b.ts': `import { c } from './_c.js'; export { d } from './_c.js'; export const a = () => c`,
      '_c.ts': `import { a } from './_b.js'; export { d } from './_b.js'; export const c = () => a(${value})`,
    })
    const both = using(`import { a, d } from './_b.js'`, 'a(d)')
    expect(upOfFile(both, text(1))).not.toBe(upOfFile(both, text(2)))
  })
})

describe('options', () => {
  const withOption = (option: string): string =>
    upOfFile(`export default { ${option} up(db) { a() }, irreversible: 'test' }`)

  test.each(['transaction: false,', `foreignKeys: 'enforce',`, `effects: 'sends letters',`])(
    'counts: %s',
    (option) => expect(withOption(option)).not.toBe(withOption('')),
  )

  describe('`effects`, which is for replay alone, is no edit', () => {
    const stating = (option: string, body: string, before = '') =>
      digestsOfFile(`${before}\nexport default { ${option} up(db) { ${body} }, irreversible: 'x' }`)
    const BOTH = [`db.exec("ATTACH 'a.db' AS a")`, '']

    test.each([
      BOTH,
      ['send()', `import { send } from 'mail'`],
      ['new Other("a.db")', `import Other from 'better-sqlite3'`],
      ['a()', 'function a() { read() }\nimport { read } from "../src/read.js"'],
    ])('stated or taken away: %s', (body, before) => {
      const [stated, bare] = [stating(`effects: 'x',`, body, before), stating('', body, before)]
      expect(stated.formerly).toEqual([bare.checksums.up])
      expect(bare.formerly).toEqual([stated.checksums.up])
    })

    test('stated, where nobody would have stated it before', () => {
      const [stated, bare] = [stating(`effects: 'x',`, 'a()'), stating('', 'a()')]
      expect(stated.formerly).toEqual([bare.checksums.up])
      expect(bare.formerly).toEqual([])
    })

    test('but other options count beside it, and so does what is done', () => {
      const [stated] = [stating(`effects: 'x', transaction: false,`, BOTH[0]!)]
      const others = ['', `foreignKeys: 'enforce',`].map((option) => stating(option, BOTH[0]!))
      const all = others.flatMap(({ checksums, formerly }) => [checksums.up, ...formerly])
      expect(all).not.toContain(stated.checksums.up)
      for (const one of stated.formerly) expect(all).not.toContain(one)
      expect(stating('', `db.exec("ATTACH 'b.db' AS a")`).formerly).not.toContain(
        stated.checksums.up,
      )
    })
  })

  test.each(['transaction: true,', `description: 'a',`, `name: 'case',`, 'version: 1,'])(
    'does not count: %s',
    (option) => expect(withOption(option)).toBe(withOption('')),
  )

  test('how a reason is worded does not count', () => {
    expect(withOption(`effects: 'one',`)).toBe(withOption(`effects: 'two',`))
    expect(upOfFile(`export default { up() { a() }, irreversible: 'one' }`)).toBe(
      upOfFile(`export default { up() { a() }, irreversible: 'two' }`),
    )
  })
})

describe('forms', () => {
  test('a function is the same in an object, a class and a module', () => {
    const [object, named] = [
      upOfFile(`export default { up(db) { db.exec('DROP TABLE a') }, irreversible: 'a' }`),
      upOfFile(
        `export const irreversible = 'a'; export function up(db) { db.exec('DROP TABLE a') }`,
      ),
    ]
    expect(named).toBe(object)
    expect(upOfFile(CLASS('', `db.exec('DROP TABLE a')`))).toBe(object)
  })

  test('SQL is the same as a text, a template, a list of one, a list entry and a file', () => {
    const sql = 'CREATE TABLE a (b TEXT)'
    const file = checksumsOf({
      '001_a.sql': `-- migrate:up\n${sql};\n-- migrate:down\nDROP TABLE a;`,
    })[0]
    const texts = [
      `export default { up: '${sql}', down: 'DROP TABLE a' }`,
      `import { sql } from 'lockstep'; export default { up: sql\`${sql};\`, down: sql\`DROP TABLE a\` }`,
      `const a = 'CREATE TABLE a'; export default { up: [a + ' (b TEXT)'], down: ['DROP TABLE a'] }`,
    ]
    for (const text of texts) expect(checksumsOf({ '001_a.ts': text })[0]).toEqual(file)
    expect(checksumsOf({ '001_a.up.sql': sql, '001_a.down.sql': 'DROP TABLE a' })[0]).toEqual(file)
  })

  test('down has a digest of its own, which options do not enter', () => {
    const both = (up: string, down: string, option = ''): unknown =>
      checksumsOf({
        '001_a.ts': `export default { ${option} up() { ${up} }, down() { ${down} } }`,
      })[0]
    const { up, down } = both('a()', 'b()') as { up: string; down: string }
    expect(both('a()', 'c()')).toEqual({ up, down: expect.not.stringContaining(down) })
    expect(both('c()', 'b()')).toEqual({ up: expect.not.stringContaining(up), down })
    expect(both('a()', 'b()', 'transaction: false,')).toEqual({
      up: expect.not.stringContaining(up),
      down,
    })
    expect(both('a()', 'a()')).not.toEqual({ up, down: up })
  })
})
