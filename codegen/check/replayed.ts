// Lays what replaying brought to light beside the migrations as they were read.
import type { Proof } from '../evidence.js'
import type { ParsedMigration } from '../model.js'
import { catalogHistory } from './catalog-history.js'
import type { FoundStatement, Replayed, ReplayedStep, Subject } from './rule.js'

/** The steps of a history with the schema before and after each. */
export function replayedOf(proof: Proof, { reading, statements }: Subject): Replayed {
  const migrations = new Map(reading.migrations.map((one) => [one.version, one]))
  const byMigration = new Map<ParsedMigration, FoundStatement[]>()
  for (const statement of statements) {
    if (!statement.migration) continue
    const own = byMigration.get(statement.migration)
    if (own) own.push(statement)
    else byMigration.set(statement.migration, [statement])
  }
  const catalogAt = catalogHistory(proof.versions)
  const steps: ReplayedStep[] = []
  for (const [at, { version, catalog, facts }] of proof.versions.entries()) {
    const migration = migrations.get(version)
    if (!migration) break
    steps.push({
      migration,
      version,
      before: catalogAt(at),
      after: catalogAt(at + 1),
      changed: Object.keys(catalog),
      facts,
      statements: byMigration.get(migration) ?? [],
    })
  }
  return { proof, steps }
}
