// The pure parts of taking over: what names have in common, what moments are meant, which rows become which versions.
import { describe, expect, test } from 'vitest'
import { interpretRows } from '../../src/plan/adopt/foreign-row.js'
import { mapRows, type MappedRow } from '../../src/plan/adopt/map-rows.js'
import { nameKey } from '../../src/plan/adopt/name-key.js'
import { utcTime } from '../../src/plan/adopt/utc-time.js'
import { errorOf } from '../support/error-of.js'
import { registryOf } from '../support/registry.js'

describe('names mean the same', () => {
  test.each([
    'create_users',
    '001_create_users.ts',
    '0001_create_users',
    'migration_001_create_users.py',
    '20240115103000-create-users.js',
    '20240115103000_createUsers.mjs',
    '2024-01-15T10-30-00-create-users',
    '2024-01-15T10:30:00.000Z_create_users',
    '1705314600000_create_users.up.sql',
    'db/migrations/3_create_users.down.sql',
    'C:\\app\\migrations\\3_create_users.sql',
    'V1_2__Create_Users.sql',
    'CreateUsers1705314600000',
    'Create users',
  ])('%s', (name) => expect(nameKey(name)).toBe('createusers'))
  test.each([
    ['größe_ändern', 'größeändern'],
    ['001_2fa_tokens', 'fatokens'],
    ['2fa_tokens', 'fatokens'],
    ['20240101', '20240101'],
    ['table_users', 'tableusers'],
    ['20240101_tables', 'tables'],
    ['v2', 'v2'],
    ['update_v2_api', 'updatev2api'],
    ['upper', 'upper'],
    ['upsql', 'upsql'],
  ])('%s is %s', (name, key) => expect(nameKey(name)).toBe(key))
})

test.each([
  ['2024-01-15 10:30:00', '2024-01-15T10:30:00.000Z'],
  ['2024-01-15 10:30', '2024-01-15T10:30:00.000Z'],
  ['2024-01-15T10:30:00.123456', '2024-01-15T10:30:00.123Z'],
  ['2024-01-15T10:30:00.123Z', '2024-01-15T10:30:00.123Z'],
  ['2024-01-15T10:30:00+02:00', '2024-01-15T08:30:00.000Z'],
  ['2024-01-15 10:30:00.123456789+00:00', '2024-01-15T10:30:00.123Z'],
  ['2024-01-15 10:30:00 +0000 UTC', '2024-01-15T10:30:00.000Z'],
  ['2024-01-15', '2024-01-15T00:00:00.000Z'],
  [1_705_314_600, '2024-01-15T10:30:00.000Z'],
  [1_705_314_600_000, '2024-01-15T10:30:00.000Z'],
  ['1705314600000', '2024-01-15T10:30:00.000Z'],
  [null, null],
  ['', null],
  ['yesterday', null],
  [7, null],
  ['2024-99-99 10:30:00', null],
])('moments: %j is %j', (value, iso) => expect(utcTime(value)).toBe(iso))

const named = (...names: string[]) =>
  registryOf(...names.map((name) => ({ name, up: `SELECT '${name}'` })))
const raw = (number: unknown, title: unknown = null, more = {}) => {
  return { number, title, time: null, ...more }
}
const versions = <H>(mapped: readonly MappedRow<H>[]): string[] =>
  mapped.map(({ row, entry }) => `${row.label} is ${entry.version}`)

describe('rows', () => {
  test.each([
    ['1', 1],
    ['001', 1],
    ['v12', 12],
    ['7', 7],
    ['1.2', null],
    ['x', null],
    [null, null],
    [-1, null],
  ])('numbered %j count as %j', (number, expected) => {
    expect(interpretRows([raw(number, 'x')], 't', 9)[0]?.number).toBe(expected)
  })
  test.each([1, true, 'true', '1'])('%j means that they failed', (failed) => {
    const error = errorOf(() => interpretRows([raw(1, 'x', { failed })], 'the table', 9))
    expect(error).toMatchObject({ code: 'ADOPT_UNFINISHED', facts: { rows: ['1 x'] } })
  })
  test.each([0, false, 'false', null, '0'])('%j means that they did not', (failed) => {
    expect(interpretRows([raw(1, 'x', { failed })], 't', 9)).toHaveLength(1)
  })
  test('that stand for all before them are as many, as far as there are migrations', () => {
    const through = { through: 1 }
    expect(interpretRows([raw(3, null, through)], 't', 3).map(({ number }) => number)).toEqual([
      1, 2, 3,
    ])
    const beyond = interpretRows([raw(20240101000000, null, through)], 't', 3)
    expect(beyond).toMatchObject([{ countless: true }])
    for (const by of [undefined, 'number', 'name', 'position'] as const)
      expect(errorOf(() => mapRows(named('a', 'b'), beyond, by)).code).toBe('ADOPT_UNMATCHED')
  })
  test.each(['2.1', '0x3', '3.0', 2.5, '', null, '03abc', -1, '99999999999999999999', 'row 2'])(
    'a third one with %j beside numbers is one of three',
    (number) => {
      const rows = interpretRows([raw(1), raw(2), raw(number), raw(3)], 't', 9)
      expect(rows.map((row) => row.number)).toEqual([1, 2, null, 3])
    },
  )
  test('of one version and different names, or the other way round, are two', () => {
    for (const [one, other] of [
      [raw('2.1', 'a'), raw('2.2', 'a')],
      [raw('2.1', 'a'), raw('2.1', 'b')],
      [raw(1, 'a'), raw(1, 'b')],
    ] as const)
      expect(interpretRows([one, other, { ...other, undone: 1 }], 't', 9)).toHaveLength(1)
  })
  test('without a number are taken back by what they have instead', () => {
    const rows = [raw('2.1'), raw(0), raw(null, '0'), raw('2.1', null, { undone: 1 })]
    expect(interpretRows(rows, 't', 9).map(({ label }) => label)).toEqual(['0', '0'])
  })
  test('that were taken back and applied again count once', () => {
    const rows = [raw(1), raw(2), raw(2, null, { undone: 1 }), raw(1, null, { undone: 1 }), raw(1)]
    expect(interpretRows(rows, 't', 9).map(({ number }) => number)).toEqual([1])
  })
})

describe('mapping', () => {
  const rows = (...all: ReturnType<typeof raw>[]) => interpretRows(all, 't', 99)
  test('migrations of the same name are taken in their order', () => {
    const registry = named('init', 'add_index', 'add_index')
    const { by, mapped } = mapRows(
      registry,
      rows(raw(null, 'init'), raw(null, '1_add_index'), raw(null, '2_add_index')),
    )
    expect(by).toBe('name')
    expect(versions(mapped)).toEqual(['init is 1', '1_add_index is 2', '2_add_index is 3'])
  })
  test('a third of two is too many', () => {
    const again = ['1_a', '2_a', '3_a'].map((name) => raw(null, name))
    expect(errorOf(() => mapRows(named('a', 'a'), rows(...again)))).toMatchObject({
      code: 'ADOPT_UNMATCHED',
      facts: { rows: ['3_a'], by: 'name' },
    })
  })
  test('numbers in front of names count when they are to', () => {
    const { mapped } = mapRows(
      named('x', 'y'),
      rows(raw(null, '0001_a'), raw(null, '2-b')),
      'number',
    )
    expect(versions(mapped)).toEqual(['0001_a is 1', '2-b is 2'])
  })
  test('a name that no migration has does not contradict a number', () => {
    expect(mapRows(named('x'), rows(raw(1, 'something else'))).by).toBe('number')
  })
  test('a name that several migrations have does not contradict the number of one of them', () => {
    expect(mapRows(named('x', 'x'), rows(raw(1, 'x'), raw(2, 'x'))).mapped).toHaveLength(2)
  })
  test('more rows than migrations are named', () => {
    const dates = [raw('20240101000000'), raw('20240102000000')]
    expect(errorOf(() => mapRows(named('x'), rows(...dates)))).toMatchObject({
      code: 'ADOPT_UNMATCHED',
      facts: { rows: ['20240102000000'], by: 'position' },
    })
  })
  test('no rows are mapped to nothing', () => {
    expect(mapRows(named('x'), [])).toEqual({ by: 'number', mapped: [] })
  })
})
