// Explains what is lost if a DELETE of duplicates removes rows that are none, or that others refer to.
import { listed } from '../../diagnostics/listed.js'
import { foldCase } from '../../../src/sql/names.js'
import { shortSql } from '../../sql/one-line.js'
import { sqlName, sqlNames } from '../../sql/sql-name.js'
import type { FactOf } from '../subject/facts.js'
import type { ReplayedStep } from '../subject/rule.js'
import type { Explanation } from './left-out-rows.js'

type RowsLost = FactOf<'rows-lost'>

/** If one row of several different ones stays; null for anything else. */
export function explainGroups(fact: RowsLost, step: ReplayedStep): Explanation | null {
  const { by, table, column, key, later } = fact
  if (by === 'merged') return explainMergedParents(fact, step)
  if (by === 'taken') return explainTaken(fact)
  if (by === 'early' && later !== undefined)
    return {
      why: `\`${shortSql(later)}\` comes after it and is meant for these rows, but no longer finds any of them`,
      fix: 'Move the DELETE after that statement',
    }
  if (by === 'wholly' && key)
    return {
      why: `of rows with the same ${listed(key)} it leaves none, but the UNIQUE index only requires that no more than one stays`,
      fix: `Keep one of each, as in \`DELETE FROM ${sqlName(table)} WHERE rowid NOT IN (SELECT min(rowid) FROM ${sqlName(table)} GROUP BY ${sqlNames(key)})\``,
    }
  if (column === undefined) return null
  if (by === 'nulls')
    return {
      why: `of the rows with NULL in ${column} it leaves one, as if they were duplicates, but the UNIQUE index that follows treats each NULL as different and would allow them all`,
      fix: `Keep them: end the DELETE with \`AND ${sqlName(column)} IS NOT NULL\``,
    }
  if (by !== 'grouped') return null
  return {
    why: `it treats rows as duplicates that differ in ${column}, which is part of the UNIQUE key, so the key would allow them`,
    fix: `Compare ${sqlName(column)} as well, so that rows count as duplicates only if all columns of the key agree`,
  }
}

const explainTaken = ({ table, key = [], source = '', column = '' }: RowsLost): Explanation => ({
  why: `they are deleted with rows of ${source}, of which another one with the same ${listed(key)} stays, and that one already has rows with the same ${column} but other values`,
  fix: `Decide which of the two stays, or merge them, in an UPDATE of ${sqlName(table)} before it`,
})

/** If the rows that they refer to are duplicates of others. */
function explainMergedParents(
  { table, key = [], source = '', column: pointer = '' }: RowsLost,
  { before }: ReplayedStep,
): Explanation {
  const found = before.get(`table ${foldCase(source)}`)
  const own = found?.type === 'table' ? found.columns.find((one) => one.primaryKey > 0) : undefined
  const [child, parent, column, id] = [table, source, pointer, own?.name ?? 'rowid'].map(sqlName)
  const alike = key.map((name) => `k.${sqlName(name)} = d.${sqlName(name)}`).join(' AND ')
  return {
    why: `they are deleted with rows of ${source}, of which another one with the same ${listed(key)} stays, and nothing has pointed them at that one`,
    fix: `First point them at the row that stays, as in \`UPDATE ${child} SET ${column} = (SELECT min(k.${id}) FROM ${parent} AS d JOIN ${parent} AS k ON ${alike} WHERE d.${id} = ${child}.${column})\``,
  }
}
