// ctx.rebuild in a step outside a transaction: as a whole or not at all, and nobody else writes meanwhile.
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import type { RebuildOptions } from '../../../src/model/migration.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { registryOf, type Draft } from '../../support/registry.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { childrenOf, family, isOn } from '../family.js'
import { all } from './rebuilt.js'

const files = databases()
const outside = (up: Draft<Handle>['up']): Draft<Handle> => ({ up, toolkit, transaction: false })
const rebuilding = (table: string, options: RebuildOptions | string): Draft<Handle> =>
  outside((_, ctx) =>
    ctx.rebuild(table, typeof options === 'string' ? { create: options } : options),
  )
const PARENT = 'CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT, more TEXT)'

describe.each(['wal', 'delete'])('beside a writer, with journal_mode %s', (mode) => {
  /** Migrates while another connection, that never waits, writes before the statement of that number. */
  function beside(at: number) {
    const path = files.path()
    const first = registryOf<Handle>({ up: family }, rebuilding('parent', PARENT))
    const db = files.open(path)
    db.pragma(`journal_mode = ${mode}`)
    db.pragma('synchronous = off')
    migrate(db, first, { to: 1 })
    db.close()
    const other = files.open(path, { timeout: 0 })
    other.pragma('foreign_keys = off')
    let count = 0
    let written = 0
    const verbose = (): void => {
      if (++count !== at) return
      for (const sql of [
        "UPDATE parent SET name = 'late' WHERE id = 1",
        "INSERT INTO parent (id, name) VALUES (9, 'new')",
        'INSERT INTO child VALUES (19, 2)',
      ])
        try {
          written += other.prepare(sql).run().changes
        } catch {
          // It was told that the database is locked, or that the table is being changed.
        }
    }
    const watched = new Database(path, { verbose })
    migrate(watched, first)
    const statements = count
    const rows = all(watched, 'SELECT id, name, more FROM parent ORDER BY id')
    const children = childrenOf(watched)
    watched.close()
    other.close()
    return { statements, written, rows, children }
  }
  test('what another connection has written is there, whenever it does', () => {
    const { statements } = beside(0)
    const seen = new Set<number>()
    for (let at = 1; at <= statements; at++) {
      const { written, rows, children } = beside(at)
      expect({ at, rows, children }).toEqual({
        at,
        rows: [
          [1, written ? 'late' : 'a', null],
          [2, 'b', null],
          ...(written ? [[9, 'new', null]] : []),
        ],
        children: written ? 4 : 3,
      })
      seen.add(written)
    }
    expect([...seen].sort()).toEqual([0, 3])
  })
})

test('a failure leaves the table as it was, also for code that goes on', () => {
  const db = files.open()
  let caught: unknown
  const step = outside((_, ctx) => {
    try {
      ctx.rebuild('parent', { create: PARENT, copy: { more: "abs('x', 'y')" } })
    } catch (error) {
      caught = error
    }
    ctx.log('on it goes')
  })
  migrate(db, registryOf({ up: `${family}; CREATE INDEX names ON parent (name)` }, step))
  expect(caught).toMatchObject({ message: expect.stringContaining('abs()') })
  expect(all(db, "SELECT name FROM sqlite_master WHERE name LIKE '%parent%'")).toEqual([['parent']])
  expect(db.inTransaction).toBe(false)
})

test('a transaction that the step has open is used as it is', () => {
  const db = files.open()
  const step = outside((handle, ctx) => {
    handle.exec('BEGIN')
    ctx.rebuild('parent', { create: PARENT })
    handle.exec('ROLLBACK')
  })
  migrate(db, registryOf({ up: family }, step))
  expect(all(db, 'SELECT * FROM parent')).toEqual([
    [1, 'a'],
    [2, 'b'],
  ])
})

test('the lock is waited for as long as the run waits, and then nothing was changed', () => {
  const db = files.open()
  const other = files.open(db.name)
  const step = outside((_, ctx) => {
    other.exec('BEGIN IMMEDIATE')
    ctx.rebuild('parent', { create: PARENT })
  })
  const error = errorOf(() => migrate(db, registryOf({ up: family }, step), { lockTimeoutMs: 100 }))
  expect(error).toMatchObject({ code: 'LOCK_TIMEOUT', facts: { version: 2 } })
  other.exec('ROLLBACK')
  expect(all(db, 'SELECT * FROM parent WHERE id = 1')).toEqual([[1, 'a']])
})

describe('foreign keys', () => {
  const orphaning = {
    create: 'CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent)',
    copy: { parent_id: 'parent_id + 1' },
  }
  test('are checked before it is committed, and the table stays as it was', () => {
    const db = files.open()
    const error = errorOf(() =>
      migrate(db, registryOf({ up: family }, rebuilding('child', orphaning))),
    )
    expect(error).toMatchObject({ code: 'FOREIGN_KEY_VIOLATED', facts: { version: 2 } })
    expect(all(db, 'SELECT parent_id FROM child')).toEqual([[1], [1], [2]])
  })
  test('that the new table is the first to have are checked as well', () => {
    const db = files.open()
    const up =
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p); INSERT INTO c VALUES (1)'
    const step = rebuilding('c', 'CREATE TABLE c (p REFERENCES p)')
    expect(errorOf(() => migrate(db, registryOf<Handle>({ up }, step))).code).toBe(
      'FOREIGN_KEY_VIOLATED',
    )
    expect(all(db, 'PRAGMA foreign_key_list(c)')).toEqual([])
  })
  test('that were broken before are no reason to refuse', () => {
    const db = files.open()
    const broken = `${family}; DELETE FROM parent WHERE id = 2`
    db.pragma('foreign_keys = off')
    db.exec(broken)
    const options = { onUnmanaged: 'allow' } as const
    migrate(db, registryOf(rebuilding('parent', PARENT)), options)
    expect(childrenOf(db)).toBe(3)
  })
  test("do not act, where the step declares foreignKeys: 'enforce' either", () => {
    const db = files.open()
    const step: Draft<Handle> = {
      ...outside((handle, ctx) => {
        ctx.rebuild('parent', { create: PARENT })
        handle.exec('DELETE FROM parent WHERE id = 2')
      }),
      foreignKeys: 'enforce',
    }
    migrate(db, registryOf({ up: family }, step))
    expect(childrenOf(db)).toBe(2)
    expect(isOn(db)).toBe(true)
  })
  test('act in a transaction of the step that enforces them: what is referred to is refused', () => {
    const db = files.open()
    const step: Draft<Handle> = {
      ...outside((handle, ctx) => {
        handle.exec('BEGIN')
        ctx.rebuild('parent', { create: PARENT })
      }),
      foreignKeys: 'enforce',
    }
    const error = errorOf(() => migrate(db, registryOf({ up: family }, step)))
    expect(error).toMatchObject({
      code: 'FOREIGN_KEYS_ENFORCED_DROP',
      facts: { table: 'parent', by: 'child' },
    })
    expect(childrenOf(db)).toBe(3)
  })
})
