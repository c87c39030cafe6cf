// The UNIQUE indexes that a side makes over a table that it deletes rows from. Pure.
import { plainName } from '../../../../src/sql/names.js'
import type { Effect } from './statement-effect.js'

/** The columns of each, in lower case; none of those over expressions, nor of several columns where a condition says which rows are meant. */
export function uniqueMade(effects: readonly Effect[], name: string): (readonly string[])[] {
  if (!effects.some(({ verb, table }) => verb === 'delete' && table === name)) return []
  return effects.flatMap(({ shape }) => {
    if (shape.kind !== 'create-index' || !shape.unique || plainName(shape.table.key) !== name)
      return []
    const isPlain = shape.terms.every((term) => !term.includes('('))
    const isPart = shape.terms.length > 1 && shape.where.length > 0
    return isPlain && !isPart ? [shape.terms.map(([column = '']) => plainName(column))] : []
  })
}
