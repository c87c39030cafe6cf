// Finds a LIMIT that no generated rows reach, in a statement that fills a replacement table, or keeps values that are removed. Pure.
import type { LimitUntried } from '../../../model/evidence.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { isFilling, isQuery, type Effect } from '../watch/statement-effect.js'
import { withViews } from '../watch/views-read.js'
import type { Ending, Fate } from './fate.js'

/**
 * Empty if there are several copies, each of which may take its part, or if code may read the next part. For a table that code fills row by
 * row, considers the queries that read it, unless one reads it without a limit.
 */
export function untriedLimits(fate: Fate): LimitUntried[] {
  const read = limitsIn(fate, readersIn(fate))
  const isWhole = read.some(({ effect, limits }) => isQuery(effect) && limits.length === 0)
  return isWhole ? [] : untried(fate, read)
}

/**
 * The same for what is written elsewhere before columns, or the whole table, are removed; empty if anything reads one of them without a
 * limit.
 */
export function untriedKeeping(ending: Ending, columns: readonly string[]): LimitUntried[] {
  const names = new Set(columns.map(foldCase))
  const takes = ({ tokens }: Effect): boolean =>
    tokens.some((token) => token === '*' || names.has(plainName(token)))
  const isOver = ({ shape }: Effect): boolean =>
    shape.kind === 'update' && !shape.columns.some(({ key }) => names.has(plainName(key)))
  const writes = (one: Effect): boolean =>
    (isFilling(one) && one.tokens.includes('SELECT')) ||
    isOver(one) ||
    (isQuery(one) && !counts(one))
  const { effects, before } = ending.side
  const readers = withViews(effects, before).filter((one) => writes(one) && takes(one))
  const read = limitsIn(ending, readers)
  return read.every(({ limits }) => limits.length > 0) ? untried(ending, read) : []
}

interface Limited {
  readonly effect: Effect
  readonly limits: readonly number[]
}

/** The limits of the effects that read the table. */
function limitsIn({ side, name, heir }: Ending, effects: readonly Effect[]): Limited[] {
  const sources = new Set([name, ...heir.own.map(({ to }) => to)])
  return effects
    .filter(({ tokens }) => tokens.some((token) => sources.has(plainName(token))))
    .map((effect) => ({ effect, limits: boundsOn(side, effect, sources) }))
}

function untried({ before }: Ending, read: readonly Limited[]): LimitUntried[] {
  const [found] = read.flatMap(({ effect, limits }) =>
    limits.flatMap((limit) => (limit >= before.count ? [{ at: effect.place, limit }] : [])),
  )
  return found
    ? [{ kind: 'limit-untried', ...found, table: before.table.name, rows: before.count }]
    : []
}

/** The copy, and what fills the table that it reads; or the queries whose rows code may write. */
function readersIn({ side, rebuild }: Fate): Effect[] {
  const [copy, ...others] = rebuild?.copies ?? []
  const effects = withViews(side.effects, side.before)
  if (!copy) return []
  if (!copy.tokens.includes('SELECT')) return effects.filter((one) => isQuery(one) && !counts(one))
  const names = new Set(copy.tokens.map(plainName))
  const fills = ({ shape, table, place }: Effect): boolean =>
    place === copy.place ||
    names.has(shape.kind === 'create-table' ? plainName(shape.name.key) : table)
  return others.length > 0 ? [] : effects.filter((one) => isFilling(one) && fills(one))
}

const counts = ({ tokens }: Effect): boolean => /^(?:COUNT|MAX|MIN)$/.test(tokens[1] ?? '')

/** The limits of SELECTs that read one of the tables, or the result of a subquery. */
function boundsOn(side: ObservedSide, effect: Effect, tables: ReadonlySet<string>): number[] {
  const { tokens, place } = effect
  const inCode = place.script === null
  const calls = side.calls.filter(({ text }) => text.trim() === place.statement)
  const limits = tokens.flatMap((token, at) => {
    if (token !== 'LIMIT' || tokens[at + 2] === ',') return []
    const { from, within, isWhole } = selectBefore(tokens, at)
    const isOwn = tables.has(plainName(from)) || (from === '(' && !isQuery(effect))
    const isPart =
      inCode && (within.some((one) => BEGINS.test(one)) || (isWhole && calls.length > 1))
    const limit = isOwn && !isPart ? limitAt(tokens, at, calls) : null
    return limit === null || (inCode && tokens.includes('OFFSET')) ? [] : [limit]
  })
  return [...limits, ...numbersOf(tokens)]
}

/** Code that copies in batches says where the next one starts. */
const BEGINS = /^[>?:@$]/

/** A number, or the bound value, if code has bound only that one, once. */
function limitAt(
  tokens: readonly string[],
  at: number,
  calls: ObservedSide['calls'],
): number | null {
  const [operand = ''] = tokens.slice(at + 1)
  if (/^\d+$/.test(operand)) return Number(operand)
  const values = calls
    .flatMap((call) => call.values.flat())
    .flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [value],
    )
  const [value] = values
  return /^[?:@$]/.test(operand) && values.length === 1 && /^\d+$/.test(String(value))
    ? Number(value)
    : null
}

/** The first table read by the SELECT with the LIMIT, the tokens in between, and whether it is the whole statement. */
function selectBefore(tokens: readonly string[], limit: number) {
  let depth = 0
  let from = -1
  let index = limit - 1
  for (; index > 0 && depth >= 0; index--) {
    const token = tokens[index]
    if (depth === 0 && token === 'SELECT') break
    if (token === '(') depth--
    else if (token === ')') depth++
    else if (token === 'FROM' && depth === 0) from = index
  }
  const isWhole = !tokens.slice(0, index).includes('(')
  return { from: tokens[from + 1] ?? '', within: tokens.slice(index, limit), isWhole }
}

/** The bounds on `row_number() OVER (…) AS n`, as in `n <= 1000`, if all rows are numbered together, from the first. */
const numbersOf = (tokens: readonly string[]): number[] =>
  tokens.flatMap((token, at) => {
    const end = tokens.indexOf(')', tokens.indexOf('OVER', at))
    const over = tokens.slice(at, end + 1)
    if (token !== 'ROW_NUMBER' || over.includes('PARTITION')) return []
    const name = tokens[tokens[end + 1] === 'AS' ? end + 2 : end + 1]
    return tokens.flatMap((one, place) => {
      const [sign, first = '', second = '', last = ''] = tokens.slice(place + 1, place + 5)
      if (one !== name || (sign !== '<' && sign !== 'BETWEEN')) return []
      if (sign === 'BETWEEN') return first === '1' && second === 'AND' ? wholeIn(last) : []
      return first === '=' ? wholeIn(second) : wholeIn(first).map((most) => most - 1)
    })
  })

const wholeIn = (token: string): number[] => (/^\d+$/.test(token) ? [Number(token)] : [])
