// Aligns the results of the replay with the migrations as they were read.
import { once } from '../../model/once.js'
import type { Catalog } from '../../model/catalog.js'
import type { Direction, Fact, Proof } from '../../model/evidence.js'
import type { ParsedMigration } from '../../model/migration.js'
import { catalogHistory } from './catalog-history.js'
import type { FoundStatement, Replayed, ReplayedStep, Subject, SchemaAct } from './rule.js'
import { schemaActs } from './schema-acts.js'
import { exactPlace } from './place.js'
import { traceTables } from './trace-tables.js'

/** Whether other databases were involved, so that work may have been done there, or been left out. */
export const isElsewhere = (fact: Fact): boolean =>
  fact.kind === 'unproven' && fact.reason === 'other-database'

/** Whether the step was only tried without rows, because an earlier one kept the rows from getting that far. */
export const lacksRows = (fact: Fact): boolean =>
  fact.kind === 'unproven' && fact.reason === 'rows-ended'

/** What the statements of each side do, found out when a rule asks; `schemas` are those at their beginning. */
const actsOf = (
  statements: readonly FoundStatement[],
  schemas: Readonly<Record<Direction, Catalog>>,
): ReplayedStep['acts'] => {
  const actsIn = (side: Direction) => (): readonly SchemaAct[] =>
    schemaActs(
      statements.filter(({ direction }) => direction === side),
      schemas[side],
    )
  const [up, down] = [once(actsIn('up')), once(actsIn('down'))]
  return {
    get up() {
      return up()
    },
    get down() {
      return down()
    },
  }
}

/** The statements of each migration. */
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
    const [before, after] = [catalogAt(at), catalogAt(at + 1)]
    const changes = {
      before,
      after,
      changed: Object.keys(catalog),
      acts: actsOf(own, { up: before, down: after }),
      facts: facts.map((fact) => placed(fact, own, settings.root)),
    }
    const traces = once(() => traceTables(changes))
    steps.push({
      ...changes,
      migration,
      version,
      statements: own,
      idle: facts.some((fact) => isElsewhere(fact) || lacksRows(fact))
        ? []
        : (['up', 'down'] as const).filter((side) => ran[side]?.every(({ prepared }) => prepared)),
      get traces() {
        return traces()
      },
    })
  }
  return { proof, steps }
}

const placed = (fact: Fact, statements: readonly FoundStatement[], root: string): Fact =>
  'at' in fact ? { ...fact, at: exactPlace(fact.at, statements, root) } : fact
