// The state of a database in words: which one is named when several are true.
import { describe, expect, test } from 'vitest'
import type { LedgerRow, LedgerState } from '../../src/model/ledger.js'
import { describeStatus } from '../../src/plan/describe-status.js'
import { readsWell } from '../support/error-of.js'
import { appliedRows, ledgerOf } from '../support/ledger-rows.js'
import { registryOf, tables } from '../support/registry.js'

const registry = registryOf(...tables(3))
const newer = registryOf(...tables(5))
const edited = { checksum: '1:other' }
const interrupted = { lineage: null, startedBy: 'f00', heartbeatAt: '2026-01-02T03:04:05Z' }
const rows = (count: number, changes?: Record<number, Partial<LedgerRow>>): LedgerState =>
  ledgerOf(appliedRows(newer, count, changes))

const describeIt = (state: LedgerState) => describeStatus(registry, state, '_migrations')

test.each<[string, LedgerState, string, string[]]>([
  ['nothing in it', { kind: 'absent', unmanaged: false }, 'empty', []],
  ['tables, no ledger', { kind: 'absent', unmanaged: true }, 'unmanaged', ['DATABASE_UNMANAGED']],
  [
    "another tool's table",
    { kind: 'foreign', columns: ['id', 'hash'] },
    'unmanaged',
    ['LEDGER_FOREIGN'],
  ],
  // Rolled back to nothing is not empty: the ledger is there, and everything waits.
  ['a ledger without rows', rows(0), 'pending', []],
  ['some applied', rows(2), 'pending', []],
  ['all applied', rows(3), 'current', []],
  ['more than all', rows(5), 'ahead', ['DATABASE_AHEAD']],
  ['only renamed', rows(3, { 1: { name: 'was' } }), 'current', ['HISTORY_RENAMED']],
  ['renamed and not all applied', rows(2, { 1: { name: 'was' } }), 'pending', ['HISTORY_RENAMED']],
  ['edited and not all applied', rows(2, { 1: edited }), 'diverged', ['HISTORY_EDITED']],
  // Newer code over another history helps nobody: the divergence is what must be looked at.
  ['edited and ahead', rows(5, { 1: edited }), 'diverged', ['HISTORY_EDITED', 'DATABASE_AHEAD']],
  ['a hole', ledgerOf(appliedRows(registry).slice(1)), 'diverged', ['HISTORY_GAP']],
  // Half done may be half of anything: before all else somebody has to look at it.
  ['interrupted', rows(2, { 2: interrupted }), 'interrupted', ['HISTORY_INTERRUPTED']],
  [
    'interrupted, edited and ahead',
    rows(5, { 1: edited, 5: interrupted }),
    'interrupted',
    ['HISTORY_EDITED', 'HISTORY_INTERRUPTED', 'DATABASE_AHEAD'],
  ],
])('%s', (_, state, name, codes) => {
  const status = describeIt(state)
  expect(status.state).toBe(name)
  expect(status.problems.map(({ code }) => code)).toEqual(codes)
  status.problems.forEach(readsWell)
})

describe('the lists', () => {
  test('applied and pending migrations, with numbers and padded ids', () => {
    const described = registryOf(
      { up: 'SELECT 1', description: 'First of all' },
      { up: 'SELECT 2', description: 'Then this' },
      { up: 'SELECT 3' },
    )
    const status = describeStatus(described, ledgerOf(appliedRows(described, 1)), '_migrations')
    expect(status).toEqual({
      state: 'pending',
      version: 1,
      latest: 3,
      applied: [
        {
          version: 1,
          id: '001',
          name: 'step_1',
          description: 'First of all',
          checksum: described[0]!.checksum,
          appliedAt: '2026-01-02T03:04:05Z',
          durationMs: 1,
          reversible: false,
        },
      ],
      pending: [
        { version: 2, id: '002', name: 'step_2', description: 'Then this' },
        { version: 3, id: '003', name: 'step_3', description: null },
      ],
      problems: [],
    })
  })
  test('a version that is missing in the middle is pending', () => {
    const state = ledgerOf(appliedRows(registry).filter(({ version }) => version !== 2))
    expect(describeIt(state).pending.map(({ version }) => version)).toEqual([2])
  })
  test('an empty registry and an empty database', () => {
    const status = describeStatus([], { kind: 'absent', unmanaged: false }, '_migrations')
    expect(status).toMatchObject({
      state: 'empty',
      version: 0,
      latest: 0,
      applied: [],
      pending: [],
    })
  })
  test('what is allowed to be unmanaged is no problem, but what stands in the place of the ledger is', () => {
    const allowed = (state: LedgerState) =>
      describeStatus(registry, state, '_migrations', { onUnmanaged: 'allow' })
    expect(allowed({ kind: 'absent', unmanaged: true })).toMatchObject({
      state: 'unmanaged',
      problems: [],
    })
    expect(allowed({ kind: 'foreign', columns: ['id'] }).problems).toMatchObject([
      { code: 'LEDGER_FOREIGN' },
    ])
  })
  test('an empty registry and a ledger without rows are current', () => {
    expect(describeStatus([], ledgerOf([]), '_migrations').state).toBe('current')
  })
})
