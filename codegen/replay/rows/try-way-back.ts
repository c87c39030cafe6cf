// Tries a `down` that makes a table anew and computes a column from itself, as `back` does: whether it changes values that `up` leaves alone.
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { columnOf } from '../../model/in-catalog.js'
import { isCalculated, isNamedIn, itemsFor } from '../../sql/read-select.js'
import type { StepPlace, ValuesChanged } from '../../model/evidence.js'
import { keyText, type RawRow } from './fill/connection.js'
import type { Value } from './fill/seed-values.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { changeTold } from './judge/compare-values.js'
import { keyOf, textBy } from './judge/match-rows.js'
import { isPutInOrder } from './judge/reworded-texts.js'
import { sameValue } from './judge/same-value.js'
import { giving } from './other-values.js'
import type { Prover } from './prover.js'
import { isOrdinary } from './seed/made-of.js'
import { namesBefore } from './seed/names-behind.js'
import { addRows } from './seed/add-rows.js'
import { scriptTrial } from './script-trial.js'
import { addNearValues, withTextsOf, type WorkedColumn } from './seed/worked-columns.js'
import type { Again } from './try-again.js'
import { nameBehind, type Effect } from './watch/statement-effect.js'
import { placeOf, takeImage, type TableImage } from './watch/table-image.js'
import { imageNow } from './watch/tables-now.js'

/**
 * Reports a value that the table takes after `down` as well, that `up` then leaves as it is, and that `down` has changed nevertheless, for
 * good: `up` does not make it again of what `down` has made. Rolls everything back.
 */
export const tryWayBack = scriptTrial({
  sides: 'any',
  find: computedAnew,
  run({ rows, side, effects, prepare }, columns) {
    if (side.direction === 'up') return []
    const seek = rows.rowsSought(effects)
    const begin = (): void => {
      prepare()
      seek?.()
      rows.onTrial((...at) => {
        addNearValues(...at, columns)
        for (const { table, column, beyond } of columns)
          addRows(...at, { table, examples: beyond.map((value) => ({ [column.name]: value })) })
      })
    }
    const { failure, facts: usual } = rows.tryOut(side, begin)
    if (failure) return []
    const behind = new Map<ComputedAnew, TableImage | null>()
    const there = (): void => {
      begin()
      for (const one of columns) behind.set(one, takeImage(rows.connection, one.table))
      rows.runWithin(side)
    }
    const found = rows.tryAgain({ entry: side.entry, direction: 'up' }, there, (again) =>
      columns.flatMap((one): ValuesChanged[] => {
        const isTold = usual.some(
          (fact) =>
            fact.kind === 'values-changed' &&
            isSameName(fact.table, one.table.name) &&
            isSameName(fact.column, one.now),
        )
        const before = behind.get(one)
        return isTold || !before ? [] : changedFor(rows, { one, before }, again)
      }),
    )
    return found ?? []
  },
})

/** A column as `up` has left it. */
interface ComputedAnew extends WorkedColumn {
  readonly now: string
  /** The numbers that the expression names, and those beside them. */
  readonly beyond: readonly number[]
  readonly place: StepPlace
}

/** The columns that a copy into a new table computes from themselves. */
function computedAnew(effects: readonly Effect[], before: TableGraph): ComputedAnew[] {
  return effects.flatMap(({ shape, table: into, place }, at) => {
    if (shape.kind !== 'insert') return []
    const target = nameBehind(effects.slice(at), into)
    return (shape.columns ?? []).flatMap(({ key }): ComputedAnew[] => {
      const now = plainName(key)
      const items = itemsFor(now, shape)
      const isOwn = items.some((item) => isCalculated(item) && isNamedIn(item, now))
      const [name, former] = namesBefore(effects.slice(0, at), [target, now])
      const table = isOwn ? tableNamed(before, name) : undefined
      const column = table && columnOf(table, former)
      if (!table || !column || !isOrdinary(column)) return []
      const nothing = { beside: [], used: [], along: [], read: [], numbers: [] }
      const [one] = withTextsOf(effects, [{ ...nothing, table, column, now, values: [] }])
      const numbers = items.flat().flatMap(({ text }) => (/^\d/.test(text) ? Number(text) : []))
      return [{ ...one!, now, place, beyond: numbers.flatMap((one) => [one - 1, one, one + 1]) }]
    })
  })
}

interface Tried {
  readonly one: ComputedAnew
  /** The table before `down`. */
  readonly before: TableImage
}

/** A row after `down`, with its key, and its value before and after. */
interface ChangedRow {
  readonly row: RawRow
  readonly key: string
  readonly was: Value
  readonly is: Value
}

function changedFor(rows: Prover, { one, before }: Tried, again: Again): ValuesChanged[] {
  const { connection, situation } = rows
  const { now } = one
  const name = foldCase(one.table.name)
  const old = tableNamed(situation(), name)
  const column = old && columnOf(old, now)
  const after = old && takeImage(connection, old)
  if (!after || !column) return []
  const changed = changedRows([before, one.column.name], [after, now]).filter(({ was, is }) =>
    isMissed(was, is, column.type),
  )
  /** What `up` makes of the rows, or of one value in one of them; null if the table does not take it, or `up` fails. */
  const made = (change?: () => void): ReadonlyMap<string, Value> | null =>
    again(
      () => change?.(),
      () => {
        const image = imageNow(rows, name)
        return image ? valuesIn(image, one.column.name) : new Map<string, Value>()
      },
    )
  const anew = changed.length > 0 ? made() : null
  const found = changed
    .filter(({ key, was }) => anew && !sameValue(anew.get(key) ?? null, was))
    .slice(0, MOST)
    .find(({ row, key, was }) => {
      const give = giving({ table: old, column }, row, was)
      let isTaken = false
      const values = made(() => {
        give(rows)
        isTaken = connection.all('PRAGMA foreign_key_check').length === 0
      })
      return isTaken && values !== null && sameValue(values.get(key) ?? null, was)
    })
  const at = { at: one.place, table: old.name, column: column.name, lost: 'mistaken' } as const
  return found ? [changeTold(at, [found.was, found.is])] : []
}

/** How many rows are tried one by one. */
const MOST = 8

/** Nobody misses spaces and capitals, nor what the column is not for: a text among numbers, a fraction among integers. */
function isMissed(was: Value, is: Value, type: string): boolean {
  if (was === null || was === '') return false
  if (typeof was === 'number' && !Number.isSafeInteger(was)) return !/int/i.test(type)
  if (typeof was !== 'string') return true
  return /^$|char|clob|text/i.test(type) && !(typeof is === 'string' && isPutInOrder([was, is]))
}

function changedRows(
  [before, was]: readonly [TableImage, string],
  [after, now]: readonly [TableImage, string],
): ChangedRow[] {
  const own = keyFor(after)
  const there = new Map(after.rows.map((row) => [own(row), row]))
  const [from, to] = [placeOf(before, was), placeOf(after, now)]
  const keyOfOld = keyFor(before)
  return before.rows.flatMap((old): ChangedRow[] => {
    const key = keyOfOld(old)
    const row = there.get(key)
    const [value, is] = [old.values[from] ?? null, row?.values[to] ?? null]
    return !row || sameValue(value, is) ? [] : [{ row: row.identity, key, was: value, is }]
  })
}

/** The values of a column by row. */
export function valuesIn(image: TableImage, column: string): ReadonlyMap<string, Value> {
  const place = placeOf(image, column)
  const key = keyFor(image)
  return new Map(image.rows.map((row) => [key(row), row.values[place] ?? null]))
}

/** What a row is told by, also where its table is made anew: the primary key, or if there is none, the rowid. */
function keyFor(image: TableImage): (row: TableImage['rows'][number]) => string {
  const names = keyOf(image)
  const textOf = textBy(names, image)
  return ({ identity, values }) => (names.length > 0 ? textOf(values) : keyText(identity))
}
