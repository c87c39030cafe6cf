// Writes SQL that finds rows which are alike in the columns of a unique key. Pure.
import type { CatalogTable } from '../../model/catalog.js'
import { tableIn } from '../../model/in-catalog.js'
import { sqlName } from '../../sql/sql-name.js'
import type { UniqueIndex } from '../changes/unique-index.js'
import type { ReplayedStep } from '../subject/rule.js'

/** The columns that are NOT NULL before the step as well as after it, as SQL. */
export function filledIn(table: string, { before, after }: ReplayedStep): ReadonlySet<string> {
  const [was, is] = [before, after].map((catalog) => {
    const columns = tableIn(catalog, table)?.columns ?? []
    return columns.flatMap(({ name, notNull }) => (notNull ? [sqlName(name)] : []))
  })
  return new Set(was?.filter((name) => is?.includes(name)))
}

/** What to run for rows that are alike. */
export interface AlikeRows {
  readonly find: string
  readonly remove: string
  /** If all rows that were inserted without a value are alike; `find` and `remove` are about the others then. */
  readonly unset: Unset | null
}

/** What is said of rows that have the defaults in all columns. */
interface Unset {
  readonly why: string
  readonly count: string
  /** The condition for all other rows. */
  readonly others: string
}

/**
 * Rows that have the same in all terms. SQLite treats NULLs as distinct, but GROUP BY puts them into one group: rows with NULL are left
 * out. `known` is the table in which they are.
 */
export function alikeRows(
  { table, terms, where }: UniqueIndex,
  filled: ReadonlySet<string>,
  known: CatalogTable | null = null,
): AlikeRows {
  const unset = where === '' && known ? unsetRows(terms, known) : null
  const conditions = terms.flatMap((term) => (filled.has(term) ? [] : [`${term} IS NOT NULL`]))
  const more = unset ? [unset.others] : where === '' ? [] : [`(${where})`]
  const [names, all] = [terms.join(', '), [...conditions, ...more]]
  const only = all.length === 0 ? '' : ` WHERE ${all.join(' AND ')}`
  return {
    unset,
    find: `SELECT ${names}, count(*) FROM ${table}${only} GROUP BY ${names} HAVING count(*) > 1`,
    remove: `DELETE FROM ${table} WHERE ${all.map((one) => `${one} AND `).join('')}rowid NOT IN (SELECT min(rowid) FROM ${table}${only} GROUP BY ${names})`,
  }
}

/** Null unless all terms are columns with a literal for a default. */
function unsetRows(terms: readonly string[], { name: table, columns }: CatalogTable): Unset | null {
  const values = terms.flatMap((term) => {
    const initial = columns.find(({ name }) => sqlName(name) === term)?.default ?? ''
    return LITERAL.test(initial) ? [initial] : []
  })
  if (values.length < terms.length) return null
  const alike = terms.map((term, at) => `${term} = ${values[at]}`).join(' AND ')
  const isOne = terms.length === 1
  return {
    why: `, and all that were inserted without ${isOne ? 'it' : 'them'} have the default ${values.join(', ')}`,
    count: `\`SELECT count(*) FROM ${sqlName(table)} WHERE ${alike}\` counts those with the default`,
    others: isOne ? `${terms[0]} <> ${values[0]}` : `NOT (${alike})`,
  }
}

const LITERAL = /^(?:'(?:[^']|'')*'|-?\d+(?:\.\d+)?)$/
