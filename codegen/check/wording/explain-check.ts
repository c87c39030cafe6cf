// Why a CHECK is not met: rows from before were never held to it, or the statement itself writes what it does not allow.
import { canonicalTokens } from '../../../src/sql/canonical-tokens.js'
import { isGenerated } from '../../sql/column-clauses.js'
import { isHeldTo } from '../changes/narrowed-checks.js'
import { itemsFor, type FailurePlace, type Words } from './failure-place.js'
import { mentions } from '../../sql/names-in.js'
import { passedColumn } from '../../sql/read-select.js'
import { plainName } from '../../../src/sql/names.js'

/** The words for `CHECK constraint failed`. */
export function explainCheck(place: FailurePlace): Words {
  const { table, hasColumn, named, shape, running, earlier } = place
  if (shape?.kind === 'add-column' && !isGenerated(shape.column))
    return {
      why: 'Each row gets the default of the new column (NULL where it has none), and the CHECK does not allow it.',
      fix: 'Give the column a DEFAULT that its CHECK allows',
    }
  if (isWritten(place)) return { why: BROKEN, fix: FIX_BROKEN }
  const remedy =
    running === 'alter' ? 'say by `using` of a column what they get' : `change them ${earlier}`
  const isReadable = hasColumn && canonicalTokens(named).length > 1
  return {
    why: 'Rows from before were never held to this CHECK.',
    fix: `Find the rows that do not satisfy it${isReadable ? ` with \`SELECT * FROM ${table} WHERE NOT (${named})\`` : ''}, and ${remedy}`,
  }
}

const BROKEN =
  'What it writes there does not satisfy this CHECK for some rows that the schema allows.'

const FIX_BROKEN = 'Let it write values that satisfy the CHECK for every row, or change the CHECK'

/** Whether the statement makes other values than those of before, or the rows were held to the check already. */
function isWritten({ named, shape, insert, tables, unique: { step } }: FailurePlace): boolean {
  if (shape?.kind === 'update') return true
  const made = (insert?.columns ?? []).filter(({ key }) => mentions(named, plainName(key)))
  const items = insert ? made.flatMap(({ key }) => itemsFor(plainName(key), insert)) : []
  return (
    items.some((words) => !passedColumn(words)) ||
    tables.some((table) => isHeldTo(named, table, step))
  )
}
