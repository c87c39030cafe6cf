// Judges texts that a copy reduces to the result of a comparison: `enabled = 'yes'` turns any other text into 0. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, isSameName, plainName, unquote } from '../../../../src/sql/names.js'
import { columnOf, valueOf } from '../../../sql/read-select.js'
import type { Word } from '../../../sql/statement.js'
import { checksOf } from '../fill/checks-of.js'
import type { Effect } from '../watch/statement-effect.js'
import { placeOf } from '../watch/table-image.js'
import { changeTold } from './compare-values.js'
import type { Fate } from './fate.js'
import { matchedIn } from './lost-rows.js'

/**
 * For columns of rebuilt tables whose texts no CHECK lists. A step that compares with several texts, lower-cases the column, or uses it
 * anywhere else knows which texts there are.
 */
export function comparedTexts(fate: Fate): ValuesChanged[] {
  const { side, before, after, rebuild } = fate
  if (side.direction === 'down' || !rebuild) return []
  const checks = checksOf(before.table.sql)
  return rebuild.copies.flatMap((copy) =>
    comparedIn(copy).flatMap(({ column, text }): ValuesChanged[] => {
      const [place, now] = [placeOf(before, column), placeOf(after, column)]
      const isListed = checks.some(({ words }) => words.has(foldCase(column)))
      if (place < 0 || now < 0 || isListed || isNamedTwice(side.effects, column)) return []
      const told = matchedIn(fate).pairs.find(([was, is]) => {
        const [old, value] = [was[place] ?? null, is[now] ?? null]
        return typeof old === 'string' && old !== '' && old !== text && Number(value) === 0
      })
      if (!told) return []
      const where = { at: copy.place, table: before.table.name, column, source: text }
      return [changeTold({ ...where, lost: 'compared' }, [told[0][place] ?? null, 0])]
    }),
  )
}

/** The columns that are filled by comparing the column of the same name with a text. */
function comparedIn({ shape }: Effect): { readonly column: string; readonly text: string }[] {
  const names = shape.kind === 'insert' ? shape.columns : null
  if (shape.kind !== 'insert' || !names) return []
  return shape.selects.flatMap(({ items }) =>
    items.flatMap((item, at) => {
      const found = comparisonOf(valueOf(item))
      const name = plainName(names[at]?.key ?? '')
      return found && isSameName(found.column, name) ? [found] : []
    }),
  )
}

/** `enabled = 'yes'`, `'yes' = t.enabled`. */
function comparisonOf(value: readonly Word[]) {
  const at = value.findIndex(({ key }) => key === '=')
  const sides = [value.slice(0, at), value.slice(at + 1)]
  const column = sides.flatMap((side) => columnOf(side)?.column ?? [])[0]
  const text = sides.find(([one, more]) => one?.kind === 'string' && !more)?.[0]
  return at > 0 && column && text
    ? { column: plainName(column.key), text: unquote(text.text) }
    : null
}

const isNamedTwice = (effects: readonly Effect[], column: string): boolean =>
  effects
    .filter(({ verb }) => verb !== 'create')
    .flatMap(({ tokens, shape }) => {
      const isTarget = shape.kind === 'insert'
      const named = tokens.filter(
        (one) => !one.startsWith("'") && isSameName(plainName(one), column),
      )
      return isTarget ? named.slice(1) : named
    }).length > 1
