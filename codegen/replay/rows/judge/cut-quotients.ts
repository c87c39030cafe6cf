// Judges integers that `up` divides as integers, dropping the fraction, for a column meant for fractions. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import { integerQuotients } from '../../../sql/integer-quotients.js'
import { namesIn } from '../../../sql/names-in.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { nameBehind, type Effect } from '../watch/statement-effect.js'
import { placeOf, type TableImage } from '../watch/table-image.js'
import { changeTold } from './compare-values.js'

/** One finding for each such column, with a value whose fraction is lost. */
export function cutQuotients(
  side: ObservedSide,
  imageNow: (table: string) => TableImage | null,
): ValuesChanged[] {
  if (side.direction === 'down') return []
  return side.effects.flatMap((effect, index) => {
    const quotients = integerQuotients(effect.shape, effect.tokens)
    const target =
      quotients.length > 0 ? imageNow(nameBehind(side.effects.slice(index), effect.table)) : null
    return quotients.flatMap(({ into, column, divisor }): ValuesChanged[] => {
      const own =
        typeof into === 'number'
          ? target?.columns[into]
          : target?.columns.find(({ name }) => isSameName(name, into))
      if (!target || !own || !FRACTIONAL.test(own.type)) return []
      const told = dividedIn(side, effect, column).find((value) => value % divisor !== 0)
      if (told === undefined) return []
      const where = { at: effect.place, table: target.table.name, column: own.name, source: column }
      return [
        changeTold({ ...where, lost: 'quotient', factor: divisor }, [
          told,
          Math.trunc(told / divisor),
        ]),
      ]
    })
  })
}

const FRACTIONAL = /real|floa|doub|dec|numeric/i

/** The integers of a column in the table that a statement changes or else reads; empty if several tables have such a column. */
function dividedIn(side: ObservedSide, { shape, tokens, table }: Effect, column: string): number[] {
  const names = new Set(tokens.flatMap((token) => [...namesIn(token)]))
  const all = [...side.images].filter(
    ([name, image]) => names.has(name) && placeOf(image, column) >= 0,
  )
  const own = shape.kind === 'update' ? all.filter(([name]) => name === foldCase(table)) : []
  const [found, ...others] = own.length > 0 ? own : all
  if (!found || others.length > 0) return []
  const [, image] = found
  const values = image.rows.map((row) => row.values[placeOf(image, column)] ?? null)
  const numbers = values.flatMap((value) => (typeof value === 'bigint' ? [Number(value)] : []))
  return values.every((value) => value === null || typeof value === 'bigint') ? numbers : []
}
