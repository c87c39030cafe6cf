// How versions are written, and what the ways to define a migration give back.
import { expect, test } from 'vitest'
import { defineMigration, defineMigrations, Migration } from '../../src/model/define.js'
import { versionId } from '../../src/model/version.js'

test.each([
  [1, '001'],
  [42, '042'],
  [999, '999'],
  [1_000, '1000'],
  [123_456, '123456'],
])('%d is written %s', (version, id) => expect(versionId(version)).toBe(id))

test('defining gives back what it was given: there is no registry to fill', () => {
  const migration = { up: 'SELECT 1', down: 'SELECT 2' }
  expect(defineMigration(migration)).toBe(migration)
  const list = [{ version: 1, sql: 'SELECT 1' }] as const
  expect(defineMigrations(list)).toBe(list)
})

test.each([[], [{ version: 3, name: 'a' }], ['003', 'a'], ['003']] as ConstructorParameters<
  typeof Migration
>[])('the base class takes an identity and keeps none of it: %j', (...identity: unknown[]) => {
  class Step extends Migration {
    constructor() {
      super(...(identity as []))
    }
    up(): void {}
  }
  expect(Object.keys(new Step())).toEqual([])
})
