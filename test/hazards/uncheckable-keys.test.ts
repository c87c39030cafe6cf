// A table of which one key cannot be checked: a statement that fails while the others are counted is no answer about rows.
import { describe, expect, test } from 'vitest'
import { migrate } from '../../src/drivers/better-sqlite3.js'
import type { Database as Handle } from '../../src/database/better-sqlite3/handle.js'
import { isLockstepError } from '../../src/errors/lockstep-error.js'
import { databases, ledgerIds } from '../support/databases.js'
import { registryOf } from '../support/registry.js'
import { stopAfter, type Stop } from './support/stop-after.js'

const files = databases()
const first = {
  up: `CREATE TABLE q (u TEXT); CREATE TABLE p (id INTEGER PRIMARY KEY);
    CREATE TABLE c (a TEXT REFERENCES q (u), b INTEGER REFERENCES p)`,
  keepsForeignKeys: true,
} as const

/** Migrates with one more step, over an old row without its parent; tells how that ended, and what is applied. */
function attempt(up: string, stop: Stop) {
  const db = files.open()
  migrate(db, registryOf(first))
  db.pragma('foreign_keys = OFF')
  db.exec('INSERT INTO c VALUES (NULL, 5)')
  const { statements, free } = stopAfter(db, stop)
  let code = 'none'
  try {
    migrate(db as unknown as Handle, registryOf(first, { up }, { up: 'CREATE TABLE w (x)' }))
  } catch (error) {
    if (!isLockstepError(error)) throw error
    code = error.code
  }
  free()
  return { code, applied: ledgerIds(db), statements: statements.length }
}

/** The outcomes for a failure at each statement of the run. */
function attempts(up: string): ReturnType<typeof attempt>[] {
  const { statements } = attempt(up, { at: Infinity, how: 'fails' })
  return Array.from({ length: statements }, (_, index) =>
    attempt(up, { at: index + 1, how: 'fails' }),
  )
}

describe('whichever statement fails', () => {
  test('a row without its parent is never committed', () => {
    const all = attempts('INSERT INTO c (b) VALUES (99)')
    expect(all.length).toBeGreaterThan(20)
    for (const { applied } of all) expect(applied).toEqual(['001'])
    expect(all.map(({ code }) => code)).toContain('FOREIGN_KEY_VIOLATED')
  })
  test('a row with its parent is never blamed', () => {
    const all = attempts('INSERT INTO p VALUES (99); INSERT INTO c (b) VALUES (99)')
    const codes = new Set(all.map(({ code }) => code))
    expect([...codes].filter((code) => code.startsWith('FOREIGN_KEY'))).toEqual([])
    expect(codes).toContain('DATABASE_FULL')
  })
})
