// Drafts rows that share a parent: one row through several keys, such as a message whose sender is its recipient, or several child rows.
import type { CatalogForeignKey } from '../../../model/catalog.js'
import { keyGroups } from './key-groups.js'
import { keyText, type Connection, type RawRow } from './connection.js'
import type { Example, Keys } from './draft-row.js'
import { isUniqueKey, type TablePlan } from './table-plan.js'
import { isSameName, quoteIdentifier } from '../../../../src/sql/names.js'

/** How many keys of one table to one parent are combined. */
const MOST = 4

/**
 * Rows that point at one parent through several keys, where the table has none yet: through all keys, then through each pair, since a
 * constraint may want some to differ. Reads lazily, as the previous row may have been inserted by then.
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

/** A parent that all of the keys may reference. */
function sharedParent([first, ...others]: readonly CatalogForeignKey[], keys: Keys) {
  const known = others.map((key) => new Set(keys(key).map(keyText)))
  return first && keys(first).find((row) => known.every((texts) => texts.has(keyText(row))))
}

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

/**
 * A row that has the same parents as an existing row and nothing else in common; none where no row has parents. A key of '' does not count
 * as a parent.
 */
export function withSameParents(plan: TablePlan, { all }: Connection): Example[] {
  const { table } = plan
  const columns = plan.parents
    .filter(({ key }) => !isUniqueKey(plan, key) && !isSameName(key.parent, table.name))
    .flatMap(({ key }) => key.columns)
  if (columns.length === 0) return []
  const quoted = columns.map(quoteIdentifier)
  const named = quoted.map((column) => `${column} <> ''`).join(' AND ')
  const rows = all(`SELECT ${quoted.join(', ')} FROM ${quoteIdentifier(table.name)} WHERE ${named}`)
  // The last row has values of its own.
  return rows
    .slice(-1)
    .map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null])))
}
