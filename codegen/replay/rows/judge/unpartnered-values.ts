// Values that NULL takes the place of in rows for which a lookup in another table finds nothing. Pure.
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
 * Of an UPDATE with a subquery, and of a copy with one or with a LEFT JOIN. Silent where the old values stand in another column,
 * where the statement sees to NULL, and of aggregates, which are worked out anew, but for the highest or lowest value of a column of the same
 * name: that one was chosen from several.
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

/** Whether a subquery names the row that it is for: one that all rows have in common has a row, or is told of otherwise. */
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

/** So many tokens, one more, tell a lookup: `( SELECT max ( o . code )`. */
const LOOKUP = 9

const isLookup = (
  [open, select, first = '', ...rest]: readonly string[],
  [column]: readonly string[],
): boolean =>
  open === '(' && select === 'SELECT' && (!AGGREGATES.test(first) || isChosen(first, rest, column))

const isChosen = (name: string, rest: readonly string[], column: string | undefined): boolean =>
  /^M(?:AX|IN)$/.test(name) && plainName(rest[rest.indexOf(')') - 1] ?? '') === column

/** They have a row whatever there is. */
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

/** Whose column an item is, in lower case: that of `b.name`. */
const ownerOf = ([owner, dot, , more]: readonly Word[]): string =>
  dot?.key === '.' && (!more || more.key === 'as') ? plainName(owner?.key ?? '') : ''

/** What is joined so that it may be missing, by its names in lower case. */
const leftJoined = (tokens: readonly string[]): ReadonlySet<string> =>
  new Set(
    tokens.flatMap((token, at) => {
      const join = tokens[at + 1] === 'OUTER' ? at + 2 : at + 1
      if (token !== 'LEFT' || tokens[join] !== 'JOIN') return []
      const alias = tokens[join + 2] === 'AS' ? join + 3 : join + 2
      return [tokens[join + 1] ?? '', tokens[alias] ?? ''].map(plainName)
    }),
  )
