// Declared batches over many rows, compared with the same statements by hand in transactions of the same size, and their memory.
import type { Database } from 'better-sqlite3'
import {
  migrate,
  resumable,
  type Batches,
  type Handle,
  type Registry,
} from '../../src/drivers/better-sqlite3.js'
import { BUDGETS } from '../budgets.js'
import { withDatabaseFile } from '../contestants/database-file.js'
import type { Measurement } from '../measurement.js'
import { medianRatio, medianTime, sideBySide, type Contestant } from '../measure/side-by-side.js'
import type { Bench } from './bench.js'

const ROWS = 1_000_000

/** Rows per transaction by hand. */
const STEP = { update: 100_000, each: 5_000 }

const SET = 'UPDATE users SET score = score + 1, email = lower(email) WHERE id'

const WALKS: Readonly<Record<keyof typeof STEP, Batches<Handle>>> = {
  update: { query: 'SELECT id FROM users', by: 'id', update: `${SET} BETWEEN :from AND :to` },
  each: {
    query: 'SELECT id, email FROM users',
    by: 'id',
    each(db, rows: { readonly id: number; readonly email: string }[]) {
      const set = db.prepare<[string, number]>(
        'UPDATE users SET score = score + 1, email = ? WHERE id = ?',
      )
      for (const { id, email } of rows) set.run(email.toLowerCase(), id)
    },
  },
}

const BY_HAND: Readonly<
  Record<keyof typeof STEP, (db: Database) => (from: number, to: number) => void>
> = {
  update(db) {
    const set = db.prepare(`${SET} BETWEEN ? AND ?`)
    return (from, to) => void set.run(from, to)
  },
  each(db) {
    const read = db.prepare<[number, number], { readonly id: number; readonly email: string }>(
      'SELECT id, email FROM users WHERE id BETWEEN ? AND ?',
    )
    const set = db.prepare('UPDATE users SET score = score + 1, email = ? WHERE id = ?')
    return (from, to) => {
      for (const { id, email } of read.all(from, to)) set.run(email.toLowerCase(), id)
    }
  },
}

/** Measures work in SQL and in code, over a million rows. Only SQL has a budget: in code, each call is watched. */
export function measureBatches(bench: Bench): Measurement[] {
  bench.tell('working through a million rows in batches')
  return (['update', 'each'] as const).flatMap((kind) => {
    const heap = { most: 0 }
    const contestants = contestantsOf(bench, kind, heap)
    const times = sideBySide(contestants, bench.rounds(8))
    const line = { group: `A million rows in batches, \`${kind}\``, migrations: null } as const
    const ratio = medianRatio(times, 'declared', 'by hand')
    return [
      {
        ...line,
        what: 'declared, to by hand',
        unit: 'ratio',
        value: ratio,
        ...(kind === 'update' && { limit: BUDGETS.batchesRatio }),
      },
      {
        ...line,
        what: 'heap above the start',
        unit: 'bytes',
        value: heap.most,
        limit: BUDGETS.batchesBytes,
      },
      { ...line, what: 'declared', unit: 'ms', value: medianTime(times, 'declared') },
      { ...line, what: 'by hand', unit: 'ms', value: medianTime(times, 'by hand') },
    ]
  })
}

function contestantsOf(
  { scratch, time }: Bench,
  kind: keyof typeof STEP,
  heap: { most: number },
): Contestant[] {
  const onFile = (name: string, work: (db: Database) => void): Contestant => ({
    name,
    run: () =>
      withDatabaseFile(scratch, 'wal', (db) => {
        db.exec(USERS)
        return time(() => work(db))
      }),
  })
  return [
    onFile('declared', (db) => {
      const start = process.memoryUsage().heapUsed
      const onEvent = (): void =>
        void (heap.most = Math.max(heap.most, process.memoryUsage().heapUsed - start))
      migrate(db, registryOf(WALKS[kind]), { onUnmanaged: 'allow', onEvent })
    }),
    onFile('by hand', (db) => {
      const work = db.transaction(BY_HAND[kind](db))
      for (let at = 1; at <= ROWS; at += STEP[kind]) work.immediate(at, at + STEP[kind] - 1)
    }),
  ]
}

const USERS = `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, score INTEGER NOT NULL DEFAULT 0);
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${ROWS})
INSERT INTO users (email) SELECT 'User' || i || '@Example.org' FROM c`

const registryOf = (walk: Batches<Handle>): Registry => [
  {
    version: 1,
    name: 'tidy',
    checksum: '1:1',
    lineage: '1:1',
    file: 'migrations/001_tidy.ts',
    reversible: false,
    transaction: false,
    foreignKeys: 'enforce',
    resumable,
    source: { batches: [walk] },
  },
]
