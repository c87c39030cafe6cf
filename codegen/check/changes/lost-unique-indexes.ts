// Unique indexes that a rebuild makes again under their name, but not as strict as they were.
import type { CatalogIndex, CatalogTable } from '../../model/catalog.js'
import { isMissedByKey } from './lost-constraints.js'
import type { FoundStatement, ReplayedStep, TableTrace } from '../subject/rule.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'

/** A unique index that lets in what it kept out. */
export interface LostUniqueIndex {
  readonly index: CatalogIndex
  /** The statement that makes it again; null where none can be read. */
  readonly statement: FoundStatement | null
}

/**
 * The unique indexes of a table whose columns are all there still, and which nothing unique covers any more, though there
 * is an index of that name. One that is gone by its name is a lost object; one that is dropped by name was meant to go;
 * of indexes over expressions only those are reported that are no longer unique, whatever they cover; and nothing is
 * told of a table whose uniqueness a foreign key misses.
 */
export function lostUniqueIndexes(trace: TableTrace, step: ReplayedStep): LostUniqueIndex[] {
  const { before, after } = trace
  if (!after || isMissedByKey(after, step)) return []
  const acts = step.acts.up
  const dropped = new Set(
    acts.flatMap((act) => (act.kind === 'drop' && act.type === 'index' ? [act.name] : [])),
  )
  return [...step.before].flatMap(([key, index]) => {
    if (index.type !== 'index' || !index.unique || !isSameName(index.table, before.name)) return []
    const again = step.after.get(key)
    const name = foldCase(index.name)
    if (again?.type !== 'index' || !isSameName(again.table, after.name)) return []
    if (dropped.has(name) || isKept(index, again, trace, keptBy(after, step))) return []
    const made = acts.findLast((act) => act.kind === 'create' && act.name === name)
    return [{ index, statement: made?.statement ?? null }]
  })
}

/** What is unique in a table now; null stands for an expression. Partial indexes are among it. */
const keptBy = (after: CatalogTable, step: ReplayedStep): (readonly (string | null)[])[] => [
  ...[...step.after.values()].flatMap((object) =>
    object.type === 'index' && object.unique && isSameName(object.table, after.name)
      ? [object.columns]
      : [],
  ),
  ...after.uniques,
  ...after.columns.flatMap(({ name, primaryKey }, _, all) =>
    primaryKey > 0 && all.filter((one) => one.primaryKey > 0).length === 1 ? [[name]] : [],
  ),
]

/** Whether something that is unique now covers what the index did, or that is unknown. */
function isKept(
  { columns }: CatalogIndex,
  again: CatalogIndex,
  trace: TableTrace,
  kept: readonly (readonly (string | null)[])[],
): boolean {
  const now = columns.map((name) => {
    const found = trace.columns.find(({ before }) => isSameName(before.name, name ?? ''))
    return found?.after?.name ?? null
  })
  if (columns.some((name, at) => name !== null && now[at] === null)) return true
  if (kept.some((one) => one.every((name) => name !== null && has(now, name)))) return true
  return columns.includes(null) && (again.unique || kept.some((one) => one.includes(null)))
}

const has = (names: readonly (string | null)[], name: string): boolean =>
  names.some((one) => one !== null && isSameName(one, name))
