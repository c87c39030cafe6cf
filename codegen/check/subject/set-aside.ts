// Tables that go on under another name while a new one has theirs: as a backup, or as an archive of something else.
import type { Direction } from '../../model/evidence.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'
import { factsIn } from './facts.js'
import { finalName } from './schema-acts.js'
import type { ReplayedStep } from './rule.js'
import { tableIn } from '../../model/in-catalog.js'

/** What to know of a step. */
type Step = Pick<ReplayedStep, 'before' | 'after' | 'acts' | 'facts'>

/** The name that a table still has where a statement of `up` has renamed it; null where it has none, and of `down`. */
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

/** Whether replay saw that it has all that it had, so that the new one of its name is a table of its own. */
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
