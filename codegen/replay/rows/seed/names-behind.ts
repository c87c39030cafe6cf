// What tables and columns are called behind a step. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { nameBehind, type Effect } from '../watch/statement-effect.js'

/** All in lower case. */
export interface NamesBehind {
  /** One whose name a new table has is still called so: what is aside goes, or is another one. */
  table(name: string): string
  /** `table` is the one before. */
  column(table: string, name: string): string
}

/** The names that there are in `now`, behind these statements. */
export function namesBehind(effects: readonly Effect[], now: TableGraph): NamesBehind {
  const tableBehind = (name: string): string => {
    const other = nameBehind(effects, name)
    return tableNamed(now, other) && !tableNamed(now, name) ? other : name
  }
  return {
    table: tableBehind,
    column(table, name) {
      let [of, is] = [table, name]
      for (const { verb, table: changed, to, shape } of effects) {
        if (changed !== of) continue
        if (verb === 'rename') of = to
        if (shape.kind === 'rename-column' && isSameName(plainName(shape.column.key), is))
          is = plainName(shape.to.key)
      }
      const columns = tableNamed(now, tableBehind(table))?.columns ?? []
      return columns.some((one) => isSameName(one.name, is)) ? foldCase(is) : name
    },
  }
}

/** What a table, and a column of it, were called before these statements. */
export const namesBefore = (
  effects: readonly Effect[],
  names: readonly [table: string, column: string],
): readonly [table: string, column: string] =>
  effects.reduceRight<readonly [string, string]>(([table, column], one) => {
    if (one.verb === 'rename' && one.to === table) return [one.table, column]
    const { shape } = one
    const isRenamed = shape.kind === 'rename-column' && one.table === table
    return isRenamed && isSameName(plainName(shape.to.key), column)
      ? [table, plainName(shape.column.key)]
      : [table, column]
  }, names)
