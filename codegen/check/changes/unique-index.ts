// Converts what a CREATE INDEX compares into SQL that finds duplicate rows.
import { joinTokens } from '../../../src/sql/canonical-tokens.js'
import type { CatalogTable } from '../../model/catalog.js'
import type { ReplayedStep } from '../subject/rule.js'
import { sqlName } from '../../sql/sql-name.js'
import type { CreateIndex } from '../../sql/statement.js'
import { foldUpper, isSameName, plainName } from '../../../src/sql/names.js'

/** What an index compares, and for which rows. */
export interface UniqueIndex {
  readonly table: string
  /** `email`, `email COLLATE NOCASE`, `lower (email)`. */
  readonly terms: readonly string[]
  /** The condition after WHERE; '' if it only says that a column is not NULL, which UNIQUE implies anyway. */
  readonly where: string
  /** Whether all terms are columns with their table's collation. */
  readonly isPlain: boolean
}

/** `columns` are those of the index as the table spells them; empty if unknown. */
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

/** `email IS NOT NULL`, for a column of the index. */
const isFilled = (where: readonly string[], terms: readonly (readonly string[])[]): boolean => {
  const [column, ...rest] = where
  return rest.join(' ') === 'is not null' && terms.some(([first]) => first === column)
}

/** The names of columns before the step; null for those that the step adds. */
export function namesBefore(
  terms: readonly string[],
  known: CatalogTable | undefined,
  { traces }: ReplayedStep,
): (string | null)[] {
  const trace = traces.find(
    ({ before }) => known !== undefined && isSameName(before.name, known.name),
  )
  return terms.map((term) => {
    const found = trace?.columns.find(({ after }) => after && sqlName(after.name) === term)
    if (found) return sqlName(found.before.name)
    return !known || known.columns.some(({ name }) => sqlName(name) === term) ? term : null
  })
}
