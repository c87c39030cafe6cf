// Whether a table that is made anew gains anything, or only loses.
import { canonical } from '../../../src/schema/canonical.js'
import { foldCase } from '../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import type { TableTrace } from '../subject/rule.js'
import { clausesOf } from './declared-clauses.js'

/**
 * Whether a step does more to a table than to take away from what its columns and constraints say: columns come, go or stand
 * in another order, or one of them says something that it did not say.
 */
export function changesMore({ before, after, columns }: TableTrace): boolean {
  if (!after) return true
  const kept = columns.map((one) => foldCase(one.after?.name ?? ''))
  const now = after.columns.map(({ name }) => foldCase(name))
  if (kept.join('\n') !== now.join('\n')) return true
  if (columns.some((one) => one.after && saysMore(one.before, one.after))) return true
  if (now.some((name) => !isCut(ownClauses(after, name), ownClauses(before, name)))) return true
  return !isCut(constraintsOf(after), constraintsOf(before))
}

const saysMore = (before: CatalogColumn, after: CatalogColumn): boolean =>
  foldCase(before.name) !== foldCase(after.name) ||
  foldCase(before.type) !== foldCase(after.type) ||
  (after.notNull && !before.notNull)

/** Each clause without what may be taken away from it alone; keys and checks are among the constraints of the table. */
const ownClauses = (table: CatalogTable, column: string): string[] =>
  clausesOf(table, column).flatMap((words) =>
    OWN.has(words[0] ?? '') ? [words.join(' ').replace(/^generated always /, '')] : [],
  )

const OWN = new Set(['default', 'collate', 'as', 'generated'])

/** Constraints, those of columns among them, cut into what can be taken away from them. */
const constraintsOf = ({ sql }: CatalogTable): string[] =>
  (canonical('table', sql).shape?.constraints ?? []).flatMap((text) =>
    text.startsWith('foreign key ')
      ? text
          .split(/(?= on (?:delete|update) | deferred$)/)
          .map((part, at, [key]) => (at ? key + part : part))
      : [text.replace(/ autoincrement$/, '')],
  )

const isCut = (now: readonly string[], before: readonly string[]): boolean =>
  now.every((text) => before.includes(text))
