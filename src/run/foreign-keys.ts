// Foreign keys belong to the runner: off while steps run, counted before and after, put back on every path.
import { settled, type Work } from '../database/outcome.js'
import { LockstepError } from '../errors/lockstep-error.js'
import {
  foreignKeyMismatch,
  foreignKeysSwitched,
  foreignKeysUnswitchable,
  foreignKeyViolated,
  type Where,
} from '../errors/run.js'
import type { Environment } from './environment.js'
import { reasonOf } from './faults.js'
import { whereOf, type Task } from './task.js'

/** Violations by constraint: how many rows of `table` lack the `parent` that `columns` point at. */
interface Violations {
  readonly table: string
  readonly parent: string
  readonly columns: string
  /** What they point at; null where that is the primary key without its name. */
  readonly targets: string | null
  readonly fkid: number
  readonly rows: number
}

/** The count of violations at one moment, by constraint, and the tables that cannot be checked with the reason. */
export interface KeyCount {
  readonly violations: ReadonlyMap<string, Violations>
  readonly unchecked: ReadonlyMap<string, string>
}

const CHECK = 'pragma_foreign_key_check'
const ends = (side: 'from' | 'to'): string =>
  `(SELECT group_concat("${side}", ', ') FROM (SELECT "${side}" FROM pragma_foreign_key_list(v."table") WHERE id = v.fkid ORDER BY seq))`
const COUNT = `SELECT v."table" AS "table", v.parent AS parent, v.fkid AS fkid, v.rows AS rows, ${ends('from')} AS columns, ${ends('to')} AS targets
FROM (SELECT "table", parent, fkid, count(*) AS rows FROM ${CHECK}`
const GROUPED = ' GROUP BY 1, 2, 3) AS v'

/**
 * Counts violations in SQL, so that millions of them cost no memory. Where there were none `before`, there are hardly
 * any now, and the short question whether there is one costs a fraction of grouping them.
 */
export function* countViolations<H>(env: Environment<H>, before?: KeyCount): Work<KeyCount> {
  const { driver } = env
  try {
    const none =
      before?.violations.size === 0 &&
      (yield* settled(driver.query(`SELECT 1 FROM ${CHECK} LIMIT 1`))).length === 0
    const rows = none ? [] : yield* settled(driver.query(COUNT + GROUPED))
    return { violations: byConstraint(rows as unknown as Violations[]), unchecked: new Map() }
  } catch {
    return yield* countByTable(env)
  }
}

/** One key that points at nothing unique makes the whole check throw; then each table is asked for itself. */
function* countByTable<H>(env: Environment<H>): Work<KeyCount> {
  const tables = yield* settled(
    env.driver.query("SELECT name FROM sqlite_master WHERE type = 'table'"),
  )
  return yield* countIn(
    env,
    tables.map((table) => String(table['name'])),
  )
}

/** Counts the violations of some tables' own foreign keys. Costs the same however many other tables there are. */
export function* countIn<H>({ driver }: Environment<H>, tables: readonly string[]): Work<KeyCount> {
  const all: Violations[] = []
  const unchecked = new Map<string, string>()
  for (const name of tables) {
    const ask = (sql: string) => settled(driver.query(sql, [name]))
    try {
      if ((yield* ask(`SELECT 1 FROM ${CHECK}(?, 'main') LIMIT 1`)).length > 0)
        all.push(...((yield* ask(`${COUNT}(?, 'main')${GROUPED}`)) as unknown as Violations[]))
    } catch (error) {
      unchecked.set(name, reasonOf(error))
    }
  }
  return { violations: byConstraint(all), unchecked }
}

const byConstraint = (all: readonly Violations[]): ReadonlyMap<string, Violations> =>
  new Map(
    all.map((one) => {
      const { table, parent, columns, targets } = one
      return [JSON.stringify([table, parent, columns, targets]).toLowerCase(), one]
    }),
  )

/** Throws when a constraint has more violations than before, or when one can no longer be checked. */
export function* refuseIncrease<H>(
  env: Environment<H>,
  where: Where,
  before: KeyCount,
  after: KeyCount,
): Work<void> {
  for (const [table, reason] of after.unchecked) {
    if (!before.unchecked.has(table))
      throw new LockstepError(foreignKeyMismatch(where, table, reason))
  }
  const increases = []
  for (const [key, now] of after.violations) {
    const more = now.rows - (before.violations.get(key)?.rows ?? 0)
    if (more > 0) increases.push({ ...now, more, rows: yield* examples(env, now) })
  }
  if (increases.length > 0) throw new LockstepError(foreignKeyViolated(where, increases))
}

/** The rowids of the first three rows, for the message; none in tables without rowid. */
function* examples<H>(
  { driver }: Environment<H>,
  { table, fkid }: Violations,
): Work<readonly unknown[]> {
  const rows = yield* settled(
    driver.query(
      "SELECT rowid AS id FROM pragma_foreign_key_check(?, 'main') WHERE fkid = ? AND id NOT NULL LIMIT 3",
      [table, fkid],
    ),
  )
  return rows.map((row) => row['id'])
}

/**
 * Switches enforcement off around work, and puts it back as it was on every path. SQLite ignores the switch inside a
 * transaction, so this stands outside all of them.
 */
export function* withForeignKeysOff<H, T>(env: Environment<H>, work: Work<T>): Work<T> {
  const enforced = yield* isEnforced(env)
  try {
    if (enforced) yield* switchOff(env)
    return yield* work
  } finally {
    yield* restore(env, enforced)
  }
}

/** Where the switch does nothing, a rebuild would delete the rows of other tables: then nothing is run at all. */
function* switchOff<H>(env: Environment<H>): Work<void> {
  yield* enforce(env, 'OFF')
  if (yield* isEnforced(env)) throw new LockstepError(foreignKeysUnswitchable())
}

/** Switches enforcement on around one step that asks for it. */
export function* withForeignKeysOn<H, T>(env: Environment<H>, work: Work<T>): Work<T> {
  yield* enforce(env, 'ON')
  try {
    return yield* work
  } finally {
    yield* enforce(env, 'OFF')
  }
}

function* isEnforced<H>({ driver }: Environment<H>): Work<boolean> {
  const [row] = yield* settled(driver.query('PRAGMA foreign_keys'))
  return row?.['foreign_keys'] === 1
}

function* enforce<H>({ driver }: Environment<H>, value: 'ON' | 'OFF'): Work<void> {
  yield* settled(driver.execute(`PRAGMA foreign_keys = ${value}`))
}

/**
 * Finds out whether code outside a transaction has switched enforcement in a way that nobody could see before. Later steps
 * would delete rows with it: it is switched back.
 */
export function* refuseSwitched<H>(env: Environment<H>, task: Task<H>): Work<void> {
  const wanted = task.entry.foreignKeys === 'enforce'
  if ((yield* isEnforced(env)) === wanted) return
  yield* restore(env, wanted)
  throw new LockstepError(foreignKeysSwitched(whereOf(task)))
}

/** On a closed connection there is nothing to put back, and its own error is the one to see. */
function* restore<H>(env: Environment<H>, enforced: boolean): Work<void> {
  try {
    if (enforced || (yield* isEnforced(env))) yield* enforce(env, enforced ? 'ON' : 'OFF')
  } catch (error) {
    if (env.driver.faultOf(error) !== 'closed') throw error
  }
}
