// Judges values that lose information by conversion: code that reads integers beyond 2^53 as JavaScript numbers rounds them, and a CAST
// turns a text into 0 and 19.99 into 19.
import type { ValuesChanged } from '../../../model/evidence.js'
import { tellsApart } from '../../../sql/cases.js'
import { cutProducts } from '../../../sql/cut-products.js'
import { isSameName, plainName } from '../../../../src/sql/names.js'
import type { Connection, RawRow } from '../fill/connection.js'
import { namesBefore } from '../seed/names-behind.js'
import { isVast, type Value } from '../fill/seed-values.js'
import { isCode } from '../../sides/is-code.js'
import type { Effect } from '../watch/statement-effect.js'
import { placeOf } from '../watch/table-image.js'
import { lastMention } from './causes.js'
import { changedColumns, changeTold } from './compare-values.js'
import { isInexact, sameValue } from './same-value.js'
import type { Fate } from './fate.js'
import { matchedIn } from './lost-rows.js'
import { isTelling, type Pair } from './match-rows.js'

/** The columns in which that happened, named in statements or not. */
export const convertedValues = (connection: Connection, fate: Fate): ValuesChanged[] => [
  ...roundedValues(fate),
  ...castValues(connection, fate),
  ...cutValues(connection, fate),
]

/**
 * A CAST names a type, not what happens to values of other types, whereas other functions say what they do. Empty if the statement checks
 * what the column holds, if another column keeps the old values, and for `down`, which can only convert back.
 */
function castValues({ single }: Connection, fate: Fate): ValuesChanged[] {
  const { effects } = fate.heir
  const casts = fate.side.direction === 'up' ? effects.flatMap((_, at) => castsIn(effects, at)) : []
  if (casts.length === 0) return []
  const { before, after } = fate
  const matched = matchedIn(fate)
  return changedColumns(before, after, matched).flatMap(({ column, kept }): ValuesChanged[] => {
    const [place, now] = [placeOf(before, column), placeOf(after, column)]
    const own = kept ? [] : casts.filter((cast) => isSameName(cast.column, column))
    const told = matched.pairs.flatMap(([was, is]) => {
      const [old = null, value = null] = [was[place], is[now]]
      if (!isTelling(old) || sameValue(old, value)) return []
      const by = own.find(({ type }) => sameValue(single(`SELECT CAST(? AS ${type})`, old), value))
      return by ? [{ old, value, by }] : []
    })[0]
    if (!told) return []
    const { type, effect } = told.by
    const where = { at: effect.place, table: before.table.name, column }
    return [changeTold({ ...where, lost: 'cast', type }, [told.old, told.value])]
  })
}

interface Cast {
  readonly effect: Effect
  /** In lower case; one that is dropped by its name before. */
  readonly column: string
  readonly type: string
}

/** Each `CAST(column AS type)` of a column on its own. */
function castsIn(effects: readonly Effect[], index: number): Cast[] {
  const effect = effects[index]!
  const { tokens, table } = effect
  const drops = new Set(
    effects.flatMap(({ shape }) =>
      shape.kind === 'drop-column' ? [plainName(shape.column.key)] : [],
    ),
  )
  return tokens.flatMap((token, at): Cast[] => {
    if (token !== 'CAST' || tokens[at + 1] !== '(') return []
    const name = tokens[at + 3] === '.' ? at + 4 : at + 2
    const type = tokens.slice(name + 2, tokens.indexOf(')', name)).join(' ')
    const column = plainName(tokens[name] ?? '')
    const isCast = tokens[name + 1] === 'AS' && /^[A-Z ]+$/.test(type)
    const [, former] = namesBefore(effects.slice(0, index), [table, column])
    const known = drops.has(column) ? former : column
    return isCast && !tellsApart(tokens, column) ? [{ effect, column: known, type }] : []
  })
}

/** For a trial with values that may never occur there: one finding per table, which names all columns. */
export function supposedlyRounded(fate: Fate): ValuesChanged[] {
  const [first, ...others] = roundedValues(fate)
  if (!first) return []
  const isNamed = fate.before.columns.some(
    (column) => isVast(column) && isSameName(column.name, first.column),
  )
  const supposed = [first, ...others].map(({ column }) => column)
  return [isNamed ? first : { ...first, supposed }]
}

/** A product of REAL numbers may be slightly below the intended whole number, so that a CAST yields the one below. */
function cutValues({ single }: Connection, fate: Fate): ValuesChanged[] {
  const { side, heir, before } = fate
  if (side.direction === 'down') return []
  return heir.effects.flatMap((effect) =>
    cutProducts(effect.tokens).flatMap(({ column, factor }): ValuesChanged[] => {
      const place = placeOf(before, column)
      for (const { values } of place < 0 ? [] : before.rows) {
        const value = values[place] ?? null
        const cut = single(`SELECT CAST(? * ${factor} AS INTEGER)`, value)
        const product = Number(value) * Number(factor)
        const isLess = typeof value === 'number' && Math.round(product) - Number(cut) === 1
        if (!isLess || Math.round(product) - product > 1e-6) continue
        const own = { table: before.table.name, column: before.columns[place]!.name }
        const type = takesFractions(fate, values, cut) ? 'REAL' : undefined
        const cast = { lost: 'cast', factor: Number(factor), ...(type && { type }) } as const
        const told = { at: effect.place, ...own, ...cast }
        return [changeTold(told, [value, cut])]
      }
      return []
    }),
  )
}

/** Whether the truncated number ends up in a column meant for fractions. */
const takesFractions = (fate: Fate, row: RawRow, cut: Value): boolean =>
  matchedIn(fate).pairs.some(
    ([old, now]) =>
      old === row &&
      fate.after.columns.some(
        ({ type }, at) => /real|floa|doub/i.test(type) && sameValue(now[at] ?? null, cut),
      ),
  )

/** Nobody rounds integers on purpose. */
function roundedValues(fate: Fate): ValuesChanged[] {
  const { side, heir, before, after } = fate
  if (!isCode(side)) return []
  const vast = before.columns.flatMap((column, at) =>
    before.rows.some(({ values }) => isInexact(values[at] ?? null)) ? [{ column, at }] : [],
  )
  const pairs = vast.length > 0 ? matchedIn(fate).pairs : []
  return vast.flatMap(({ column, at }): ValuesChanged[] => {
    const now = placeOf(after, column.name)
    const partners = column.primaryKey > 0 ? roundedKeys(fate, at, now) : pairs
    const told = partners.find(([was, is]) => isRounded(was[at] ?? null, is[now] ?? null))
    if (!told) return []
    const writing = heir.effects.findLast(({ verb }) => verb === 'insert' || verb === 'update')
    const place = writing?.place ?? lastMention(fate)
    const where = { at: place, table: before.table.name, column: column.name }
    const values = [told[0][at] ?? null, told[1][now] ?? null] as const
    return [changeTold({ ...where, lost: 'rounded' }, values)]
  })
}

/** A row with another key is another row, so rows that are not found again are paired with all new ones. */
function roundedKeys({ before, after }: Fate, at: number, now: number): Pair[] {
  const [old, present] = [
    new Set(before.rows.map(({ values }) => values[at])),
    new Set(after.rows.map(({ values }) => values[now])),
  ]
  const gone = before.rows.filter(({ values }) => !present.has(values[at]))
  const fresh = after.rows.filter(({ values }) => !old.has(values[now]))
  return gone.flatMap((was) => fresh.map((is): Pair => [was.values, is.values]))
}

const isRounded = (was: Value, is: Value): boolean =>
  is !== null &&
  !(is instanceof Uint8Array) &&
  isInexact(was) &&
  !sameValue(was, is) &&
  Number(is) === Number(was) &&
  Number.isFinite(Number(is)) &&
  (!isInexact(is) || String(is) === String(Number(was)))
