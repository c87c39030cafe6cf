// Values that one file changes and a migration uses which is neither read nor digested with that file.
import { describe, expect, test } from 'vitest'
import { readFolder, shown, unmark, type Folder } from './read-folder.js'
import { testSome } from '../../support/some-of.js'

const SHARED: Folder = {
  '_list.ts': [
    `export const list = ['a']`,
    `export const shared = { up: 'a', deep: { list: ['b'] }, add(s) { this.deep.list.push(s) } }`,
    `export let other = ['a']`,
    `export class Steps { static all = ['a']; static add(s) { Steps.all.push(s) } }`,
    `export function register(s) { list.push(s) }`,
    `export const put = (to, s) => to.push(s)`,
    `export const set = () => { other = ['b'] }`,
    `export const api = { register }`,
    `export const map = new Map([['a', 'b']])`,
    `export const bag = new Set(['a'])`,
    `class Book { items = []; note(s) { this.items.push(s) } }`,
    `export const book = new Book()`,
    `const cache = new Map()`,
    `export const word = (s) => { if (!cache.has(s)) cache.set(s, s + '!'); return cache.get(s) }`,
  ].join('\n'),
  '_get.ts': `import { list } from './_list.js'\nexport const get = () => list`,
  '_more.ts': `export { list as passed, register as enter } from './_list.js'\nexport * from './_list.js'\nexport * as whole from './_list.js'`,
}
const TAKE = `import { list, shared, other, Steps, register, put, set, api, map, bag, book, word } from './_list.js'\nimport { get } from './_get.js'\n`
const SOUND = `\nexport default { up: 'x', irreversible: 'x' }`

/** Version 1 uses `up`; the rest stands in another file. */
const folder = (up: string, more: Folder): Folder => ({
  ...SHARED,
  '001_a.ts': `${TAKE}export default { ${up}, irreversible: 'x' }`,
  ...more,
})

const sqlAnd = (more: Folder): Folder => folder('up: list', more)
const codeAnd = (text: string, use: string): Folder =>
  folder(`up(db) { db.exec(${use}) }`, { '002_b.ts': TAKE + text + SOUND })

function found(given: Folder): { actual: string[]; expected: string[] } {
  const { folder: clean, places } = unmark(given)
  const actual = readFolder(clean).diagnostics.map(shown)
  return { actual, expected: places.map((place) => `${place} READ_CHANGED_ELSEWHERE`) }
}

/** What changes `list` when the file is loaded. */
const AT_LOAD: readonly string[] = [
  `▸list.push('b')`,
  `export const n = ▸list.push('b')`,
  `const n = ▸list?.push?.('b')`,
  `const n = ▸list['push']('b')`,
  `const n = ▸list.splice(0, 1, 'b')`,
  `const n = ▸list.reverse()`,
  `const n = ▸Array.prototype.push.apply(list, ['b'])`,
  `const n = ▸[].push.call(list, 'b')`,
  `const n = ▸Reflect.apply([].push, list, ['b'])`,
  `const n = ▸Object.assign(list, ['b'])`,
  `const n = ▸Reflect.set(list, 0, 'b')`,
  `const n = (▸list[0] = 'b')`,
  `const n = (▸list.length = 0)`,
  `const n = (▸[list[0]] = ['b'])`,
  `▸delete list[0]`,
  `▸register('b')`,
  `const n = ▸register('b')`,
  `const n = ▸api.register('b')`,
  `const n = ▸put(list, 'b')`,
  `const n = ▸get().push('b')`,
  `const n = ['b'].forEach(▸register)`.replace(
    `['b'].forEach(▸register)`,
    `▸['b'].forEach(register)`,
  ),
  `const n = ['b'].map((s) => ▸list.push(s))`,
  `const alias = list\nconst n = ▸alias.push('b')`,
  `const all = { list }\nconst n = ▸all.list.push('b')`,
  `const n = (() => { const mine = list; ▸mine.push('b') })()`,
  `const add = () => list.push('b')\nconst n = ▸add()`,
  `class A { static { ▸list.push('b') } }`,
  `class A { static n = ▸list.push('b') }`,
  `class A { n = list.push('b') }\nconst a = ▸new A()`,
  `if (1) { ▸list.push('b') }`,
  `const tag = (s) => list.push(s[0])\nconst n = ▸tag\`b\``,
  `const o = { get n() { return list.push('b') } }\nconst n = ▸o.n`,
]

const OTHER_NAMES: readonly string[] = [
  `import * as l from './_list.js'\nconst n = ▸l.list.push('b')`,
  `import * as l from './_list.js'\nconst { list: mine } = l\nconst n = ▸mine.push('b')`,
  `import * as l from './_list.js'\nconst n = ▸l.register('b')`,
  `import { passed } from './_more.js'\nconst n = ▸passed.push('b')`,
  `import { enter } from './_more.js'\nconst n = ▸enter('b')`,
  `import { list as mine } from './_more.js'\nconst n = ▸mine.push('b')`,
  `import { whole } from './_more.js'\nconst n = ▸whole.list.push('b')`,
]

describe('of a side that is SQL', () => {
  testSome(AT_LOAD)('a migration: %s', (text) => {
    const { actual, expected } = found(sqlAnd({ '002_b.ts': `${TAKE}${text}${SOUND}` }))
    expect(actual).toEqual(expected)
  })

  testSome([...OTHER_NAMES, ...AT_LOAD.map((text) => TAKE + text)])('a helper: %s', (text) => {
    const { actual, expected } = found(sqlAnd({ '_third.ts': text }))
    expect(actual).toEqual(expected)
  })

  test('the migration itself, through a function of the helper', () => {
    const text = `${TAKE}const n = ▸register('b')\nexport default { up: list, irreversible: 'x' }`
    const { actual, expected } = found({ ...SHARED, '001_a.ts': text })
    expect(actual).toEqual(expected)
  })

  test.each([
    `export default { up(db) { ▸list.push('b') }, irreversible: 'x' }`,
    `export default { up(db) { ▸register('b') }, irreversible: 'x' }`,
    `export default { up: 'x', down(db) { for (const s of ▸list.reverse()) db.exec(s) } }`,
  ])('a function of another migration: %s', (text) => {
    const { actual, expected } = found(sqlAnd({ '002_b.ts': TAKE + text }))
    expect(actual).toEqual(expected)
  })

  test.each([
    ['up: shared.up', `const n = (▸shared.up = 'b')`],
    ['up: shared.up', `const n = ▸Object.assign(shared, { up: 'b' })`],
    ['...shared', `const n = (▸shared.up = 'b')`],
    ['up: shared.deep.list', `const n = ▸shared.deep.list.push('b')`],
    ['up: shared.deep.list', `const n = ▸shared.add('b')`],
    ['up: [...list]', `const n = ▸list.push('b')`],
    ['up: list.join(";")', `const n = ▸list.push('b')`],
  ])('%s, %s', (up, text) => {
    const { actual, expected } = found(folder(up, { '002_b.ts': TAKE + text + SOUND }))
    expect(actual).toEqual(expected)
  })

  test('a migration that another imports', () => {
    const { actual, expected } = found({
      '001_a.ts': `const m = { up: ['a'], irreversible: 'x' }\nexport default m`,
      '002_b.ts': `import m from './001_a.js'\nconst n = ▸m.up.push('b')${SOUND}`,
    })
    expect(actual).toEqual(expected)
  })

  test('the message names both places and who uses it', () => {
    const [problem] = readFolder(
      sqlAnd({ '_third.ts': `${TAKE}export const n = list.push('b')` }),
    ).diagnostics
    expect(problem?.message).toBe(
      "In migrations/_third.ts, `list.push('b')` changes `list` of migrations/_list.ts:1:14, which migrations/001_a.ts uses; what that does to it is not part of its checksum.",
    )
  })
})

test.each([
  [`const n = ▸list.push('b')`, 'list'],
  [`const n = ▸register('b')`, 'get()'],
  [`const n = ▸map.set('a', 'c')`, `map.get('a')`],
  [`const n = ▸map.delete('a')`, `map.get('a')`],
  [`const n = ▸bag.add('b')`, '[...bag]'],
  [`const n = ▸bag.clear()`, '[...bag]'],
  [`const n = ▸Steps.all.push('b')`, 'Steps.all'],
  [`const n = ▸Steps.add('b')`, 'Steps.all'],
  [`const n = (▸Steps.all = [])`, 'Steps.all'],
  [`const n = ▸book.note('b')`, 'book.items'],
  [`const n = ▸shared.add('b')`, 'shared.deep.list'],
  [`const n = (▸shared.up = 'b')`, 'shared.up'],
  [`const n = ▸set()`, 'other'],
  [`const n = (▸register.sql = 'b')`, 'register.sql'],
])('of a side that is code: %s, where it runs %s', (text, use) => {
  const { actual, expected } = found(codeAnd(text, use))
  expect(actual).toEqual(expected)
})

describe('silent about', () => {
  const INNOCENT: readonly string[] = [
    `const all = [...list, 'b']\nconst n = all.push('c')`,
    `const all = list.slice()\nconst n = all.push('c')`,
    `const all = list.map((s) => s).reverse()`,
    `const mine = new Map(map)\nconst n = mine.set('b', 'c')`,
    `const mine = { ...shared }\nconst n = (mine.up = 'b')`,
    `const n = list.length, m = list.indexOf('a'), o = list.join(';')`,
    `const frozen = Object.freeze(list)`,
    `const text = word('a')`,
    `const own = ['b']\nconst n = put(own, 'c')`,
    `const add = (list) => list.push('b')\nconst n = add([])`,
    `const make = () => { const list = []; list.push('b'); return list }\nconst made = make()`,
    `const n = [1].map((other) => { other = 2; return other })`,
    `let count = 0\nconst n = ++count`,
    `export const unused = 1`,
    `import { z } from 'zod'\nconst kind = z.enum(list)`,
    `const later = () => word('b')`,
  ]
  testSome(INNOCENT)('%s', (text) => {
    const uses = ['list', 'other', 'shared.up', 'map', 'word(1)']
    for (const use of uses) expect(found(codeAnd(text, use)).actual).toEqual([])
    expect(found(sqlAnd({ '002_b.ts': TAKE + text + SOUND })).actual).toEqual([])
    expect(found(sqlAnd({ '_third.ts': TAKE + text })).actual).toEqual([])
  })

  test.each([
    `up(db) { db.exec(word('a')) }`,
    `up(db) { const own = []; own.push('b'); put(own, 'c') }`,
    `up(db) { for (const s of list) db.exec(s) }`,
    `up(db) { const list = []; list.push('b') }`,
    `up(db) { for (const s of [...list].reverse()) db.exec(s) }`,
  ])('a function that runs later: %s', (up) => {
    const other = `${TAKE}export default { ${up}, irreversible: 'x' }`
    expect(found(sqlAnd({ '002_b.ts': other })).actual).toEqual([])
    expect(
      found(folder('up(db) { db.exec(list, word(1)) }', { '002_b.ts': other })).actual,
    ).toEqual([])
  })

  test('what a migration of code changes itself, or what it loads: that is digested', () => {
    const text = `${TAKE}import './_third.js'\nconst n = list.push('c')\nexport default { up(db) { db.exec(list) }, irreversible: 'x' }`
    expect(
      found({ ...SHARED, '001_a.ts': text, '_third.ts': `${TAKE}register('b')` }).actual,
    ).toEqual([])
  })

  test('a list of which no migration runs anything', () => {
    const text = `${TAKE}const n = list.push('c')${SOUND}`
    expect(found({ ...SHARED, '001_a.ts': text }).actual).toEqual([])
  })

  test('a function that each migration calls in its up', () => {
    const text = `import { register } from './_list.js'\nexport default { up(db) { register('b') }, irreversible: 'x' }`
    expect(found({ ...SHARED, '001_a.ts': text, '002_b.ts': text }).actual).toEqual([])
  })
})
