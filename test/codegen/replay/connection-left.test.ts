// What a step leaves on its connection, as the proof of a history tells it.
import Database from 'better-sqlite3'
import { describe, expect, it, test } from 'vitest'
import { proveSchema } from '../../../codegen/replay/schema/prove-schema.js'
import type { Fact } from '../../../codegen/model/evidence.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { registryOf, type Draft } from '../../support/registry.js'
import { factsOf, runOf, step } from './schema-proof.js'

const FIRST = step('CREATE TABLE t (a TEXT)', 'DROP TABLE t')
const irreversible = 'no'

const leftBy = async (...drafts: readonly Draft<Handle>[]): Promise<Fact[]> =>
  leavingsOf(await factsOf(FIRST, ...drafts))

const leavingsOf = (facts: readonly Fact[]): Fact[] =>
  facts.filter(({ kind }) => kind === 'connection-left' || kind === 'registered')

describe('a setting that is left', () => {
  test.each([
    ['legacy_alter_table', 'ON', 0, 1],
    ['case_sensitive_like', 'true', 0, 1],
    ['recursive_triggers', '1', 0, 1],
    ['ignore_check_constraints', 'ON', 0, 1],
    ['reverse_unordered_selects', 'ON', 0, 1],
    ['trusted_schema', 'OFF', 1, 0],
    ['short_column_names', 'OFF', 1, 0],
  ])('%s = %s', async (setting, value, before, after) => {
    const up = `SELECT 1; PRAGMA ${setting} = ${value}; UPDATE t SET a = 1`
    expect(await leftBy({ up, irreversible })).toMatchObject([
      {
        kind: 'connection-left',
        at: { version: 2, direction: 'up', offset: 10 },
        setting,
        before,
        after,
      },
    ])
  })

  it('is told of code, with the call', async () => {
    const up = (db: Handle): void => {
      db.pragma('recursive_triggers = ON')
      db.defaultSafeIntegers(true)
    }
    expect(await leftBy({ up, irreversible }, step('SELECT 1'))).toMatchObject([
      { setting: 'recursive_triggers', at: { version: 2, frame: { line: expect.any(Number) } } },
      { setting: 'defaultSafeIntegers', before: 0, after: 1 },
    ])
  })

  it('is told of a down, and of an up outside of transactions', async () => {
    const down = 'PRAGMA legacy_alter_table = ON; DROP TABLE u'
    const up = 'PRAGMA synchronous = OFF; CREATE TABLE u (a)'
    expect(await leftBy(step(up, down, { transaction: false }))).toMatchObject([
      { at: { direction: 'up' }, setting: 'synchronous', before: 2, after: 0 },
      { at: { direction: 'down' }, setting: 'legacy_alter_table' },
    ])
  })

  it('is told once, of the step that changes it', async () => {
    const up = 'PRAGMA legacy_alter_table = ON'
    const found = await leftBy(
      step(up, 'SELECT 1'),
      step(up, up),
      step('CREATE TABLE u (a)', 'DROP TABLE u'),
    )
    expect(found).toMatchObject([{ at: { version: 2 } }])
  })

  it('is there for the next step, as in a fresh installation', async () => {
    const seen: unknown[] = []
    const look = (db: Handle): void =>
      void seen.push(db.pragma('recursive_triggers', { simple: true }))
    await leftBy(step('PRAGMA recursive_triggers = ON', 'SELECT 1'), step(look, 'SELECT 1'))
    expect(new Set(seen)).toEqual(new Set([1]))
  })
})

describe('nothing is left by', () => {
  test.each([
    'PRAGMA legacy_alter_table = ON; CREATE TABLE u (a); PRAGMA legacy_alter_table = OFF',
    'PRAGMA case_sensitive_like = ON; SELECT 1; PRAGMA case_sensitive_like = OFF',
    'PRAGMA defer_foreign_keys = ON',
    'PRAGMA foreign_keys = OFF',
    'PRAGMA user_version = 7; PRAGMA application_id = 5',
    'PRAGMA cache_size = 10000; PRAGMA temp_store = MEMORY; PRAGMA analysis_limit = 400; PRAGMA optimize',
    'PRAGMA recursive_triggers',
  ])('%s', async (up) => expect(await leftBy({ up, irreversible })).toEqual([]))

  it('code that sets back what it sets', async () => {
    const up = (db: Handle): void => {
      db.defaultSafeIntegers(true)
      db.pragma('case_sensitive_like = ON')
      db.exec('CREATE TABLE u (a)')
      db.pragma('case_sensitive_like = OFF')
      db.defaultSafeIntegers(false)
    }
    expect(await leftBy(step(up, 'DROP TABLE u'))).toEqual([])
  })

  it('a step that sets what every connection has', async () => {
    const registry = registryOf(
      FIRST,
      step('PRAGMA recursive_triggers = ON', 'SELECT 1'),
      step((db: Handle) => void db.function('slug', String), 'SELECT 1'),
    )
    const open = async (): Promise<Handle> => {
      const db = new Database(':memory:')
      db.pragma('recursive_triggers = ON')
      db.function('slug', String)
      return db
    }
    const { versions } = await proveSchema(runOf(registry, { open }))
    expect(leavingsOf(versions.flatMap(({ facts }) => facts))).toEqual([])
  })
})

test('what code registers is told of each side', async () => {
  const up = (db: Handle): void => {
    db.function('Slug', String)
    db.aggregate('most', { start: 0, step: (a: number, b: number) => Math.max(a, b) })
    db.table('numbers', { columns: ['n'], *rows() {} })
  }
  const down = (db: Handle): void => void db.function('slug', String)
  expect(await leftBy(step(up, down))).toMatchObject([
    { direction: 'up', type: 'function', name: 'slug', version: 2 },
    { direction: 'up', type: 'function', name: 'most' },
    { direction: 'up', type: 'table', name: 'numbers' },
    { direction: 'down', type: 'function', name: 'slug' },
  ])
})
