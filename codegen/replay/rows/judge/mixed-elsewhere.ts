// Judges columns that are mixed up when they are moved to a table of another name. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { changedColumns, changeTold, type ChangedColumn } from './compare-values.js'
import { emptiedColumn, type Copied } from './emptied-columns.js'
import type { Ending } from './fate.js'
import { calculates } from './rebuild.js'
import type { Written } from './written.js'

/**
 * For columns that a table loses. As a column may be renamed on the way, only swapped columns are reported, those that the copy matches
 * by position, and those that get one value while a new column gets theirs.
 */
export function mixedElsewhere(
  { before, after, heir }: Ending,
  written: readonly Written[],
): ValuesChanged[] {
  const there = new Set(after?.columns.map(({ name }) => foldCase(name)))
  return heir.fills.flatMap(({ name, effects, isNew, sources }): ValuesChanged[] => {
    const one = written.find((table) => foldCase(table.after.table.name) === name)
    const { copies, blends } = copiesIn(effects)
    const copy = copies.at(-1)
    if (!one || !copy || name === heir.name) return []
    const all = changedColumns(before, one.after).filter(
      ({ column }) => !there.has(foldCase(column)),
    )
    const changes = exchanging(all, blends).flatMap(({ from, ...change }) =>
      from === null ? [] : [{ ...change, from }],
    )
    const changed = new Set(changes.map(({ column }) => foldCase(column)))
    const isByPosition = copies.some(({ shape }) => shape.kind === 'insert' && !shape.columns)
    const isMixed = isByPosition || changes.every(({ from }) => changed.has(foldCase(from)))
    if (changes.length === 0) {
      const copied = { ...copiesIn(effects), before, after: one.after }
      const isWhole = isNew && sources.length === 1
      return isWhole ? all.flatMap((change) => emptiedColumn(change, copied) ?? []) : []
    }
    if (!isMixed || !changes.some(({ taken }) => taken)) return []
    const where = { at: copy.place, table: before.table.name, into: one.after.table.name }
    return changes.map(({ column, from, ...values }) =>
      changeTold({ ...where, column, from }, [values.before, values.after]),
    )
  })
}

/** The statements that fill a table, and what they and others do to its columns. */
function copiesIn(effects: readonly Effect[]): Pick<Copied, 'copies' | 'updated' | 'blends'> {
  const copies = effects.filter(isFilling)
  return {
    copies,
    updated: (column) =>
      effects.some(
        ({ verb, tokens }) => verb === 'update' && tokens.some((one) => plainName(one) === column),
      ),
    blends: (...pair) => copies.some(({ shape }) => calculates(shape, pair.map(foldCase))),
  }
}

/** Columns that have each other's values wherever there are any, as through `coalesce`, are swapped as well. */
const exchanging = (all: readonly ChangedColumn[], blends: Copied['blends']): ChangedColumn[] =>
  all.map((change) => {
    const { column, from, akin } = change
    const other = akin && all.find((one) => isSameName(one.column, akin.name))
    const isExchange = other ? isSameName(other.akin?.name ?? '', column) : false
    if (from !== null || !other || !isExchange || blends(column, other.column)) return change
    return { ...change, from: other.column, taken: true }
  })
