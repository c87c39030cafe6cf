// The canonical description of `up` or `down` that is SQL.
import type { SqlSide } from '../model/migration.js'
import { leaf, type Description } from './digest.js'
import { describeColumnNames } from './describe-spelling.js'
import type { Build } from '../loading/module-index.js'
import { describeSql } from './describe-sql.js'

/**
 * Describes the scripts of a side, each by itself: two statements in one script are not the same as two scripts. How
 * the SQL is written down, as a text, a template or a file, does not show.
 */
export function describeScript(side: SqlSide, build: Build): Description {
  const items: string[] = []
  let sawMore = false
  for (const { text } of side.pieces) {
    // In TypeScript the compiler has dealt with line ends, and a CR that is left was written as an escape.
    const sql = side.node ? text : text.replaceAll('\r\n', '\n')
    const columns = build === 'earlier' ? [] : describeColumnNames(sql, 'database')
    sawMore ||= columns.length > 0
    items.push('(sql', ...describeSql(sql).map((token) => leaf('token', token)), ...columns, ')')
  }
  return { items, sawMore }
}
