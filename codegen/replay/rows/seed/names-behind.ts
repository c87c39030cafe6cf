// Tracks what tables and columns are called after a step, and what they were called before. Pure.
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { nameBehind, type Effect } from '../watch/statement-effect.js'

/** All names are in lower case. */
export interface NamesBehind {
  /** Keeps its name if the table exists afterwards: its old version was renamed to be dropped, or is a different table. */
  table(name: string): string
  /** `table` is the name before the step. */
  column(table: string, name: string): string
}

/** The names in `now`, the schema after these statements. */
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

/** The names of a table and one of its columns before these statements. */
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
