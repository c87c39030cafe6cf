// What a CREATE INDEX compares, as SQL to ask for rows that are alike.
import { joinTokens } from '../../../src/sql/canonical-tokens.js'
import type { CatalogTable } from '../../model/catalog.js'
import type { ReplayedStep } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'
import type { CreateIndex } from '../../sql/statement.js'
import { foldUpper, isSameName, plainName } from '../../../src/sql/names.js'

/** What an index compares, and of which rows. */
export interface UniqueIndex {
  readonly table: string
  /** `email`, `email COLLATE NOCASE`, `lower (email)`. */
  readonly terms: readonly string[]
  /** What stands after WHERE; '' where it says only that a column is not NULL, which UNIQUE means anyway. */
  readonly where: string
  /** Whether all terms are columns, compared as their table compares them. */
  readonly isPlain: boolean
}

/** `columns` are those of the index as the table spells them; empty where that is not known. */
export function uniqueIndexOf(
  { table, terms, where }: CreateIndex,
  columns: readonly string[],
): UniqueIndex {
  const cut = terms.map(withoutOrder)
  return {
    table: plainName(table.key),
    terms: cut.map((term, at) => termText(term, columns[at])),
    where: isFilled(where, cut) ? '' : joinTokens(where),
    isPlain: cut.every(({ length }) => length === 1),
  }
}

const withoutOrder = (term: readonly string[]): readonly string[] =>
  /^(?:asc|desc)$/.test(term.at(-1) ?? '') ? term.slice(0, -1) : term

function termText(term: readonly string[], column: string | undefined): string {
  if (column === undefined) return joinTokens(term)
  const [, word, collation = ''] = term
  return `${sqlName(column)}${word === 'collate' ? ` COLLATE ${foldUpper(collation)}` : ''}`
}

/** `email IS NOT NULL`, of a column of the index. */
const isFilled = (where: readonly string[], terms: readonly (readonly string[])[]): boolean => {
  const [column, ...rest] = where
  return rest.join(' ') === 'is not null' && terms.some(([first]) => first === column)
}

/** What columns are called before the step; null of those that the table gets in it. */
export function namesBefore(
  terms: readonly string[],
  known: CatalogTable | null,
  { traces }: ReplayedStep,
): (string | null)[] {
  const trace = traces.find(({ before }) => known !== null && isSameName(before.name, known.name))
  return terms.map((term) => {
    const found = trace?.columns.find(({ after }) => after && sqlName(after.name) === term)
    if (found) return sqlName(found.before.name)
    return !known || known.columns.some(({ name }) => sqlName(name) === term) ? term : null
  })
}
