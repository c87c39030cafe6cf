// The order of rebuilding a table such that references to it stay intact.
import { plainName } from '../../../src/sql/names.js'
import { isGenerated } from '../../sql/column-clauses.js'
import type { Rebuild } from '../changes/moved-references.js'

/**
 * The statements as `` `CREATE TABLE …;` ``. They copy the columns that both tables have, and that an INSERT may name; `known`
 * are those of the old table, null if unknown.
 */
export function rightOrder({ rename, columns }: Rebuild, known: readonly string[] | null): string {
  const table = rename.table.text
  const fresh = freshName(table)
  const both = columns?.filter(
    (one) => known?.includes(plainName(one.name.key)) && !isGenerated(one),
  )
  const list = both?.map(({ name }) => name.text).join(', ') || '…'
  return [
    `\`CREATE TABLE ${fresh} (…);`,
    `INSERT INTO ${fresh} (${list}) SELECT ${list} FROM ${table};`,
    `DROP TABLE ${table};`,
    `ALTER TABLE ${fresh} RENAME TO ${table};\``,
  ].join(' ')
}

/** `"my users"` becomes `"my users_new"`. */
const freshName = (name: string): string => name.replace(/(["`\]]?)$/, '_new$1')
