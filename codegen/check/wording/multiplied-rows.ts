// Tells which of two joined tables a copy returns rows of more than once. Pure.
import { plainName } from '../../../src/sql/names.js'
import { columnOf } from '../../model/in-catalog.js'
import { columnOf as selectedColumn, itemsFor } from '../../sql/read-select.js'
import type { Insert, Select, Word } from '../../sql/statement.js'
import { comparedBy, isWithin, keysOf } from '../source/any-of-several.js'
import { joinOf, namedIn, type NamedTable } from '../source/any-of-joined.js'
import type { ReplayedStep } from '../subject/rule.js'
import { JOIN, type Multiplied } from './explain-join.js'

/** A copy that SQLite stopped. */
interface Stopped {
  readonly sql: string | null
  readonly step: ReplayedStep
  /** The columns that have to be unique. */
  readonly columns: readonly string[]
}

/**
 * If what has to be unique is a key of one of two tables, and the other may have several rows for it; null if not, or not that
 * alone. If that is not known, as with more tables, the first table of a JOIN into an empty one.
 */
export function multipliedRows(
  { sql, step, columns }: Stopped,
  shape: Insert,
  target: 'empty' | 'filled',
): Multiplied | null {
  const [select, ...more] = shape.selects
  const [, other] = JOIN.exec(sql ?? '') ?? []
  if (!select || other === undefined) return null
  const key = columns.map((column) => itemsFor(column, shape)[0] ?? [])
  const known = more.length === 0 ? multipliedOf(sql ?? '', select, { key, step }) : null
  if (known !== null) return known === 'none' ? null : known
  const of = select.from?.text ?? 'the first table'
  return target === 'empty' ? { of, by: other, taken: false } : null
}

/** With the columns of a table that the step creates, if the statement lists none. */
export function withColumns(shape: Insert, { statements }: ReplayedStep): Insert {
  const made = statements.find(
    ({ shape: one }) => one.kind === 'create-table' && one.name.key === shape.table.key,
  )?.shape
  const names = made?.kind === 'create-table' ? made.columns?.map(({ name }) => name) : undefined
  return { ...shape, columns: shape.columns ?? names ?? null }
}

function multipliedOf(
  sql: string,
  { items }: Select,
  { key, step }: { readonly key: readonly (readonly Word[])[]; readonly step: ReplayedStep },
): Multiplied | 'none' | null {
  const catalog = step.before
  const join = joinOf(sql)
  const tables = [join?.first, join?.second].flatMap((one) => (one && namedIn(catalog, one)) ?? [])
  const [first, second] = tables
  if (!join || !first || !second || key.length === 0) return null
  const columnIn = (own: NamedTable, words: readonly Word[]): string | null => {
    const { column, table } = selectedColumn(words) ?? {}
    const name = plainName(column?.key ?? '')
    const isOwn = table
      ? own.names.has(plainName(table.key))
      : tables.every((one) => one === own || !columnOf(one.table, name))
    return isOwn && columnOf(own.table, name) ? name : null
  }
  const places = key.map((item) => tables.find((one) => columnIn(one, item) !== null))
  if (places.includes(undefined)) return null
  const [of] = places
  const by = of === first ? second : first
  const { settled } = comparedBy(join.conditions, (words) => columnIn(by, words), by.table)
  const taken = key.flatMap((item) => columnIn(of!, item) ?? [])
  const isKey = keysOf(of!.table, catalog).some((one) => isWithin(one, taken))
  const isOnce = keysOf(by.table, catalog).some((one) => isWithin(one, settled))
  return isKey && !isOnce && places.every((one) => one === of)
    ? {
        of: of!.table.name,
        by: by.table.name,
        taken: items.some((item) => columnIn(by, item) !== null),
      }
    : 'none'
}
