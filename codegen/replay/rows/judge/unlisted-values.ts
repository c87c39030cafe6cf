// Values that a column may have, by its CHECK or its default or as any text, and that a CASE makes NULL, or what others become, as it does not
// speak of them. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, isSameName, unquote } from '../../../../src/sql/names.js'
import { listsValues, openCases } from '../../../sql/cases.js'
import { checksOf, literalOf } from '../fill/checks-of.js'
import type { Value } from '../fill/seed-values.js'
import type { Effect } from '../watch/statement-effect.js'
import { shownValue } from '../watch/table-image.js'
import type { Fate } from './fate.js'
import { matchedIn } from './lost-rows.js'

/**
 * One of each column; what the statement speaks of anywhere, it has thought of. The table allows the values that its CHECK lists,
 * and the default; any text where a CASE lists some and no CHECK does.
 */
export function unlistedValues(fate: Fate): ValuesChanged[] {
  const { side, before, after, heir } = fate
  if (side.direction === 'down') return []
  const cases = heir.effects.map((effect) => ({ effect, open: openCases(effect.tokens) }))
  if (cases.every(({ open }) => open.size === 0)) return []
  const checks = checksOf(before.table.sql)
  const { pairs } = matchedIn(fate)
  return before.columns.flatMap((column, place): ValuesChanged[] => {
    const name = foldCase(column.name)
    const now = after.columns.findIndex((one) => isSameName(one.name, name))
    const { effect, open } = cases.find((one) => one.open.has(name)) ?? {}
    const asked = open?.get(name)
    if (!effect || !asked || now < 0) return []
    const own = checks.filter(({ words }) => words.has(name))
    const initial = column.default === null ? [] : (literalOf(column.default) ?? [])
    const allowed = new Set(own.flatMap(({ literals }) => literals).concat(initial))
    const isFree = own.length === 0 && asked.fallback === null && listsValues(asked)
    const fallback = asked.fallback === null ? null : unquote(asked.fallback)
    const unheard = pairs
      .filter(([, is]) => textOf(is[now] ?? null) === fallback)
      .map(([was]) => plain(was[place] ?? null))
      .filter((value) => value !== null && !speaksOf(effect, value))
    const told =
      unheard.find((value) => isOneOf(value, allowed)) ??
      (isFree ? unheard.find((value) => typeof value === 'string' && value !== '') : undefined)
    if (told === undefined) return []
    const where = { at: effect.place, table: before.table.name, column: column.name, from: null }
    const shown = { before: shownValue(told), after: fallback }
    return [{ kind: 'values-changed', ...where, lost: 'unlisted', ...shown }]
  })
}

const textOf = (value: Value): string | null => (value === null ? null : String(value))

const plain = (value: Value): Value => (typeof value === 'bigint' ? Number(value) : value)

const isOneOf = (value: Value, allowed: ReadonlySet<string | number>): boolean =>
  (typeof value === 'string' || typeof value === 'number') && allowed.has(value)

const speaksOf = ({ tokens }: Effect, value: Value): boolean =>
  tokens.some((token) => (token.startsWith("'") ? unquote(token) : token) === String(value))
