// Finds what tables no longer hold. Counts are not enough: as many rows or columns may have replaced others.
import type { Work } from '../../database/outcome.js'
import type { GateDatabase } from '../../model/gate.js'
import type { Losses } from '../../model/losses.js'
import { isSameName } from '../../sql/names.js'
import {
  COUNTERS,
  countersBack,
  differingByKey,
  isEmpty,
  missingIn,
  rowsIn,
  wasEmpty,
  type Content,
  type Kept,
  type Pair,
  type Tables,
} from './kept-content.js'

interface Found {
  readonly rows: Losses['rows'][number][]
  readonly columns: Losses['columns'][number][]
  counters: Losses['counters']
}

/**
 * The rows and columns that are gone or hold something else. Renamed or moved ones do not count: a table or column that now holds
 * the same content and did not before.
 */
export function* findLosses(
  database: GateDatabase,
  before: Tables<Kept>,
  now: Tables<Content>,
): Work<Found> {
  const losses: Found = { rows: [], columns: [], counters: [] }
  const counters = before.get(COUNTERS)
  if (counters) losses.counters = yield* countersBack(database, counters, now)
  const others = new Map(now)
  others.delete(COUNTERS)
  const changed: [key: string, kept: Kept][] = []
  for (const [key, kept] of before) {
    if (kept === counters) continue
    const present = now.get(key)
    const isThere = present && kept.rows > 0 && (yield* holdsSame(database, { kept, present }))
    if (!isThere && kept.rows > 0) changed.push([key, kept])
    // The table may have got more columns, with the content of another one.
    if (isThere && present.columns.length <= kept.columns.length) others.delete(key)
  }
  for (const [key, kept] of changed) {
    if (yield* takeElsewhere(database, [key, kept], { before, others })) continue
    const present = now.get(key)
    if (present) yield* compare(database, { kept, present }, losses)
    else {
      const came = [...others].filter(([other]) => !before.has(other))
      const gone = yield* takeRenamed(database, kept, came, others)
      if (gone) losses.columns.push(...gone.map((at) => columnOf(kept, at)))
      else losses.rows.push({ table: kept.name, rows: kept.rows })
    }
  }
  return losses
}

/** Whether it has every column by name, and nothing is missing. */
function* holdsSame(database: GateDatabase, { kept, present }: Two): Work<boolean> {
  if (!kept.columns.every((column) => has(present.columns, column))) return false
  const pairs = kept.columns.map((column, at): Pair => [at, column])
  return (yield* missingIn(database, kept, { name: present.name, pairs })) === 0
}

interface Elsewhere {
  readonly before: Tables<Kept>
  /** Tables that may hold the content of another one. Each that holds all of it is removed. */
  readonly others: Map<string, Content>
}

/** Whether another table now holds all of its content: as a whole and nothing else, or in columns that it did not have before. */
function* takeElsewhere(
  database: GateDatabase,
  [key, kept]: readonly [string, Kept],
  { before, others }: Elsewhere,
): Work<boolean> {
  for (const [other, present] of others) {
    if (other === key) continue
    const was = before.get(other)
    const rows = yield* rowsIn(database, present.name)
    if (rows === kept.rows && (yield* goneInOrder(database, { kept, present }))) {
      others.delete(other)
      return true
    }
    if (was && (yield* isMerged(database, { kept, present }, was))) return true
  }
  return false
}

function* isMerged(database: GateDatabase, { kept, present }: Two, was: Kept): Work<boolean> {
  if (present.columns.every((column) => has(was.columns, column))) return false
  const { pairs, gone } = yield* pairsOf(database, { kept, present })
  if (gone.length > 0 || pairs.every(([, column]) => has(was.columns, column))) return false
  return (yield* missingIn(database, kept, { name: present.name, pairs })) === 0
}

/**
 * The columns that are lost with a renamed table; undefined if no other table holds the same. A table that matches column by
 * column is preferred to one that has lost or gained some.
 */
function* takeRenamed(
  database: GateDatabase,
  kept: Kept,
  came: readonly (readonly [string, Content])[],
  others: Map<string, Content>,
): Work<readonly number[] | undefined> {
  for (const goneIn of [goneInOrder, goneByName])
    for (const [key, present] of came) {
      const gone = yield* goneIn(database, { kept, present })
      if (!gone) continue
      others.delete(key)
      return gone
    }
  return undefined
}

type Gone = Work<readonly number[] | undefined>

function* goneInOrder(database: GateDatabase, { kept, present: { name, columns } }: Two): Gone {
  if (columns.length !== kept.columns.length) return undefined
  const pairs = columns.map((column, at): Pair => [at, column])
  return (yield* missingIn(database, kept, { name, pairs })) > 0 ? undefined : []
}

/** Most of its content must still be there. */
function* goneByName(database: GateDatabase, { kept, present }: Two): Gone {
  const { pairs, gone } = yield* pairsOf(database, { kept, present })
  if (pairs.length <= gone.length) return undefined
  return (yield* missingIn(database, kept, { name: present.name, pairs })) > 0 ? undefined : gone
}

interface Two {
  readonly kept: Kept
  readonly present: Content
}

function* compare(database: GateDatabase, two: Two, losses: Found): Work<void> {
  const { kept, present } = two
  const { pairs, gone } = yield* pairsOf(database, two)
  const lost: Found['columns'] = gone.map((at) => columnOf(kept, at))
  if ((yield* missingIn(database, kept, { name: present.name, pairs })) > 0) {
    const key = yield* keyOf(database, two, pairs)
    const { rows, other } =
      (key && (yield* differencesByKey(database, two, { pairs, key }))) ??
      (yield* differences(database, two, pairs))
    if (rows > 0) losses.rows.push({ table: kept.name, rows })
    for (const [at, column] of other) {
      const isGone = yield* isEmpty(database, present.name, column)
      lost.push({ ...columnOf(kept, at), ...(!isGone && { changed: true }) })
    }
  }
  losses.columns.push(...lost)
}

/** The columns that identify rows: those of the key, unless all other content is there under other keys. */
function* keyOf(
  database: GateDatabase,
  { kept, present: { name } }: Two,
  all: readonly Pair[],
): Work<readonly Pair[] | undefined> {
  const isOfKey = ([at]: Pair): boolean => has(kept.key, kept.columns[at]!)
  const key = all.filter(isOfKey)
  if (key.length === 0 || key.length < kept.key.length) return undefined
  const pairs = yield* telling(
    database,
    kept,
    all.filter((pair) => !isOfKey(pair)),
  )
  const isBeside = pairs.length > 0 && (yield* missingIn(database, kept, { name, pairs })) === 0
  const isThere = (yield* differingByKey(database, kept, { name, pairs: key })) === 0
  return isBeside && !isThere ? undefined : key
}

/** Lost rows, and columns in which the remaining ones hold something else. */
interface Differences {
  readonly rows: number
  readonly other: readonly Pair[]
}

/** Undefined if keys prove nothing: those of lost rows are also in other rows, as NULL may be. */
function* differencesByKey(
  database: GateDatabase,
  { kept, present: { name } }: Two,
  { pairs, key }: { readonly pairs: readonly Pair[]; readonly key: readonly Pair[] },
): Work<Differences | undefined> {
  const other: Pair[] = []
  for (const column of pairs)
    if ((yield* differingByKey(database, kept, { name, pairs: key, column })) > 0)
      other.push(column)
  const rows = yield* differingByKey(database, kept, { name, pairs: key })
  return rows + other.length > 0 ? { rows, other } : undefined
}

/** Without a key, a row is identified by its content: by the columns in which nothing is missing. */
function* differences(
  database: GateDatabase,
  { kept, present: { name } }: Two,
  pairs: readonly Pair[],
): Work<Differences> {
  const missing = (some: readonly Pair[]) => missingIn(database, kept, { name, pairs: some })
  const other: Pair[] = []
  for (const pair of pairs) if ((yield* missing([pair])) > 0) other.push(pair)
  const same = pairs.filter((pair) => !other.includes(pair))
  const isInColumns =
    (yield* telling(database, kept, same)).length > 0 && (yield* missing(same)) === 0
  return isInColumns ? { rows: 0, other } : { rows: yield* missing(pairs), other: [] }
}

/** The columns that distinguished any rows. */
function* telling(
  database: GateDatabase,
  kept: Kept,
  pairs: readonly Pair[],
): Work<readonly Pair[]> {
  const held: Pair[] = []
  for (const pair of pairs) if (!(yield* wasEmpty(database, kept, pair[0]))) held.push(pair)
  return held
}

const columnOf = ({ name, columns }: Kept, at: number) => ({ table: name, column: columns[at]! })

/** Each column with the one of the same name, otherwise with a new one of the same content; `gone` are those without. */
function* pairsOf(
  database: GateDatabase,
  { kept, present }: Two,
): Work<{ readonly pairs: readonly Pair[]; readonly gone: readonly number[] }> {
  const came = present.columns.filter((name) => !has(kept.columns, name))
  const pairs: Pair[] = []
  const gone: number[] = []
  for (const [at, column] of kept.columns.entries()) {
    const own = present.columns.find((name) => isSameName(name, column))
    const now = own ?? (yield* takeSame(database, { kept, present, at }, came))
    if (now !== undefined) pairs.push([at, now])
    else if (!(yield* wasEmpty(database, kept, at))) gone.push(at)
  }
  return { pairs, gone }
}

function* takeSame(
  database: GateDatabase,
  { kept, present: { name }, at }: Two & { readonly at: number },
  came: string[],
): Work<string | undefined> {
  for (const [index, column] of came.entries()) {
    const pairs: Pair[] = [[at, column]]
    if ((yield* missingIn(database, kept, { name, pairs })) > 0) continue
    came.splice(index, 1)
    return column
  }
  return undefined
}

const has = (names: readonly string[], wanted: string): boolean =>
  names.some((name) => isSameName(name, wanted))
