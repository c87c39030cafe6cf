// Finds columns that a statement divides by an integer, and the columns that get the result: `SET price = cents / 100`. Pure.
import { plainName } from '../../src/sql/names.js'
import type { Statement } from './statement.js'
import { cutOutside } from './brackets.js'

/** Both are names in lower case; `into` is the index of the column if the statement names none. */
export interface IntegerQuotient {
  readonly into: string | number
  readonly column: string
  readonly divisor: number
}

/**
 * All of them; none if a statement also uses the remainder, or calculates with other numbers. `tokens` are those of the
 * statement.
 */
export function integerQuotients(
  shape: Statement,
  tokens: readonly string[],
): readonly IntegerQuotient[] {
  if (!tokens.includes('/') || tokens.includes('%')) return []
  return givenBy(shape, tokens).flatMap(({ into, words }) => {
    const quotient = quotientIn(words)
    return quotient ? [{ into, ...quotient }] : []
  })
}

interface Given {
  readonly into: string | number
  readonly words: readonly string[]
}

function givenBy(shape: Statement, tokens: readonly string[]): readonly Given[] {
  if (shape.kind === 'update')
    return cutOutside(setClause(tokens), (token) => token === ',').flatMap(assignedIn)
  if (shape.kind !== 'insert') return []
  return shape.selects.flatMap(({ items }) =>
    items.map((item, at) => {
      const name = shape.columns?.[at]?.key
      return {
        into: name === undefined ? at : plainName(name),
        words: item.map(({ text }) => text),
      }
    }),
  )
}

const assignedIn = ([name = '', sign, ...words]: readonly string[]): Given[] =>
  sign === '=' ? [{ into: plainName(name), words }] : []

function setClause(tokens: readonly string[]): readonly string[] {
  const rest = tokens.slice(tokens.indexOf('SET') + 1)
  const end = rest.findIndex((one) => CLAUSES.has(one))
  return rest.slice(0, end < 0 ? undefined : end)
}

const CLAUSES: ReadonlySet<string> = new Set(['FROM', 'WHERE', 'RETURNING', 'ORDER', 'LIMIT', ';'])

/** If other operands make it REAL, or a function truncates it, it means what it says. */
function quotientIn(words: readonly string[]): Omit<IntegerQuotient, 'into'> | null {
  const isFractional = /(?:^|\s)\d* ?\. ?\d/.test(words.join(' '))
  if (isFractional || words.some((word) => MEANT.test(word))) return null
  const at = words.indexOf('/')
  const [, divisor = ''] = words.slice(at)
  const isWhole = at > 0 && /^\d{1,9}$/.test(divisor) && Number(divisor) > 1
  const column = isWhole ? dividendIn(words.slice(0, at)) : null
  return column === null ? null : { column, divisor: Number(divisor) }
}

const MEANT = /^(?:floor|trunc|cast|case|select)$/i

/** `cents`, `p.cents`, `coalesce(cents, 0)`. */
function dividendIn(words: readonly string[]): string | null {
  const last = words.at(-1) ?? ''
  if (last !== ')') {
    const before = words.at(words.at(-2) === '.' ? -4 : -2)
    return NAME.test(last) && !/^[*/]$/.test(before ?? '') ? plainName(last) : null
  }
  const [, value = '', comma, initial = '', ...more] = words.slice(words.lastIndexOf('('))
  const isGiven = comma === ',' && /^\d+$/.test(initial) && more.length === 1
  return isGiven && NAME.test(value) ? plainName(value) : null
}

const NAME = /^[A-Za-z_"`[\u0080-\uffff]/
