// Finds a LIMIT that no generated rows reach, in the copy that takes the place of a table. Pure.
import type { LimitUntried } from '../../../model/evidence.js'
import { plainName } from '../../../../src/sql/names.js'
import type { Effect } from '../watch/statement-effect.js'
import type { Fate } from './fate.js'

/** Nothing where there are several copies, of which each may take its part, or where code may run a copy again and again. */
export function untriedLimits({ name, before, heir, rebuild }: Fate): LimitUntried[] {
  const [copy, ...others] = rebuild?.copies ?? []
  if (!rebuild || !copy || others.length > 0 || isPartOfLoop(copy)) return []
  const sources = new Set([name, ...heir.own.map(({ to }) => to)])
  const limit = limitsOn(copy.tokens, sources).find((one) => one >= before.count)
  if (limit === undefined) return []
  return [
    { kind: 'limit-untried', at: copy.place, table: before.table.name, limit, rows: before.count },
  ]
}

/** Code that copies in batches says where the next one begins. */
const isPartOfLoop = ({ place, tokens }: Effect): boolean =>
  place.script === null && tokens.some((token) => BEGINS.has(token))

const BEGINS = new Set(['OFFSET', '>', '?', ':', '@', '$'])

/** The limits of SELECTs that read one of the tables, or the result of a subquery. */
const limitsOn = (tokens: readonly string[], tables: ReadonlySet<string>): number[] =>
  tokens.flatMap((token, index) => {
    if (token !== 'LIMIT' || !/^\d+$/.test(tokens[index + 1] ?? '')) return []
    const from = tokens[fromBefore(tokens, index) + 1] ?? ''
    return from === '(' || tables.has(plainName(from)) ? [Number(tokens[index + 1])] : []
  })

/** The first FROM of the SELECT that a LIMIT belongs to. */
function fromBefore(tokens: readonly string[], limit: number): number {
  let depth = 0
  let found = -1
  for (let index = limit; index >= 0 && depth <= 0; index--) {
    const token = tokens[index]
    if (token === '(') depth++
    else if (token === ')') depth--
    else if (token === 'FROM' && depth === 0) found = index
  }
  return found
}
