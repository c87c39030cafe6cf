// Lays what replaying brought to light beside the migrations as they were read.
import type { Catalog, CatalogObject, Proof } from '../evidence.js'
import type { ParsedMigration } from '../model.js'
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
  let before: Catalog = new Map()
  const steps: ReplayedStep[] = []
  for (const { version, catalog, facts } of proof.versions) {
    const migration = migrations.get(version)
    if (!migration) break
    const after = applyChanges(before, catalog)
    const own = byMigration.get(migration) ?? []
    const changed = Object.keys(catalog)
    steps.push({ migration, version, before, after, changed, facts, statements: own })
    before = after
  }
  return { proof, steps }
}

/** The schema after the last version that could be applied. */
export function finalCatalog({ versions }: Proof): Catalog {
  const catalog = new Map<string, CatalogObject>()
  for (const version of versions) applyTo(catalog, version.catalog)
  return catalog
}

/** An object that is changed keeps its place, as it does when it is rebuilt. */
function applyChanges(
  before: Catalog,
  changes: Readonly<Record<string, CatalogObject | null>>,
): Catalog {
  if (Object.keys(changes).length === 0) return before
  const after = new Map(before)
  applyTo(after, changes)
  return after
}

function applyTo(
  catalog: Map<string, CatalogObject>,
  changes: Readonly<Record<string, CatalogObject | null>>,
): void {
  for (const [key, object] of Object.entries(changes)) {
    if (object === null) catalog.delete(key)
    else catalog.set(key, object)
  }
}
