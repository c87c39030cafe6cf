// Finds the partial UNIQUE index of a table over some columns.
import { joinTokens } from '../../../src/sql/canonical-tokens.js'
import { isSameName } from '../../../src/sql/names.js'
import type { Catalog } from '../../model/catalog.js'
import { readStatement } from '../../sql/read-statement.js'
import { sqlName } from '../../sql/sql-name.js'

/** A partial UNIQUE index, and its condition. */
export interface PartialKey {
  readonly name: string
  readonly where: string
}

/** The partial UNIQUE index over exactly these columns of a table; null if there is none. */
export function partialKey(
  terms: readonly string[],
  table: string,
  catalog: Catalog,
): PartialKey | null {
  for (const one of catalog.values()) {
    if (one.type !== 'index' || !one.unique || !one.partial) continue
    const names = one.columns.map((name) => sqlName(name ?? ''))
    const shape = readStatement(one.sql)
    const isSame = names.length === terms.length && names.every((name) => terms.includes(name))
    if (isSame && isSameName(one.table, table) && shape.kind === 'create-index')
      return { name: sqlName(one.name), where: joinTokens(shape.where) }
  }
  return null
}
