// Finds foreign keys that earlier rows never had to satisfy.
import type { Catalog, CatalogForeignKey } from '../../model/catalog.js'
import { columnOf, tableIn } from '../../model/in-catalog.js'
import { mayBeNull } from '../../model/rowid-column.js'
import { formerNames, type FormerNames } from '../subject/former-names.js'
import { factsIn } from '../subject/facts.js'
import { hasListFor } from './narrowed-checks.js'
import type { ReplayedStep, TableTrace } from '../subject/rule.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'

/** A key that came; its columns by the names that the table had for them before the step. */
export interface AddedForeignKey {
  /** The current name of the table. */
  readonly table: string
  readonly columns: readonly string[]
  /** The columns, as they are called now. */
  readonly columnsNow: readonly string[]
  readonly parent: string
  readonly parentColumns: readonly string[]
  /**
   * Whether the same columns referred to another parent, a check listed their values, or the step fills the parent from the rows
   * themselves: rows that do not fit would have been found.
   */
  readonly replaces: boolean
}

/**
 * Keys over existing columns for which the old table had none to the same parent, and which those that it had do not imply. Those
 * found to be violated are left out: they are reported with the rows.
 */
export function addedForeignKeys(trace: TableTrace, step: ReplayedStep): AddedForeignKey[] {
  const { before, after, columns } = trace
  if (!after || after.foreignKeys.length === 0) return []
  const names = new Map(
    columns.flatMap((one) =>
      one.after ? [[foldCase(one.after.name), one.before.name] as const] : [],
    ),
  )
  const former = formerNames(step)
  return after.foreignKeys.flatMap((key) => {
    const was = key.columns.flatMap((name) => names.get(foldCase(name)) ?? [])
    if (was.length < key.columns.length || isBroken(after.name, key, step)) return []
    const asked = keyBefore(key, was, former)
    const isOld = before.foreignKeys.some(
      ({ columns: own, parent }) => keyOf(own, parent) === keyOf(was, asked.parent),
    )
    if (isOld || isImplied(before.name, asked, step.before)) return []
    const { parent, parentColumns } = key
    const replaces =
      before.foreignKeys.some(({ columns: own }) => sameNames(own, was)) ||
      was.every((name) => hasListFor(before, name)) ||
      isFilledFrom({ table: before.name, columns: was, parent }, step)
    return [
      { table: after.name, columns: was, columnsNow: key.columns, parent, parentColumns, replaces },
    ]
  })
}

type Asked = Pick<CatalogForeignKey, 'columns' | 'parent' | 'parentColumns'>

/** What a new key refers to, by the names before the step. */
const keyBefore = (
  { parent, parentColumns }: Asked,
  columns: readonly string[],
  names: FormerNames,
): Asked => ({
  columns,
  parent: names.table(parent),
  parentColumns: parentColumns.map((name) => names.column(parent, name)),
})

/**
 * Whether a key of the table already leads each of its rows to a row with these values: one over more columns, of which those
 * that are not asked for are never NULL, or keys that lead there through other tables.
 */
function isImplied(
  table: string,
  { columns, parent, parentColumns }: Asked,
  schema: Catalog,
  seen = new Set<string>(),
): boolean {
  const found = tableIn(schema, table)
  const place = keyOf([table, ...columns], parent)
  if (!found || seen.has(place)) return false
  seen.add(place)
  const isAsked = (name: string): boolean => columns.some((one) => isSameName(one, name))
  return found.foreignKeys.some((key) => {
    const there = columns.flatMap((name) => {
      const at = key.columns.findIndex((one) => isSameName(one, name))
      return key.parentColumns[at] ?? []
    })
    const applies = key.columns.every((name) => {
      const column = columnOf(found, name)
      return isAsked(name) || (column && !mayBeNull(column, found))
    })
    if (there.length < columns.length || !applies) return false
    if (isSameName(key.parent, parent) && sameNames(there, parentColumns)) return true
    const further = { columns: there, parent, parentColumns }
    return isImplied(key.parent, further, schema, seen)
  })
}

const LEAVES_OUT = /\b(?:where|and|join|limit|having)\b/i

/** A copy that only leaves out rows that the parent already has, and NULL. */
const MISSING_ONLY =
  /\bwhere\s+(?:not\s+exists\b|\S+\s+not\s+in\b|\S+\s+is\s+not\s+null\b)|\bselect\s+\S+\s+from\s+\S+\s+where\b(?=[^()]*\)\s*$)/gi

/** Whether a statement of `up` fills the parent from a table; code is assumed to, if the parent is new. */
function isFilledFrom(
  { table, columns, parent }: Pick<AddedForeignKey, 'table' | 'columns' | 'parent'>,
  { acts, before, after, statements, traces }: ReplayedStep,
): boolean {
  const key = `table ${foldCase(parent)}`
  const isOld = before.has(key) || traces.some((one) => isSameName(one.after?.name ?? '', parent))
  const copies = acts.up.some(
    (act) =>
      act.kind === 'copy' &&
      !LEAVES_OUT.test(act.statement.text.replace(MISSING_ONLY, '')) &&
      isSameName(act.from, table) &&
      isSameName(act.to, parent) &&
      columns.every((name) =>
        [...act.columns.values()].some((one) => isSameName(one ?? name, name)),
      ),
  )
  const isFilled = statements.some(
    ({ direction, shape }) =>
      direction === 'up' &&
      shape.kind === 'insert' &&
      isSameName(plainName(shape.table.key), parent),
  )
  return copies || (!isOld && after.has(key) && isFilled)
}

const sameNames = (some: readonly string[], others: readonly string[]): boolean =>
  foldCase(JSON.stringify(some)) === foldCase(JSON.stringify(others))

const keyOf = (columns: readonly string[], parent: string): string =>
  foldCase(JSON.stringify([columns, parent]))

const isBroken = (table: string, key: CatalogForeignKey, step: ReplayedStep): boolean =>
  factsIn(step, 'foreign-key-broken').some(
    ({ at, ...broken }) =>
      at.direction === 'up' &&
      isSameName(broken.table, table) &&
      keyOf(broken.columns, broken.parent) === keyOf(key.columns, key.parent),
  )
