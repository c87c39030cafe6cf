// Rows for code that reads a column as JSON, itself or in SQL: generated texts are none, and nothing else tells that it is always
// JSON. Of SQL in files this is known before (`jsonColumns`).
import type { CatalogColumn } from '../../../model/catalog.js'
import { quoteIdentifier } from '../../../../src/sql/names.js'
import type { SideFailure } from '../../sides/run-side.js'
import { literalOf } from '../fill/checks-of.js'
import { withoutTriggers } from '../fill/delete-rows.js'
import type { Blamed, Repair } from './repair-rows.js'

/** Whether code says that a text is no JSON, as `JSON.parse` does, or SQLite in a statement that code runs. */
export const wantsJson = ({ cause, message }: SideFailure): boolean =>
  cause === 'code' ? /\bJSON\b/.test(message) : message === 'malformed JSON'

/**
 * JSON in the place of generated texts of one column, with which the side comes to its end, or else further; null where it does
 * with none. What the history itself has written stays, and a default that is no JSON tells that other texts are real.
 */
export function jsonFor(blamed: Blamed, failure: SideFailure): Repair | null {
  if (!wantsJson(failure)) return null
  const repairs = blamed.image.columns.filter(mayBeJson).flatMap((one) => repairsOf(blamed, one))
  const goingTo = (to: 'end' | 'anywhere'): Repair | undefined =>
    repairs.find((one) => blamed.goesOn(() => void one.apply(), to))
  return goingTo('end') ?? goingTo('anywhere') ?? null
}

function repairsOf(
  { connection, before, image: { table } }: Blamed,
  { name }: CatalogColumn,
): Repair[] {
  const [target, column] = [quoteIdentifier(table.name), quoteIdentifier(name)]
  const own = `typeof(${column}) = 'text' AND (${column} = '' OR ${column} LIKE ?)`
  return SHAPES.map((shape) => {
    const set = `UPDATE OR IGNORE ${target} SET ${column} = ${shape(column)} WHERE ${own}`
    return {
      column: name,
      isOfGenerated: true,
      apply() {
        withoutTriggers(connection, before, table, () => connection.run(set, `${name} %`))
        return new Set()
      },
    }
  })
}

/** What the documents of a column may be. */
const SHAPES: readonly ((column: string) => string)[] = [
  (column) => `json_object('a', ${column})`,
  (column) => `json_array(${column})`,
  () => `'{}'`,
  () => `'[]'`,
]

const mayBeJson = ({ type, default: initial }: CatalogColumn): boolean =>
  /^$|char|clob|text|any/i.test(type) && !isOtherText(initial === null ? null : literalOf(initial))

function isOtherText(initial: string | number | null): boolean {
  if (typeof initial !== 'string') return false
  try {
    JSON.parse(initial)
    return false
  } catch {
    return true
  }
}
