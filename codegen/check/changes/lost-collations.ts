// Finds collations that a rebuild drops.
import type { CatalogIndex, CatalogTable, Catalog } from '../../model/catalog.js'
import { clausesOf } from './declared-clauses.js'
import { readStatement } from '../../sql/read-statement.js'
import type { ReplayedStep, TableTrace } from '../subject/rule.js'
import { foldUpper, isSameName, plainName } from '../../../src/sql/names.js'
import { indexesOf } from '../../model/in-catalog.js'

/** A column that compares letter by letter now; `collation` in upper case. */
export interface LostCollation {
  /** Whether uniqueness is unaffected. */
  readonly unique: boolean
  readonly column: string
  readonly collation: string
}

/**
 * For columns that are declared with a collation other than BINARY and lose it. Nothing if the new table, an index or the step
 * handles it in another way: another COLLATE, an expression, lower().
 */
export function lostCollations(
  { before, after, columns }: TableTrace,
  step: ReplayedStep,
): LostCollation[] {
  if (!after || !/\bcollate\b/i.test(before.sql)) return []
  const indexes = uniqueIndexes(after, step.after)
  if (isCaredFor(after, indexes, step)) return []
  const old = keysOf(before, uniqueIndexes(before, step.before))
  const kept = keysOf(after, indexes)
  return columns.flatMap(({ before: { name }, after: column }) => {
    const collation = collationOf(before, name)
    if (!column || collation === 'BINARY' || collationOf(after, column.name) !== 'BINARY') return []
    const now = (other: string): string | undefined =>
      columns.find((one) => isSameName(one.before.name, other))?.after?.name
    const stays = old.some(
      (key) =>
        key.some((one) => isSameName(one, name)) &&
        kept.some(
          (other) =>
            other.length === key.length &&
            key.every((one) => other.some((has) => isSameName(has, now(one) ?? ''))),
        ),
    )
    return [{ column: column.name, collation, unique: stays }]
  })
}

/** The collation with which a table declares a column. */
function collationOf(table: CatalogTable, column: string): string {
  const clause = clausesOf(table, column).findLast(([first]) => first === 'collate')
  return foldUpper(plainName(clause?.[1] ?? 'binary'))
}

const uniqueIndexes = ({ name }: CatalogTable, catalog: Catalog): CatalogIndex[] =>
  indexesOf(name, catalog).filter(({ unique }) => unique)

const keysOf = ({ uniques }: CatalogTable, indexes: readonly CatalogIndex[]): string[][] =>
  [...uniques, ...indexes.map(({ columns }) => columns)].flatMap((key) => {
    const names = key.flatMap((name) => name ?? [])
    return names.length === key.length ? [names] : []
  })

function isCaredFor(
  after: CatalogTable,
  indexes: readonly CatalogIndex[],
  { statements }: ReplayedStep,
): boolean {
  const shape = readStatement(after.sql)
  if (shape.kind === 'create-table' && shape.constraints.flat().includes('collate')) return true
  if (indexes.some(({ sql, columns }) => columns.includes(null) || /\bcollate\b/i.test(sql)))
    return true
  return [after.sql, ...statements.map(({ text }) => text)].some((sql) => FOLDS.test(sql))
}

const FOLDS = /\b(?:lower|upper)\b/i
