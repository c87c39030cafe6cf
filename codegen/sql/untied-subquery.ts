// Finds subqueries that give every row the same result because no condition refers to the row. Pure.
import { plainName } from '../../src/sql/names.js'
import { insideOf, findOutside } from './brackets.js'

/**
 * How the first subquery by which an UPDATE of `table` sets a column fails to refer to the row: by a column that is compared with
 * itself, as it is written; by conditions between its own tables alone (''); null if it does refer to the row, or that is
 * unknown.
 */
export function untiedSubquery(tokens: readonly string[], table: string): string | null {
  const start = tokens.indexOf('SET')
  const open = tokens.findIndex(
    (token, at) => at > start && token === '(' && tokens[at + 1] === 'SELECT',
  )
  if (start < 0 || open < 0) return null
  return untiedIn(insideOf(tokens, open), { table, columns: NONE })
}

/** The updated table, and, in lower case, the columns that are unambiguous without a table there. */
interface Updated {
  readonly table: string
  readonly columns: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()

/** The same for the FROM of an UPDATE, if its own condition names no specific value. */
export function untiedFrom(tokens: readonly string[], updated: Updated): string | null {
  const from = findOutside(tokens, (token) => token === 'FROM')
  const inner = from < 0 ? [] : tokens.slice(from).filter((token) => token !== ';')
  if (inner.length === 0 || inner.includes('(')) return null
  // Without any condition, all rows are read for each.
  return inner.includes('WHERE') || inner.includes('JOIN') ? untiedIn(inner, updated) : ''
}

function untiedIn(inner: readonly string[], { table, columns }: Updated): string | null {
  const own = namesIn(inner)
  const pairs = inner.flatMap((token, at) => (isEqual(inner, at) ? [pairAt(inner, at)] : []))
  for (const pair of pairs) {
    const [one, other] = pair ?? []
    if (one && other && isItself(one, other, own)) return `${textOf(one)} = ${textOf(other)}`
  }
  const isOwn = (side: Side): boolean => side.owner !== null && own.has(side.owner)
  const areOwn = pairs.every((pair) => pair?.every(isOwn))
  const isFrom = inner[0] === 'FROM'
  const isTied = inner.some(
    (token, at) =>
      (TIES.has(token) && !isBesideNull(inner, at)) ||
      (/^['\d?:@$]/.test(token) && !isBound(inner, at)) ||
      (inner[at + 1] === '.' && !own.has(plainName(token))) ||
      (isFrom && plainName(token) === table) ||
      (inner[at - 1] !== '.' && NAME.test(token) && columns.has(plainName(token))),
  )
  return (pairs.length > 0 || isFrom) && areOwn && !isTied && !own.has(table) ? '' : null
}

/** Not the second sign of `>=`. */
const isEqual = (tokens: readonly string[], at: number): boolean =>
  tokens[at] === '=' && !/^[<>!]$/.test(tokens[at - 1] ?? '')

/** Whether a value is a bound, beyond which there may be many rows, none of them specifically. */
const isBound = (tokens: readonly string[], at: number): boolean =>
  BOUNDS.has(tokens[at - 1] ?? '') ||
  (tokens[at - 1] === '=' && !isEqual(tokens, at - 1)) ||
  BOUNDS.has(tokens[at + 1] ?? '') ||
  (tokens[at - 1] === 'AND' && tokens[at - 3] === 'BETWEEN')

const BOUNDS: ReadonlySet<string> = new Set(['<', '>', '<=', '>=', '<>', '!=', 'BETWEEN'])

const isBesideNull = (tokens: readonly string[], at: number): boolean =>
  tokens[at] === 'IS' && tokens[at + 1] === 'NOT' && tokens[at + 2] === 'NULL'

/** A column that is compared, with the name before it. */
interface Side {
  readonly owner: string | null
  readonly column: string
}

/**
 * An unqualified name belongs to the subquery if it has such a column, which is the case if the other side names one of its
 * tables.
 */
function isItself(one: Side, other: Side, own: ReadonlySet<string>): boolean {
  const owners = [one.owner, other.owner].filter((owner) => owner !== null)
  return (
    one.column === other.column &&
    owners.every((owner) => own.has(owner)) &&
    new Set(owners).size < 2
  )
}

const textOf = ({ owner, column }: Side): string => (owner === null ? column : `${owner}.${column}`)

/** Null if either side is an expression or a value. */
function pairAt(tokens: readonly string[], at: number): readonly [Side, Side] | null {
  const left = tokens[at - 2] === '.' ? at - 3 : at - 1
  const [one, other] = [sideAt(tokens, left), sideAt(tokens, at + 1)]
  return one && other ? [one, other] : null
}

function sideAt(tokens: readonly string[], at: number): Side | null {
  const [first = '', dot, second = ''] = tokens.slice(at, at + 3)
  const isQualified = dot === '.'
  const next = tokens[at + (isQualified ? 3 : 1)]
  const isName = NAME.test(first) && next !== '('
  if (!isName) return null
  return isQualified
    ? { owner: plainName(first), column: plainName(second) }
    : { owner: null, column: plainName(first) }
}

const NAME = /^[A-Za-z_"`[\u0080-\uffff]/

/** The names of its tables. */
function namesIn(tokens: readonly string[]): ReadonlySet<string> {
  return new Set(
    tokens.flatMap((token, at) => {
      if (!(token === 'FROM' || token === 'JOIN')) return []
      const [name = '', next = '', behind = ''] = tokens.slice(at + 1)
      const alias = next === 'AS' ? behind : next
      return [plainName(NAME.test(alias) && !CLAUSES.has(alias) ? alias : name)]
    }),
  )
}

const CLAUSES: ReadonlySet<string> = new Set(
  'WHERE JOIN ON USING LEFT RIGHT INNER CROSS NATURAL FULL GROUP ORDER LIMIT HAVING UNION'.split(
    ' ',
  ),
)

/** Words that select a specific row, or aggregate all of them. */
const TIES: ReadonlySet<string> = new Set(
  'LIMIT GROUP USING NATURAL COUNT SUM TOTAL AVG EXISTS IN LIKE IS'.split(' '),
)
