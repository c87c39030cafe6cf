// Makes rows for code that reads a column as JSON, itself or in SQL: generated texts are not JSON, and only the failure shows that the
// column always holds it. For SQL in files this is known beforehand (`jsonColumns`).
import { orElse } from '../../../../src/model/or-else.js'
import type { CatalogColumn } from '../../../model/catalog.js'
import { quoteIdentifier } from '../../../../src/sql/names.js'
import type { SideFailure } from '../../sides/run-side.js'
import { literalOf } from '../fill/checks-of.js'
import { withoutTriggers } from '../fill/delete-rows.js'
import type { Value } from '../fill/seed-values.js'
import type { Blamed, Repair } from './repair-rows.js'

/** Whether code reports that a text is not JSON, as `JSON.parse` does, or SQLite does so in a statement of code. */
export const wantsJson = ({ cause, message }: SideFailure): boolean =>
  cause === 'code' ? /\bJSON\b/.test(message) : message === 'malformed JSON'

/** The values that a side asks a column for, from which rows were made; of SQL, these are in the form that it takes apart. */
type Asked = (column: string) => readonly Value[]

/**
 * Replaces the generated texts of one column by JSON with which the side runs to its end, or at least further; null if none helps. Texts
 * written by the history itself stay, and a default that is not JSON shows that other texts are real.
 */
export function jsonFor(blamed: Blamed, failure: SideFailure, asked: Asked): Repair | null {
  if (!wantsJson(failure)) return null
  const repairs = blamed.image.columns
    .filter(mayBeJson)
    .flatMap((one) => repairsOf(blamed, one, failure.cause === 'code' ? asked(one.name) : []))
  const goingTo = (to: 'end' | 'anywhere'): Repair | undefined =>
    repairs.find((one) => blamed.goesOn(() => void one.apply(), to))
  return goingTo('end') ?? goingTo('anywhere') ?? null
}

function repairsOf(
  { connection, before, image: { table } }: Blamed,
  { name }: CatalogColumn,
  asked: readonly Value[],
): Repair[] {
  const [target, column] = [quoteIdentifier(table.name), quoteIdentifier(name)]
  const texts = asked.filter((one) => typeof one === 'string' && !/^[{[]/.test(one)).slice(0, MOST)
  const known = texts.map(() => '?').join(', ')
  const own = `typeof(${column}) = 'text' AND (${column} = '' OR ${column} LIKE ? OR ${column} IN (${known}))`
  return SHAPES.map((shape) => {
    const set = `UPDATE OR IGNORE ${target} SET ${column} = ${shape(column)} WHERE ${own}`
    return {
      column: name,
      isOfGenerated: true,
      apply() {
        withoutTriggers(connection, before, table, () => connection.run(set, `${name} %`, ...texts))
        return new Set()
      },
    }
  })
}

const MOST = 50

/** The possible shapes of a column's documents. */
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
  return orElse(() => (JSON.parse(initial), false), true)
}
