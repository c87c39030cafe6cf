// Compares the rows without their parent before and after a step.
import { settled, type Work } from '../database/outcome.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { foreignKeyMismatch, foreignKeyViolated, type Where } from '../errors/run.js'
import type { Environment } from './environment.js'
import { CHECK, type KeyCount, type Violations } from './key-count.js'
import { foldCase } from '../sql/names.js'
import { areSameOrphans } from './orphans-of.js'

/** Throws when a constraint is violated by more rows than before or by others, or when one can no longer be checked. */
export function* refuseIncrease<H>(
  env: Environment<H>,
  where: Where,
  before: KeyCount,
  after: KeyCount,
): Work<void> {
  const earlier = yield* earlierOf(env, before, after)
  for (const [now, was] of earlier)
    if (now.unchecked !== null && !was?.unchecked)
      throw new LockstepError(foreignKeyMismatch(where, now.table, now.unchecked))
  const increases = []
  for (const [now, was] of earlier) {
    const { table, parent, columns, targets, fkid } = now
    const more = now.rows - (was?.rows ?? 0)
    const isOther = more === 0 && was !== undefined && !areSameOrphans(was, now)
    if (more <= 0 && !isOther) continue
    const rows = isOther ? [] : yield* examples(env, now)
    increases.push({ table, parent, columns, targets, fkid, more, rows })
  }
  if (increases.length > 0) throw new LockstepError(foreignKeyViolated(where, increases))
}

/** Each constraint with what was known of it before, if need be under another name. */
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

const TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"

function* namesOf<H>(
  { driver }: Environment<H>,
  sql: string,
  ...parameters: string[]
): Work<Set<string>> {
  const rows = yield* settled(driver.query(sql, parameters))
  return new Set(rows.map((row) => foldCase(String(row['name']))))
}

/** The violations of the same constraint under the name that it had before a table or column was renamed. */
function* oldName<H>(
  env: Environment<H>,
  now: Violations,
  [before, after]: readonly [KeyCount, KeyCount],
  taken: ReadonlySet<Violations>,
): Work<Violations | undefined> {
  const found: Violations[] = []
  for (const [key, was] of before) {
    if (after.has(key) || taken.has(was)) continue
    if (yield* isRenamed(env, was, now)) found.push(was)
  }
  return found.find((was) => was.rows === now.rows && !was.unchecked === !now.unchecked) ?? found[0]
}

/** Whether one thing has another name, and the old one is gone from the schema; the rest is the same. */
function* isRenamed<H>(env: Environment<H>, was: Violations, now: Violations): Work<boolean> {
  const columnsOf = (table: string) =>
    namesOf(env, "SELECT name FROM unshadowed.pragma_table_info(?, 'main')", table)
  // Without targets a key points at the primary key, which may as well be named.
  const [from, to] = was.targets && now.targets ? [was.targets, now.targets] : ['', '']
  const isOther = [now.table !== was.table, now.parent !== was.parent, now.columns !== was.columns]
  const others = [...isOther, from !== to].filter(Boolean).length
  if (others === 0) return true
  const isSelf = was.table === was.parent && now.table === now.parent
  // A key that cannot be checked has nothing to hide behind several renamings.
  const most = was.unchecked && now.unchecked ? 4 : isSelf ? 2 : 1
  // A renaming keeps the place of a key among those of its table, which is another one for another column.
  if (now.fkid !== was.fkid || others > most) return false
  const tables = yield* namesOf(env, TABLES)
  return (
    areGone([was.table], [now.table], tables) &&
    areGone([was.parent], [now.parent], tables) &&
    areGone(partsOf(was.columns), partsOf(now.columns), yield* columnsOf(now.table)) &&
    areGone(partsOf(from), partsOf(to), yield* columnsOf(now.parent))
  )
}

const partsOf = (columns: string): string[] => columns.split(', ')

const areGone = (
  was: readonly string[],
  now: readonly string[],
  present: ReadonlySet<string>,
): boolean =>
  was.length === now.length &&
  was.every((name, index) => name === now[index] || !present.has(foldCase(name)))

/**
 * The rowids of three rows, for the message: the last ones, which are rather new than old. None in tables without rowid,
 * nor where SQLite refuses to look.
 */
function* examples<H>(
  { driver }: Environment<H>,
  { table, fkid }: Violations,
): Work<readonly unknown[]> {
  const newest = `SELECT rowid AS id FROM ${CHECK}(?, 'main') WHERE fkid = ? AND id NOT NULL ORDER BY 1 DESC LIMIT 3`
  try {
    const rows = yield* settled(driver.query(newest, [table, fkid]))
    return rows.map((row) => row['id']).reverse()
  } catch {
    return []
  }
}
