// Adds rows that an UPDATE makes equal in one column of a UNIQUE index created afterwards; they already agree in its other columns. Pure.
import { foldCase, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { Connection } from '../fill/connection.js'
import type { Example } from '../fill/draft-row.js'
import type { Value } from '../fill/seed-values.js'
import type { TablePlan } from '../fill/table-plan.js'
import type { Effect } from '../watch/statement-effect.js'
import { comparisonsIn, type Comparison } from './comparisons.js'

/** The index columns that the preceding UPDATE leaves alone, and the comparisons by which it selects rows; all in lower case. */
export interface LevelledKey {
  readonly shared: readonly string[]
  readonly told: readonly Comparison[]
}

/** The keys of a table of which an UPDATE sets a column to a constant. */
export const levelledKeys = (effects: readonly Effect[], name: string): LevelledKey[] =>
  effects.flatMap(({ shape }, at) => {
    if (shape.kind !== 'create-index' || !shape.unique || plainName(shape.table.key) !== name)
      return []
    if (shape.terms.some((term) => term.includes('('))) return []
    const key = shape.terms.map(([column = '']) => plainName(column))
    return effects.slice(0, at).flatMap(({ verb, table, tokens }): LevelledKey[] => {
      if (verb !== 'update' || table !== name || tokens.includes('SELECT')) return []
      const told = comparisonsIn(tokens)
      const levelled = key.filter((column) => isConstant(tokens, column))
      const isAsking = told.length > 0 || !tokens.includes('WHERE')
      const shared = key.filter((column) => !levelled.includes(column))
      return levelled.length > 0 && isAsking ? [{ shared, told }] : []
    })
  })

/** Whether it is set to a literal. */
const isConstant = (tokens: readonly string[], column: string): boolean =>
  tokens.some(
    (token, at) =>
      plainName(token) === column &&
      /^(?:SET|,)$/.test(tokens[at - 1] ?? '') &&
      tokens[at + 1] === '=' &&
      /^(?:'|\d)/.test(tokens[at + 2] ?? '') &&
      /^(?:,|WHERE|;)?$/.test(tokens[at + 3] ?? ''),
  )

/** Two rows for each key, or one per value by which the UPDATE may select them. */
export const levelledRows = (
  { all }: Connection,
  { table, columns }: TablePlan,
  levelled: readonly LevelledKey[],
): Example[] =>
  levelled.flatMap(({ shared, told }) => {
    const names = columns.map(({ name }) => name)
    const own = names.filter((name) => shared.includes(foldCase(name)))
    const quoted = own.map(quoteIdentifier)
    const [row = []] = all(
      `SELECT ${['1', ...quoted].join(', ')} FROM ${quoteIdentifier(table.name)} WHERE ${['1', ...quoted.map((name) => `${name} NOT NULL`)].join(' AND ')} LIMIT 1`,
    )
    if (row.length === 0) return []
    const alike = Object.fromEntries(own.map((name, at) => [name, row[at + 1] ?? null]))
    const valuesOf = (name: string): readonly Value[] =>
      own.includes(name)
        ? []
        : told.flatMap((one) => (one.names.includes(foldCase(name)) ? one.values : []))
    const longest = Math.max(2, ...names.map((name) => valuesOf(name).length))
    return [0, 1, 2, 3].slice(0, longest).map((at) => ({
      ...Object.fromEntries(
        names.flatMap((name) => {
          const values = valuesOf(name)
          return values.length > 0 ? [[name, values[at % values.length] ?? null]] : []
        }),
      ),
      ...alike,
    }))
  })
