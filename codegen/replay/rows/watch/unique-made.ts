// The UNIQUE indexes that a side makes over a table that it deletes rows from. Pure.
import { plainName } from '../../../../src/sql/names.js'
import type { Effect } from './statement-effect.js'

/**
 * The columns, in lower case, that are to be unique for themselves. Of several columns together one may be empty in rows that
 * are alike, as their authors mean it.
 */
export function uniqueMade(effects: readonly Effect[], name: string): string[] {
  if (!effects.some(({ verb, table }) => verb === 'delete' && table === name)) return []
  return effects.flatMap(({ shape }) => {
    if (shape.kind !== 'create-index' || !shape.unique || plainName(shape.table.key) !== name)
      return []
    const [[column = '', ...rest] = [], ...others] = shape.terms
    return others.length > 0 || rest.includes('(') ? [] : [plainName(column)]
  })
}
