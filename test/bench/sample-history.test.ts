// The comparison with raw better-sqlite3 is only fair while both sides do the same.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { migrate } from 'lockstep/better-sqlite3'
import { beforeAll, describe, expect, test } from 'vitest'
import { applyAllRaw, applyEachRaw, rawSteps } from '../../bench/contestants/raw.js'
import { bundledRegistry } from '../../bench/history/generated-registry.js'
import { sampleHistory } from '../../bench/history/sample-history.js'
import { projectRoot } from '../support/project-root.js'

const SIZE = 45
const history = sampleHistory(SIZE)
let scratch: string
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'lockstep-bench-'))
})

const kindsOf = (sql: string): string[] =>
  [...sql.matchAll(/^(CREATE TABLE|CREATE TRIGGER|ALTER TABLE|INSERT|UPDATE)/gm)].map(([, kind]) =>
    String(kind),
  )

test('the history has what real ones have, in the same order every time', () => {
  expect(sampleHistory(SIZE)).toEqual(history)
  expect(history.map(({ version }) => version)).toEqual(history.map((_, index) => index + 1))
  const kinds = new Set(history.flatMap(({ up }) => kindsOf(up)))
  expect([...kinds].sort()).toEqual([
    'ALTER TABLE',
    'CREATE TABLE',
    'CREATE TRIGGER',
    'INSERT',
    'UPDATE',
  ])
  expect(history.filter(({ up }) => up.includes('REFERENCES')).length).toBeGreaterThan(SIZE / 5)
})

describe.each(['sql', 'code'] as const)('%s entries', (kind) => {
  test('leave the database that raw better-sqlite3 leaves', async () => {
    const { registry } = await bundledRegistry({ scratch, lockstep: projectRoot }, history, kind)
    expect(registry).toHaveLength(SIZE)
    const steps = rawSteps(history, registry)
    const raw = contentsAfter((db) => applyEachRaw(db, steps))
    expect(contentsAfter((db) => applyAllRaw(db, steps))).toEqual(raw)
    expect(contentsAfter((db) => void migrate(db, registry))).toEqual(raw)
    expect(contentsAfter((db) => void migrate(db, registry, { transaction: 'all' }))).toEqual(raw)
  })
})

/** The schema and every row, the moments and durations aside. */
function contentsAfter(apply: (db: Database.Database) => void): unknown {
  const db = new Database(':memory:')
  apply(db)
  const schema = db.prepare('SELECT name, sql FROM sqlite_master ORDER BY name').all() as {
    name: string
    sql: string | null
  }[]
  const tables = schema.filter(({ sql }) => sql?.startsWith('CREATE TABLE'))
  const rows = tables.map(({ name }) =>
    (db.prepare(`SELECT * FROM "${name}"`).all() as object[]).map((row) => ({
      ...row,
      applied_at: '',
      created_at: '',
      duration_ms: 0,
    })),
  )
  db.close()
  return { schema, rows }
}
