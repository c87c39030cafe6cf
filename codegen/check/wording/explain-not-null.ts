// Explains why a NOT NULL column is NULL: earlier rows have no value, or the statement itself causes it.
import type { FailurePlace, Words } from './failure-place.js'
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import { isRowid } from '../../model/rowid-column.js'
import { sqlName } from '../../sql/sql-name.js'
import { columnOf as columnOfItem, isAll, isNamedIn, itemsFor } from '../../sql/read-select.js'
import { writtenNull } from './written-null.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'
import { columnOf, tableIn } from '../../model/in-catalog.js'
import { copyIn } from './explain-unique.js'

const OWN_NULL = 'It writes NULL itself, which only works while the table has no rows.'

const NULL_BROUGHT = 'For some rows that the schema allows, it writes NULL there.'

const BY_EXPRESSION = ', for example with `coalesce(…, …)`, or with an ELSE if it is a CASE'

const BY_CODE =
  '; or, if the code reads a text that always has a certain form, such as a list of numbers, give such rows as `seeds` in the configuration'

/** The words for `NOT NULL constraint failed`. */
export function explainNotNull(place: FailurePlace): Words {
  const { table, columns, copies, named, running, earlier } = place
  const [column = ''] = columns
  const name = sqlName(column)
  const words =
    explainOwn(column, place) ?? explainList(column, place) ?? explainBrought(column, place)
  if (words) return words
  const read = readBy(place, column) ?? { table, name }
  const fill = `\`UPDATE ${read.table} SET ${read.name} = … WHERE ${read.name} IS NULL\``
  if (running === 'alter')
    return {
      why: `Until now, a row could have NULL in ${column}.`,
      fix: `Set what such a row gets with \`using\`, as in \`${name}: { notNull: true, using: 'coalesce(${name}, …)' }\``,
    }
  const copy = `\`coalesce(${name}, …)\``
  const rebuilds = running === 'call' && named.startsWith('lockstep_new_')
  return {
    why: `Until now, a row could have NULL in ${column}.`,
    fix: copies
      ? `Copy ${copy} instead of \`${name}\`, or fill it first with ${fill}`
      : `${rebuilds ? `Give ${copy} as the \`copy\` of ${column}, or fill` : 'Fill'} it ${earlier} with ${fill}`,
  }
}

/** The table that the statement reads, which may have the rows of another by now, and its column; null if it is a view, or unknown. */
function readBy({ insert, unique }: FailurePlace, column: string) {
  const { before } = unique.step
  const copy = copyIn(unique)
  const source = copy?.columns.get(foldCase(column))
  const from = insert?.selects[0]?.from
  const known = tableIn(before, copy?.from ?? '')
  if (!copy || !source || !from || before.has(`view ${copy.from}`)) return null
  if (known && !columnOf(known, source)) return null
  return { table: from.text, name: sqlName(isSameName(source, column) ? column : source) }
}

/** If the statement says NULL, or leaves the column out. */
function explainOwn(column: string, { shape, unique }: FailurePlace): Words | null {
  const own = writtenNull(shape, unique.sql ?? '', column)
  const name = sqlName(column)
  if (own === 'written') return { why: OWN_NULL, fix: `Write a value for ${name} instead of NULL` }
  return (
    own && {
      why: `Its column list leaves out ${column}, which has no default.`,
      fix: `Add ${name} to the column list, with a value for every row`,
    }
  )
}

/** If the statement makes a list of the values of a column, none of them has to stand for NULL. */
function explainList(column: string, { insert, running, unique }: FailurePlace): Words | null {
  const [item = [], ...others] = insert?.selects[0]?.items ?? []
  const own = columnOfItem(item)?.column.text
  const isList = /\bselect\s+distinct\b|\bgroup\s+by\b/i.test(unique.sql ?? '')
  if (running === 'alter' || !own || !isList || others.length > 0) return null
  return {
    why: NULL_BROUGHT,
    fix: `Leave out rows without a value for ${sqlName(column)}, with the condition \`${own} IS NOT NULL\``,
  }
}

function explainBrought(column: string, place: FailurePlace): Words | null {
  const { shape, insert, running, unique } = place
  if (!isBrought(column, place)) return null
  if (running === 'alter')
    return {
      why: NULL_BROUGHT,
      fix: `Make ${isComputed(column, unique) ? 'the expression' : '`using`'} of ${sqlName(column)} give a value for every row${BY_EXPRESSION}`,
    }
  const computes = shape?.kind === 'update' || (insert?.selects.length ?? 0) > 0
  const how = computes ? BY_EXPRESSION : readsText(unique) ? BY_CODE : ''
  return { why: NULL_BROUGHT, fix: `Write a value for ${sqlName(column)} in every row${how}` }
}

/** Whether code makes values of rows with texts, which may be read in a form that generated texts do not have. */
const readsText = ({ fact: { at, row } }: FailurePlace['unique']): boolean =>
  at.script === null && Object.values(row ?? {}).some((value) => typeof value === 'string')

/** Whether a declaration adds the column as a generated one. */
function isComputed(column: string, { fact, step }: FailurePlace['unique']): boolean {
  const table = step.after.get(`table ${foldCase(fact.table ?? '')}`)
  return table?.type === 'table' && columnOf(table, column)?.generated != null
}

/** Whether the statement itself causes the NULL: no row has one in a column of this name, or that column is not what is written. */
function isBrought(column: string, place: FailurePlace): boolean {
  const { tables, shape, insert, unique } = place
  const table = tables.find((one) => columnOf(one, column))
  const was = table && columnOf(table, column)
  if (!was || shape?.kind === 'update' || isNeverNull(table, was) || fillsAnother(place, table))
    return true
  const { row, table: of } = unique.fact
  const values = isSameName(of ?? '', table.name) ? Object.entries(row ?? {}) : []
  const hasValue = values.some(([name, value]) => isSameName(name, column) && value !== null)
  const items = insert ? itemsFor(column, insert) : []
  return (
    hasValue ||
    (items.length > 0 && !items.some((words) => isAll(words) || isNamedIn(words, column)))
  )
}

const isNeverNull = (table: CatalogTable, column: CatalogColumn): boolean =>
  column.notNull || (column.primaryKey > 0 && (table.withoutRowid || isRowid(table, column)))

/** Whether a batch fills another table, with unseen values. */
const fillsAnother = ({ running, unique }: FailurePlace, { name }: CatalogTable): boolean =>
  running === 'batches' && !isSameName(unique.target, name)
