// What tables no longer hold. Counts tell nothing: as many rows or columns may have come in the place of others.
import type { Work } from '../../database/outcome.js'
import type { RedoLosses } from '../../errors/redo.js'
import type { GateDatabase } from '../../model/gate.js'
import { isSameName } from '../../sql/names.js'
import {
  missingIn,
  wasEmpty,
  type Content,
  type Kept,
  type Pair,
  type Tables,
} from './kept-content.js'

interface Losses {
  readonly rows: RedoLosses['rows'][number][]
  readonly columns: RedoLosses['columns'][number][]
}

/**
 * The rows and columns that are gone, or hold something else. What only has another name is not: a new table or column that
 * holds the very same.
 */
export function* findLosses(
  database: GateDatabase,
  before: Tables<Kept>,
  now: Tables<Content>,
): Work<Losses> {
  const losses: Losses = { rows: [], columns: [] }
  const came = [...now].filter(([key]) => !before.has(key)).map(([, table]) => table)
  for (const [key, kept] of before) {
    if (kept.rows === 0) continue
    const present = now.get(key)
    if (present) yield* compare(database, { kept, present }, losses)
    else if (!(yield* takeRenamed(database, kept, came)))
      losses.rows.push({ table: kept.name, rows: kept.rows })
  }
  return losses
}

/** Whether one of these tables holds the same, column by column; it does for one only. */
function* takeRenamed(database: GateDatabase, kept: Kept, came: Content[]): Work<boolean> {
  for (const [index, { name, columns }] of came.entries()) {
    if (columns.length !== kept.columns.length) continue
    const pairs = columns.map((column, at): Pair => [at, column])
    if ((yield* missingIn(database, kept, { name, pairs })) > 0) continue
    came.splice(index, 1)
    return true
  }
  return false
}

interface Two {
  readonly kept: Kept
  readonly present: Content
}

function* compare(database: GateDatabase, { kept, present }: Two, losses: Losses): Work<void> {
  const { name } = present
  const missing = (pairs: readonly Pair[]) => missingIn(database, kept, { name, pairs })
  const { pairs, gone } = yield* pairsOf(database, { kept, present })
  const columnAt = (at: number) => ({ table: kept.name, column: kept.columns[at]! })
  const lost = gone.map(columnAt)
  const rows = yield* missing(pairs)
  if (rows > 0) {
    const other: Pair[] = []
    for (const pair of pairs) if ((yield* missing([pair])) > 0) other.push(pair)
    const isInColumns = (yield* missing(pairs.filter((pair) => !other.includes(pair)))) === 0
    if (isInColumns) lost.push(...other.map(([at]) => columnAt(at)))
    else losses.rows.push({ table: kept.name, rows })
  }
  losses.columns.push(...lost)
}

/** Each column with the one that has its name, or else with a new one that holds the same; `gone` are those without. */
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
