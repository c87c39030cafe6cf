// Finds which expression of a rebuild's copy fails by itself: the messages of SQLite rarely name the column that it is for.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { quoteIdentifier as quoted, unquote } from '../../../src/sql/names.js'
import type { CopyFault } from '../../model/version-facts.js'
import { readStatement } from '../../sql/read-statement.js'
import type { Word } from '../../sql/statement.js'
import type { ReplayPass } from './replay-pass.js'

/** Tries them one by one on the rows that there are; null if the last copy has none that fails, or there was no copy. */
export function failingExpression(
  { handle, handed }: Pick<ReplayPass, 'handle' | 'handed'>,
  { message, refused }: { readonly message: string; readonly refused: string | null },
): CopyFault['expression'] | null {
  const copy = handed.all.findLast(({ toolkit, text }) => toolkit && /^insert\b/i.test(text))
  const shape = copy && handle.open ? readStatement(copy.text) : null
  const [select] = shape?.kind === 'insert' ? shape.selects : []
  // Another statement, or code, may have failed after it.
  if (refused !== null && refused !== copy?.text) return null
  if (!copy || shape?.kind !== 'insert' || !select?.from) return null
  const table = unquote(select.from.text)
  const failing = select.items.flatMap((item, at) => {
    const fault = faultOf(handle, textOf(item, copy.text), table)
    return fault === null ? [] : [{ column: unquote(shape.columns?.[at]?.text ?? ''), fault }]
  })
  const found = failing.find(({ fault }) => fault === AGGREGATES || fault === message) ?? failing[0]
  return found ? { table, column: found.column, aggregates: found.fault === AGGREGATES } : null
}

const AGGREGATES = Symbol('makes one row of all')

/** What is wrong with an expression by itself: SQLite's message, or that it does not give each row a value. */
function faultOf(handle: Database, sql: string, table: string): string | typeof AGGREGATES | null {
  const from = `FROM main.${quoted(table)}`
  try {
    const values = handle.prepare(`SELECT ${sql} ${from}`).all()
    const rows = handle.prepare(`SELECT 1 ${from}`).all()
    return values.length === rows.length ? null : AGGREGATES
  } catch (error) {
    return (error as Error).message
  }
}

function textOf(item: readonly Word[], sql: string): string {
  const [first, last] = [item[0], item.at(-1)]
  return first && last ? sql.slice(first.start, last.start + last.text.length) : ''
}
