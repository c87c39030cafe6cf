// Finds tables that a step scans once for each row of another. If a condition leaves few of the rows that a step is tried on, its duration
// does not show that.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { orElse } from '../../../src/model/or-else.js'
import { foldCase, unquote } from '../../../src/sql/names.js'
import { tokensOf } from '../../../src/sql/split-statements.js'
import { loopsAround, tableBehind, type PlanRow } from '../../sql/query-plan.js'
import { tableNamed, type TableGraph } from '../rows/fill/table-graph.js'

/** Their names; statements that can only be planned after earlier ones of the step are left out. */
export function rereadBy(
  handle: Database,
  statements: readonly string[],
  situation: TableGraph,
): string[] {
  const isTable = (name: string): boolean => tableNamed(situation, foldCase(name)) !== undefined
  const found = statements.flatMap((sql) => {
    const explain = `EXPLAIN QUERY PLAN ${sql}`
    const plan = orElse(() => handle.prepare<[], PlanRow>(explain).all(), [])
    const words = [...tokensOf(sql)].map(({ text }) => unquote(text))
    return plan.flatMap((row) => {
      const [, name] = /^SCAN (\S+)$/.exec(row.detail) ?? []
      const isRepeated = name !== undefined && loopsAround(row, plan).some(isOfMany)
      return (isRepeated && tableBehind(name, words, isTable)) || []
    })
  })
  return [...new Set(found)]
}

/** Only a search for equal values finds few rows. */
const isOfMany = ({ detail }: PlanRow): boolean => !/\((?:\S+=\?(?: AND )?)+\)$/.test(detail)
