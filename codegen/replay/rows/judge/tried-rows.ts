// Finds rows that a successful side has adapted to new requirements of a table.
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import { rowidColumn } from '../../../model/rowid-column.js'
import type { RowsTried } from '../../../model/evidence.js'
import { checkExpressions } from '../../../sql/check-expressions.js'
import type { Connection } from '../fill/connection.js'
import type { Value } from '../fill/seed-values.js'
import { isCode } from '../../sides/is-code.js'
import { placeOf } from '../watch/table-image.js'
import type { Fate } from './fate.js'
import { matchedIn } from './lost-rows.js'
import { isGivenUp } from './rows-of-another.js'
import { settledKeys } from './settled-keys.js'
import { orElse } from '../../../../src/model/or-else.js'

/** The requirements that some rows did not meet before, which the side has handled, and whether no rows are left. */
export function triedRows(connection: Connection, fate: Fate): RowsTried[] {
  const { side, before, after } = fate
  if (side.direction === 'down' || before.count === 0 || before.table.sql === after.table.sql)
    return []
  const nulls = requiredNulls(fate)
  const checks = checkExpressions(after.table.sql).filter((check) =>
    isUnmet(connection.single, fate, check),
  )
  const keys = settledKeys(connection, fate)
  const converted = convertedByCode(fate)
  const emptied = after.count === 0 || isGivenUp(fate)
  const found = { nulls, checks, keys, converted }
  if (!emptied && Object.values(found).every(({ length }) => length === 0)) return []
  const { version } = side.entry
  return [{ kind: 'rows-tried', version, table: after.table.name, ...found, emptied }]
}

/** SQLite itself keeps a text that is no number, whatever the column type. */
function convertedByCode(fate: Fate): string[] {
  const { side, before, after } = fate
  if (!isCode(side)) return []
  const { pairs, by } = matchedIn(fate)
  return after.columns.flatMap(({ name, type }, place) => {
    const was = placeOf(before, name)
    if (was < 0 || by === 'order' || before.columns[was]?.type === type) return []
    const texts = pairs.filter(([old]) => isNoNumber(old[was] ?? null))
    return texts.length > 0 && texts.every(([old, now]) => now[place] !== old[was]) ? [name] : []
  })
}

const isNoNumber = (value: Value): boolean =>
  typeof value === 'string' && (value.trim() === '' || Number.isNaN(Number(value)))

/**
 * The columns that must no longer be NULL and were in some row. If rows have a new rowid column, also columns whose null rows may be the
 * missing ones: others would get a number from SQLite.
 */
function requiredNulls({ before, after }: Fate): string[] {
  const number = foldCase(rowidColumn(after.table)?.name ?? '')
  const required = new Set(
    after.columns.flatMap(({ name, notNull }) => (notNull ? [foldCase(name)] : [])),
  )
  required.delete(number)
  return before.columns.flatMap(({ name, notNull }, place) => {
    const nulls = notNull ? [] : before.rows.filter(({ values }) => values[place] === null)
    const isLeftOut = number !== '' && before.count - after.count >= nulls.length
    return nulls.length > 0 && (isLeftOut || required.has(foldCase(name))) ? [name] : []
  })
}

/** Whether a former row would be refused; false if the check uses columns that did not exist. */
function isUnmet(single: Connection['single'], { before }: Fate, check: string): boolean {
  const names = before.columns.map(({ name }) => quoteIdentifier(name)).join(', ')
  const holes = before.columns.map(() => '?').join(', ')
  const query = `WITH r (${names}) AS (SELECT ${holes}) SELECT NOT (${check}) FROM r`
  return orElse(() => before.rows.some(({ values }) => single(query, ...values) === 1n), false)
}
