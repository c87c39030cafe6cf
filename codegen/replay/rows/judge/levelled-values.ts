// Judges columns that an UPDATE without a condition sets to one value in all rows, though rows had different ones. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { literalOf } from '../fill/checks-of.js'
import type { Value } from '../fill/seed-values.js'
import { isOrdinary } from '../seed/made-of.js'
import { isFilling, isQuery, type Effect } from '../watch/statement-effect.js'
import { changedColumns, changeTold } from './compare-values.js'
import type { Ending } from './fate.js'
import { columnKeptAmong } from './kept-values.js'
import { sameValue } from './same-value.js'
import type { Written } from './written.js'

/**
 * Leaves out resets to NULL, 0, 1, '', a letter for yes or no, or the default, and values that are kept elsewhere, or that an earlier statement of the side has
 * read.
 */
export function levelledValues(ending: Ending, written: () => readonly Written[]): ValuesChanged[] {
  const { side, before, after, heir } = ending
  if (side.direction === 'down' || !after || after.count < 2) return []
  const updates = heir.effects.filter(({ shape, tokens }) => {
    const isWhole = shape.kind === 'update' && !shape.limited && !tokens.includes('WHERE')
    return isWhole && !tokens.includes('FROM')
  })
  if (updates.length === 0) return []
  return changedColumns(before, after).flatMap((change): ValuesChanged[] => {
    const column = foldCase(change.column)
    const update = updates.find((one) => setsToOne(one, column))
    const own = before.columns.find((one) => isSameName(one.name, column))
    if (!update || !own || !isOrdinary(own) || !change.lost || change.kept) return []
    if (beginsAnew(own, change.after) || isReadBy(side.effects, update, column)) return []
    if (columnKeptAmong(own.name, before, written()) !== null) return []
    const where = { at: update.place, table: before.table.name, column: own.name }
    return [changeTold({ ...where, lost: 'levelled' }, [change.before, change.after])]
  })
}

/** Whether a column is set to a literal or a bound value. */
function setsToOne({ tokens }: Effect, column: string): boolean {
  return tokens.some((token, at) => {
    if (plainName(token) !== column || !/^(?:SET|,)$/.test(tokens[at - 1] ?? '')) return false
    if (tokens[at + 1] !== '=') return false
    const rest = tokens.slice(at + 2)
    const end = rest.findIndex((one) => one === ',' || one === ';' || one === 'RETURNING')
    const value = rest.slice(0, end < 0 ? undefined : end).join('')
    return /^(?:'.*'|-?[\d.]+|[?:@$]\w*)$/s.test(value)
  })
}

const beginsAnew = ({ default: initial }: CatalogColumn, value: Value): boolean =>
  /^(?:|-?[01]|[tfyn])$/i.test(String(value ?? '')) ||
  (initial !== null && sameValue(literalOf(initial), value))

/** Whether an earlier statement, or code, has read the column and may have computed something from it. */
const isReadBy = (effects: readonly Effect[], update: Effect, column: string): boolean =>
  effects
    .slice(0, effects.indexOf(update))
    .some(
      (one) =>
        (isFilling(one) || isQuery(one) || one.verb === 'update') &&
        one.tokens.some((token) => plainName(token) === column || (isQuery(one) && token === '*')),
    )
