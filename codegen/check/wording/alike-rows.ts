// Writes SQL that finds rows which are alike in the columns of a unique key. Pure.
import { canonicalTokens } from '../../../src/sql/canonical-tokens.js'
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

/** What is said of rows that have the defaults, in all columns or beside others that agree. */
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
  known?: CatalogTable,
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

/** Says nothing of rows with the defaults if the condition of a copy leaves them out. */
export const alikeIn = (copy: string | null, alike: AlikeRows): AlikeRows =>
  alike.unset && textOf(copy ?? '').includes(textOf(alike.unset.others))
    ? { ...alike, unset: null }
    : alike

const textOf = (sql: string): string => canonicalTokens(sql.replaceAll('!=', '<>')).join(' ')

/** Null unless all terms are columns with a literal for a default, or some have the default ''. */
function unsetRows(terms: readonly string[], { name: table, columns }: CatalogTable): Unset | null {
  const initialOf = (term: string): string =>
    columns.find(({ name }) => sqlName(name) === term)?.default ?? ''
  const isWhole = terms.every((term) => LITERAL.test(initialOf(term)))
  const unset = isWhole ? terms : terms.filter((term) => initialOf(term) === "''")
  const [first, more] = unset
  if (first === undefined) return null
  const alike = unset.map((term) => `${term} = ${initialOf(term)}`).join(' AND ')
  const shared = terms.filter((term) => !unset.includes(term)).join(', ')
  const group = shared && ` GROUP BY ${shared} HAVING count(*) > 1`
  const [them, which] = more === undefined ? [first, 'it'] : [unset.join(', '), 'them']
  return {
    why: `, and all ${shared && `with the same ${shared} `}that were inserted without ${shared ? them : which} have the default ${unset.map(initialOf).join(', ')}`,
    count: `\`SELECT ${shared && `${shared}, `}count(*) FROM ${sqlName(table)} WHERE ${alike}${group}\` counts those with the default`,
    others: more === undefined ? `${first} <> ${initialOf(first)}` : `NOT (${alike})`,
  }
}

const LITERAL = /^(?:'(?:[^']|'')*'|-?\d+(?:\.\d+)?)$/
