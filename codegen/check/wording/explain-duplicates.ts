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
      why: `\`${shortSql(later)}\` comes behind it and is for these rows, but finds none of them any more`,
      fix: 'Let the DELETE come behind that statement',
    }
  if (by === 'wholly' && key)
    return {
      why: `of rows that agree in ${listed(key)} it leaves none, and the UNIQUE index needs only that no more than one of them stays`,
      fix: `Leave one of each, as in \`DELETE FROM ${sqlName(table)} WHERE rowid NOT IN (SELECT min(rowid) FROM ${sqlName(table)} GROUP BY ${sqlNames(key)})\``,
    }
  if (column === undefined) return null
  if (by === 'nulls')
    return {
      why: `of the rows that have NULL in ${column} it leaves one, as if they were alike, and the UNIQUE index that follows takes them for unlike and would allow them all`,
      fix: `Keep them: let the DELETE end in \`AND ${sqlName(column)} IS NOT NULL\``,
    }
  if (by !== 'grouped') return null
  return {
    why: `it takes rows for one that differ in ${column}, which the UNIQUE key tells apart by that column too and would allow`,
    fix: `Compare ${sqlName(column)} as well, so that rows are taken for one only where all columns of the key agree`,
  }
}

const explainTaken = ({ table, key = [], source = '', column = '' }: RowsLost): Explanation => ({
  why: `they go with rows of ${source} of which another one that agrees in ${listed(key)} stays, and that one has rows of the same ${column} already, which say something else`,
  fix: `Say which of both stays, or put both together, in an UPDATE of ${sqlName(table)} before it`,
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
    why: `they go with rows of ${source} of which another one that agrees in ${listed(key)} stays, and nothing has pointed them at that one`,
    fix: `Point them at the row that stays before, as in \`UPDATE ${child} SET ${column} = (SELECT min(k.${id}) FROM ${parent} AS d JOIN ${parent} AS k ON ${alike} WHERE d.${id} = ${child}.${column})\``,
  }
}
