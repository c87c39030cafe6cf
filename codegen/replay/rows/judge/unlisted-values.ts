// Values that a column may have by its CHECK, and that a CASE without ELSE makes NULL as it does not speak of them. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, isSameName, unquote } from '../../../../src/sql/names.js'
import { columnsOfOpenCases } from '../../../sql/cases.js'
import { checksOf } from '../fill/checks-of.js'
import type { Value } from '../fill/seed-values.js'
import type { Effect } from '../watch/statement-effect.js'
import { shownValue } from '../watch/table-image.js'
import type { Fate } from './fate.js'
import { matchedIn } from './lost-rows.js'

/** One of each column; what the statement speaks of anywhere, it has thought of. */
export function unlistedValues(fate: Fate): ValuesChanged[] {
  const { side, before, after, heir } = fate
  if (side.direction === 'down') return []
  const cases = heir.effects.map((effect) => ({ effect, asked: columnsOfOpenCases(effect.tokens) }))
  if (cases.every(({ asked }) => asked.size === 0)) return []
  const checks = checksOf(before.table.sql)
  const { pairs } = matchedIn(fate)
  return before.columns.flatMap(({ name }, place): ValuesChanged[] => {
    const now = after.columns.findIndex((one) => isSameName(one.name, name))
    const { effect } = cases.find(({ asked }) => asked.has(foldCase(name))) ?? {}
    const allowed = new Set(
      checks.filter(({ words }) => words.has(foldCase(name))).flatMap(({ literals }) => literals),
    )
    if (!effect || now < 0) return []
    const told = pairs
      .filter(([, is]) => (is[now] ?? null) === null)
      .map(([was]) => plain(was[place] ?? null))
      .find((value) => isOneOf(value, allowed) && !speaksOf(effect, value))
    if (told === undefined) return []
    const where = { at: effect.place, table: before.table.name, column: name, from: null }
    const shown = { before: shownValue(told), after: null }
    return [{ kind: 'values-changed', ...where, lost: 'unlisted', ...shown }]
  })
}

const plain = (value: Value): Value => (typeof value === 'bigint' ? Number(value) : value)

const isOneOf = (value: Value, allowed: ReadonlySet<string | number>): boolean =>
  (typeof value === 'string' || typeof value === 'number') && allowed.has(value)

const speaksOf = ({ tokens }: Effect, value: Value): boolean =>
  tokens.some((token) => (token.startsWith("'") ? unquote(token) : token) === String(value))
