// A ledger with digests that an older Lockstep gave to the same code is stamped anew, whole, and nothing else is accepted.
import type Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate, type Handle } from '../../src/drivers/better-sqlite3.js'
import type { Registry } from '../../src/model/registry.js'
import { databases } from '../support/databases.js'
import { errorOf } from '../support/error-of.js'
import { registryOf, tables } from '../support/registry.js'
import { managerOf } from '../support/manager-of.js'

const files = databases()

/** As an older Lockstep wrote it, and the same code as it is written now: 2 has another digest, 2 and later another lineage. */
const older = registryOf(...tables(4))
const digestsNow = (entries: typeof older): typeof older =>
  entries.map((entry) =>
    entry.version === 1
      ? entry
      : {
          ...entry,
          lineage: `${entry.lineage}now`,
          ...(entry.version === 2 && {
            checksum: `${entry.checksum}now`,
            downChecksum: `${entry.downChecksum}now`,
            formerly: [entry.checksum, entry.downChecksum!],
          }),
        },
  )
const registry = digestsNow(older)

const appliedBy = <H>(code: Registry<H>, to = 4): Database.Database => {
  const db = files.open()
  migrate(db, code as unknown as Registry<Handle>, { to })
  return db
}
const rowsOf = (db: Database.Database): unknown[] =>
  db
    .prepare('SELECT version, checksum, down_checksum, lineage FROM _migrations ORDER BY version')
    .raw()
    .all()
const rowsBy = (code: typeof older, to = 4): unknown[] => rowsOf(appliedBy(code, to))

describe('a ledger with former digests', () => {
  test('is current, without a problem, before and after it is stamped', () => {
    const db = appliedBy(older)
    expect(managerOf(db, registry).status()).toMatchObject({ state: 'current', problems: [] })
    expect(managerOf(db, registry).verify()).toMatchObject({ state: 'current', problems: [] })
    expect(rowsOf(db)).toEqual(rowsBy(older))
    expect(managerOf(db, registry).migrate()).toMatchObject({ from: 4, to: 4, steps: [] })
    expect(rowsOf(db)).toEqual(rowsBy(registry))
    expect(managerOf(db, registry).status()).toMatchObject({ state: 'current', problems: [] })
  })
  test('is stamped before what is pending is applied, in each form of run', () => {
    for (const options of [{}, { transaction: 'all' as const }]) {
      const db = appliedBy(older, 3)
      expect(managerOf(db, registry, options).migrate()).toMatchObject({ from: 3, to: 4 })
      expect(rowsOf(db)).toEqual(rowsBy(registry))
    }
  })
  test('is stamped before something is undone', () => {
    const db = appliedBy(older)
    managerOf(db, registry).rollback()
    expect(rowsOf(db)).toEqual(rowsBy(registry, 3))
  })
  test('of which the changed migration is not applied yet is left as it is', () => {
    const db = appliedBy(older, 1)
    expect(managerOf(db, registry).plan({ to: 1 }).steps).toEqual([])
  })
  test('names the plan by its rows', () => {
    const { steps } = managerOf(appliedBy(older), registry).plan()
    expect(steps.map(({ kind, entry }) => `${kind} ${entry.version}`)).toEqual([
      'restamp 2',
      'restamp 3',
      'restamp 4',
    ])
  })
  test('of which only the down has another digest is current and gives no warning', () => {
    const onlyDown = older.map((entry) =>
      entry.version === 2
        ? { ...entry, downChecksum: '1:down', formerly: [entry.downChecksum!] }
        : entry,
    )
    const db = appliedBy(older, 3)
    const { warnings, steps } = managerOf(db, onlyDown).plan()
    expect({ warnings, kinds: steps.map(({ kind }) => kind) }).toEqual({
      warnings: [],
      kinds: ['apply'],
    })
  })
  test('can be marked, repaired and read without a write', () => {
    const marked = appliedBy(older, 3)
    managerOf(marked, registry).mark(4, { as: 'applied' })
    expect(managerOf(marked, registry).status()).toMatchObject({ state: 'current', problems: [] })
    const repaired = appliedBy(older)
    managerOf(repaired, registry).repair()
    expect(rowsOf(repaired)).toEqual(rowsBy(registry))
    const file = files.path()
    const db = files.open(file)
    migrate(db, older as never)
    db.close()
    const reader = files.open(file, { readonly: true })
    expect(managerOf(reader, registry).migrate()).toMatchObject({ from: 4, to: 4, steps: [] })
  })
})

describe('nothing else is accepted', () => {
  test('a real edit beside a former digest: nothing is stamped', () => {
    const db = appliedBy(older)
    db.exec("UPDATE _migrations SET checksum = '1:other' WHERE version = '003'")
    const before = rowsOf(db)
    expect(errorOf(() => managerOf(db, registry).migrate())).toMatchObject({
      code: 'HISTORY_EDITED',
      facts: { version: 3 },
    })
    managerOf(db, registry, { onDrift: 'warn' }).migrate()
    expect(rowsOf(db)).toEqual(before)
  })
  test('a digest that is the former one of another version', () => {
    const db = appliedBy(older)
    db.prepare("UPDATE _migrations SET checksum = ? WHERE version = '003'").run(
      registry[1]!.formerly![0],
    )
    expect(errorOf(() => managerOf(db, registry).migrate()).code).toBe('HISTORY_EDITED')
  })
  test('a lineage that is wrong before the first former digest', () => {
    const db = appliedBy(older)
    db.exec("UPDATE _migrations SET lineage = '1:other' WHERE version = '001'")
    expect(errorOf(() => managerOf(db, registry).migrate()).code).toBe('HISTORY_LINEAGE')
  })
  test('a former digest under another number is a migration that has moved', () => {
    const moved = appliedBy(older)
    moved
      .prepare("UPDATE _migrations SET checksum = ?, name = ? WHERE version = '003'")
      .run(older[1]!.checksum, older[1]!.name)
    expect(errorOf(() => managerOf(moved, registry).migrate()).code).toBe('HISTORY_RENUMBERED')
  })
  test('rows ahead of the registry stand on the old lineages, which stay', () => {
    const db = appliedBy(registryOf(...tables(5)), 5)
    const before = rowsOf(db)
    expect(managerOf(db, registry, { onAhead: 'allow' }).migrate()).toMatchObject({
      from: 5,
      to: 5,
    })
    expect(rowsOf(db)).toEqual(before)
  })
  test('an application built before that finds the stamped rows edited, and changes nothing', () => {
    const db = appliedBy(older)
    managerOf(db, registry).migrate()
    const before = rowsOf(db)
    expect(errorOf(() => managerOf(db, older).migrate()).code).toBe('HISTORY_EDITED')
    expect(rowsOf(db)).toEqual(before)
  })
})
