// Reads what a database holds at one moment of a test: its schema, and the row count of each table.
import { settled, type Work } from '../../database/outcome.js'
import { expectationRowsLost, type LostRows } from '../../errors/expectations.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Problem } from '../../model/report.js'
import { diffSchemas } from '../../schema/diff-schema.js'
import { renderDifferences } from '../../schema/render-differences.js'
import type { Schema } from '../../schema/schema.js'
import type { RowExpectations } from './migration-kit.js'
import type { Scene } from './scene.js'
import { foldCase, quoteIdentifier } from '../../sql/names.js'

/** Row counts by the table's name in lower case. */
export type RowCounts = ReadonlyMap<string, number>

/** A schema and its rows. */
export interface Look {
  readonly schema: Schema
  readonly rows: RowCounts
}

/** Reads the schema and counts the rows, without those of the ledger and of ignored tables. */
export function* look<D>({ driver, manager }: Scene<D>): Work<Look> {
  const schema = yield* settled(manager.schema())
  const rows = new Map<string, number>()
  for (const { type, name } of schema.values()) {
    if (type !== 'table') continue
    const count = driver.query(`SELECT count(*) AS rows FROM main.${quoteIdentifier(name)}`)
    const [row] = yield* settled(count)
    rows.set(foldCase(name), Number(row?.['rows']))
  }
  return { schema, rows }
}

/** The total number of rows. */
export const totalOf = ({ rows }: Look): number =>
  [...rows.values()].reduce((sum, count) => sum + count, 0)

/** Throws the error that `explain` makes from the differences, unless both schemas mean the same. */
export function expectSameSchema(
  wanted: Look,
  found: Look,
  explain: (lines: readonly string[], facts: Problem['facts']) => Omit<Problem, 'severity'>,
): void {
  const differences = diffSchemas(wanted.schema, found.schema).filter(
    ({ grade }) => grade === 'differs',
  )
  if (differences.length === 0) return
  throw new LockstepError(explain(renderDifferences(differences), { differences }))
}

/** Throws `EXPECTATION_ROWS_LOST` if a table has fewer rows than before, or is gone with its rows. */
export function expectRows(
  during: string,
  before: RowCounts,
  after: RowCounts,
  loses: readonly string[] = [],
): void {
  const losers = new Set(loses.map(foldCase))
  const lost = [...before].flatMap(([table, count]): LostRows[] => {
    const now = after.get(table) ?? null
    return count > (now ?? 0) && !losers.has(table) ? [{ table, before: count, after: now }] : []
  })
  if (lost.length > 0) throw new LockstepError(expectationRowsLost(during, lost))
}

/** The rows after `up`, with tables under their previous names. */
export function underOldNames(after: RowCounts, { renames = {} }: RowExpectations): RowCounts {
  const names = new Map(Object.entries(renames).map(([old, now]) => [foldCase(now), foldCase(old)]))
  return new Map([...after].map(([table, count]) => [names.get(table) ?? table, count]))
}

/** For tables that exist at both moments, the row count that `choose` derives from the two. */
export function lastingRows(
  before: RowCounts,
  after: RowCounts,
  choose: (before: number, after: number) => number,
): RowCounts {
  return new Map(
    [...before].flatMap(([table, count]): [string, number][] => {
      const now = after.get(table)
      return now === undefined ? [] : [[table, choose(count, now)]]
    }),
  )
}
