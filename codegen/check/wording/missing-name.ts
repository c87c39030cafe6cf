// Suggests a name if SQLite knows no such table or column.
import type { Catalog, CatalogTable } from '../../model/catalog.js'
import type { StepFailed } from '../../model/evidence.js'
import { nearest } from '../../diagnostics/nearest.js'
import { wordsIn } from '../../sql/names-in.js'
import type { ReplayedStep } from '../subject/rule.js'
import { foldCase } from '../../../src/sql/names.js'

/** As a sentence followed by a space; empty if nothing is similar. */
export function nearestName(fact: StepFailed, step: ReplayedStep): string {
  const { message } = fact
  const [, by, columns] = WALKED_BY.exec(message) ?? []
  if (by !== undefined) return didYouMean(nearest(by, columns!.split(', ')))
  const [, kind, missing] = /^no such (table|column): (?:.+\.)?(\S+)/.exec(message) ?? []
  if (missing === undefined) return ''
  const known = namesFor(kind === 'table' ? 'table' : 'column', textsAt(fact, step), step.before)
  const meant = known.some((one) => foldCase(one) === foldCase(missing))
    ? null
    : nearest(missing, known)
  return didYouMean(meant)
}

/** The runtime's message about a key column that a query lacks. */
const WALKED_BY =
  /cannot be walked by "(.+?)": (?:the query has no such column, but|there is) (.+?)\. It must be/

/** Whether the name belongs to no column, so that rows do not matter. */
export const isMisnamed = ({ message }: StepFailed): boolean => WALKED_BY.test(message)

const didYouMean = (meant: string | null): string =>
  meant === null ? '' : `Did you mean \`${meant}\`? `

/** The statement that failed; for batches the replay may not know which one it was. */
export const textsAt = ({ at }: StepFailed, { migration }: ReplayedStep): string[] => [
  at.statement ?? '',
  ...(migration.batches ?? []).flatMap(({ query, update }) => [query.value, update?.value ?? '']),
]

/** For columns, those of the tables that the texts name, if they name any. */
function namesFor(kind: 'table' | 'column', texts: readonly string[], catalog: Catalog): string[] {
  const all = [...catalog.values()]
  if (kind === 'table')
    return all.flatMap(({ type, name }) => (type === 'table' || type === 'view' ? [name] : []))
  const words = wordsIn(texts.join('\n'))
  const tables = all.filter((one): one is CatalogTable => one.type === 'table')
  const named = tables.filter(({ name }) => words.has(foldCase(name)))
  return (named.length > 0 ? named : tables).flatMap(({ columns }) =>
    columns.map(({ name }) => name),
  )
}
