// The statements that declared changes became. Pure.
import { splitStatements } from '../../src/sql/split-statements.js'
import { readStatement } from '../sql/read-statement.js'
import type { Side } from '../model/migration.js'

/** The statements of a side that declared changes became, those of rebuilds left out. */
export const madeStatements = (side: Side): readonly string[] =>
  side.kind === 'code'
    ? (side.steps ?? []).flatMap((step) => (step.kind === 'run' ? step.sql : []))
    : side.derived
      ? side.pieces.flatMap(({ text }) => splitStatements(text).map((one) => one.text))
      : []

/** Whether another oldest SQLite would make something else in the place of a statement. */
export function dependsOnSqlite(statement: string): boolean {
  const { kind } = readStatement(statement)
  return kind === 'drop-column' || kind === 'rename-column'
}
