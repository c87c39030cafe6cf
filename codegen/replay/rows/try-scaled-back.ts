// Tries a `down` right behind an `up` that has calculated numbers in some rows only: whether it takes others for them, which had such
// numbers by themselves.
import type { Fact, ValuesChanged } from '../../model/evidence.js'
import { isSameName, plainName } from '../../../src/sql/names.js'
import type { Value } from './fill/seed-values.js'
import { changeTold } from './judge/compare-values.js'
import { imagesOf } from './judge/endings.js'
import { matchByKey } from './judge/match-rows.js'
import type { Prover } from './prover.js'
import type { ObservedSide, StepSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'
import { placeOf } from './watch/table-image.js'

/** Columns that both sides calculate; not those of which `facts` tell already. Takes everything back. */
export function tryScaledBack(
  rows: Prover,
  side: StepSide & { readonly undoes: ObservedSide },
  facts: readonly Fact[],
): ValuesChanged[] {
  const scaled = scalesIn(side.undoes.effects).filter(
    ({ effect: { table, tokens }, column }) =>
      tokens.includes('WHERE') &&
      side.undoes.images.has(table) &&
      !facts.some(
        (fact) =>
          fact.kind === 'values-changed' &&
          isSameName(fact.table, table) &&
          isSameName(fact.column, column),
      ),
  )
  if (scaled.length === 0) return []
  const found: ValuesChanged[] = []
  rows.tryOut(side, undefined, ({ side: { effects }, now }) => {
    const imageNow = imagesOf(rows.connection, now)
    const back = scalesIn(effects)
    for (const { effect, column, by } of scaled) {
      const undoing = back.findLast(
        (one) => one.effect.table === effect.table && isSameName(one.column, column),
      )
      const [before, after] = [side.undoes.images.get(effect.table), imageNow(effect.table)]
      if (!undoing || !before || !after) continue
      const [was, is] = [placeOf(before, column), placeOf(after, column)]
      const told = (matchByKey(before, after) ?? [])
        .map(([old, row]) => [old[was] ?? null, row[is] ?? null] as const)
        .find((values) => by.some((number) => isScaled(values, number)))
      const where = { at: undoing.effect.place, table: after.table.name, column }
      if (told && found.every((one) => one.column !== column))
        found.push(changeTold({ ...where, lost: 'mistaken' }, told))
    }
    return []
  })
  return found
}

/** A column that an UPDATE makes of itself and numbers. */
interface Scale {
  readonly effect: Effect
  readonly column: string
  readonly by: readonly number[]
}

function scalesIn(effects: readonly Effect[]): Scale[] {
  return effects.flatMap((effect) => {
    const { shape, tokens } = effect
    if (shape.kind !== 'update') return []
    return shape.columns.flatMap((name): Scale[] => {
      const column = plainName(name.key)
      const item = itemOf(tokens, column)
      // The point of a fraction is a word of its own.
      const words = item.join(' ').replaceAll(' . ', '.').split(' ')
      const by = words.filter((word) => /^\d/.test(word)).map(Number)
      const isOwn = item.some((token) => plainName(token) === column)
      const isMade = item.some((token) => SIGNS.has(token))
      return isOwn && isMade && by.length > 0 ? [{ effect, column, by }] : []
    })
  })
}

const SIGNS: ReadonlySet<string> = new Set(['*', '/', '+', '-'])

/** What stands behind `column =`, up to the next column or the condition. */
function itemOf(tokens: readonly string[], column: string): string[] {
  const at = tokens.findIndex(
    (one, place) => plainName(one) === column && tokens[place + 1] === '=',
  )
  const rest = at < 0 ? [] : tokens.slice(at + 2)
  let depth = 0
  const end = rest.findIndex((token) => {
    depth += token === '(' ? 1 : token === ')' ? -1 : 0
    return depth === 0 && ENDS.has(token)
  })
  return rest.slice(0, end < 0 ? rest.length : end)
}

const ENDS: ReadonlySet<string> = new Set([',', 'WHERE', 'FROM', 'RETURNING', ';'])

/** Whether one is the other one, multiplied by that number, or with it added. */
function isScaled([was, is]: readonly [Value, Value], by: number): boolean {
  if (![was, is].every((one) => typeof one === 'number' || typeof one === 'bigint')) return false
  const [old, now] = [Number(was), Number(is)]
  if (old === now) return false
  const isFactor = by > 1 && (isNear(old * by, now) || isNear(now * by, old))
  return isFactor || isNear(Math.abs(old - now), by)
}

const isNear = (one: number, other: number): boolean =>
  one !== 0 && Math.abs(one - other) <= 1e-9 * Math.max(Math.abs(one), Math.abs(other))
