// What a caller without types can get wrong: each is named before anything is touched.
import { describe, expect, it } from 'vitest'
import { betterSqlite3, migrate } from '../../src/drivers/better-sqlite3.js'
import { mirrorSettings, mirrorUserVersion, schemaGate } from '../../src/index.js'
import { databases, ledgerIds } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const { open } = databases()
const registry = registryOf(...tables(2))

it.each([
  ['a path', 'data/app.db'],
  ['some object', {}],
  ['null', null],
  ['nothing', undefined],
])('the database: is %s', (_, value) => {
  expect(errorOf(() => migrate(value as never, registry)).code).toBe('HANDLE_INVALID')
  expect(errorOf(() => betterSqlite3(value as never)).code).toBe('HANDLE_INVALID')
})

it.each([
  ['the module', { registry }],
  ['nothing', undefined],
  ['a path', './registry.js'],
])('the registry: is %s', (_, value) => {
  const db = open()
  expect(errorOf(() => migrate(db, value as never)).code).toBe('REGISTRY_NOT_A_LIST')
  expect(ledgerIds(db)).toEqual([])
})

describe('an option', () => {
  it.each([
    ['transaction', 'al', 'each or all'],
    ['onAhead', 'ignore', 'refuse or allow'],
    ['onUnmanaged', true, 'refuse or allow'],
    ['onDrift', 'allow', 'refuse or warn'],
    ['tabel', 'mine', 'There is no option tabel, but "mine" was given for it.'],
    ['gate', [], 'There is no option gate, but a list was given for it.'],
    ['mirrors', mirrorUserVersion, 'The option mirrors is a function, but must be a list.'],
    [
      'mirrors',
      [mirrorUserVersion(betterSqlite3(open()), 1)],
      'The option mirrors[0] is an object, but must be a generator function, such as mirrorUserVersion',
    ],
    ['env', 5, 'The option env is 5, but must be an object of values by name'],
    ['env', ['de'], 'The option env is a list, but must be an object of values by name'],
    ['now', 5, 'The option now is 5, but must be a function that answers milliseconds since 1970'],
    ['gates', [schemaGate(), {}], 'The option gates[1] is an object, but must be a gate'],
  ])(
    '%s with the value %s is refused, also on a database that is current',
    (option, value, says) => {
      const db = open()
      const options = { [option]: value } as object
      const fresh = errorOf(() => migrate(db, registry, options))
      expect(fresh.code).toBe('OPTION_INVALID')
      expect(fresh.message).toContain(says)
      expect(ledgerIds(db)).toEqual([])
      migrate(db, registry)
      expect(errorOf(() => migrate(db, registry, options)).code).toBe('OPTION_INVALID')
      const make = () => managerOf(db, registry, options)
      expect(errorOf(make).code).toBe('OPTION_INVALID')
    },
  )

  it('mirrors with a function that only makes a mirror is refused by the step', () => {
    const db = open()
    const error = errorOf(() => migrate(db, registry, { mirrors: [mirrorSettings as never] }))
    expect(error.code).toBe('OPTION_INVALID')
    expect(error.message).toContain('The option mirrors[0] is a function, but must be a generator')
    expect(ledgerIds(db)).toEqual([])
  })

  it('steps below 1 is refused, also on a database that is current', () => {
    const db = open()
    migrate(db, registry)
    expect(errorOf(() => migrate(db, registry, { steps: -1 })).code).toBe('OPTION_INVALID')
  })

  it('that is undefined is as if it were not there', () => {
    const options = { transaction: undefined, table: undefined, onEvent: undefined } as object
    expect(migrate(open(), registry, options).to).toBe(2)
  })
})

it.each([
  ['null', null],
  ['without its migration', { version: 1, name: 'a', up: 'SELECT 1' }],
])('an entry of the registry: that is %s is refused', (_, entry) => {
  const db = open()
  expect(errorOf(() => migrate(db, [entry] as never)).code).toBe('REGISTRY_INVALID')
  expect(ledgerIds(db)).toEqual([])
})

describe('a target', () => {
  const ways = ['migrate', 'rollback', 'plan', 'planRollback'] as const
  const bad: [string, unknown, string][] = [
    ['a mistyped word', { too: 1 }, 'There is no option too'],
    ['no number', { to: true }, 'must be a version'],
    ['a big integer', { to: 1n }, 'must be a version'],
    ['null', null, 'must be an object'],
  ]
  it.each(ways.flatMap((way) => bad.map((one) => [way, ...one] as const)))(
    'of %s that is %s is refused, also where there is nothing to do',
    (way, _, target, says) => {
      const db = open()
      const manager = managerOf(db, registryOf(...tables(1)))
      const error = errorOf(() => manager[way](target as never))
      expect(error.code).toBe('OPTION_INVALID')
      expect(error.message).toContain(says)
      expect(ledgerIds(db)).toEqual([])
      manager.migrate()
      expect(errorOf(() => manager[way](target as never)).code).toBe('OPTION_INVALID')
      expect(ledgerIds(db)).toEqual(['001'])
    },
  )

  it('given twice is the nearer one, on the way down as well', () => {
    const manager = managerOf(open(), registryOf(...tables(4)))
    expect(manager.migrate({ to: 3, steps: 4 }).to).toBe(3)
    expect(manager.rollback({ to: 0, steps: 1 }).to).toBe(2)
    expect(manager.rollback({ to: 1, steps: 2 }).to).toBe(1)
  })
})
