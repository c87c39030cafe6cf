// Compares the rows without a parent before and after a step.
import { asking } from '../../database/ask.js'
import type { Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { foreignKeyMismatch, foreignKeyViolated } from '../../errors/run.js'
import type { Where } from '../../model/told-step.js'
import type { Environment } from '../environment/environment.js'
import type { KeyCount, Violations } from './key-count.js'
import { columnsOf, shownAs, tablesIn } from './keys-of.js'
import { isSameName } from '../../sql/names.js'
import { newOrphans } from './orphans-of.js'

/** Throws if a constraint is violated by more rows than before or by others, or can no longer be checked. */
export function* refuseIncrease<H>(
  env: Environment<H>,
  where: Where,
  before: KeyCount,
  after: KeyCount,
): Work<void> {
  const earlier = yield* earlierOf(env, before, after)
  for (const [now, was] of earlier)
    if (now.unchecked !== null && !was?.unchecked)
      throw new LockstepError(foreignKeyMismatch(where, shownAs(now), now.unchecked))
  const increases = []
  for (const [now, was] of earlier) {
    const { parent, columns, targets, fkid } = now
    // VACUUM renumbers rows without moving the table to another root page.
    const place = where.renumbered ? { root: undefined } : {}
    const lost = newOrphans(was && { ...was, ...place }, now)
    if (lost) increases.push({ table: shownAs(now), parent, columns, targets, fkid, ...lost })
  }
  if (increases.length === 0) return
  const more = increases.reduce((sum, one) => sum + one.more, 0)
  const gone = rowsIn(before) - rowsIn(after) + more
  throw new LockstepError(foreignKeyViolated(where, increases, gone))
}

const rowsIn = (count: KeyCount): number =>
  [...count.values()].reduce((sum, { rows }) => sum + rows, 0)

/** Each constraint with its earlier violations, if necessary under another name. */
function* earlierOf<H>(
  env: Environment<H>,
  before: KeyCount,
  after: KeyCount,
): Work<Map<Violations, Violations | undefined>> {
  const earlier = new Map<Violations, Violations | undefined>()
  const renamed = new Set<Violations>()
  for (const [key, now] of after) {
    const was = before.get(key) ?? (yield* oldName(env, now, [before, after], renamed))
    if (was) renamed.add(was)
    earlier.set(now, was)
  }
  return earlier
}

/** The violations of the same constraint under the name it had before a table or column was renamed. */
function* oldName<H>(
  env: Environment<H>,
  now: Violations,
  [before, after]: readonly [KeyCount, KeyCount],
  taken: ReadonlySet<Violations>,
): Work<Violations | undefined> {
  const found: Violations[] = []
  for (const [key, was] of before) {
    if (after.has(key) || taken.has(was)) continue
    if (!(yield* isRenamed(env, was, now))) continue
    found.push(was)
    const isAlike = !was.unchecked === !now.unchecked
    if (isAlike && !newOrphans(was, now)) return was
  }
  return found[0]
}

/** Whether the old name is gone from the schema where the constraint has a new one. */
function* isRenamed<H>(env: Environment<H>, was: Violations, now: Violations): Work<boolean> {
  const { schema } = now
  if (was.schema !== schema) return false
  // Without targets a key refers to the primary key, which may also be named.
  const [from, to] = was.targets && now.targets ? [was.targets, now.targets] : ['', '']
  // Renaming keeps the position of a key within its table; a different position means a different column.
  const isOther = (['table', 'parent', 'columns'] as const).some((name) => now[name] !== was[name])
  if (now.place !== was.place && (isOther || from !== to)) return false
  const ask = asking(env.driver)
  const tables = (yield* ask(tablesIn(schema))).map(({ name }) => String(name))
  return (
    areGone([was.table], [now.table], tables) &&
    areGone([was.parent], [now.parent], tables) &&
    areGone(
      partsOf(was.columns),
      partsOf(now.columns),
      (yield* columnsOf(ask, schema, now.table)).all,
    ) &&
    areGone(partsOf(from), partsOf(to), (yield* columnsOf(ask, schema, now.parent)).all)
  )
}

const partsOf = (columns: string): string[] => columns.split(', ')

const areGone = (
  was: readonly string[],
  now: readonly string[],
  present: readonly string[],
): boolean =>
  was.length === now.length &&
  was.every((name, index) => name === now[index] || !present.some((one) => isSameName(one, name)))
