// A half failed on a database with rows: whether the rows are to blame, and which.
import type { Fact, StepFailed } from '../../model/evidence.js'
import { withinReach } from '../sides/beyond-reach.js'
import type { HalfFailure } from '../sides/run-half.js'
import type { Half } from './watch/observed-run.js'
import { emptyTable } from './fill/delete-rows.js'
import { findCulprit, type Culprit, type Trial } from './judge/find-culprit.js'
import type { Outcome, Prover } from './prover.js'
import { namesIn } from '../../sql/names-in.js'
import { tableNamed, tablesOf, type TableGraph } from './fill/table-graph.js'

/** A half that failed. */
export interface Failed extends Outcome {
  readonly failure: HalfFailure
}

/** Whether something came of it that failed. */
export const hasFailed = (outcome: Outcome): outcome is Failed => outcome.failure !== null

/** Whether it succeeds when no table has rows. */
export function succeedsEmptied(rows: Prover, { attended, failure }: Failed): boolean {
  return !failure.leftover && trialOf(rows, attended).succeedsAfter(() => emptyAll(rows))
}

/** Deletes all rows of all tables. */
export function emptyAll({ connection, situation }: Prover): void {
  const now = situation()
  for (const table of tablesOf(now)) emptyTable(connection, now, table)
}

/** The failure as a fact, with the table and the row to blame; and what else is wrong once that table is empty. */
export function failureFacts(rows: Prover, { attended, failure }: Failed): Fact[] {
  const culprit = failure.leftover ? null : findCulprit(trialOf(rows, attended), failure, attended)
  const fact = asFact(failure, attended.before, culprit)
  if (!culprit) return withinReach([fact], attended.isBeyond)
  const { table } = culprit
  const { facts } = rows.tryOut(attended, () => emptyTable(rows.connection, attended.before, table))
  const others = facts.filter((other) => isApart(other, table.name))
  return withinReach([fact, ...others], attended.isBeyond)
}

/** Whether a fact does not come from a table having been emptied. */
const isApart = (fact: Fact, emptied: string): boolean =>
  fact.kind !== 'foreign-key-broken' && 'table' in fact && fact.table !== emptied

function asFact(
  { at, cause, message, refusal }: HalfFailure,
  before: TableGraph,
  culprit: Culprit | null,
): StepFailed {
  return {
    kind: 'step-failed',
    at,
    stage: 'rows',
    cause,
    message,
    ...(refusal !== undefined && { refusal }),
    schema: schemaOf(at.statement, before, culprit),
    table: culprit?.table.name ?? null,
    row: culprit?.row ?? null,
  }
}

function schemaOf(statement: string | null, before: TableGraph, culprit: Culprit | null): string[] {
  const tables = [...namesIn(statement ?? '')].flatMap((name) => tableNamed(before, name) ?? [])
  const all = new Set(culprit ? [...tables, culprit.table] : tables)
  return [...all].map(({ sql }) => sql)
}

/** An effect on the outside world must not be tried out. */
const trialOf = (rows: Prover, { entry, direction }: Half): Trial => ({
  connection: rows.connection,
  succeedsAfter(change) {
    if (entry.effects !== undefined || entry.transaction === false) return false
    try {
      return rows.tryOut({ entry, direction }, change).failure === null
    } catch {
      return false
    }
  },
})
