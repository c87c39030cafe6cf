// Finds what statements compute values from: the columns and numbers used together with a column. Pure.
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import type { PartGone } from '../../../model/evidence.js'
import { foldCase, isSameName, plainName, unquote } from '../../../../src/sql/names.js'
import { cutOutside } from '../../../sql/brackets.js'
import { isCalculated, isNamedIn } from '../../../sql/read-select.js'
import type { Value } from '../fill/seed-values.js'
import { groupsRows, isFilling, isQuery, type Effect } from '../watch/statement-effect.js'
import { documentsCast } from './json-documents.js'

/** What is used together with a column when new values are computed from it. */
export interface MadeOf {
  /** For a dropped column, the nullable columns that the new value may be computed from as well. */
  readonly beside: readonly string[]
  /** Those that statements do more with than copy them. */
  readonly used: readonly string[]
  /** For a dropped column, other columns that it may have been combined with. */
  readonly along: readonly string[]
  /** The same for code, which may combine everything it reads. */
  readonly read: readonly string[]
  /** The numbers by which the result keeps its parts apart, such as factors; null if code computes it, which may use others. */
  readonly numbers: readonly string[] | null
}

/** Two values that differ in one respect only, what of them is lost if they become equal, and a value that differs from both in more. */
export interface Alike {
  readonly two: readonly [Value, Value]
  readonly other: Value
  readonly those: NonNullable<PartGone['those']>
}

/** How statements compute something from a column. */
interface Making {
  /** Whether they compute anything from it. */
  readonly isMade: boolean
  /** The first punctuation texts used with it, as separators to split or join by. */
  readonly signs: readonly string[]
  /** Documents that differ in what is lost of a part of them. */
  readonly alike: readonly Alike[]
}

/** What SQL computes from a column. */
export function makingOf(effects: readonly Effect[], column: CatalogColumn): Making {
  const made = makersOf(effects, column).flatMap((one) => calculatedIn(one, column))
  const texts = made.flat().filter((one) => one.startsWith("'"))
  const signs = texts.map(unquote).filter((text) => SIGN.test(text))
  const alike = made
    .flatMap((words) => documentsCast(words, foldCase(column.name)))
    .map(([first, second, other]): Alike => ({
      two: [first!, second!],
      other: other!,
      those: 'some',
    }))
  return { isMade: made.length > 0, signs: [...new Set(signs)].slice(0, MOST_SIGNS), alike }
}

/** The words of each expression that a statement computes from the column. */
function calculatedIn(maker: Effect, column: CatalogColumn): (readonly string[])[] {
  const { shape } = maker
  if ('selects' in shape) {
    const items = shape.selects.flatMap((one) => one.items)
    return items
      .filter((one) => isCalculated(one) && isNamedIn(one, column.name))
      .map((one) => one.map(({ text }) => text))
  }
  const parts = shape.kind === 'update' ? partsWith(maker, column) : []
  return parts.filter((words) => words.some((word) => CALCULATES.test(word)))
}

const CALCULATES = /^[-+*/%|(]$/
const SIGN = /^[^\s\p{L}\p{N}]\s?$/u
const MOST_SIGNS = 2

/** What else the statements read that compute something from a column. */
export function readBy(
  effects: readonly Effect[],
  table: CatalogTable,
  column: CatalogColumn,
): MadeOf {
  const makers = makersOf(effects, column)
  const read = readWith(makers, table, column, ({ tokens }) => tokens)
  const used = readWith(makers, table, column, (one) => wordsBeside(one, column)).map(
    ({ name }) => name,
  )
  const together = readWith(makers, table, column, (one) => partsWith(one, column).flat())
  const beside = read.filter((one) => !one.notNull).map(({ name }) => name)
  const along = together.slice(0, MOST_ALONG).map(({ name }) => name)
  return makers.some(isQuery)
    ? { beside, used, along, read: read.map(({ name }) => name), numbers: null }
    : { beside, used, along, read: along, numbers: numbersIn(makers) }
}

const MOST_ALONG = 12

/** Statements that write rows and name the column, and queries of code. */
const makersOf = (effects: readonly Effect[], column: CatalogColumn): Effect[] =>
  effects.filter(
    (effect) =>
      isQuery(effect) ||
      ((isFilling(effect) || effect.verb === 'update') &&
        effect.tokens.some((one) => isNamed(one, [column.name]))),
  )

/** Numbers; the operand of a left shift counts as the factor it multiplies by. */
const numbersIn = (makers: readonly Effect[]): string[] =>
  makers.flatMap(({ tokens }) =>
    tokens.flatMap((token, at) => {
      if (!/^\d/.test(token)) return []
      const isShift = tokens[at - 1] === '<' && tokens[at - 2] === '<'
      return [isShift ? String(2 ** Number(token)) : token]
    }),
  )

/** Without the columns that a copy lists as they are, or aggregates by themselves: what it makes of others does not depend on these. */
const wordsBeside = (maker: Effect, { name }: CatalogColumn): readonly string[] =>
  maker.shape.kind === 'insert' && !isQuery(maker)
    ? partsOf(maker.tokens)
        .filter(([first = '', dot, , more]) => first !== 'INSERT' && (dot === '.' ? more : dot))
        .filter((part) => part[1] !== '(' || !isAggregateBeside(part, name))
        .flat()
    : maker.tokens

const isAggregateBeside = (words: readonly string[], column: string): boolean =>
  groupsRows({ tokens: words }) && !words.some((word) => isNamed(word, [column]))

/** The words between commas and clauses, where they name the column. */
const partsWith = ({ tokens }: Effect, { name }: CatalogColumn): string[][] =>
  partsOf(tokens).filter((words) => words.some((word) => isNamed(word, [name])))

const partsOf = (tokens: readonly string[]): string[][] =>
  cutOutside(tokens, (token) => PARTS.has(token))

const PARTS: ReadonlySet<string> = new Set([',', 'SELECT', 'SET', 'FROM', 'WHERE', 'ON'])

/** The other columns that they read in those words. */
function readWith(
  makers: readonly Effect[],
  table: CatalogTable,
  column: CatalogColumn,
  wordsOf: (maker: Effect) => readonly string[],
): CatalogColumn[] {
  const names = new Set(makers.flatMap((one) => wordsOf(one).map(plainName)))
  const isRead = ({ name }: CatalogColumn): boolean =>
    names.has(foldCase(name)) || makers.some((one) => isQuery(one) && one.tokens.includes('*'))
  return table.columns.filter((one) => one !== column && isOrdinary(one) && isRead(one))
}

/** Whether a word is one of these names. */
export const isNamed = (token: string, names: readonly string[]): boolean =>
  names.some((name) => isSameName(plainName(token), name))

/** Whether a column stores what is written to it and is not part of the primary key. */
export const isOrdinary = ({ generated, hidden, primaryKey }: CatalogColumn): boolean =>
  generated === null && !hidden && primaryKey === 0
