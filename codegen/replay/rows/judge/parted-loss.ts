// Distinguishes rows that a copy filters out from those that it drops on a conflict or as equal. Pure.
import type { RowsLost } from '../../../model/evidence.js'
import { foldCase } from '../../../../src/sql/names.js'
import type { RawRow } from '../fill/connection.js'
import type { Effect } from '../watch/statement-effect.js'
import { placeOf } from '../watch/table-image.js'
import { sameValue } from './same-value.js'
import type { Fate } from './fate.js'
import { withoutTwins } from './lost-rows.js'
import { keyOf } from './match-rows.js'

/** Rows lost for one reason. */
export interface LossPart extends Pick<RowsLost, 'by' | 'column'> {
  readonly rows: readonly RawRow[]
}

/**
 * Null if the copy drops neither equal nor conflicting rows, or all lost rows conflict, as far as the old table has the keys. Of equal rows
 * one stays, which tells them.
 */
export function partedLoss(fate: Fate, gone: readonly RawRow[]): LossPart[] | null {
  const { before, after, rebuild } = fate
  const others = withoutTwins(fate, gone)
  if (others.length > 0 && others.length < gone.length) return [{ by: 'filter', rows: others }]
  if (!hasBoth(fate)) return null
  const keys = [keyOf(after), ...after.table.uniques].filter(({ length }) => length > 0)
  const all = keys.map((key) => key.map((name) => [placeOf(before, name), placeOf(after, name)]))
  const places = all.map((key) => key.filter((pair) => !pair.includes(-1)))
  const isMade = keys.flat().some((name) => rebuild?.calculated(foldCase(name)))
  if (isMade || places.some(({ length }) => length === 0)) return null
  const inTheWay = (row: RawRow): number =>
    places.findIndex((key) =>
      after.rows.some(({ values }) =>
        key.every(([was = -1, is = -1]) => sameKey(row[was] ?? null, values[is] ?? null)),
      ),
    )
  const left = gone.filter((row) => inTheWay(row) < 0)
  const first = gone.find((row) => !left.includes(row))
  if (left.length === 0) return null
  const filtered = { by: 'filter', rows: left } as const
  if (!first) return [filtered]
  // The values that these rows would get in new key columns are unknown.
  if (all.flat(2).includes(-1)) return null
  const [column = ''] = keys[inTheWay(first)] ?? []
  const name = before.columns[placeOf(before, column)]?.name ?? column
  const rows = gone.filter((row) => !left.includes(row))
  return [filtered, { by: 'conflict', column: name, rows }]
}

/** Whether the copy filters rows by a condition, and drops those that conflict with keys of the table itself. */
function hasBoth({ side, rebuild }: Fate): boolean {
  const { shape, tokens = [] } = rebuild?.copy ?? {}
  const isDropping =
    shape?.kind === 'insert' && (shape.conflict !== null || tokens.includes('CONFLICT'))
  return (
    isDropping && tokens.some((token) => LEAVES_OUT.has(token)) && !side.effects.some(makesUnique)
  )
}

const LEAVES_OUT: ReadonlySet<string> = new Set(['WHERE', 'JOIN', 'LIMIT', 'HAVING'])

const makesUnique = ({ tokens }: Effect): boolean =>
  tokens[0] === 'CREATE' && tokens[1] === 'UNIQUE'

/** A collation may ignore case. */
const sameKey = (one: RawRow[number], other: RawRow[number]): boolean =>
  one !== null && other !== null && (sameValue(one, other) || textOf(one) === textOf(other))

const textOf = (value: RawRow[number]): string => foldCase(String(value)).trimEnd()
