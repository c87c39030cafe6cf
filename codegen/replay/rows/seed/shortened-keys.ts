// Finds unique keys that a step fills with shortened texts: `substr(id, -8)`, in code `row.id.slice(-8)`. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { namesIn } from '../../../sql/names-in.js'
import { itemsFor } from '../../../sql/read-select.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { isQuery, nameBehind, type Effect } from '../watch/statement-effect.js'
import {
  keysIndexed,
  keysOf,
  sourcesOf,
  targetOf,
  type Around,
  type CollidingKey,
} from './colliding-keys.js'
import { namesBefore } from './names-behind.js'

/** A column and how much of its texts is taken: that many characters from the start, or with a negative number from the end. */
export interface Shortened {
  readonly column: string
  readonly most: number
}

/** A key that is made of such texts; null if code makes it, whose text says of what. */
export interface ShortenedKey extends CollidingKey {
  readonly cut: readonly Shortened[] | null
}

/** Of INSERT … SELECT, UPDATE, and what code inserts that queries rows. */
export const shortenedKeys = (effects: readonly Effect[], situation: TableGraph): ShortenedKey[] =>
  effects.flatMap((effect, at) => {
    if (effect.shape.kind === 'update') return updated(effect, situation)
    if (effect.shape.kind !== 'insert') return []
    const isByCode = effect.shape.selects.length === 0 && effect.place.script === null
    const around = { before: effects.slice(0, at), after: effects.slice(at), situation }
    return isByCode ? inserted(effect, effects, around) : copied(effect, around)
  })

function updated(effect: Effect, situation: TableGraph): ShortenedKey[] {
  const table = tableNamed(situation, effect.table)
  if (!table || effect.shape.kind !== 'update') return []
  const set = new Set(effect.shape.columns.map(({ key }) => plainName(key)))
  const [assigned = ''] = effect.tokens.join(' ').split(' WHERE ')
  const cut = shortenedIn(assigned, table)
  return keysOf(table, situation)
    .filter((key) => cut.length > 0 && key.some((name) => set.has(name)))
    .map((key) => ({ effect, key, table, shared: key.filter((name) => !set.has(name)), cut }))
}

function copied(effect: Effect, { before, after, situation }: Around): ShortenedKey[] {
  const { shape } = effect
  const into = targetOf(effect, before, situation)
  if (shape.kind !== 'insert' || shape.selects.length !== 1 || !into) return []
  const from = shape.selects[0]?.from?.key
  const [name] = from === undefined ? [''] : namesBefore(before, [plainName(from), ''])
  const table = tableNamed(situation, name)
  if (!table) return []
  const columns = shape.columns ?? into.columns.map((key) => ({ key, text: key }))
  const sources = sourcesOf(shape, into.columns, table)
  const indexed = keysIndexed(after, nameBehind(after, effect.table))
  return [...into.keys, ...indexed].flatMap((key): ShortenedKey[] => {
    const cut = key.flatMap((one) =>
      itemsFor(one, { ...shape, columns }).flatMap((item) =>
        shortenedIn(item.map(({ text }) => text).join(' '), table),
      ),
    )
    const shared = key.flatMap((one) => sources.get(one) ?? [])
    return cut.length === 0 ? [] : [{ effect, key, table, shared, cut }]
  })
}

/** Whatever code reads may be in it; it may prepare the statement first. */
function inserted(
  effect: Effect,
  effects: readonly Effect[],
  { before, situation }: Around,
): ShortenedKey[] {
  const into = targetOf(effect, before, situation)
  const names = new Set(
    effects.filter(isQuery).flatMap(({ tokens }) => tokens.flatMap((one) => [...namesIn(one)])),
  )
  const read = [...names].flatMap((name) => tableNamed(situation, name) ?? [])
  return read.flatMap((table) =>
    (into?.keys ?? []).map((key) => ({ effect, key, table, shared: [], cut: null })),
  )
}

/** `substr(a, -8)`, `substr(a, 1, 8)`: the text itself, not one that was filled up before. */
function shortenedIn(text: string, { columns }: CatalogTable): Shortened[] {
  return [...text.matchAll(SUBSTR)].flatMap(([, name = '', end, start]) => {
    const column = columns.find((one) => isSameName(one.name, plainName(name)))
    return column
      ? [{ column: foldCase(column.name), most: end ? -Number(end) : Number(start) }]
      : []
  })
}

const SUBSTR = /\bsubstr(?:ing)? \( (?:\S+ \. )?(\S+) , (?:- ?(\d+)(?= [,)])|[01] , (\d+) \))/gi

/** `row.id.slice(-8)`, `row.name.trim().substring(0, 20)`. */
export const shortenedByCode = (code: string, { columns }: CatalogTable): Shortened[] =>
  [...code.matchAll(SLICE)].flatMap(([, name = '', end, start]) => {
    const column = columns.find((one) => isSameName(one.name, name))
    return column ? [{ column: foldCase(column.name), most: Number(end ?? start) }] : []
  })

const SLICE =
  /([\w$]+)(?:['"]\])?[!?]*(?:\.\w+\(\)[!?]*)*\.(?:slice|substr|substring)\(\s*(?:(-\d+)|0\s*,\s*(\d+))\s*\)/g

/** Two texts that are equal when they are shortened; none for parts of dates. */
export function equalIfShort(most: number): string[] {
  const isOfUse = Math.abs(most) <= MOST_CUT && most !== 0
  if (!isOfUse || OF_DATES.has(most)) return []
  const same = 'abcdefgh'.repeat(MOST_CUT).slice(0, Math.abs(most))
  return ['k', 'm'].map((other) => (most > 0 ? same + other : other + same))
}

const MOST_CUT = 200

/** The lengths of `2024`, `2024-05`, `2024-05-01`, and with hours, minutes and seconds. */
const OF_DATES: ReadonlySet<number> = new Set([4, 7, 10, 13, 16, 19])
