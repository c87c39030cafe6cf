// Lays what replaying brought to light beside the migrations as they were read.
import type { Direction, Fact, Proof } from '../../model/evidence.js'
import type { ParsedMigration } from '../../model/migration.js'
import { catalogHistory } from './catalog-history.js'
import { exactPlace } from './exact-place.js'
import type { FoundStatement, Replayed, ReplayedStep, Subject, SchemaAct } from './rule.js'
import { schemaActs } from './schema-acts.js'

/** Whether other databases were in play, so that work may have been done there, or have been left out. */
export const isElsewhere = (fact: Fact): boolean =>
  fact.kind === 'unproven' && fact.reason === 'other-database'

/** Found out when somebody asks, once for all. */
function actsOf(statements: readonly FoundStatement[]): ReplayedStep['acts'] {
  const known: { [D in Direction]?: readonly SchemaAct[] } = {}
  const actsIn = (half: Direction): readonly SchemaAct[] =>
    (known[half] ??= schemaActs(statements.filter(({ direction }) => direction === half)))
  return {
    get up() {
      return actsIn('up')
    },
    get down() {
      return actsIn('down')
    },
  }
}

/** Those of each migration. */
interface Statements {
  readonly statements: ReadonlyMap<ParsedMigration, readonly FoundStatement[]>
}

/** The steps of a history with the schema before and after each. */
export function replayedOf(
  proof: Proof,
  { reading, settings, statements }: Pick<Subject, 'reading' | 'settings'> & Statements,
): Replayed {
  const migrations = new Map(reading.migrations.map((one) => [one.version, one]))
  const catalogAt = catalogHistory(proof.versions)
  const steps: ReplayedStep[] = []
  for (const [at, { version, catalog, facts, ran = {} }] of proof.versions.entries()) {
    const migration = migrations.get(version)
    if (!migration) break
    const own = statements.get(migration) ?? []
    steps.push({
      migration,
      version,
      before: catalogAt(at),
      after: catalogAt(at + 1),
      changed: Object.keys(catalog),
      facts: facts.map((fact) => placed(fact, own, settings.root)),
      statements: own,
      idle: facts.some(isElsewhere)
        ? []
        : (['up', 'down'] as const).filter((half) => ran[half]?.length === 0),
      acts: actsOf(own),
    })
  }
  return { proof, steps }
}

const placed = (fact: Fact, statements: readonly FoundStatement[], root: string): Fact =>
  'at' in fact ? { ...fact, at: exactPlace(fact.at, statements, root) } : fact
