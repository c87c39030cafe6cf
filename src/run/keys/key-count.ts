// Counts the rows without a parent, by constraint, in SQL: millions of them cost no memory.
import { asking, type Ask } from '../../database/ask.js'
import type { Work } from '../../database/outcome.js'
import { foldCase } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import { reasonOf, unlessFault } from '../environment/faults.js'
import { isLoose, keysOf, tablesIn, type Key } from './keys-of.js'
import { orphansOf, type Orphans } from './orphans-of.js'

/** A violated constraint: how many rows of `table` lack the `parent` that `columns` refer to, and which. */
export interface Violations extends Orphans {
  readonly schema: string
  readonly table: string
  readonly parent: string
  readonly columns: string
  /** The referenced columns; null for the primary key without its name. */
  readonly targets: string | null
  readonly fkid: number
  /** Its position among the keys of its table in order of declaration. */
  readonly place: number
  /** Why SQLite cannot check it; null if it can. */
  readonly unchecked: string | null
}

/** The constraints that are violated or cannot be checked, at one moment. */
export type KeyCount = ReadonlyMap<string, Violations>

/** SQLite's own check as a table-valued function. */
const CHECK = 'unshadowed.pragma_foreign_key_check'

/** Whether a statement may declare a key; not with `lower` or `like`, which an application can override. */
const KEYED = "sql GLOB '*[rR][eE][fF][eE][rR][eE][nN][cC][eE][sS]*'"

/** Selects the tables of a schema that may have foreign keys. */
export const keyedTables = (schema: string): string => `${tablesIn(schema)} AND ${KEYED}`

/** Counts violations in SQL. If there are none, SQLite's own check is the only query. */
export function* countViolations<H>(
  env: Environment<H>,
  schemas: Iterable<string>,
): Work<KeyCount> {
  const ask = asking(env.driver)
  const all: [string, Violations][] = []
  for (const schema of schemas) {
    const check = ask(`SELECT 1 FROM ${CHECK}(NULL, ?) LIMIT 1`, [schema])
    // One key that refers to nothing unique makes the whole check throw.
    const any = yield* unlessFault(env, check, () => null)
    if (any?.length === 0) continue
    const tables = yield* ask(keyedTables(schema))
    const names = tables.map(({ name }) => String(name))
    all.push(...(yield* countIn(env, names, schema)))
  }
  return new Map(all)
}

/** Counts the violations of the given tables' own foreign keys. The cost does not depend on other tables. */
export function* countIn<H>(
  env: Environment<H>,
  tables: readonly string[],
  schema = 'main',
): Work<KeyCount> {
  const ask = asking(env.driver)
  const all = new Map<string, Violations>()
  for (const table of tables) {
    const complaint = yield* complaintAbout(env, ask, { schema, table })
    if (complaint === undefined) continue
    const keys = yield* keysOf(ask, schema, table)
    const reasons = complaint === null ? undefined : yield* reasonsOf(ask, keys, complaint)
    for (const key of keys) {
      const reason = reasons?.get(key) ?? null
      const count = orphansOf(ask, key)
      // If a key names columns that do not exist, no row can be said to lack its parent.
      const orphans = yield* reasons ? unlessFault(env, count, () => NONE) : count
      if (orphans.rows > 0 || reason !== null) {
        const one = { ...key, ...orphans, ...namesOf(key), unchecked: reason }
        all.set(identityOf(one), one)
      }
    }
  }
  return all
}

/** SQLite's complaint about a table: undefined if all its keys hold, null if not, and the reason if it cannot tell. */
function* complaintAbout<H>(
  env: Environment<H>,
  ask: Ask,
  { schema, table }: Pick<Key, 'schema' | 'table'>,
): Work<string | null | undefined> {
  const answer = function* (): Work<string | null | undefined> {
    const any = yield* ask(`SELECT 1 FROM ${CHECK}(?, ?) LIMIT 1`, [table, schema])
    return any.length > 0 ? null : undefined
  }
  return yield* unlessFault(env, answer(), reasonOf)
}

/** One bad key keeps SQLite from checking the others of its table, and only the first such key is named. */
function* reasonsOf(
  ask: Ask,
  keys: readonly Key[],
  complaint: string,
): Work<ReadonlyMap<Key, string>> {
  const loose: Key[] = []
  for (const key of keys) if (yield* isLoose(ask, key)) loose.push(key)
  if (loose.length > 0) return new Map(loose.map((key) => [key, mismatchOf(key)]))
  const named = keys.filter(({ parent }) => complaint.includes(`referencing "${parent}"`))
  return new Map((named.length > 0 ? named : keys).map((key) => [key, complaint]))
}

/** In SQLite's words. */
const mismatchOf = ({ table, parent }: Key): string =>
  `foreign key mismatch - "${table}" referencing "${parent}"`

const NONE: Orphans = { rows: 0, root: 0, text: '', primary: '', present: '' }

const namesOf = ({ columns, targets }: Key): Pick<Violations, 'columns' | 'targets'> => ({
  columns: columns.join(', '),
  targets: targets.length > 0 ? targets.join(', ') : null,
})

const identityOf = ({ schema, table, parent, columns, targets }: Violations): string =>
  foldCase(JSON.stringify([schema, table, parent, columns, targets]))
