// Counts the rows that lack their parent, by constraint, in SQL: millions of them cost no memory.
import type { Row } from '../database/driver.js'
import { settled, type Work } from '../database/outcome.js'
import type { Environment } from './environment.js'
import { reasonOf } from './faults.js'
import { foldCase, quoteIdentifier } from '../sql/names.js'

/** Violations by constraint: how many rows of `table` lack the `parent` that `columns` point at. */
export interface Violations {
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

/** The check of SQLite itself, as a table. */
export const CHECK = 'unshadowed.pragma_foreign_key_check'
const ends = (side: 'from' | 'to'): string =>
  `(SELECT group_concat("${side}", ', ') FROM (SELECT "${side}" FROM unshadowed.pragma_foreign_key_list(v."table", 'main') WHERE id = v.fkid ORDER BY seq))`
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
  } catch (error) {
    if (driver.faultOf(error)) throw error
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
    const ask: Ask = (sql, values = [name]) => settled(driver.query(sql, values))
    try {
      if ((yield* ask(`SELECT 1 FROM ${CHECK}(?, 'main') LIMIT 1`)).length > 0)
        all.push(...((yield* ask(`${COUNT}(?, 'main')${GROUPED}`)) as unknown as Violations[]))
    } catch (error) {
      if (driver.faultOf(error)) throw error
      unchecked.set(name, reasonOf(error))
      all.push(...(yield* countByHand(driver, ask, name)))
    }
  }
  return { violations: byConstraint(all), unchecked }
}

type Ask = (sql: string, values?: readonly string[]) => Work<readonly Row[]>

/**
 * Counts where one key of the table points at nothing unique, so that SQLite checks none of them: the others would break
 * unnoticed, and the rows of that one seem new when the parent's index is made.
 */
function* countByHand<H>(
  driver: Environment<H>['driver'],
  ask: Ask,
  table: string,
): Work<Violations[]> {
  const keys = new Map<unknown, Row[]>()
  for (const row of yield* ask(
    "SELECT * FROM unshadowed.pragma_foreign_key_list(?, 'main') ORDER BY id, seq",
  ))
    keys.set(row['id'], [...(keys.get(row['id']) ?? []), row])
  const found: Violations[] = []
  for (const [fkid, parts] of keys) {
    const parent = String(parts[0]?.['table'])
    const columns = parts.map((part) => String(part['from']))
    const named = parts.flatMap((part) => (part['to'] === null ? [] : [String(part['to'])]))
    const rows = yield* countOrphans(driver, ask, { table, parent, columns, targets: named })
    const targets = named.length > 0 ? named.join(', ') : null
    if (rows > 0)
      found.push({ table, parent, columns: columns.join(', '), targets, fkid: Number(fkid), rows })
  }
  return found
}

/** A foreign key by its names; without targets it points at the primary key. */
interface Key {
  readonly table: string
  readonly parent: string
  readonly columns: readonly string[]
  readonly targets: readonly string[]
}

/**
 * Compares as SQLite does for keys: with the affinity and the collation of the parent. 0 where the key names columns that
 * are not there: then no row can be said to lack its parent.
 */
function* countOrphans<H>(
  driver: Environment<H>['driver'],
  ask: Ask,
  { table, parent, columns, targets }: Key,
): Work<number> {
  const about = yield* ask(
    "SELECT name, pk FROM unshadowed.pragma_table_info(?, 'main') ORDER BY pk",
    [parent],
  )
  const primary = about.flatMap(({ name, pk }) => (Number(pk) > 0 ? [String(name)] : []))
  const named = (name: string) => (column: string) => `${name}.${quoteIdentifier(column)}`
  const own = columns.map(named('c'))
  const others = (targets.length > 0 ? targets : primary).map(named('p'))
  const pairs = others.map((other, index) => `${other} = +${own[index]}`)
  const given = own.map((column) => `${column} NOT NULL`).join(' AND ')
  const from = `SELECT count(*) AS n FROM main.${quoteIdentifier(table)} AS c`
  const join = `LEFT JOIN main.${quoteIdentifier(parent)} AS p ON ${pairs.join(' AND ')}`
  const orphans = `${from} ${join} WHERE ${given} AND ${others[0]} IS NULL`
  try {
    const [row] = yield* ask(about.length > 0 ? orphans : `${from} WHERE ${given}`, [])
    return Number(row?.['n'] ?? 0)
  } catch (error) {
    if (driver.faultOf(error)) throw error
    return 0
  }
}

const byConstraint = (all: readonly Violations[]): ReadonlyMap<string, Violations> =>
  new Map(
    all.map((one) => {
      const { table, parent, columns, targets } = one
      return [foldCase(JSON.stringify([table, parent, columns, targets])), one]
    }),
  )
