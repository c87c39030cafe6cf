// Code that gives a migration another `up` or `down` than the one that is read: each way of it is a problem at its place.
import { describe, expect, test } from 'vitest'
import { readFolder, shown, unmark, type Folder } from './read-folder.js'

const OURS = `import { defineMigration as define, defineMigrations, Migration, sql } from 'lockstep/better-sqlite3'\n`

function found(code: string, folder: Folder): { actual: string[]; expected: string[] } {
  const { folder: clean, places } = unmark(folder)
  const actual = readFolder(clean).diagnostics.map(shown)
  return { actual, expected: places.map((place) => `${place} ${code}`) }
}

const script = (text: string): Folder => ({ '001_a.ts': OURS + text })

const classWith = (members: string, around = ''): Folder =>
  script(
    `${around}\nexport default class A extends Migration { up(db) { db.exec('a') }\n${members} }`,
  )

describe('a class', () => {
  test.each([
    ['of a method', classWith('▸@purge down(db) {}')],
    ['of a field', classWith('▸@purge() other = 1')],
    ['of a parameter', classWith('other(▸@purge db) {}')],
    ['of the class', script('▸@purge\nexport default class A { up(db) {} }')],
    ['behind export', script('export default ▸@purge class { up(db) {} }')],
    [
      'of a base in the file',
      script(
        `▸@purge\nabstract class B { abstract up(): void }\nexport default class extends B { up() {} }`,
      ),
    ],
  ])('decorator %s', (_, folder) => {
    const { actual, expected } = found('READ_CLASS_DECORATED', folder)
    expect(actual).toEqual(expected)
  })

  test('with a static side', () => {
    const folder = script(`export default class A { up() {}\n ▸static down = 'a' }`)
    const { actual, expected } = found('READ_CLASS_STATIC', folder)
    expect(actual).toEqual(expected)
  })

  test.each([
    'const up = this.up',
    'f()',
    'if (x) this.transaction = false',
    'this.#wrap()',
    'Object.assign(this, { up: f })',
    'return { up() {} }',
    'Object.defineProperty(this, "up", {})',
  ])('constructor with %s', (statement) => {
    const folder = classWith(`constructor() { super(); ▸${statement} }`)
    const { actual, expected } = found('READ_CLASS_CONSTRUCTOR', folder)
    expect(actual).toEqual(expected)
  })

  test.each([
    ['an assignment in the constructor', classWith('constructor() { super(); ▸this.up = f }')],
    ['one by a text', classWith(`other() { ▸this['down'] = f }`)],
    ['one through a type', classWith('other() { (▸this as any).up = f }')],
    ['one by a pattern', classWith('other() { ({ a: ▸this.up } = f) }')],
    ['deletion', classWith('other() { delete ▸this.up }')],
    ['the prototype', classWith('other() { ▸A.prototype.up = f }')],
    ['the prototype in a static block', classWith('static { ▸this.prototype.up = f }')],
    ['a static block that passes the class on', classWith('static { patch(▸A) }')],
    ['a field that passes the instance on', classWith('a = ((self) => { self.up = f })(▸this)')],
    ['a field whose arrow is called', classWith('a = (() => patch(▸this))()')],
    [
      'a field that calls a method',
      classWith('a = ▸this.wrap()\n wrap() { Object.assign(this, f) }'),
    ],
    ['the constructor', classWith('a = (▸this.constructor.other = f)')],
    ['a field that reads a getter', classWith('a = ▸this.b\n get b() { return patch(this) }')],
    [
      'a constructor that uses a setter',
      classWith('set b(value) { patch(this) }\n constructor() { super(); ▸this.b = 1 }'),
    ],
    ['a field that holds the instance', classWith('a = [▸this]')],
    ['a computed assignment', classWith('a = (▸this[key] = f)')],
    ['a static field', classWith('static a = patch(▸this)')],
    ['what super gets', classWith('constructor() { super({ version: f(▸this) }) }')],
  ])('changed by %s', (_, folder) => {
    const { actual, expected } = found('READ_CLASS_CHANGED', folder)
    expect(actual).toEqual(expected)
  })

  test.each([
    'up = (db) => {}\n ▸up(db) {}',
    'up(db) {}\n down() {}\n ▸up = (db) => {}',
    'down(db) {}\n up() {}\n ▸down = `a`',
    `'up' = (db) => {}\n ▸up(db) {}`,
    'up(db) {}\n ▸up: any',
  ])('with two of a name: %s', (members) => {
    const folder = script(`export default class A { ${members} }`)
    const { actual, expected } = found('READ_CLASS_TWICE', folder)
    expect(actual).toEqual(expected)
  })

  test.each([
    'a = 1; b = this.a + 1; c = [this.a, A.d]; static d = 2',
    'run = (db) => helper(db, this); all = function (db) { helper(this, db) }',
    'other(db) { this.count = helper(this, A); state.up = 1 }',
    `constructor() { super({ description: 'text' }); this.transaction = false; this.count = 1 }`,
    'static { g() }',
    'declare up: any',
    'get a() { return this.b() } b() { return helper(this) }',
    'a = { run() { return this } }',
    'other() { return (up) => { up = 1 } }',
  ])('as it is written: %s', (members) => expect(found('', classWith(members)).actual).toEqual([]))

  test('an up for the base class is none of the migration', () => {
    const up = `super({ up(db) { db.exec('b') } })`
    const { migrations, diagnostics } = readFolder(classWith(`constructor() { ${up} }`))
    expect(diagnostics).toEqual([])
    expect(migrations[0]?.up?.node?.getText()).toBe(`up(db) { db.exec('a') }`)
  })
})

const M = `const m = define({ up(db) { db.exec('a') } })\n`
const CLASS = `export default class A { up(db) { db.exec('a') } }\n`

describe('other code of the file', () => {
  test.each([
    ['a statement with a list', `const list = ['a']\n▸list.push('b')\nexport default { up: list }`],
    ['a condition', `const m = { up: 'a' }\n▸if (1) m.up = 'b'\nexport default m`],
    ['an assignment', `${M}▸m.up = f\nexport default m`],
    ['one in a constant', `${M}▸const a = (m.up = f)\nexport default m`],
    ['Object.assign', `${M}▸Object.assign(m, { up: f })\nexport default m`],
    ['Object.assign in a constant', `${M}▸const a = Object.assign(m, { up: f })\nexport default m`],
    ['a function', `${M}▸function patch() { m.up = f }\nexport default m`],
    [
      'a function that only passes it on',
      `${M}const a = go()\n▸function go() { patch(m) }\nexport default m`,
    ],
    ['a function called in a loop', `${M}▸const a = [1].map(() => patch(m))\nexport default m`],
    ['a call with it', `${M}▸const a = patch(m)\nexport default m`],
    ['a call of a method', `${M}▸const a = m.wrap()\nexport default m`],
    ['a second name', `${M}const n = m\n▸const a = (n.up = f)\nexport default m`],
    ['a list that holds it', `${M}const all = [m]\n▸const a = (all[0].up = f)\nexport default m`],
    ['an object that holds it', `${M}const all = { m }\n▸const a = patch(all)\nexport default m`],
    [
      'a member of a member',
      `${M}const all = { a: { m } }\n▸const a = (all.a.m.up = f)\nexport default m`,
    ],
    [
      'a list of it that is walked through',
      `${M}▸const a = [m].forEach((one) => patch(one))\nexport default m`,
    ],
    [
      'a name inside a function',
      `${M}▸const a = (() => { const n = m; n.up = f })()\nexport default m`,
    ],
    ['a default value', `${M}▸const a = ((n = m) => { n.up = f })()\nexport default m`],
    [
      'a getter that answers with it',
      `${M}▸const all = { get m() { return m } }\nexport default m`,
    ],
    ['a function that answers with it', `${M}▸const get = () => m\nexport default m`],
    ['an expression around it', `${M}▸const a = ((m && m).up = f)\nexport default m`],
    [
      'the values of a list of it',
      `${M}const all = Object.values([m])\n▸const a = all.map(patch)\nexport default m`,
    ],
    ['a pattern', `${M}▸const a = ([m.up] = [f])\nexport default m`],
    [
      'setPrototypeOf in a function',
      `${M}▸const a = () => Object.setPrototypeOf(m, f)\nexport default m`,
    ],
    ['__proto__', `${M}▸const a = m.__proto__\nexport default m`],
    [
      'an object spread into it',
      `const b = { up() {} }\n▸const c = (b.up = f)\nexport default { ...b }`,
    ],
    ['the prototype of a class', `${CLASS}▸A.prototype.up = f`],
    ['the prototype in a constant', `${CLASS}▸const a = (A.prototype.up = f)`],
    ['a call with the class', `${CLASS}▸const a = patch(A)`],
    ['a namespace of its name', `${CLASS}▸namespace A { A.prototype.up = f }`],
    ['another class', `${CLASS}▸class B { static { patch(A) } }`],
    ['the class assigned to', `${CLASS}▸A = class {}`],
    [
      'a class by its second name',
      `class A { up() {} }\n▸const a = patch(A)\nexport { A as default }`,
    ],
    ['an exported function assigned to', `export function up(db) {}\n▸up = wrap(up)`],
    ['one in a function', `export function up(db) {}\n▸function f() { ;[up] = [wrap(up)] }`],
    [
      'a function of an object',
      `function go(db) {}\n▸const a = (go = wrap(go))\nexport default { up: go }`,
    ],
    ['a list of SQL', `const list = ['a']\n▸const n = list.push('b')\nexport default { up: list }`],
  ])('%s', (_, text) => {
    const { actual, expected } = found('READ_CHANGED', script(text))
    expect(actual).toEqual(expected)
  })

  test.each<[string, Folder]>([
    [
      'of the file that imports a class',
      {
        '001_a.ts': `import { A } from './_b.js'\n▸const a = patch(A)\nexport default A`,
        '_b.ts': `export class A { up() {} }`,
      },
    ],
    [
      'of the file that imports an object',
      {
        '001_a.ts': `import m from './_b.js'\n▸m.up = f\nexport default m`,
        '_b.ts': `export default { up() {} }`,
      },
    ],
    [
      'of the helper with the class',
      {
        '001_a.ts': `import { A } from './_b.js'\nexport default A`,
        '_b.ts': `export class A { up() {} }\n▸const a = (A.prototype.up = f)`,
      },
    ],
    [
      'of the helper with a function',
      {
        '001_a.ts': `export { up } from './_b.js'`,
        '_b.ts': `export function up(db) {}\n▸up = wrap(up)`,
      },
    ],
    [
      'of the file that imports a helper as a whole',
      {
        '001_a.ts': `import * as b from './_b.js'\n▸b.m.up = f\nexport default { up: b.m.up }`,
        '_b.ts': `export const m = { up() {} }`,
      },
    ],
  ])('%s', (_, folder) => {
    const { actual, expected } = found('READ_CHANGED', folder)
    expect(actual).toEqual(expected)
  })

  test.each([
    `const m = { up(db) {} }\nexport default define(m)`,
    `const a = { version: 1, sql: 'a' }\nconst all = [a]\nexport default { up: ['b'] }`,
    `${M}const a = m.up\nfunction again(db) { m.up(db); log(m) }\nexport default m`,
    `${M}function other(m) { m.up = 1 }\nexport default m`,
    `${CLASS}const a = A.TABLE\nfunction make() { return new A() }`,
    `const list = ['a']\nconst all = new Set(list)\nconst text = list.join(';')\nexport default { up: list }`,
    `const S = { a: 'b' }\nconst keys = Object.keys(S)\nexport default { up: S.a }`,
    `const list = ['a']\nfunction run(db) { each(db, list) }\nexport default { up: list, down: run }`,
    `const t = 'x'\nconst s = wrap(t)\nexport default { up: 'a' + t }`,
    `function up(db) {}\nconst name = wrap(up)\nexport default { up }`,
    `function up(db) { const up = 1; f((up) => { up = 2 }) }\nexport default { up }`,
    `${CLASS}type T = typeof A\nconst is = (one: unknown): one is A => one instanceof A\nclass B extends A {}`,
    `${M}const { up } = m\nconst text = JSON.stringify(m)\nexport default m`,
    `import * as b from 'b'\nconst a = b.make()\nexport default { up: 'a' }`,
  ])('that leaves it as it is: %s', (text) => expect(found('', script(text)).actual).toEqual([]))
})
