// Rows that point at the same parent by several keys: who sends and who receives, who makes and who changes may be one.
import type { CatalogForeignKey } from '../../../model/catalog.js'
import { keyGroups } from './key-groups.js'
import type { Connection, RawRow } from './connection.js'
import type { Example, Keys } from './draft-row.js'
import type { TablePlan } from './table-plan.js'
import { quoteIdentifier } from '../../../../src/sql/names.js'

/** So many keys of one table to one parent are looked at. */
const MOST = 4

/**
 * What such rows hold, where the table has none yet: for all keys to one parent together, then for each two of them, since a
 * constraint may want some of them to differ. Looks when the next is asked for: the one before may be in.
 */
export function* alikeKeys(
  plan: TablePlan,
  keys: Keys,
  connection: Connection,
): Generator<Example> {
  for (const group of keyGroups(plan)) {
    const some = group.slice(0, MOST)
    const pairs = some.flatMap((one, at) => some.slice(at + 1).map((other) => [one, other]))
    for (const set of some.length > 2 ? [some, ...pairs] : pairs) {
      const shared = sharedParent(set, keys)
      if (shared && !haveAlike(plan, set, connection)) yield pointingAt(set, shared)
    }
  }
}

/** One that all of the keys may point at. */
function sharedParent([first, ...others]: readonly CatalogForeignKey[], keys: Keys) {
  const known = others.map((key) => new Set(keys(key).map(textOf)))
  return first && keys(first).find((row) => known.every((texts) => texts.has(textOf(row))))
}

const textOf = (row: RawRow): string => row.map((value) => `${typeof value} ${value}`).join('\n')

const pointingAt = (set: readonly CatalogForeignKey[], parent: RawRow): Example =>
  Object.fromEntries(
    set.flatMap(({ columns }) => columns.map((column, at) => [column, parent[at] ?? null])),
  )

function haveAlike(
  { table }: TablePlan,
  set: readonly CatalogForeignKey[],
  { single }: Connection,
) {
  const [first, ...others] = set.map(({ columns }) => columns.map(quoteIdentifier))
  const pairs = others.flatMap((columns) =>
    columns.map((column, at) => `${column} = ${first?.[at]}`),
  )
  return (
    single(`SELECT 1 FROM ${quoteIdentifier(table.name)} WHERE ${pairs.join(' AND ')}`) !== null
  )
}
