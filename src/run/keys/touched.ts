// Finds out which keys a text can touch: those of the tables it names, and of those behind the views and triggers it reaches.
import { settled, type Work } from '../../database/outcome.js'
import { sideOf } from '../../plan/scripts.js'
import { foldCase } from '../../sql/names.js'
import { splitStatements } from '../../sql/split-statements.js'
import type { Environment } from '../environment/environment.js'
import { referencesOf } from '../environment/references.js'
import { schemasOf } from '../environment/refuse-unsafe.js'
import type { Task } from '../environment/task.js'

/** A text together with those of the views it names, the triggers on what it names, and so on, without quotes; for `touchedIn`. */
export function* reachedBy<H>({ driver }: Environment<H>, text: string): Work<string> {
  const rows = yield* settled(
    driver.query(
      "SELECT tbl_name AS a, sql AS b FROM main.sqlite_master WHERE type IN ('trigger', 'view') UNION ALL SELECT tbl_name, sql FROM sqlite_temp_master WHERE type IN ('trigger', 'view')",
    ),
  )
  let left = rows.map((row) => [String(row['a']), String(row['b'])] as const)
  let all = plain(text)
  for (;;) {
    const fired = left.filter(([table]) => names(all, table))
    if (fired.length === 0) return all
    left = left.filter((one) => !fired.includes(one))
    all += fired.map(([, sql]) => plain(sql)).join('')
  }
}

/** The tables with keys that such a text names, or whose parent it names. */
export function* touchedIn<H>(env: Environment<H>, reached: string): Work<readonly string[]> {
  const touched = (yield* referencesOf(env)).flatMap(([table = '', parent = '']) =>
    names(reached, table) || names(reached, parent) ? [table] : [],
  )
  return [...new Set(touched)]
}

/** Matches a name in whatever quotes, including doubled ones inside it. */
const names = (reached: string, name: string): boolean => reached.includes(plain(name))

const plain = (text: string): string => foldCase(text).replace(/["'`]/g, '')

/** A smaller database is counted as a whole faster than it takes to find out what can be left out. */
const MANY_PAGES = 2_000

/** Whether the database is large enough for that to pay off. */
export function* isLarge<H>({ driver }: Environment<H>): Work<boolean> {
  const [pages = {}] = yield* settled(driver.query('PRAGMA main.page_count'))
  return Number(Object.values(pages)[0]) >= MANY_PAGES
}

/**
 * The only tables whose keys a step can touch, if that is certain: it is SQL that only changes rows, and no other schema has
 * tables. Undefined if it may touch any.
 */
export function* touchedOnly<H>(
  env: Environment<H>,
  { entry, direction, outside }: Task<H>,
): Work<readonly string[] | undefined> {
  const side = env.driver.mode === 'sync' && !outside && sideOf(entry, direction)
  if (!side || !('scripts' in side)) return undefined
  const text = side.scripts.join('\n;')
  if (/sqlite_/i.test(text) || !splitStatements(text).every(changesRows)) return undefined
  if (!(yield* isAlone(env))) return undefined
  return yield* touchedIn(env, yield* reachedBy(env, text))
}

/** Whether only one schema has tables: a mere read of `temp` is enough to bring it into being. */
function* isAlone<H>(env: Environment<H>): Work<boolean> {
  const { temp, others } = yield* schemasOf(env)
  if (others.length > 1) return false
  const tables = "SELECT 1 FROM sqlite_temp_master WHERE type = 'table' LIMIT 1"
  return !temp || (yield* settled(env.driver.query(tables))).length === 0
}

const changesRows = ({ text }: { readonly text: string }): boolean =>
  /^(?:INSERT|UPDATE|DELETE|REPLACE|WITH)\b/i.test(text)
