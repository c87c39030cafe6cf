// What was probably meant where SQLite knows no table or column of a name.
import type { Catalog, CatalogTable } from '../../model/catalog.js'
import type { StepFailed } from '../../model/evidence.js'
import { nearest } from '../../diagnostics/nearest.js'
import { wordsIn } from '../../sql/names-in.js'
import type { ReplayedStep } from '../subject/rule.js'
import { foldCase } from '../../../src/sql/names.js'

/** As a sentence with a space behind it; empty where nothing is near. */
export function nearestName({ message, at }: StepFailed, step: ReplayedStep): string {
  const [, kind, missing] = /^no such (table|column): (?:.+\.)?(\S+)/.exec(message) ?? []
  if (missing === undefined) return ''
  const walks = step.migration.batches ?? []
  const texts = [
    at.statement ?? '',
    ...walks.flatMap(({ query, update }) => [query.value, update?.value ?? '']),
  ]
  const known = namesFor(kind === 'table' ? 'table' : 'column', texts, step.before)
  const meant = known.some((one) => foldCase(one) === foldCase(missing))
    ? null
    : nearest(missing, known)
  return meant === null ? '' : `Did you mean \`${meant}\`? `
}

/** Of columns, those of the tables that the texts name, where these name any. */
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
