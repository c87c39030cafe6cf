// Detects tables that continue under another name while a new one takes theirs: as a backup, or as an archive of something else.
import type { Direction } from '../../model/evidence.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'
import { factsIn } from './facts.js'
import { finalName } from './final-name.js'
import type { ReplayedStep } from './rule.js'
import { tableIn } from '../../model/in-catalog.js'

/** What it needs to know about a step. */
type Step = Pick<ReplayedStep, 'before' | 'after' | 'acts' | 'facts'>

/** The name that a table still has after a statement of `up` renamed it; null if it has none, and for `down`. */
export function asideOf(
  table: string,
  { acts: { up: acts }, before, after }: Step,
  direction: Direction = 'up',
): string | null {
  const name = foldCase(table)
  const at = acts.findIndex((act) => act.kind === 'rename-table' && act.table === name)
  const act = acts[at]
  if (act?.kind !== 'rename-table' || direction === 'down') return null
  const key = `table ${finalName(act.to, at, acts)}`
  const now = before.has(key) ? undefined : after.get(key)
  return now === undefined || isSameName(now.name, table) ? null : now.name
}

/** Whether the replay saw that it kept all its rows, so that the new table of its name is a separate one. */
export function isSetAside(table: string, step: Step): boolean {
  const [aside, old] = [asideOf(table, step), tableIn(step.before, table)]
  const kept = factsIn(step, 'values-kept').filter(
    (fact) => isSameName(fact.table, table) && aside !== null && isSameName(fact.in, aside),
  )
  return (
    kept.length > 0 &&
    old !== undefined &&
    old.columns.every(
      ({ name, hidden, generated }) =>
        hidden || generated || kept.some(({ column }) => isSameName(column ?? '', name)),
    )
  )
}
