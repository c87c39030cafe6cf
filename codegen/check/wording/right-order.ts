// The order of rebuilding a table such that references to it stay intact.
import { plainName } from '../../../src/sql/names.js'
import { isGenerated } from '../../sql/column-clauses.js'
import { shortSql } from '../../sql/one-line.js'
import type { RenameTable } from '../../sql/statement.js'
import { wordsOf } from '../../sql/word-reader.js'
import type { Rebuild } from '../changes/moved-references.js'

/**
 * The statements as `` `CREATE TABLE …;` ``. They copy as the author does, unless that leaves out a column that both tables have, and
 * that an INSERT may name; else these columns. `known` are those of the old table, null if unknown.
 */
export function rightOrder(
  { rename, columns, copy }: Rebuild,
  known: readonly string[] | null,
): string {
  const table = rename.table.text
  const fresh = freshName(table)
  const both = columns?.filter(
    (one) => known?.includes(plainName(one.name.key)) && !isGenerated(one),
  )
  const list = both?.map(({ name }) => name.text).join(', ') || '…'
  const filled = copy?.shape.columns?.map(({ key }) => plainName(key))
  const isWhole = both?.every(({ name }) => filled?.includes(plainName(name.key)) ?? true)
  return [
    `\`CREATE TABLE ${fresh} (…);`,
    copy && isWhole && list !== '…'
      ? `${renamedIn(copy.text, rename, fresh)};`
      : `INSERT INTO ${fresh} (${list}) SELECT ${list} FROM ${table};`,
    `DROP TABLE ${table};`,
    `ALTER TABLE ${fresh} RENAME TO ${table};\``,
  ].join(' ')
}

/** A copy between the two tables under the names that they have in the right order; a column may be called as its table. */
function renamedIn(sql: string, { table, to }: RenameTable, fresh: string): string {
  const names = [...wordsOf(sql)].filter(({ kind }) => kind === 'word' || kind === 'quoted')
  const target = names.find(({ key }) => plainName(key) === plainName(table.key))
  let [text, end] = ['', 0]
  for (const name of names) {
    const isOld = plainName(name.key) === plainName(to.key)
    if (!isOld && name !== target) continue
    text += sql.slice(end, name.start) + (isOld ? table.text : fresh)
    end = name.start + name.text.length
  }
  return shortSql(text + sql.slice(end))
}

/** `"my users"` becomes `"my users_new"`. */
const freshName = (name: string): string => name.replace(/(["`\]]?)$/, '_new$1')
