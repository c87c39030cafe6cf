// A step outside a transaction that failed, in the history once a person has settled its row.
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { managerOf } from '../support/manager-of.js'
import { registryOf } from '../support/registry.js'

const files = databases()
const outside = (up: string) => ({ up, transaction: false }) as const

describe('a step that was started', () => {
  const attempt = () => {
    const db = files.open()
    const registry = registryOf(outside('CREATE TABLE a (x); CREATE TABLE a (y)'))
    errorOf(() => migrate(db, registry))
    return { db, registry }
  }
  test.each([
    [
      'applied',
      'finished by hand',
      ['begin up, outside a transaction', 'mark as applied: finished by hand', 'apply'],
    ],
    ['pending', undefined, ['begin up, outside a transaction', 'mark as pending']],
  ] as const)('it stays in the history when it is marked as %s', (as, reason, wanted) => {
    const { db, registry } = attempt()
    const started = '2026-01-02T03:04:05Z'
    db.exec("UPDATE _migrations SET applied_at = '2026-01-02 03:04:05'")
    const manager = managerOf(db, registry)
    const told = () =>
      manager
        .history()
        .map(({ action, detail }) => `${action}${detail === null ? '' : ` ${detail}`}`)
    manager.mark(1, { as, ...(reason && { reason }) })
    expect(told()).toEqual(wanted)
    expect(manager.history()[0]).toMatchObject({
      at: started,
      version: 1,
      name: 'step_1',
      durationMs: null,
    })
    if (as === 'pending') return
    manager.mark(1, { as: 'pending' })
    expect(told()).toEqual([...wanted, expect.stringContaining('mark as pending (checksum 1:')])
  })
  test('it stays in the history of a ledger whose rows do not say that it was an up', () => {
    const { db, registry } = attempt()
    db.exec("UPDATE _migrations SET started_by = '0123456789ABCDEF'")
    const manager = managerOf(db, registry)
    manager.mark(1, { as: 'pending' })
    expect(manager.history()).toMatchObject([
      { action: 'begin', version: 1, detail: 'outside a transaction' },
      { action: 'mark' },
    ])
  })
  test.each<[what: string, row: string, kept: boolean]>([
    ['an up that did not end, when it was marked', '', false],
    [
      'one of a ledger that does not say which side it was, when it was marked',
      ", started_by = '0123456789ABCDEF'",
      false,
    ],
    ['a down that did not end, when it was applied', ", started_by = 'down:1'", true],
  ])('its row has the time of %s', (_, row, kept) => {
    const { db, registry } = attempt()
    db.exec(`UPDATE _migrations SET applied_at = '2024-01-02 03:04:05'${row}`)
    managerOf(db, registry).mark(1, { as: 'applied', force: true, reason: 'done' })
    const at = db.prepare('SELECT applied_at FROM _migrations').pluck().get()
    expect(at === '2024-01-02 03:04:05').toBe(kept)
  })
  test('it is begun, marked and then applied, be it in one second', () => {
    const { db, registry } = attempt()
    managerOf(db, registry).mark(1, { as: 'pending' })
    db.exec("DROP TABLE a; UPDATE _migrations_log SET at = '2026-01-02 03:04:05'")
    migrate(db, registryOf(outside('CREATE TABLE a (x)')))
    db.exec("UPDATE _migrations SET applied_at = '2026-01-02 03:04:05'")
    const manager = managerOf(db, registry)
    expect(manager.history().map(({ action }) => action)).toEqual(['begin', 'mark', 'apply'])
  })
})
