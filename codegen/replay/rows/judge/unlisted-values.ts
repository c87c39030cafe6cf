// Judges values that a column allows, by its CHECK, its default or as free text, and that a CASE does not mention and turns into NULL or
// the ELSE value. Pure.
import { sideOf } from '../../../../src/plan/scripts.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, isSameName, unquote } from '../../../../src/sql/names.js'
import { listsValues, openCases, type OpenCase } from '../../../sql/cases.js'
import { checksOf, literalOf, type Check } from '../fill/checks-of.js'
import type { Value } from '../fill/seed-values.js'
import type { Effect } from '../watch/statement-effect.js'
import { shownValue } from '../watch/table-image.js'
import type { Fate } from './fate.js'
import { matchedIn } from './lost-rows.js'

/**
 * One value per column; a value that appears anywhere in the statement was considered. Allowed are the values listed in a CHECK and the
 * default, or any text if a CASE lists some and no CHECK does. Of those that an ELSE covers, two that `down` cannot distinguish.
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
    const { effect, open } = caseFor(cases, name) ?? {}
    const asked = open?.get(name)
    if (!effect || !asked || now < 0) return []
    const own = checks.filter(({ words }) => words.has(name))
    const fallback = asked.fallback === null ? null : unquote(asked.fallback)
    const unheard = pairs
      .filter(([, is]) => textOf(is[now] ?? null) === fallback)
      .map(([was]) => plain(was[place] ?? null))
      .filter((value) => value !== null && !speaksOf(effect, value))
    const together = asked.isRest ? leftTogether(fate, effect, own, asked.parts) : []
    const told =
      asked.isRest && together.length < 2 ? undefined : firstOf(unheard, { column, own, asked })
    if (told === undefined) return []
    const where = { at: effect.place, table: before.table.name, column: column.name, from: null }
    const other = together.find((value) => value !== told)
    const shown = {
      before: shownValue(told),
      after: fallback,
      ...(other !== undefined && { source: String(other) }),
    }
    return [{ kind: 'values-changed', ...where, lost: 'unlisted', ...shown }]
  })
}

interface About {
  readonly column: CatalogColumn
  /** The CHECK constraints that name it. */
  readonly own: readonly Check[]
  readonly asked: OpenCase
}

/** The first value that the table allows. */
function firstOf(values: readonly Value[], { column, own, asked }: About): Value | undefined {
  const initial = column.default === null ? [] : (literalOf(column.default) ?? [])
  const allowed = new Set(own.flatMap(({ literals }) => literals).concat(initial))
  const isFree = own.length === 0 && asked.fallback === null && listsValues(asked)
  return (
    values.find((value) => isOneOf(value, allowed)) ??
    (isFree ? values.find((value) => typeof value === 'string' && value !== '') : undefined)
  )
}

interface Asking {
  readonly effect: Effect
  readonly open: ReturnType<typeof openCases>
}

const caseFor = (cases: readonly Asking[], name: string): Asking | undefined =>
  cases.find(({ open }) => open.get(name)?.isRest === false) ??
  cases.find(({ open }) => open.has(name))

/**
 * The listed values that no WHEN mentions, if there is a `down`: they become one, from which it can restore only one of them. Not for a
 * CASE that tests a single value and means all others by ELSE.
 */
function leftTogether(
  { side: { entry } }: Fate,
  effect: Effect,
  checks: readonly Check[],
  [, ...conditions]: OpenCase['parts'],
): readonly Value[] {
  const closed = checks.filter((one) => one.closed !== null)
  if (conditions.length < 2 || closed.length === 0 || !sideOf(entry, 'down')) return []
  return closed.flatMap(({ literals }) => literals).filter((value) => !speaksOf(effect, value))
}

const textOf = (value: Value): string | null => (value === null ? null : String(value))

const plain = (value: Value): Value => (typeof value === 'bigint' ? Number(value) : value)

const isOneOf = (value: Value, allowed: ReadonlySet<string | number>): boolean =>
  (typeof value === 'string' || typeof value === 'number') && allowed.has(value)

const speaksOf = ({ tokens }: Effect, value: Value): boolean =>
  tokens.some((token) => (token.startsWith("'") ? unquote(token) : token) === String(value))
