// Compares the rows without their parent before and after a step.
import { settled, type Work } from '../database/outcome.js'
import { LockstepError } from '../errors/lockstep-error.js'
import { foreignKeyMismatch, foreignKeyViolated, type Where } from '../errors/run.js'
import type { Environment } from './environment.js'
import { CHECK, type KeyCount, type Violations } from './key-count.js'
import { foldCase } from '../sql/names.js'

/** Throws when a constraint has more violations than before, or when one can no longer be checked. */
export function* refuseIncrease<H>(
  env: Environment<H>,
  where: Where,
  before: KeyCount,
  after: KeyCount,
): Work<void> {
  yield* refuseUnchecked(env, where, before, after)
  const renamed = new Set<Violations>()
  const increases = []
  for (const [key, now] of after.violations) {
    const known = before.violations.get(key)
    const was = known ?? (yield* oldName(env, now, [before, after], renamed))
    if (was) renamed.add(was)
    const more = now.rows - (was?.rows ?? 0)
    if (more > 0) increases.push({ ...now, more, rows: yield* examples(env, now) })
  }
  if (increases.length > 0) throw new LockstepError(foreignKeyViolated(where, increases))
}

/** A table that could not be checked before, and is gone, may have another name now. */
function* refuseUnchecked<H>(
  env: Environment<H>,
  where: Where,
  before: KeyCount,
  after: KeyCount,
): Work<void> {
  const added = [...after.unchecked].filter(([table]) => !before.unchecked.has(table))
  const [first] = added
  if (!first) return
  const tables = yield* namesOf(env, TABLES)
  const gone = [...before.unchecked.keys()].filter((table) => !tables.has(foldCase(table)))
  if (added.length > gone.length) throw new LockstepError(foreignKeyMismatch(where, ...first))
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
  for (const [key, was] of before.violations) {
    if (after.violations.has(key) || taken.has(was)) continue
    if (yield* isRenamed(env, was, now)) found.push(was)
  }
  return found.find(({ rows }) => rows === now.rows) ?? found[0]
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
  // A renaming keeps the place of a key among those of its table, which is another one for another column.
  if (now.fkid !== was.fkid || others > (isSelf ? 2 : 1)) return false
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
