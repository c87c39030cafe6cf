// Tries a side that looks values up in another table, with only the rows left there that belong to one row.
import type { ValuesChanged } from '../../model/evidence.js'
import { judgeLookup } from './judge/judge-lookup.js'
import type { RawRow } from './fill/connection.js'
import { emptyTable } from './fill/delete-rows.js'
import { scriptTrial, type Trial } from './script-trial.js'
import { leaveOneKey, lookupsIn, type Lookup } from './seed/lookups.js'

/** The most lookups that are tried for one side. */
const MOST = 4

/**
 * Reports columns in which all rows get the value that belongs to one of them, and would not without it. Rolls everything back; empty if
 * the side fails then.
 */
export const tryLookups = scriptTrial({
  sides: 'any',
  find: lookupsIn,
  run(trial, lookups) {
    const found = lookups.slice(0, MOST).flatMap((lookup) => sharedBy(trial, lookup))
    return [...new Map(found.map((fact) => [`${fact.table}\n${fact.column}`, fact])).values()]
  },
})

function sharedBy({ rows, side, prepare }: Trial, lookup: Lookup): ValuesChanged[] {
  let key: RawRow | null = null
  const judged = (begin: () => void): ValuesChanged[] | null => {
    const found: ValuesChanged[] = []
    const { isUntried } = rows.tryOut(
      side,
      () => (prepare(), begin()),
      ({ fates }) => {
        const own = key
        if (own)
          found.push(...fates(lookup.target.name).flatMap((one) => judgeLookup(one, lookup, own)))
        return []
      },
    )
    return isUntried ? null : found
  }
  const shared = judged(() =>
    rows.onTrial((state, situation) => {
      key = leaveOneKey(state, situation, lookup)
    }),
  )
  if (!shared?.length) return []
  const without = judged(() => emptyTable(rows.connection, rows.situation(), lookup.read))
  if (!without) return []
  return shared.filter(
    (one) => !without.some(({ column, after }) => column === one.column && after === one.after),
  )
}
