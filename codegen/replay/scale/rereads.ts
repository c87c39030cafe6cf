// Finds tables that a step scans once for each row of another: by its own statements, or because SQLite looks for child rows. If a
// condition leaves few of the rows that a step is tried on, its duration does not show that.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { orElse } from '../../../src/model/or-else.js'
import { foldCase, unquote } from '../../../src/sql/names.js'
import { tokensOf } from '../../../src/sql/split-statements.js'
import { looksForChildren, loopsAround, tableBehind, type PlanRow } from '../../sql/query-plan.js'
import { withForeignKeysOf } from '../sides/replay-pass.js'
import { tableNamed, type TableGraph } from '../rows/fill/table-graph.js'

/** How a step runs its statements. */
interface Planned {
  readonly statements: readonly string[]
  readonly situation: TableGraph
  /** Whether SQLite sees to foreign keys meanwhile. */
  readonly keys: 'enforced' | 'off'
}

/** Their names; statements that can only be planned after earlier ones of the step are left out. */
export function rereadBy(
  handle: Database,
  { statements, situation, keys }: Planned,
): readonly string[] {
  const isTable = (name: string): boolean => tableNamed(situation, foldCase(name)) !== undefined
  const found = statements.flatMap((sql) => {
    const plan = planOf(handle, sql)
    const words = [...tokensOf(sql)].map(({ text }) => unquote(text))
    const own = plan.flatMap((row) => {
      const [, name] = /^SCAN (\S+)$/.exec(row.detail) ?? []
      const isRepeated = name !== undefined && loopsAround(row, plan).some(isOfMany)
      return (isRepeated && tableBehind(name, words, isTable)) || []
    })
    const isRemoving = keys === 'enforced' && looksForChildren(words)
    return isRemoving ? [...own, ...childrenIn(handle, sql, plan)] : own
  })
  return [...new Set(found)]
}

const planOf = (handle: Database, sql: string): PlanRow[] =>
  orElse(() => handle.prepare<[], PlanRow>(`EXPLAIN QUERY PLAN ${sql}`).all(), [])

/** The tables without an index for a foreign key whose rows are looked for: what is planned beside `own`, the plan without such keys. */
function childrenIn(handle: Database, sql: string, own: readonly PlanRow[]): string[] {
  const all = withForeignKeysOf({ handle }, { foreignKeys: 'enforce' }, () => planOf(handle, sql))
  // Without foreign keys, what empties a table whole needs no plan.
  const rows = own.length > 0 ? own : all.slice(0, 1)
  const left = rows.map(({ detail }) => detail)
  const added = all.filter(({ detail }) => {
    const at = left.indexOf(detail)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  return rows.some((row) => isOuter(row, rows) && isOfMany(row))
    ? added.flatMap(({ detail }) => /^SCAN (\S+)/.exec(detail)?.[1] ?? [])
    : []
}

/** Whether as many rows are changed as it finds: it finds them itself, or the list of those that are. */
function isOuter({ parent, detail }: PlanRow, plan: readonly PlanRow[]): boolean {
  const above = plan.find(({ id }) => id === parent)
  return (
    /^(?:SCAN|SEARCH) | FOR IN-OPERATOR$/.test(detail) &&
    (!above || above.detail.startsWith('LIST SUBQUERY'))
  )
}

/** Only a search for equal values finds few rows. */
const isOfMany = ({ detail }: PlanRow): boolean => !/\((?:\S+=\?(?: AND )?)+\)$/.test(detail)
