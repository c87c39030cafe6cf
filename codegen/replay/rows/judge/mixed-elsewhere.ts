// Judges columns that are mixed up when they are moved to a table of another name. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import { isFilling } from '../watch/statement-effect.js'
import { changedColumns, changeTold, type ChangedColumn } from './compare-values.js'
import type { Ending } from './fate.js'
import { calculates } from './rebuild.js'
import type { Written } from './written.js'

/**
 * For columns that a table loses. As a column may be renamed on the way, only swapped columns are reported, and those that the copy matches
 * by position.
 */
export function mixedElsewhere(
  { before, after, heir }: Ending,
  written: readonly Written[],
): ValuesChanged[] {
  const there = new Set(after?.columns.map(({ name }) => foldCase(name)))
  return heir.fills.flatMap(({ name, effects }): ValuesChanged[] => {
    const one = written.find((table) => foldCase(table.after.table.name) === name)
    const copies = effects.filter(isFilling)
    const copy = copies.at(-1)
    if (!one || !copy || name === heir.name) return []
    const blends = (pair: readonly string[]): boolean =>
      copies.some(({ shape }) => calculates(shape, pair.map(foldCase)))
    const changes = exchanging(changedColumns(before, one.after), blends).flatMap(
      ({ from, ...change }) =>
        from === null || there.has(foldCase(change.column)) ? [] : [{ ...change, from }],
    )
    const changed = new Set(changes.map(({ column }) => foldCase(column)))
    const isByPosition = copies.some(({ shape }) => shape.kind === 'insert' && !shape.columns)
    const isMixed = isByPosition || changes.every(({ from }) => changed.has(foldCase(from)))
    if (!isMixed || !changes.some(({ taken }) => taken)) return []
    const where = { at: copy.place, table: before.table.name, into: one.after.table.name }
    return changes.map(({ column, from, ...values }) =>
      changeTold({ ...where, column, from }, [values.before, values.after]),
    )
  })
}

/** Columns that have each other's values wherever there are any, as through `coalesce`, are swapped as well. */
const exchanging = (
  all: readonly ChangedColumn[],
  blends: (pair: readonly string[]) => boolean,
): ChangedColumn[] =>
  all.map((change) => {
    const { column, from, akin } = change
    const other = akin && all.find((one) => isSameName(one.column, akin.name))
    const isExchange = other ? isSameName(other.akin?.name ?? '', column) : false
    if (from !== null || !other || !isExchange || blends([column, other.column])) return change
    return { ...change, from: other.column, taken: true }
  })
