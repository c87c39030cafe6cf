// Follows tables through the statements of a side, and finds the table that is in the place of each one in the end, its heir. Pure.
import { plainName } from '../../../../src/sql/names.js'
import type { TableGraph } from '../fill/table-graph.js'
import { namesIn } from '../../../sql/names-in.js'
import { isFilling, isQuery, type Effect } from '../watch/statement-effect.js'
import { withViews } from '../watch/views-read.js'

/** The table in the place of another, and how it got there. */
export interface Heir {
  /** Its final name; null if there is none. */
  readonly name: string | null
  /** `same`: the table itself. `new`: made by the side. `older`: another one that existed before. */
  readonly is: 'same' | 'new' | 'older'
  /** The name under which the table itself still exists if a new one has its place; otherwise null. */
  readonly aside: string | null
  /** Its former name; null for a new table. */
  readonly was: string | null
  /** Whether statements may have filled it with rows of the table. */
  readonly isFed: boolean
  /** The former tables that it may have been filled from. */
  readonly sources: readonly string[]
  /** All other tables that may have been filled with rows of the table. */
  readonly fills: readonly Filled[]
  /** The statements about the table and its heir, in order. */
  readonly effects: readonly Effect[]
  /** The statements about the table itself, and those about its heir; the same if they are one. */
  readonly own: readonly Effect[]
  readonly heirs: readonly Effect[]
  /** The statements about intermediate tables of the side, through which rows get to the heir. */
  readonly hops: readonly Effect[]
}

/** A table filled with rows of others. */
export interface Filled {
  /** Its final name. */
  readonly name: string
  /** Whether the side has made it. */
  readonly isNew: boolean
  /** The statements about it. */
  readonly effects: readonly Effect[]
  /** The tables whose rows it may have, former ones by name, new ones by key. */
  readonly sources: readonly string[]
}

/** Returns the heir of a former table, by name in lower case; with `itself`, the table rather than what took its place. */
export function heirsAfter({
  before,
  effects,
}: {
  readonly before: TableGraph
  readonly effects: readonly Effect[]
}): (table: string, which?: 'itself') => Heir {
  const course = courseOf(withViews(effects, before), (name) => before.catalog.has(`table ${name}`))
  const about = (...keys: readonly unknown[]): Effect[] =>
    effects.filter((_, at) => keys.includes(course.keys[at]))
  const filled = [...course.sources].flatMap(([key, all]): (Filled & { key: string })[] => {
    const name = course.ends.has(key) ? course.ends.get(key) : key
    return name
      ? [{ key, name, isNew: isNewTable(key), effects: about(key), sources: [...all] }]
      : []
  })
  return (table, which) => {
    const heir = which === 'itself' ? table : heirOf(course, table)
    return {
      name: heir === null ? null : (course.ends.get(heir) ?? heir),
      aside: heir === table ? null : (course.ends.get(table) ?? null),
      was: heir === null || isNewTable(heir) ? null : heir,
      is: heir === table ? 'same' : heir !== null && isNewTable(heir) ? 'new' : 'older',
      isFed: heir !== null && course.sources.get(heir)?.has(table) === true,
      sources: [...((heir !== null && course.sources.get(heir)) || [])],
      fills: filled.filter(({ key, sources }) => key !== table && sources.includes(table)),
      effects: about(table, heir),
      own: about(table),
      heirs: about(heir),
      hops: about(...hopsTo(course, heir, table)),
    }
  }
}

/** What became of tables. Each has a key: its former name, or for a new table, a text that is no name. */
interface Course {
  /** The key of the table that each statement is about. */
  readonly keys: readonly string[]
  /** The final names of tables by key; null for dropped ones. Tables that kept their names are absent. */
  readonly ends: ReadonlyMap<string, string | null>
  /** By key, the keys of the tables that it may have been filled from. */
  readonly sources: ReadonlyMap<string, ReadonlySet<string>>
}

/** Whether a key is that of a table that the side makes. */
export const isNewTable = (key: string): boolean => key.includes('\n')

function courseOf(effects: readonly Effect[], isTable: (name: string) => boolean): Course {
  const ends = new Map<string, string | null>()
  const sources = new Map<string, ReadonlySet<string>>()
  const queried = new Set<string>()
  const byCode = new Set<string>()
  const keyAt = (name: string): string | null => {
    const [found] = [...ends].find(([, end]) => end === name) ?? []
    return found ?? (ends.has(name) || !isTable(name) ? null : name)
  }
  const keys = effects.map((effect, at) => {
    const made = madeBy(effect)
    if (made !== null && keyAt(made) === null) ends.set(`${made}\n${at}`, made)
    const key = keyAt(made ?? effect.table) ?? ''
    const read = namesRead(effect).flatMap((name) => keyAt(name) ?? [])
    if (isQuery(effect)) for (const one of read) queried.add(one)
    if (isByCode(effect)) byCode.add(key)
    const all = read.flatMap((one) => [one, ...(sources.get(one) ?? [])])
    if (isFilling(effect)) sources.set(key, new Set([...(sources.get(key) ?? []), ...all]))
    if (effect.verb === 'rename') ends.set(key, effect.to)
    if (effect.verb === 'drop') ends.set(key, null)
    return key
  })
  for (const key of byCode) sources.set(key, sources.get(key) ?? new Set())
  for (const [key, own] of sources)
    if ([key, ...own].some((one) => byCode.has(one)))
      sources.set(key, new Set([...own, ...queried]))
  return { keys, ends, sources }
}

const hopsTo = ({ sources }: Course, heir: string | null, table: string): string[] =>
  [...((heir !== null && sources.get(heir)) || [])].filter(
    (key) => isNewTable(key) && key !== heir && sources.get(key)?.has(table),
  )

/** The table that a statement creates, in lower case; includes temporary ones. */
const madeBy = ({ shape }: Effect): string | null =>
  shape.kind === 'create-table' ? plainName(shape.name.key) : null

/** Whether code binds values, which may come from any row that it has read. */
const isByCode = (effect: Effect): boolean =>
  effect.place.script === null &&
  effect.shape.kind === 'insert' &&
  effect.shape.selects.length === 0

/** The names in a statement, except the table that it fills. */
function namesRead(effect: Effect): string[] {
  const { table, tokens, shape } = effect
  const isReading = 'selects' in shape ? shape.selects.length > 0 : isQuery(effect)
  if (!isReading) return []
  const names = tokens.map((token) => [...namesIn(token)])
  const target = names.findIndex((own) => own.includes(table))
  return names.filter((_, at) => at !== target).flat()
}

/** Null if nothing is in the place of the table. */
function heirOf({ ends, sources }: Course, table: string): string | null {
  const isThere = ends.get(table) !== null
  const isFilled = (key: string): boolean => sources.get(key)?.has(table) === true
  const inPlace = [...ends].find(([, end]) => end === table)?.[0] ?? null
  if (!ends.has(table) || inPlace === table) return table
  if (isThere) return inPlace !== null && isNewTable(inPlace) && isFilled(inPlace) ? inPlace : table
  if (inPlace === null || isNewTable(inPlace) || isFilled(inPlace)) return inPlace
  const others = [...ends].flatMap(([key, end]) => (end !== null && isNewTable(key) ? [key] : []))
  return others.find(isFilled) ?? inPlace
}
