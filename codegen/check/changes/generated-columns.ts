// Reads columns that are computed from others, and finds those that a rebuild has forgotten.
import { joinTokens } from '../../../src/sql/canonical-tokens.js'
import { foldUpper, isSameName } from '../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import { mentions } from '../../sql/names-in.js'
import { sqlName } from '../../sql/sql-name.js'
import type { ReplayedStep, TableTrace } from '../subject/rule.js'
import { clausesOf } from './declared-clauses.js'

/**
 * The computed columns that a rebuilt table no longer has, under any name, though it has all the columns they are computed from.
 * Not those that declared changes drop by name.
 */
export function forgottenGenerated(
  { before, after, columns }: TableTrace,
  { migration }: ReplayedStep,
): CatalogColumn[] {
  const gone = columns.filter((one) => !one.after).map((one) => one.before)
  const now = after?.columns.filter(({ generated }) => generated) ?? []
  const known = new Set(after && now.map(({ name }) => expressionOf(name, after)))
  const dropped = migration.alter?.tables.flatMap(({ drop }) => drop) ?? []
  const isNamed = ({ name }: CatalogColumn): boolean =>
    dropped.some(({ value }) => isSameName(value, name))
  return gone.filter((column) => {
    const text = expressionOf(column.name, before)
    const others = gone.filter((one) => one !== column)
    const isMeant = isNamed(column) || known.has(text)
    return column.generated && !isMeant && !others.some(({ name }) => mentions(text, name))
  })
}

/** Regardless of whether it is stored. */
const expressionOf = (column: string, table: CatalogTable): string =>
  computedAs(column, table).replace(/ (?:STORED|VIRTUAL)$/, '')

/** `month TEXT AS (substr(day, 1, 7)) VIRTUAL`. */
export const generatedAs = ({ name, type }: CatalogColumn, table: CatalogTable): string =>
  [sqlName(name), type, computedAs(name, table)].filter((part) => part !== '').join(' ')

/** `AS (qty * price) STORED`. */
export function computedAs(column: string, table: CatalogTable): string {
  const found = clausesOf(table, column).find(([first]) => first === 'as' || first === 'generated')
  const words = found?.slice(found.indexOf('as')) ?? []
  return joinTokens(words)
    .replace(/^as\b/, 'AS')
    .replace(/ (?:stored|virtual)$/, foldUpper)
}
