// Judges values replaced by NULL in rows for which a lookup in another table finds nothing. Pure.
import type { ValuesChanged } from '../../../model/evidence.js'
import { foldCase, foldUpper, isSameName, plainName } from '../../../../src/sql/names.js'
import type { Word } from '../../../sql/statement.js'
import { isFilling, type Effect } from '../watch/statement-effect.js'
import { placeOf } from '../watch/table-image.js'
import { changedColumns, changeTold } from './compare-values.js'
import type { Fate } from './fate.js'
import { matchedIn } from './lost-rows.js'
import { isTelling } from './match-rows.js'

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
      ([was, is]) => isTelling(was[place] ?? null) && (is[now] ?? null) === null,
    )
    if (!own || !told) return []
    const where = { at: own.effect.place, table: after.table.name, column }
    return [changeTold({ ...where, lost: 'unpartnered' }, [told[0][place] ?? null, null])]
  })
}

interface LookedUp {
  readonly effect: Effect
  readonly column: string
}

function lookedUp(effect: Effect, { after }: Fate): LookedUp[] {
  const { shape, tokens } = effect
  if (shape.kind === 'update') return setBySubquery(tokens).map((column) => ({ effect, column }))
  if (!isFilling(effect) || !('selects' in shape)) return []
  const names = shape.kind === 'insert' ? shape.columns : null
  const joined = leftJoined(tokens)
  return shape.selects.flatMap(({ items }) =>
    items.flatMap((item, at): LookedUp[] => {
      const column = names ? plainName(names[at]?.key ?? '') : after.columns[at]?.name
      const isFound = column && (isSubquery(item, column) || joined.has(ownerOf(item)))
      return column && isFound ? [{ effect, column }] : []
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

/** The columns, in lower case, of `SET column = (SELECT …)` and `SET (column, column) = (SELECT …)`. */
export function setBySubquery(tokens: readonly string[]): string[] {
  return tokens.flatMap((token, at) =>
    token === '=' && isLookup(tokens.slice(at + 1, at + LOOKUP), namesBefore(tokens, at))
      ? namesBefore(tokens, at)
      : [],
  )
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

const isSubquery = (item: readonly Word[], column: string): boolean =>
  isLookup(
    item.slice(0, LOOKUP).map(({ text }) => foldUpper(text)),
    [foldCase(column)],
  )

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
