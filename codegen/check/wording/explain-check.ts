// Explains why a CHECK is violated: earlier rows never had to satisfy it, or the statement itself writes what it does not allow.
import { canonicalTokens } from '../../../src/sql/canonical-tokens.js'
import { isGenerated } from '../../sql/column-clauses.js'
import { isHeldTo } from '../changes/narrowed-checks.js'
import type { FailurePlace, Words } from './failure-place.js'
import { mentions } from '../../sql/names-in.js'
import { oneLine } from '../../sql/one-line.js'
import { itemsFor, passedColumn } from '../../sql/read-select.js'
import { isSameName, plainName } from '../../../src/sql/names.js'

/** The words for `CHECK constraint failed`. */
export function explainCheck(place: FailurePlace): Words {
  const { table, hasColumn, named, shape, running, earlier } = place
  if (shape?.kind === 'add-column' && !isGenerated(shape.column))
    return {
      why: 'Each row gets the default of the new column (NULL if it has none), and the CHECK does not allow it.',
      fix: 'Give the column a DEFAULT that its CHECK allows',
    }
  if (isWritten(place)) return { why: BROKEN, fix: FIX_BROKEN }
  const remedy =
    running === 'alter' ? 'set what they get with `using` of a column' : `change them ${earlier}`
  const isReadable =
    hasColumn && canonicalTokens(named).length > 1 && isThere(place) && isTakenByName(place)
  return {
    why: 'Existing rows never had to satisfy this CHECK.',
    fix: `Find the rows that do not satisfy it${isReadable ? ` with \`SELECT * FROM ${table} WHERE NOT (${oneLine(named)})\`` : ''}, and ${remedy}`,
  }
}

const BROKEN = 'For some rows that the schema allows, what it writes violates this CHECK.'

const FIX_BROKEN = 'Write values that satisfy the CHECK for every row, or change the CHECK'

/** Whether the statement changes the values, or the rows already had to satisfy the check. */
function isWritten(place: FailurePlace): boolean {
  const { named, shape, insert, tables, unique } = place
  const { step } = unique
  if (shape?.kind === 'update') return true
  const made = (insert?.columns ?? []).filter(({ key }) => mentions(named, plainName(key)))
  if (made.length > 0 && !isThere(place)) return true
  const items = insert ? made.flatMap(({ key }) => itemsFor(plainName(key), insert)) : []
  return (
    items.some((words) => !passedColumn(words)) ||
    tables.some((table) => isHeldTo(named, table, step))
  )
}

/** Whether the copy takes each column of the check from one of the same name. */
const isTakenByName = ({ named, insert }: FailurePlace): boolean =>
  (insert?.columns ?? []).every(({ key }) => {
    const items = mentions(named, plainName(key)) && insert ? itemsFor(plainName(key), insert) : []
    return items.every((item) =>
      isSameName(plainName(passedColumn(item)?.column.key ?? ''), plainName(key)),
    )
  })

/** Whether the table has all columns of the check before the side: `down` begins with the tables that `up` has left. */
function isThere({ named, table, tables, insert, unique: { fact, step } }: FailurePlace): boolean {
  const start = fact.at.direction === 'down' ? step.after : step.before
  const there = start.get(`table ${plainName(table)}`)
  if (there?.type !== 'table') return false
  const known = [
    ...tables.flatMap(({ columns }) => columns.map(({ name }) => name)),
    ...(insert?.columns ?? []).map(({ key }) => plainName(key)),
  ].filter((name) => mentions(named, name))
  return known.every((name) => there.columns.some((one) => isSameName(one.name, name)))
}
