// Finds the INSERT by which code has written the rows of a table that it has read before. Pure.
import type { StepPlace } from '../../../model/evidence.js'
import { foldCase } from '../../../../src/sql/names.js'
import { namesIn } from '../../../sql/names-in.js'
import type { HandedCall } from '../../sides/handed-calls.js'
import type { ObservedSide } from '../watch/observed-run.js'
import type { Effect } from '../watch/statement-effect.js'
import { shownValue, type TableImage } from '../watch/table-image.js'
import { isTelling } from './match-rows.js'
import type { RawRow } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'

type Calls = readonly HandedCall[]

/**
 * Of several INSERTs of values, the one that bound most of these rows; if tables have equal rows, the one that ran after the table was
 * read. Undefined if none did.
 */
export function boundCopyOf(
  { table, rows }: TableImage,
  effects: readonly Effect[],
  calls: Calls,
): Effect | undefined {
  const sought = rows.map(({ values }) => values.filter(isTelling).map(shownValue))
  const ranked = effects.filter(isOfValues).map((effect) => {
    const own = callsOf(effect, calls).map(boundBy)
    const most = sought.map((row) =>
      Math.max(0, ...own.map((bound) => row.filter((value) => bound.has(value)).length)),
    )
    const sum = most.reduce((all, one) => all + one, 0)
    return { effect, rank: sum + (isAfter(effect, foldCase(table.name), calls) ? 0.5 : 0) }
  })
  const best = ranked.toSorted((one, other) => other.rank - one.rank)[0]
  return best && best.rank >= 1 ? best.effect : undefined
}

/** Where code would have copied one of these rows, and the error behind which it went on. */
export function refusedCopy(
  image: TableImage,
  row: RawRow | undefined,
  { effects, calls }: Pick<ObservedSide, 'effects' | 'calls'>,
): { at?: StepPlace; caught?: string } {
  const copy = row && boundCopyOf(image, effects, calls)
  const own = new Set<unknown>(row?.map(shownValue))
  const refused = (copy ? callsOf(copy, calls) : []).find(
    (call) => call.refusal !== undefined && [...boundBy(call)].every((value) => own.has(value)),
  )
  return copy && refused?.refusal ? { at: copy.place, caught: refused.refusal } : {}
}

/** Whether code may bind what an INSERT writes. */
export const isOfValues = ({ place, shape }: Effect): boolean =>
  place.script === null && shape.kind === 'insert' && shape.selects.length === 0

const callsOf = ({ place }: Effect, calls: Calls): Calls =>
  calls.filter(({ text }) => text.trim() === place.statement)

const boundBy = ({ values }: HandedCall): ReadonlySet<unknown> =>
  new Set(
    values
      .flat()
      .flatMap((one) => (isByName(one) ? Object.values(one) : [one]))
      .map((one) => shownValue(one as Value)),
  )

const isByName = (one: unknown): one is object =>
  typeof one === 'object' && one !== null && !(one instanceof Uint8Array)

/** Whether the last query before its first call reads the table. */
function isAfter(effect: Effect, table: string, calls: Calls): boolean {
  const first = calls.findIndex(({ text }) => text.trim() === effect.place.statement)
  const query = calls.slice(0, Math.max(0, first)).findLast(({ reads }) => reads)
  return query !== undefined && [...namesIn(query.text)].includes(table)
}
