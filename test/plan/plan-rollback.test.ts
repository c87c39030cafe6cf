// Where a rollback would lead; it is planned whole, and refused whole.
import { describe, expect, test } from 'vitest'
import type { LedgerState } from '../../src/model/ledger.js'
import type { RollbackOptions } from '../../src/model/options.js'
import { planRollback } from '../../src/plan/plan.js'
import { errorOf } from '../support/error-of.js'
import { appliedRows, ledgerOf } from '../support/ledger-rows.js'
import { registryOf, tables } from '../support/registry.js'

const registry = registryOf(...tables(4))
const at = (count: number): LedgerState => ledgerOf(appliedRows(registry, count))

describe('the steps of a plan', () => {
  test.each<[string, number, RollbackOptions, string]>([
    ['one step by default', 4, {}, '4 → 3: revert 4'],
    ['several steps, the newest first', 4, { steps: 3 }, '4 → 1: revert 4, revert 3, revert 2'],
    ['all steps that there are', 2, { steps: 2 }, '2 → 0: revert 2, revert 1'],
    ['down to a version, which stays', 4, { to: 2 }, '4 → 2: revert 4, revert 3'],
    ['everything', 3, { to: 0 }, '3 → 0: revert 3, revert 2, revert 1'],
    ['to where it is already', 3, { to: 3 }, '3 → 3: '],
    ['nothing applied', 0, {}, '0 → 0: '],
    ['nothing applied, everything', 0, { to: 0 }, '0 → 0: '],
  ])('%s', (_, count, target, expected) => {
    const { from, to, steps } = planRollback(registry, at(count), target, {})
    const listed = steps.map(({ kind, entry }) => `${kind} ${entry.version}`).join(', ')
    expect(`${from} → ${to}: ${listed}`).toBe(expected)
  })
  test('rows of an older algorithm are stamped anew before they are compared again', () => {
    const rows = appliedRows(registry, 2, { 1: { checksum: '0:a', lineage: '0:a' } })
    const { steps } = planRollback(registry, ledgerOf(rows), {}, {})
    expect(steps.map(({ kind }) => kind)).toEqual(['restamp', 'revert'])
  })
})

describe('what forbids it', () => {
  const oneWay = registryOf(
    ...tables(1),
    { up: 'SELECT 2', irreversible: 'the old values are gone' },
    ...tables(2).slice(1),
    { up: 'SELECT 4', down: 'SELECT 5' },
  )
  test('an irreversible step anywhere on the way, with its reason', () => {
    const error = errorOf(() => planRollback(oneWay, ledgerOf(appliedRows(oneWay)), { to: 0 }, {}))
    expect(error).toMatchObject({ code: 'MIGRATION_IRREVERSIBLE', facts: { version: 2 } })
    expect(error.fix).toContain('Roll back no further than to 002: `lockstep rollback --to 2`')
    expect(error.message).toContain('002 (step_2) cannot be undone: the old values are gone.')
  })
  test('where it is the newest, what can be done instead', () => {
    const rows = ledgerOf(appliedRows(oneWay, 2))
    for (const target of [{}, { to: 0 }, { to: 1 }, { steps: 2 }]) {
      const { fix } = errorOf(() => planRollback(oneWay, rows, target, {}))
      expect(fix).not.toContain('no further than')
      expect(fix).toContain('It is the newest one applied')
      expect(fix).toContain('`lockstep mark 002 --pending`')
    }
  })
  test('of a history that has a name, by commands that say it', () => {
    const named = oneWay.map((entry, at) => (at === 0 ? { ...entry, history: 'core' } : entry))
    const fixOf = (count: number): string =>
      errorOf(() => planRollback(named, ledgerOf(appliedRows(named, count)), { to: 0 }, {})).fix
    expect(fixOf(4)).toContain('`lockstep rollback --to core:002`')
    expect(fixOf(2)).toContain('`lockstep mark 002 --pending --name core`')
  })
  test('stopping above it is fine', () => {
    const rows = ledgerOf(appliedRows(oneWay))
    expect(planRollback(oneWay, rows, { to: 2 }, {}).steps).toHaveLength(2)
  })
  test('a step without down says so', () => {
    const silent = registryOf({ up: 'SELECT 1' })
    const error = errorOf(() => planRollback(silent, ledgerOf(appliedRows(silent)), {}, {}))
    expect(error.code).toBe('MIGRATION_IRREVERSIBLE')
    expect(error.message).toContain('it has no down')
  })
  test('a registry that promises a down which its source does not have', () => {
    const broken = registryOf({ up: 'SELECT 1', reversible: true })
    const error = errorOf(() => planRollback(broken, ledgerOf(appliedRows(broken)), {}, {}))
    expect(error.code).toBe('MIGRATION_IRREVERSIBLE')
  })
  test('a target above the database', () => {
    const error = errorOf(() => planRollback(registry, at(2), { to: 3 }, {}))
    expect(error).toMatchObject({ code: 'TARGET_BEHIND', fix: 'Migrate instead.' })
  })
  test.each([-1, 5, 0.5])('no version %d', (to) => {
    expect(errorOf(() => planRollback(registry, at(4), { to }, {})).code).toBe('TARGET_UNKNOWN')
  })
  test.each([1, 0])('more steps than the %d that are applied', (count) => {
    const error = errorOf(() => planRollback(registry, at(count), { steps: 9 }, {}))
    expect(error.code).toBe('OPTION_INVALID')
    expect(error.message).toContain(`at most ${count}: no more are applied`)
  })
  test.each([0, -2, 0.5])('%d steps', (steps) => {
    expect(errorOf(() => planRollback(registry, at(4), { steps }, {})).code).toBe('OPTION_INVALID')
  })
  test('a database newer than the code, also where migrating would allow that', () => {
    const state = ledgerOf(appliedRows(registryOf(...tables(5))))
    const error = errorOf(() => planRollback(registry, state, {}, { onAhead: 'allow' }))
    expect(error.code).toBe('DATABASE_AHEAD')
    expect(error.fix).not.toContain('onAhead')
  })
  test('an edited migration, even one that is not on the way', () => {
    const rows = appliedRows(registry, 3, { 1: { checksum: '1:other' } })
    expect(errorOf(() => planRollback(registry, ledgerOf(rows), {}, {})).code).toBe(
      'HISTORY_EDITED',
    )
  })
  test('a changed down only warns: fixing it is why one would roll back', () => {
    const rows = appliedRows(registry, 3, { 3: { downChecksum: '1:was' } })
    const { steps, warnings } = planRollback(registry, ledgerOf(rows), {}, {})
    expect(steps).toHaveLength(1)
    expect(warnings).toMatchObject([{ code: 'HISTORY_DOWN_CHANGED' }])
  })
  test("with transaction: 'all', a step that cannot share one", () => {
    const vacuum = { up: 'VACUUM', down: 'VACUUM', transaction: false } as const
    const mixed = registryOf(...tables(1), vacuum)
    const state = ledgerOf(appliedRows(mixed))
    const all = { transaction: 'all' } as const
    expect(errorOf(() => planRollback(mixed, state, { to: 0 }, all))).toMatchObject({
      code: 'TRANSACTION_MIXED',
      fix: "Use transaction: 'each', or roll back to 001 first.",
    })
    const [one, other] = tables(2)
    const above = registryOf(one!, vacuum, other!)
    expect(
      errorOf(() => planRollback(above, ledgerOf(appliedRows(above)), { to: 0 }, all)).fix,
    ).toContain('roll back to 002 first')
    expect(planRollback(mixed, state, {}, all).steps).toHaveLength(1)
  })
})
