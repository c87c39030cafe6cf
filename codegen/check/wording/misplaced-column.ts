// Detects whether a copy fails because it gives a column what belongs into another one.
import { knownColumns, type KnownColumns } from '../subject/known-columns.js'
import { columnOf } from '../../sql/read-select.js'
import { isStar } from '../../sql/read-write.js'
import { statementAt } from '../subject/place.js'
import type { FailurePlace } from './failure-place.js'
import { plainName } from '../../../src/sql/names.js'

/** A column of the new table, and the one of the old table that it gets while its own values go into another one. */
export interface Misplaced {
  readonly column: string
  readonly source: string
}

/**
 * The first column that gets the values of another one, among those of the message, or among all if it names none; null if there
 * is none. `names` tells whether the message names a column.
 */
export function misplacedColumn(
  place: FailurePlace,
  names: (column: string) => boolean,
): Misplaced | null {
  const [select, other] = place.insert?.selects ?? []
  if (!place.insert || place.running === 'call' || !select?.from || other) return null
  const { columns, table } = place.insert
  const known = columnsAt(place)
  const own = known.of(select.from.key) ?? []
  const targets = columns?.map(({ key }) => plainName(key)) ?? known.of(table.key) ?? []
  const sources = select.items.some(isStar)
    ? own
    : select.items.map((item) => plainName(columnOf(item)?.column.key ?? ''))
  const at = targets.findIndex((column, index) => {
    const source = sources[index] ?? ''
    const isElsewhere = source !== column && sources.includes(column)
    return isElsewhere && own.includes(source) && own.includes(column) && names(column)
  })
  return at < 0 ? null : { column: targets[at]!, source: sources[at]! }
}

/** The columns of tables as the statement that fails finds them. */
function columnsAt({ unique: { fact, step } }: FailurePlace): KnownColumns {
  const known = knownColumns(step.before)
  const found = statementAt(fact.at, step)
  const earlier = found ? step.statements.slice(0, step.statements.indexOf(found)) : []
  for (const one of earlier) known.see(one)
  return known
}
