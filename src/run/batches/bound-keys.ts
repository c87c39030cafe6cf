// The statement of a batch, with its keys bound to it. Pure.
import type { Value } from '../../database/driver.js'
import { tokensOf } from '../../sql/split-statements.js'

/** A statement and its values, in order. */
export interface Bound {
  readonly sql: string
  readonly values: readonly Value[]
}

/** Clients differ in how they take names: `:from` and `:to` become places, each as often as it is named. */
export function bound(update: string, from: Value, to: Value): Bound {
  const values: Value[] = []
  let [sql, end, colon] = ['', 0, -1]
  for (const { text, start } of tokensOf(update)) {
    const isNamed = colon === start - 1 && (text === 'from' || text === 'to')
    if (isNamed) {
      sql += `${update.slice(end, colon)}?`
      values.push(text === 'from' ? from : to)
      end = start + text.length
    }
    colon = text === ':' ? start : -2
  }
  return { sql: sql + update.slice(end), values }
}
