// Judges values replaced by NULL in rows for which a lookup in another table finds nothing. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, foldUpper, isSameName, plainName } from '../../../../src/sql/names.js'
import { closingOf, depthsIn } from '../../../sql/brackets.js'
import { valueOf } from '../../../sql/read-select.js'
import type { Word } from '../../../sql/statement.js'
import type { RawRow } from '../fill/connection.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { placeOf } from '../watch/table-image.js'
import { changedColumns, changeTold } from './compare-values.js'
import type { Fate } from './fate.js'
import { matchedIn } from './lost-rows.js'
import { isTelling } from './match-rows.js'
import { sameValue } from './same-value.js'

/**
 * For an UPDATE with a subquery, and a copy with one or with a LEFT JOIN. Empty if another column has the old values, or the statement
 * handles NULL, and for aggregates, which are recomputed, except max or min of a column of the same name, which selects one of several
 * values.
 */
export function unpartneredValues(fate: Fate): ValuesChanged[] {
  const { side, before, after, heir } = fate
  const found = side.direction === 'up' ? heir.effects.flatMap((one) => lookedUp(one, fate)) : []
  if (found.length === 0) return []
  const matched = matchedIn(fate)
  if (matched.by === 'order') return []
  const changed = changedColumns(before, after, matched).filter(({ kept }) => !kept)
  return changed.flatMap(({ column }): ValuesChanged[] => {
    const own = found.find((one) => isSameName(one.column, column))
    const [place, now] = [placeOf(before, column), placeOf(after, column)]
    if (own && !isTied(own.effect, fate)) return []
    const told = matched.pairs.find(
      ([was, is]) =>
        isTelling(was[place] ?? null) &&
        (is[now] ?? null) === null &&
        !(own?.isWithin && hasPartner(was, own.effect, fate)),
    )
    if (!own || !told) return []
    const where = { at: own.effect.place, table: after.table.name, column }
    return [changeTold({ ...where, lost: 'unpartnered' }, [told[0][place] ?? null, null])]
  })
}

interface LookedUp {
  readonly effect: Effect
  readonly column: string
  /** Whether the value is computed from what is found, so that it may be NULL for other reasons. */
  readonly isWithin: boolean
}

function lookedUp(effect: Effect, { after }: Fate): LookedUp[] {
  const { shape, tokens } = effect
  if (shape.kind === 'update') return setBySubquery(tokens).map((one) => ({ effect, ...one }))
  if (!isFilling(effect) || !('selects' in shape)) return []
  const names = shape.kind === 'insert' ? shape.columns : null
  const joined = leftJoined(tokens)
  return shape.selects.flatMap(({ items }) =>
    items.flatMap((item, at): LookedUp[] => {
      const column = names ? plainName(names[at]?.key ?? '') : after.columns[at]?.name
      if (!column) return []
      const words = valueOf(item).map(({ text }) => foldUpper(text))
      const isJoined = joined.has(ownerOf(item))
      const how = isJoined
        ? 'alone'
        : (lookupIn(words, [foldCase(column)]) ?? joinedIn(words, joined))
      return how ? [{ effect, column, isWithin: how === 'within' }] : []
    }),
  )
}

/** Whether a subquery refers to the updated row: if not, the row that it finds exists, or is reported otherwise. */
function isTied({ shape, tokens }: Effect, { name, before }: Fate): boolean {
  const own = new Set([name, ...before.columns.map((column) => foldCase(column.name))])
  const within = tokens.slice(tokens.indexOf('SELECT'))
  return (
    shape.kind !== 'update' ||
    within.some((token) => !token.startsWith("'") && own.has(plainName(token)))
  )
}

/** The columns, in lower case, of `SET column = (SELECT …)`, `SET (column, column) = (SELECT …)`, `SET column = column * (SELECT …)`. */
export function setBySubquery(tokens: readonly string[]): Omit<LookedUp, 'effect'>[] {
  return tokens.flatMap((token, at) => {
    if (token !== '=') return []
    const names = namesBefore(tokens, at)
    const how = lookupIn(valueAt(tokens, at + 1), names)
    return how ? names.map((column) => ({ column, isWithin: how === 'within' })) : []
  })
}

/** Up to the comma or clause that ends it. */
function valueAt(tokens: readonly string[], start: number): readonly string[] {
  const rest = tokens.slice(start)
  const depths = depthsIn(rest)
  const end = rest.findIndex(
    (token, at) => depths[at]! < 0 || (depths[at] === 0 && ENDS.has(token)),
  )
  return rest.slice(0, end < 0 ? undefined : end)
}

const ENDS: ReadonlySet<string> = new Set([',', 'WHERE', 'FROM', 'AND', 'OR', 'RETURNING', ';'])

/** Whether a value is what a subquery finds, or is computed from that and NULL if there is nothing; null for anything else. */
function lookupIn(value: readonly string[], names: readonly string[]): 'alone' | 'within' | null {
  if (isLookup(value.slice(0, LOOKUP), names) && closingOf(value, 0) === value.length - 1)
    return 'alone'
  if (value.some((token) => SEES_TO_NULL.test(token))) return null
  const [column] = names
  const isWithin = value.some((_, at) => {
    const words = value.slice(at, at + LOOKUP)
    const outside = [...value.slice(0, at), ...value.slice(value.indexOf(')', at))]
    const isSum = words[1] === 'SELECT' && NULL_OF_NONE.test(words[2] ?? '')
    const adds = isSum && outside.some((token) => plainName(token) === column)
    return isLookup(words, names) || (words[0] === '(' && adds)
  })
  return isWithin ? 'within' : null
}

const SEES_TO_NULL = /^(?:COALESCE|IFNULL|NULLIF|CASE|IIF|IF|EXISTS|IN|IS|NOTNULL|ISNULL)$/

/** Aggregates that are NULL of no rows: a sum that is added to what was there takes it along. */
const NULL_OF_NONE = /^(?:MAX|MIN|SUM|AVG|GROUP_CONCAT|STRING_AGG)$/

/** `a.price * b.factor`, where b may have no row. */
const joinedIn = (words: readonly string[], joined: ReadonlySet<string>): 'within' | null =>
  words.some((word, at) => words[at + 1] === '.' && joined.has(plainName(word))) &&
  !words.some((word) => SEES_TO_NULL.test(word) || AGGREGATES.test(word))
    ? 'within'
    : null

/** Whether another table that a statement reads has what it compares of a row, so that NULL comes from elsewhere. */
function hasPartner(row: RawRow, { tokens }: Effect, { name, before, side }: Fate): boolean {
  const words = new Set(tokens.map(plainName))
  const others = [...side.images].filter(([key]) => key !== name && words.has(key))
  const isThere = (column: string): boolean => {
    const value = row[placeOf(before, column)] ?? null
    const has = (one: RawRow[number]): boolean => sameValue(one, value)
    return others.some(([, { rows }]) => rows.some(({ values }) => values.some(has)))
  }
  return pairsCompared(tokens).every((pair) => {
    const own = pair.filter((column) => placeOf(before, column) >= 0)
    return own.length === 0 || own.some(isThere)
  })
}

/** The names on both sides of each `=` within parentheses or behind ON. */
function pairsCompared(tokens: readonly string[]): (readonly string[])[] {
  const depths = depthsIn(tokens)
  return tokens.flatMap((token, at) => {
    if (token !== '=' || (depths[at] === 0 && !tokens.slice(0, at).includes('ON'))) return []
    const right = tokens[at + 2] === '.' ? at + 3 : at + 1
    return [[tokens[at - 1] ?? '', tokens[right] ?? ''].map(plainName)]
  })
}

/** One more than the number of tokens that identify a lookup: `( SELECT max ( o . code )`. */
const LOOKUP = 9

const isLookup = (
  [open, select, first = '', ...rest]: readonly string[],
  [column]: readonly string[],
): boolean =>
  open === '(' && select === 'SELECT' && (!AGGREGATES.test(first) || isChosen(first, rest, column))

const isChosen = (name: string, rest: readonly string[], column: string | undefined): boolean =>
  /^M(?:AX|IN)$/.test(name) && plainName(rest[rest.indexOf(')') - 1] ?? '') === column

/** Aggregates return a row whatever there is. */
const AGGREGATES = /^(?:MAX|MIN|SUM|TOTAL|AVG|COUNT|GROUP_CONCAT|STRING_AGG|JSONB?_GROUP_\w+)$/

function namesBefore(tokens: readonly string[], at: number): string[] {
  const end = at - 1
  if (tokens[end] !== ')') return [plainName(tokens[end] ?? '')]
  const open = tokens.lastIndexOf('(', end)
  return tokens
    .slice(open + 1, end)
    .filter((token) => token !== ',')
    .map(plainName)
}

/** The table that qualifies a column in an item, in lower case: `b` in `b.name`. */
const ownerOf = ([owner, dot, , more]: readonly Word[]): string =>
  dot?.key === '.' && (!more || more.key === 'as') ? plainName(owner?.key ?? '') : ''

/** The names and aliases, in lower case, of tables that are LEFT JOINed. */
const leftJoined = (tokens: readonly string[]): ReadonlySet<string> =>
  new Set(
    tokens.flatMap((token, at) => {
      const join = tokens[at + 1] === 'OUTER' ? at + 2 : at + 1
      if (token !== 'LEFT' || tokens[join] !== 'JOIN') return []
      const alias = tokens[join + 2] === 'AS' ? join + 3 : join + 2
      return [tokens[join + 1] ?? '', tokens[alias] ?? ''].map(plainName)
    }),
  )
