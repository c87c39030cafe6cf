// Prepares rows for a side that ran away with the usual ones: moderate numbers in the tables that it names, or no rows at all.
import type { RanAway } from '../../model/evidence.js'
import { sideKey, type Runaway } from '../sides/runaways.js'
import type { HistoryRun } from '../sides/history-run.js'
import { wholeSide } from '../sides/whole-side.js'
import { scriptsIn } from '../../../src/plan/scripts.js'
import { namesIn } from '../../sql/names-in.js'
import { foldCase } from '../../../src/sql/names.js'
import { deleteDescendants, moderateNumbers } from './fill/delete-rows.js'
import { reachOf, tableNamed, tablesOf } from './fill/table-graph.js'
import { emptyAll } from './judge-failure.js'
import type { Prover } from './prover.js'
import type { StepSide } from './watch/observed-run.js'

/** What a side that ran away needs. */
export interface Taming {
  /** Changes the rows; returns the affected tables, in lower case. */
  tame(rows: Prover): ReadonlySet<string>
  readonly fact: RanAway
}

/** Null for a side that came to its end. */
export function tamingOf({ runaways }: HistoryRun, side: StepSide): Taming | null {
  const known = runaways?.[sideKey(side.entry.version, side.direction)]
  if (!known) return null
  const isLast = known.times > 1
  return {
    tame: (rows) => (isLast ? emptied(rows) : moderated(rows, side)),
    fact: { kind: 'ran-away', at: placeOf(side, known), rows: isLast ? 'none' : 'moderate' },
  }
}

const placeOf = ({ entry, direction }: StepSide, { statement }: Runaway): RanAway['at'] => ({
  ...wholeSide(entry.version, direction),
  ...statement,
})

function emptied(rows: Prover): ReadonlySet<string> {
  emptyAll(rows)
  return new Set(tablesOf(rows.situation()).map(({ name }) => foldCase(name)))
}

/** It is not known which tables code names. */
function moderated(rows: Prover, { entry, direction }: StepSide): ReadonlySet<string> {
  const { connection } = rows
  const situation = rows.situation()
  const words = scriptsIn(entry, direction)?.flatMap((one) => [...namesIn(one)])
  const names = words
    ? [...reachOf(words, situation, 'cascades').reached]
    : tablesOf(situation).map(({ name }) => foldCase(name))
  for (const name of names) {
    const table = tableNamed(situation, name)
    if (table) moderateNumbers(connection, situation, table)
  }
  return deleteDescendants(connection, situation, names)
}
