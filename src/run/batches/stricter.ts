// Restricts the statement of a batch to the rows of the query if the table has others between them.
import { settled, type Mode, type Work } from '../../database/outcome.js'
import type { Driver } from '../../database/driver.js'
import { foldUpper, isSameName, quoteIdentifier, unquote } from '../../sql/names.js'
import { tokensOf } from '../../sql/split-statements.js'
import type { Bindable } from './bound-keys.js'
import type { Keyed } from './proven-rows.js'

type Statement = Pick<Bindable, 'sql' | 'places'>

/**
 * The statement with a stricter condition; undefined if that cannot be expressed. The rows of the query are fixed before any is
 * changed: SQLite evaluates an uncorrelated subquery in a condition first, and a condition without one concerns only its own row.
 */
export function* stricterOf<H>(
  { query: ask }: Driver<H, Mode>,
  { table, column, key, source }: Keyed,
  { sql, places }: Statement,
  query: string,
): Work<Statement | undefined> {
  const found = conditionOf(sql)
  if (!found) return undefined
  const { head, condition, target } = found
  const also = (more: string): string => `${head} (${condition}\n) AND ${more}`
  const own = plainCondition(query, table)
  const name = `${quoteIdentifier(target)}.${quoteIdentifier(column)}`
  const among = `${name} IN (SELECT ${key} FROM ${source} WHERE ${key} BETWEEN ? AND ?)`
  const forms: Statement[] = [
    ...(own === undefined || isJoined(head) ? [] : [{ sql: also(`(${own}\n)`), places }]),
    { sql: also(among), places: [...places, 'from', 'to'] },
  ]
  for (const form of forms) {
    try {
      yield* settled(
        ask(
          `EXPLAIN ${form.sql}`,
          form.places.map(() => 0),
        ),
      )
      return form
    } catch {
      // The condition cannot be expressed like this.
    }
  }
  return undefined
}

interface Conditioned {
  /** The text before the condition. */
  readonly head: string
  readonly condition: string
  /** What the changed table is called in the statement. */
  readonly target: string
}

/** Splits a statement that changes rows and ends with its condition. */
function conditionOf(sql: string): Conditioned | undefined {
  const outer = outermost(sql)
  const at = outer.findIndex(({ word }) => word === 'WHERE')
  const where = outer[at]
  if (!where || outer.slice(at).some(({ word }) => BEHIND.test(word))) return undefined
  const set = outer.findIndex(({ word }) => word === 'SET' || word === 'WHERE')
  const name = outer[set - 1]
  const end = where.start + where.text.length
  return name && { head: sql.slice(0, end), condition: sql.slice(end), target: unquote(name.text) }
}

/** The condition of a plain query over one table; undefined for any other query. */
function plainCondition(query: string, table: string): string | undefined {
  const outer = outermost(query)
  const [from, name, where, ...rest] = outer.slice(outer.findIndex(({ word }) => word === 'FROM'))
  const isPlain =
    outer[0]?.word === 'SELECT' &&
    from?.word === 'FROM' &&
    isSameName(unquote(name?.text ?? ''), table) &&
    where?.word === 'WHERE' &&
    !rest.some(({ word }) => BEHIND.test(word))
  const end = rest.at(-1)?.word === ';' ? rest.at(-1)?.start : undefined
  return isPlain ? query.slice(where.start + where.text.length, end) : undefined
}

/** In a join, names of the query could refer to another table. */
function isJoined(head: string): boolean {
  const [verb, ...others] = outermost(head)
  return verb?.word === 'UPDATE' && others.some(({ word }) => word === 'FROM')
}

const BEHIND = /^(?:RETURNING|ORDER|LIMIT|GROUP|HAVING|WINDOW|UNION|INTERSECT|EXCEPT)$/

interface Token {
  readonly text: string
  /** The token in upper case. */
  readonly word: string
  readonly start: number
}

/** The tokens outside all parentheses. */
function outermost(sql: string): Token[] {
  let depth = 0
  return [...tokensOf(sql)].flatMap(({ text, start }) => {
    if (text === ')') depth--
    const isOuter = depth === 0
    if (text === '(') depth++
    return isOuter ? [{ text, word: foldUpper(text), start }] : []
  })
}
