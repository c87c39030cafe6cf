// The `sql` tag: SQL as a value, with holes whose content cannot escape.
import { LockstepError } from '../errors/lockstep-error.js'
import { sqlHoleInvalid } from '../errors/usage.js'
import { quoteIdentifier } from '../sql/names.js'
import type { Sql } from '../model/migration.js'

/** What a hole of a `sql` template may hold. */
export type SqlHole = Sql | string | number | bigint | boolean | null

/**
 * Composes SQL: `` sql`UPDATE t SET kind = ${'it''s'} WHERE id = ${1}` ``. A nested fragment is spliced in; numbers, null and
 * booleans (1, 0) become literals; a string becomes a quoted SQL string. Names go through `sql.id`, text that is already SQL
 * through `sql.raw`. Throws `SQL_HOLE_INVALID` for anything else, such as undefined, NaN and other objects, an integer beyond 64
 * bits, and a text, a name or SQL with NUL or a lone surrogate. Migrations have no bound parameters: the text is exactly what is
 * hashed and run.
 */
export function sql(strings: TemplateStringsArray, ...holes: readonly SqlHole[]): Sql {
  let text = strings[0] ?? ''
  holes.forEach((hole, index) => {
    text += literal(hole) + (strings[index + 1] ?? '')
  })
  return fragment(text)
}

/** A quoted identifier: `sql.id('order')` → `"order"`. */
sql.id = (name: string): Sql => fragment(quoteIdentifier(textOf(name)))

/** SQL used verbatim. */
sql.raw = (text: string): Sql => fragment(textOf(text))

/** Distinguishes a fragment from any object with a text, even if several copies of this module are loaded. */
const MARK = Symbol.for('lockstep.sql')

/** In an ordinary template it becomes its text as well. */
const fragment = (text: string): Sql =>
  Object.defineProperties({ text }, { [MARK]: { value: true }, toString: { value: () => text } })

function textOf(value: string): string {
  if (typeof value === 'string' && !UNWRITABLE.test(value)) return value
  throw new LockstepError(sqlHoleInvalid(value))
}

function literal(hole: SqlHole): string {
  if (typeof hole === 'string' && !UNWRITABLE.test(hole)) return `'${hole.replaceAll("'", "''")}'`
  if (typeof hole === 'boolean') return hole ? '1' : '0'
  if (hole === null) return 'NULL'
  const text = typeof hole === 'object' ? MARK in hole && hole.text : numeral(hole)
  if (typeof text === 'string') return text
  throw new LockstepError(sqlHoleInvalid(hole))
}

/** NUL, which ends SQL, and a lone surrogate, which would be stored as something else. */
const UNWRITABLE = /\0|\p{Cs}/u

/** After a minus sign, the sign of a negative number would begin a comment. */
function numeral(value: unknown): string | undefined {
  const text =
    typeof value === 'bigint' ? wholeText(value) : Number.isFinite(value) ? numberText(value) : null
  return text?.replace(/^-/, ' -')
}

/** JavaScript prints a large integer with fewer digits than it has. */
const numberText = (value: unknown): string =>
  Number.isInteger(value) ? (wholeText(BigInt(value as number)) ?? String(value)) : String(value)

/** SQLite stores a larger one as REAL. */
const wholeText = (value: bigint): string | null =>
  BigInt.asIntN(64, value) === value ? String(value) : null
