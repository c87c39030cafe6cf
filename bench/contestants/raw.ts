// Applies migrations as handwritten code with better-sqlite3 alone would: the same SQL and the same ledger rows, nothing else.
import type { Database, Statement } from 'better-sqlite3'
import type { Registry } from '../../src/drivers/better-sqlite3.js'
import { versionId } from '../../src/model/version.js'
import type { SampleMigration } from '../history/sample-history.js'

/** One migration as raw SQL, with the values of its ledger row in column order. */
export interface RawStep {
  readonly up: string
  readonly row: readonly (string | number | null)[]
}

/** The steps that do what the registry does: the SQL of its history, and its ledger rows. */
export function rawSteps(history: readonly SampleMigration[], registry: Registry): RawStep[] {
  return history.map(({ version, name, up }, index) => {
    const { checksum, downChecksum = null, lineage } = registry[index]!
    return { up, row: [versionId(version), name, null, checksum, downChecksum, lineage, 0] }
  })
}

const LEDGER = `CREATE TABLE "_migrations" (
  version TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT,
  checksum TEXT,
  down_checksum TEXT,
  lineage TEXT,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
  duration_ms INTEGER,
  started_by TEXT,
  heartbeat_at TIMESTAMP
)`

const RECORD = `INSERT INTO "_migrations" (version, name, description, checksum, down_checksum, lineage, duration_ms) VALUES (?, ?, ?, ?, ?, ?, ?)`

/** Applies all steps, each in a transaction of its own; the first creates the ledger as well. */
export function applyEachRaw(db: Database, steps: readonly RawStep[]): void {
  const apply = db.transaction(recorder(db))
  for (const step of steps) apply.immediate(step)
}

/** Applies all steps in one transaction. */
export function applyAllRaw(db: Database, steps: readonly RawStep[]): void {
  const apply = recorder(db)
  db.transaction(() => steps.forEach(apply)).immediate()
}

/** A function that runs a step and records it, with the statement for the ledger prepared once. */
function recorder(db: Database): (step: RawStep) => void {
  let record: Statement<unknown[]> | undefined
  return ({ up, row }) => {
    if (!record) {
      db.exec(LEDGER)
      record = db.prepare(RECORD)
    }
    db.exec(up)
    record.run(...row)
  }
}

/** A function that reads the head of the ledger with one prepared statement: the least that any check must do. */
export function headReader(db: Database, head: string): () => unknown {
  const read = db.prepare(
    `SELECT (SELECT lineage FROM "_migrations" WHERE version = ?) AS lineage, (SELECT count(*) FROM "_migrations") AS count`,
  )
  return () => read.get(head)
}
