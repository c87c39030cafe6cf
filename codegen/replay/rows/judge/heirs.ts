// Follows tables through the statements of a side, and tells which table stands in the place of one in the end. Pure.
import { plainName } from '../../../../src/sql/names.js'
import type { TableGraph } from '../fill/table-graph.js'
import { namesIn } from '../../../sql/names-in.js'
import { isFilling, isQuery, type Effect } from '../watch/statement-effect.js'
import { withViews } from '../watch/views-read.js'

/** What stands in the place of a table, and how it came there. */
export interface Heir {
  /** The name that it has in the end; null where nothing stands there. */
  readonly name: string | null
  /** `same`: the table itself. `new`: one that the side has made. `older`: one that there was before. */
  readonly is: 'same' | 'new' | 'older'
  /** The name under which the table itself still stands, where a new one has its place; null where it does not. */
  readonly aside: string | null
  /** The name that it had before; null of one that is new. */
  readonly was: string | null
  /** Whether statements may have filled it with rows of the table. */
  readonly isFed: boolean
  /** The tables of before that statements may have filled it from. */
  readonly sources: readonly string[]
  /** All tables that statements may have filled with its rows, itself left out. */
  readonly fills: readonly Filled[]
  /** The statements about the table and about its heir, in order. */
  readonly effects: readonly Effect[]
  /** Those about the table as it was, and those about its heir; the same where they are one. */
  readonly own: readonly Effect[]
  readonly heirs: readonly Effect[]
  /** Those about tables that the side has made, over which rows of the table come to its heir. */
  readonly hops: readonly Effect[]
}

/** A table that is filled with rows of others. */
export interface Filled {
  /** The name that it has in the end. */
  readonly name: string
  /** Whether the side has made it. */
  readonly isNew: boolean
  /** The statements about it. */
  readonly effects: readonly Effect[]
  /** The tables of before whose rows it may have. */
  readonly sources: readonly string[]
}

/** Answers for the tables that there were before, by their names in lower case; `itself` for the table and not what has its place. */
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
    return name ? [{ key, name, isNew: isNew(key), effects: about(key), sources: [...all] }] : []
  })
  return (table, which) => {
    const heir = which === 'itself' ? table : heirOf(course, table)
    return {
      name: heir === null ? null : (course.ends.get(heir) ?? heir),
      aside: heir === table ? null : (course.ends.get(table) ?? null),
      was: heir === null || isNew(heir) ? null : heir,
      is: heir === table ? 'same' : heir !== null && isNew(heir) ? 'new' : 'older',
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

/** What became of tables. Each has a key: the name that it had before, of a new one a text that is no name. */
interface Course {
  /** The key of the table that each statement is about. */
  readonly keys: readonly string[]
  /** The names of tables in the end, by key; null of those that are gone. Of those that kept theirs nothing stands here. */
  readonly ends: ReadonlyMap<string, string | null>
  /** By key, the keys of those that a table may have been filled from. */
  readonly sources: ReadonlyMap<string, ReadonlySet<string>>
}

const isNew = (key: string): boolean => key.includes('\n')

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
  for (const key of byCode) sources.set(key, new Set([...(sources.get(key) ?? []), ...queried]))
  return { keys, ends, sources }
}

const hopsTo = ({ sources }: Course, heir: string | null, table: string): string[] =>
  [...((heir !== null && sources.get(heir)) || [])].filter(
    (key) => isNew(key) && key !== heir && sources.get(key)?.has(table),
  )

/** The table that a statement makes, in lower case; temporary ones too. */
const madeBy = ({ shape }: Effect): string | null =>
  shape.kind === 'create-table' ? plainName(shape.name.key) : null

/** Whether code hands over values, which may be those of any row that it has read. */
const isByCode = (effect: Effect): boolean =>
  effect.place.script === null &&
  effect.shape.kind === 'insert' &&
  effect.shape.selects.length === 0

/** The names that a statement speaks of, but for the table that it fills. */
function namesRead(effect: Effect): string[] {
  const { table, tokens, shape } = effect
  const isReading = 'selects' in shape ? shape.selects.length > 0 : isQuery(effect)
  if (!isReading) return []
  const names = tokens.map((token) => [...namesIn(token)])
  const target = names.findIndex((own) => own.includes(table))
  return names.filter((_, at) => at !== target).flat()
}

/** Null where nothing stands in the place of the table. */
function heirOf({ ends, sources }: Course, table: string): string | null {
  const isThere = ends.get(table) !== null
  const isFilled = (key: string): boolean => sources.get(key)?.has(table) === true
  const inPlace = [...ends].find(([, end]) => end === table)?.[0] ?? null
  if (!ends.has(table) || inPlace === table) return table
  if (isThere) return inPlace !== null && isNew(inPlace) && isFilled(inPlace) ? inPlace : table
  if (inPlace === null || isNew(inPlace) || isFilled(inPlace)) return inPlace
  const others = [...ends].flatMap(([key, end]) => (end !== null && isNew(key) ? [key] : []))
  return others.find(isFilled) ?? inPlace
}
