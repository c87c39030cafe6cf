// Lays what replaying brought to light beside the migrations as they were read.
import type { Catalog, CatalogObject, Proof, VersionProof } from '../evidence.js'
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
  const catalogAt = catalogs(proof.versions)
  const steps: ReplayedStep[] = []
  for (const [at, { version, catalog, facts }] of proof.versions.entries()) {
    const migration = migrations.get(version)
    if (!migration) break
    steps.push({
      migration,
      version,
      get before() {
        return catalogAt(at)
      },
      get after() {
        return catalogAt(at + 1)
      },
      changed: Object.keys(catalog),
      facts,
      statements: byMigration.get(migration) ?? [],
    })
  }
  return { proof, steps }
}

/** The schema after the last version that could be applied. */
export const finalCatalog = ({ versions }: Proof): Catalog => catalogs(versions)(versions.length)

/**
 * The schema after so many versions. Made when it is asked for: few rules look at the whole schema at every version. Of
 * versions that change nothing, it is the same object.
 */
function catalogs(versions: Proof['versions']): (count: number) => Catalog {
  const made = new Map<number, Catalog>([[0, new Map()]])
  return (count) => {
    let last = count
    while (last > 0 && isEmpty(versions[last - 1])) last -= 1
    const found = made.get(last)
    if (found) return found
    let from = last
    while (!made.has(from)) from -= 1
    const catalog = new Map(made.get(from))
    for (const version of versions.slice(from, last)) applyChanges(catalog, version.catalog)
    made.set(last, catalog)
    return catalog
  }
}

const isEmpty = (version: VersionProof | undefined): boolean =>
  Object.keys(version?.catalog ?? {}).length === 0

/** An object that is changed keeps its place, as it does when it is rebuilt. */
function applyChanges(
  catalog: Map<string, CatalogObject>,
  changes: Readonly<Record<string, CatalogObject | null>>,
): void {
  for (const [key, object] of Object.entries(changes)) {
    if (object === null) catalog.delete(key)
    else catalog.set(key, object)
  }
}
