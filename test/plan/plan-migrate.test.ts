// Where a migration run would lead, and what forbids it.
import { describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import type { LedgerState } from '../../src/model/ledger.js'
import type { MigrateOptions } from '../../src/model/options.js'
import { planMigrate, type Policy } from '../../src/plan/plan.js'
import { errorOf } from '../support/error-of.js'
import { appliedRows, ledgerOf } from '../support/ledger-rows.js'
import { registryOf, tables, type Draft } from '../support/registry.js'

const registry = registryOf(...tables(4))
const at = (count: number): LedgerState => ledgerOf(appliedRows(registry, count))
const fresh: LedgerState = { kind: 'absent', unmanaged: false }
const used: LedgerState = { kind: 'absent', unmanaged: true }
const foreign: LedgerState = { kind: 'foreign', columns: ['version', 'name', 'applied_at'] }

/** The plan in short: `from → to: kind version …`. */
const outline = (state: LedgerState, target: MigrateOptions = {}, policy: Policy = {}): string => {
  const { from, to, steps } = planMigrate(registry, state, target, policy)
  return `${from} → ${to}: ${steps.map(({ kind, entry }) => `${kind} ${entry.version}`).join(', ')}`
}

describe('the steps of a plan', () => {
  test.each<[string, LedgerState, MigrateOptions, string]>([
    ['an empty database', fresh, {}, '0 → 4: apply 1, apply 2, apply 3, apply 4'],
    [
      'a ledger whose rows were all rolled back',
      at(0),
      {},
      '0 → 4: apply 1, apply 2, apply 3, apply 4',
    ],
    ['half way', at(2), {}, '2 → 4: apply 3, apply 4'],
    ['current', at(4), {}, '4 → 4: '],
    ['to a version', at(1), { to: 3 }, '1 → 3: apply 2, apply 3'],
    ['to where it is already', at(2), { to: 2 }, '2 → 2: '],
    ['to the latest by name', at(4), { to: 4 }, '4 → 4: '],
    ['some steps', at(1), { steps: 2 }, '1 → 3: apply 2, apply 3'],
    ['more steps than there are', at(3), { steps: 9 }, '3 → 4: apply 4'],
    ['steps and to: the nearer wins, here steps', at(0), { steps: 1, to: 3 }, '0 → 1: apply 1'],
    ['steps and to: the nearer wins, here to', at(0), { steps: 3, to: 1 }, '0 → 1: apply 1'],
  ])('%s', (_, state, target, expected) => expect(outline(state, target)).toBe(expected))
  test('rows of an older algorithm are stamped anew, before anything is applied', () => {
    const rows = appliedRows(registry, 2, {
      1: { checksum: '0:a', lineage: '0:a' },
      2: { checksum: '0:b', lineage: '0:b' },
    })
    expect(outline(ledgerOf(rows))).toBe('2 → 4: restamp 1, restamp 2, apply 3, apply 4')
    expect(outline(ledgerOf(rows), { to: 2 })).toBe('2 → 2: restamp 1, restamp 2')
  })
  test('warnings come along and forbid nothing', () => {
    const rows = appliedRows(registry, 2, { 1: { name: 'was', downChecksum: '1:was' } })
    const { steps, warnings } = planMigrate(registry, ledgerOf(rows), {}, {})
    expect(steps).toHaveLength(2)
    expect(warnings.map(({ code }) => code)).toEqual(['HISTORY_RENAMED', 'HISTORY_DOWN_CHANGED'])
  })
  test('the rows it was made from come along, for the runner to compare', () => {
    const rows = appliedRows(registry, 3)
    expect(planMigrate(registry, ledgerOf(rows), {}, {}).rows).toBe(rows)
  })
  test('an empty registry has nothing to do', () => {
    expect(planMigrate([], fresh, {}, {})).toMatchObject({ from: 0, to: 0, steps: [] })
  })
  test('versions are ordered as numbers beyond three digits', () => {
    const long = registryOf(...tables(1_200))
    const { from, to, steps } = planMigrate(long, ledgerOf(appliedRows(long, 998)), {}, {})
    expect({ from, to }).toEqual({ from: 998, to: 1_200 })
    expect(steps.slice(0, 3).map(({ entry }) => entry.version)).toEqual([999, 1_000, 1_001])
  })
})

describe('what the target may be', () => {
  test.each([0, -1, 5, 1.5, Number.NaN])('there is no version %d', (to) => {
    const error = errorOf(() => planMigrate(registry, at(0), { to }, {}).steps)
    expect(error).toMatchObject({ code: 'TARGET_UNKNOWN', facts: { latest: 4 } })
    expect(error.message).toContain('001 to 004')
    expect(error.fix).toContain(to === 0 ? 'roll back to 0' : 'Name one of these versions.')
  })
  test('no version at all in an empty registry', () => {
    const error = errorOf(() => planMigrate([], fresh, { to: 1 }, {}))
    expect(error.code).toBe('TARGET_UNKNOWN')
    expect(error.message).toContain('there are none')
  })
  test('a version that lies behind is for rollback', () => {
    const error = errorOf(() => planMigrate(registry, at(3), { to: 2 }, {}))
    expect(error).toMatchObject({ code: 'TARGET_BEHIND', fix: 'Roll back instead.' })
    expect(error.message).toContain('is at 003')
  })
  test.each([0, -1, 1.5, Number.NaN, Infinity])('%d steps make no sense', (steps) => {
    const error = errorOf(() => planMigrate(registry, at(0), { steps }, {}))
    expect(error).toMatchObject({ code: 'OPTION_INVALID', facts: { option: 'steps' } })
  })
})

describe('what the database forbids', () => {
  test('tables but no ledger, unless that is allowed', () => {
    const error = errorOf(() => planMigrate(registry, used, {}, {}))
    expect(error).toMatchObject({ code: 'DATABASE_UNMANAGED', facts: { table: '_migrations' } })
    expect(outline(used, { to: 1 }, { onUnmanaged: 'allow' })).toBe('0 → 1: apply 1')
  })
  test("another tool's table, whatever is allowed", () => {
    const policy = { table: 'history', onUnmanaged: 'allow', onAhead: 'allow' } as const
    const error = errorOf(() => planMigrate(registry, foreign, {}, policy))
    expect(error.code).toBe('LEDGER_FOREIGN')
    expect(error.message).toContain(
      'history belongs to another tool (columns version, name, applied_at)',
    )
  })
  test('a database newer than the code, unless that is allowed: then nothing is done to it', () => {
    const state = ledgerOf(appliedRows(registryOf(...tables(6))))
    const error = errorOf(() => planMigrate(registry, state, {}, {}))
    expect(error).toMatchObject({ code: 'DATABASE_AHEAD', facts: { versions: [5, 6], latest: 4 } })
    expect(error.message).toContain('005, 006')
    expect(outline(state, {}, { onAhead: 'allow' })).toBe('6 → 6: ')
    expect(outline(state, { to: 3 }, { onAhead: 'allow' })).toBe('6 → 6: ')
  })
  test('a newer database with another history, even if being ahead is allowed', () => {
    const rows = appliedRows(registryOf(...tables(6)), 6, { 2: { checksum: '1:other' } })
    const error = errorOf(() => planMigrate(registry, ledgerOf(rows), {}, { onAhead: 'allow' }))
    expect(error.code).toBe('HISTORY_EDITED')
  })
  test('several findings: the first is thrown, the others are among its facts', () => {
    const rows = appliedRows(registry, 4, { 1: { checksum: '1:a' }, 4: { checksum: '1:d' } })
    const error = errorOf(() => planMigrate(registry, ledgerOf(rows), {}, {}))
    expect(error).toMatchObject({ code: 'HISTORY_EDITED', facts: { version: 1 } })
    expect(error.facts['problems']).toMatchObject([
      { code: 'HISTORY_EDITED', facts: { version: 1 } },
      { code: 'HISTORY_EDITED', facts: { version: 4 } },
    ])
  })
  test('nothing pending does not hide a wrong history', () => {
    const rows = appliedRows(registry, 4, { 2: { checksum: '1:other' } })
    expect(errorOf(() => planMigrate(registry, ledgerOf(rows), { to: 4 }, {})).code).toBe(
      'HISTORY_EDITED',
    )
  })
})

test.each([
  ['a hole', [1, 3]],
  ['a version twice', [1, 1, 2]],
  ['another order', [2, 1]],
  ['a start above 1', [2]],
])('what the registry forbids: %s', (_, versions) => {
  const crooked = versions.map((version) => ({ ...registry[0]!, version }))
  const error = errorOf(() => planMigrate(crooked, fresh, {}, {}))
  expect(error.code).toBe('REGISTRY_INVALID')
})

describe("transaction: 'all'", () => {
  const plan = (...drafts: readonly Draft<Database>[]) =>
    planMigrate(registryOf(...drafts), fresh, {}, { transaction: 'all' })
  const plain = { up: 'SELECT 1' }
  const outside = { up: 'VACUUM', transaction: false } as const
  const enforced = { up: 'SELECT 2', foreignKeys: 'enforce' } as const

  test('takes what can share one transaction, all with the same setting of foreign keys', () => {
    expect(plan(plain, plain).steps).toHaveLength(2)
    expect(plan(enforced, enforced).steps).toHaveLength(2)
  })
  test('takes a single step of any kind', () => {
    expect(plan(outside).steps).toHaveLength(1)
    expect(plan(enforced).steps).toHaveLength(1)
  })
  test.each([
    ['a step outside a transaction', [plain, outside], 2, '001'],
    ['a step outside a transaction in the first place', [outside, plain], 1, '001'],
    ['a step with foreign keys enforced', [plain, enforced], 2, '001'],
    ['a step without them among those with', [enforced, plain], 2, '001'],
    ['one far up', [plain, plain, outside], 3, '002'],
  ])('refuses %s', (_, drafts, version, first) => {
    const error = errorOf(() => plan(...drafts))
    expect(error).toMatchObject({ code: 'TRANSACTION_MIXED', facts: { version } })
    expect(error.fix).toBe(`Use transaction: 'each', or migrate to ${first} first.`)
  })
  test('looks only at what would run', () => {
    const mixed = registryOf(outside, plain, plain)
    const rows = ledgerOf(appliedRows(mixed, 1))
    expect(planMigrate(mixed, rows, {}, { transaction: 'all' }).steps).toHaveLength(2)
  })
})
