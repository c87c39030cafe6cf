// `alter`: what is read of it, and what cannot be.
import { describe, expect, test } from 'vitest'
import { checksum } from '../../../codegen/checksum/checksum.js'
import { HERE, readFolder, readOnly, shown, unmark } from './read-folder.js'

const migration = (alter: string, rest = "down: 'auto'"): string =>
  `export default { alter: ${alter}, ${rest} }`

const checksumsOf = (text: string) =>
  checksum(readOnly({ '001_a.ts': text }), { helpers: new Map() })

test('all of it is read with its places', () => {
  const text = `const NAME = 'n'
export default {
  alter: {
    users: {
      drop: ['age'],
      rename: { name: 'full_name' },
      add: { email: "TEXT NOT NULL DEFAULT ''", size: { type: 'INTEGER', using: 'length(' + NAME + ')' } },
      change: { meta: { type: 'TEXT', notNull: true, default: "'{}'" }, none: { default: null } },
      foreignKeys: { add: [{ columns: ['a', 'b'], references: 'p', to: ['c', 'd'], onDelete: 'SET NULL', deferred: true }], drop: ['x', ['y', 'z']] },
      checks: { add: ['a > 0'], drop: ['old'] },
      order: ['a'],
    },
  },
  irreversible: 'no',
}`
  const { alter, up, down, unreadable } = readOnly({ '001_a.ts': text })
  const [table] = alter!.tables
  expect(unreadable).toBe(false)
  expect([up?.kind, down]).toEqual(['code', null])
  expect(table?.table).toMatchObject({ value: 'users', position: { line: 4, column: 5 } })
  expect(table?.drop).toMatchObject([{ value: 'age', position: { line: 5, column: 14 } }])
  expect(table?.rename).toMatchObject([
    { from: { value: 'name', position: { line: 6, column: 17 } }, to: { value: 'full_name' } },
  ])
  expect(table?.add).toMatchObject([
    { column: { value: 'email' }, definition: { value: "TEXT NOT NULL DEFAULT ''" }, type: null },
    {
      column: { value: 'size' },
      definition: null,
      type: { value: 'INTEGER' },
      using: { value: 'length(n)' },
    },
  ])
  expect(table?.change).toMatchObject([
    {
      column: { value: 'meta' },
      type: { value: 'TEXT' },
      notNull: { value: true },
      default: { value: "'{}'" },
      using: null,
    },
    { column: { value: 'none' }, default: { value: null } },
  ])
  expect(table?.foreignKeys.add).toMatchObject([
    {
      columns: [{ value: 'a' }, { value: 'b' }],
      parent: { value: 'p' },
      parentColumns: [{ value: 'c' }, { value: 'd' }],
      actions: 'ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED',
    },
  ])
  expect(table?.foreignKeys.drop).toMatchObject([
    [{ value: 'x' }],
    [{ value: 'y' }, { value: 'z' }],
  ])
  expect(table?.checks).toMatchObject({ add: [{ value: 'a > 0' }], drop: [{ value: 'old' }] })
  expect(table?.order).toMatchObject([{ value: 'a' }])
})

test.each([
  ['a function', `{ t: { drop: ${HERE}() => ['a'] } }`, 'READ_WRONG_TYPE'],
  ['no object', `${HERE}'t'`, 'READ_WRONG_TYPE'],
  ['no table', `${HERE}{}`, 'READ_WRONG_TYPE'],
  ['no list', `{ t: { drop: ${HERE}'a' } }`, 'READ_WRONG_TYPE'],
  ['a number', `{ t: { drop: [${HERE}1] } }`, 'READ_WRONG_TYPE'],
  ['another word', `{ t: { ${HERE}remove: ['a'] } }`, 'READ_ALTER_KEY'],
  [
    'another word of a column',
    `{ t: { change: { a: { ${HERE}nullable: true } } } }`,
    'READ_ALTER_KEY',
  ],
  [
    'another action',
    `{ t: { foreignKeys: { add: [{ columns: ['a'], references: 'b', onDelete: ${HERE}'DROP' }] } } }`,
    'READ_WRONG_TYPE',
  ],
  [
    'a key without a parent',
    `{ t: { foreignKeys: { add: [${HERE}{ columns: ['a'] }] } } }`,
    'READ_WRONG_TYPE',
  ],
  ['something that is computed', `{ t: { drop: [${HERE}process.env.COLUMN] } }`, 'READ_UNDECLARED'],
])('%s is told where it stands', (_, alter, code) => {
  const { folder, places } = unmark({ '001_a.ts': migration(alter) })
  const { diagnostics, migrations } = readFolder(folder)
  const told = diagnostics.map(shown)
  expect(told).toEqual(places.map((place) => `${place} ${code}`))
  expect(migrations[0]?.unreadable).toBe(true)
})

test.each([
  ['beside `up`', migration(`${HERE}{ t: { drop: ['a'] } }`, "up: 'SELECT 1', down: 'auto'")],
  ['beside a function', migration("{ t: { drop: ['a'] } }", `down: ${HERE}() => {}`)],
  [
    'as an export',
    `export const ${HERE}alter = { t: { drop: ['a'] } }\nexport const down = 'auto'`,
  ],
  [
    'in a class',
    `export default class A { alter = ${HERE}{ t: { drop: ['a'] } }\n down = 'auto' }`,
  ],
])('it cannot stand %s', (_, text) => {
  const { folder, places } = unmark({ '001_a.ts': text })
  const told = readFolder(folder).diagnostics.map(shown)
  expect(told).toEqual(places.map((place) => `${place} READ_ALTER_FORM`))
})

test('other members of that name do no harm beside `up`', () => {
  const text =
    "export const alter = 1\nexport const up = 'SELECT 1'\nexport const down = 'SELECT 1'"
  expect(readOnly({ '001_a.ts': text }).alter).toBeUndefined()
})

describe('the checksum', () => {
  const TEXT = migration(
    `{ t: { drop: ['a'], add: { b: "TEXT DEFAULT 'X'" }, rename: { c: 'd' } } }`,
  )
  test('counts what is declared, however that is written', () => {
    const same = `const b = "TEXT  default 'X'" /* c */
export default { down: 'auto', alter: { t: { rename: { 'c': 'd' }, add: { b }, drop: ['a'] } } }`
    expect(checksumsOf(same)).toEqual(checksumsOf(TEXT))
  })
  test.each([
    ["drop: ['a']", "drop: ['A']"],
    ["drop: ['a']", 'drop: []'],
    ["'X'", "'x'"],
    ["c: 'd'", "c: 'e'"],
    ['{ t:', '{ u:'],
    ['TEXT', 'INTEGER'],
    ['drop:', 'order:'],
    ["drop: ['a']", "drop: ['a'], checks: { add: ['1'] }"],
    ["drop: ['a']", "drop: ['a'], checks: { drop: ['1'] }"],
    ["drop: ['a']", "drop: ['a'], foreignKeys: { drop: ['a'] }"],
    ["drop: ['a']", "drop: ['a'], foreignKeys: { add: [{ columns: ['a'], references: 'b' }] }"],
    ["drop: ['a']", "drop: ['a'], change: { e: { notNull: true } }"],
    ["drop: ['a']", "drop: ['a'], change: { e: { default: null } }"],
  ])('tells %s from %s', (from, to) => {
    const [was, is] = [checksumsOf(TEXT), checksumsOf(TEXT.replace(from, to))]
    expect(is.up).not.toBe(was.up)
    expect(is.down).not.toBe(was.down)
  })
})
