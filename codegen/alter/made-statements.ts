// Lists the statements that declared changes were expanded to. Pure.
import { splitStatements } from '../../src/sql/split-statements.js'
import { readStatement } from '../sql/read-statement.js'
import type { Side } from '../model/migration.js'

/** The statements that declared changes of a side were expanded to, without those of rebuilds. */
export const madeStatements = (side: Side): readonly string[] =>
  side.kind === 'code'
    ? (side.steps ?? []).flatMap((step) => (step.kind === 'run' ? step.sql : []))
    : side.derived
      ? side.pieces.flatMap(({ text }) => splitStatements(text).map((one) => one.text))
      : []

/** Whether another minimum SQLite would expand to something other than this statement. */
export function dependsOnSqlite(statement: string): boolean {
  const { kind } = readStatement(statement)
  return kind === 'drop-column' || kind === 'rename-column'
}
