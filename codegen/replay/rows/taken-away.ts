// Determines what a version removes: tables, columns, rows, and values that it overwrites. Pure.
import { foldCase } from '../../../src/sql/names.js'
import type { Fact } from '../../model/evidence.js'
import { tableNamed, tablesOf, type TableGraph } from './fill/table-graph.js'
import { namesMoved } from './judge/column-origins.js'
import { heirsAfter } from './judge/heirs.js'
import type { ObservedSide } from './watch/observed-run.js'

/** Columns of a table, by their names before. In lower case. */
export interface Taken {
  readonly table: string
  /** With `values`, the columns stay. */
  readonly of: 'columns' | 'values' | 'rows' | 'table'
  readonly columns: readonly string[]
}

/** What the version is not known to keep elsewhere itself. */
export function takenBy(side: ObservedSide, facts: readonly Fact[], now: TableGraph): Taken[] {
  const heirs = heirsAfter(side)
  const isKept = (table: string, column: string | null): boolean =>
    facts.some(
      (fact) =>
        fact.kind === 'values-kept' &&
        foldCase(fact.table) === table &&
        (fact.column === null ? column === null : foldCase(fact.column) === column),
    )
  return tablesOf(side.before).flatMap((before): Taken[] => {
    const table = foldCase(before.name)
    if (!side.reached.has(table)) return []
    const columns = before.columns.map(({ name }) => foldCase(name))
    const heir = heirs(table)
    const after = heir.name === null ? undefined : tableNamed(now, heir.name)
    const isDeleted = heir.own.some(({ verb }) => verb === 'delete')
    if (isDeleted || (after && heir.is === 'older' && !heir.isFed))
      return [{ table, columns, of: after ? 'rows' : 'table' }]
    if (!after) return isKept(table, null) ? [] : [{ table, columns, of: 'table' }]
    const moved = namesMoved(heir)
    const there = new Set(after.columns.map(({ name }) => foldCase(name)))
    const isThere = (name: string): boolean => there.has(name) && !moved.has(name)
    const overwritten = new Set(
      facts.flatMap((fact) =>
        isOverwritten(fact, isThere) && foldCase(fact.table) === table
          ? [foldCase(fact.column)]
          : [],
      ),
    )
    const gone = columns.filter((name) => !isThere(name) && !isKept(table, name))
    const ways = [
      { table, columns: gone, of: 'columns' },
      { table, columns: [...overwritten], of: 'values' },
    ] as const
    return ways.filter((one) => one.columns.length > 0)
  })
}

/** Whether some rows get one value, or none, in place of their own, or all get those of a column that goes. */
const isOverwritten = (
  fact: Fact,
  isThere: (column: string) => boolean,
): fact is Extract<Fact, { kind: 'values-changed' }> =>
  fact.kind === 'values-changed' &&
  (fact.lost === 'levelled' ||
    fact.lost === 'left-out' ||
    (fact.from !== null && !isThere(foldCase(fact.from))))

/** Whether a finding says what happens to such values. */
export function isAbout(fact: Fact, taken: Taken): boolean {
  if (!KINDS.has(fact.kind) || !('table' in fact)) return false
  if (taken.table !== foldCase(String(fact.table)) || taken.columns.length === 0) return false
  const isOwn = (name: string): boolean => taken.columns.includes(foldCase(name))
  if (fact.kind === 'values-gone') return Object.keys(fact.row).some(isOwn)
  if (fact.kind === 'values-changed') return isOwn(fact.column)
  if (fact.kind === 'rows-lost' && taken.of === 'values') return false
  return fact.kind === 'values-kept' && fact.column !== null ? isOwn(fact.column) : true
}

/** Whether a finding says that values or rows are lost. */
export const isLoss = ({ kind }: Fact): boolean => LOSSES.has(kind)

const LOSSES: ReadonlySet<Fact['kind']> = new Set(['rows-lost', 'values-changed', 'values-gone'])

const KINDS: ReadonlySet<Fact['kind']> = new Set([...LOSSES, 'values-kept', 'limit-untried'])
