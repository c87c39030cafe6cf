// Asks SQLite whether the file is sound and its rows keep their constraints. Never writes.
import { asking } from '../database/ask.js'
import { settled, type Work } from '../database/outcome.js'
import type { Schema, SchemaObject } from '../schema/schema.js'
import type { Environment } from './environment/environment.js'
import { reasonOf, unlessFault } from './environment/faults.js'
import { quoteIdentifier } from '../sql/names.js'

/** How thoroughly to check: `quick` skips whether indexes match their tables. */
export type Depth = 'full' | 'quick'

/** The damage in SQLite's words; empty if there is none. */
export function* findDamage<H>(
  env: Environment<H>,
  depth: Depth,
  schema: Schema,
): Work<readonly string[]> {
  const pragma = depth === 'full' ? 'integrity_check' : 'quick_check'
  try {
    const rows = yield* settled(env.driver.query(`PRAGMA main.${pragma}`))
    const findings = rows.map((row) => String(row[pragma])).filter((finding) => finding !== 'ok')
    return env.driver.readonly ? [...findings, ...(yield* findFailedChecks(env, schema))] : findings
  } catch (error) {
    if (env.driver.faultOf(error) !== 'corrupt') throw error
    return [reasonOf(error)]
  }
}

/** SQLite does not even parse CHECK constraints on a read-only connection, so its own check skips them. */
function* findFailedChecks<H>(env: Environment<H>, schema: Schema): Work<string[]> {
  const findings: string[] = []
  for (const table of schema.values()) {
    for (const check of checksOf(table)) {
      if (yield* hasFailed(env, table.name, check))
        findings.push(`CHECK constraint failed in ${table.name}: ${check}`)
    }
  }
  return findings
}

const checksOf = ({ shape }: SchemaObject): string[] =>
  (shape?.constraints ?? [])
    .filter((text) => text.startsWith('check ('))
    .map((text) => text.slice(6))

/** A CHECK fails if it is false and passes if it is NULL. */
function* hasFailed<H>(env: Environment<H>, table: string, check: string): Work<boolean> {
  const sql = `SELECT 1 FROM main.${quoteIdentifier(table)} WHERE NOT ${check} LIMIT 1`
  // The CHECK may call a function that this connection lacks; what cannot be evaluated is not reported as failed.
  const rows = yield* unlessFault(env, asking(env.driver)(sql), () => [])
  return rows.length > 0
}
