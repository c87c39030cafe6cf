// Judges columns that a REPLACE does not name, which fall back to their defaults in each replaced row. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { Name } from '../../../sql/statement.js'
import { changeTold } from './compare-values.js'
import { sameValue } from './same-value.js'
import { keysOf, keyTexts, type Replaced } from './count-survivors.js'
import { type Effect } from '../watch/statement-effect.js'
import { placeOf, type TableImage } from '../watch/table-image.js'

/** The columns that lost values in rows replaced by successors with the same key. */
export function forgottenValues(table: Replaced, evicting: readonly Effect[]): ValuesChanged[] {
  const deletes = table.side.effects.some(
    ({ verb, table: from }) => verb === 'delete' && from === table.name,
  )
  const copy = evicting.findLast(
    (effect) => effect.shape.kind === 'insert' && !(deletes && isSpelledOut(effect)),
  )
  const given = copy && columnsGiven(copy)
  const key = given && keysOf(table).find((columns) => columns.every((one) => given.has(one)))
  if (!key) return []
  const { side, name, before, after } = table
  const named = new Set([...given, ...keysOf(table).flat(), ...updated(side.effects, name)])
  const pairs = pairsBy(key, before, after)
  return before.columns.flatMap(({ name: column, default: initial }, index): ValuesChanged[] => {
    const place = placeOf(after, column)
    if (place < 0 || named.has(foldCase(column)) || isClock(initial)) return []
    const shown = pairs
      .map(([old, now]) => [old[index] ?? null, now[place] ?? null] as const)
      .find(([was, is]) => was !== null && !sameValue(was, is))
    const where = { at: copy.place, table: after.table.name, column }
    return shown ? [changeTold({ ...where, lost: 'left-out' }, shown)] : []
  })
}

/** Whether a default is the time of writing, which rightly changes. */
const isClock = (initial: string | null): boolean =>
  /\b(?:current_|unixepoch|strftime|julianday|(?:date)?time|date)/i.test(initial ?? '')

/** Whether SQL spells out the rows; after a DELETE, these may be other rows. */
const isSpelledOut = ({ shape, place }: Effect): boolean =>
  shape.kind === 'insert' && shape.selects.length === 0 && place.script !== null

/** The columns that an INSERT lists; undefined if it lists none and sets all. */
const columnsGiven = ({ shape }: Effect): ReadonlySet<string> | undefined =>
  shape.kind === 'insert' && shape.columns ? namesOf(shape.columns) : undefined

const namesOf = (columns: readonly Name[]): Set<string> =>
  new Set(columns.map(({ key }) => plainName(key)))

const updated = (effects: readonly Effect[], name: string): string[] =>
  effects.flatMap(({ shape, table }) =>
    shape.kind === 'update' && table === name ? [...namesOf(shape.columns)] : [],
  )

type Values = TableImage['rows'][number]['values']

/** The rows that have a successor with the same key. */
function pairsBy(
  key: readonly string[],
  before: TableImage,
  after: TableImage,
): [Values, Values][] {
  const now = new Map<string | null, Values>()
  for (const [row, text] of (keyTexts(after, key) ?? []).entries())
    now.set(text, after.rows[row]!.values)
  return (keyTexts(before, key) ?? []).flatMap((text, row): [Values, Values][] => {
    const successor = text === null ? undefined : now.get(text)
    return successor ? [[before.rows[row]!.values, successor]] : []
  })
}
