// What statements make values of: the columns and the numbers that stand with a column in them. Pure.
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import type { PartGone } from '../../../model/evidence.js'
import { foldCase, isSameName, plainName, unquote } from '../../../../src/sql/names.js'
import { isCalculated, isNamedIn } from '../../../sql/read-select.js'
import type { Value } from '../fill/seed-values.js'
import { isFilling, isQuery, type Effect } from '../watch/statement-effect.js'
import { documentsCast } from './json-documents.js'

/** What stands with a column where others are made of it. */
export interface MadeOf {
  /** Of one that is gone, the columns beside it that may be NULL, and that what is made of it may be made of too. */
  readonly beside: readonly string[]
  /** Of one that is gone, others that it may have been put together with. */
  readonly along: readonly string[]
  /** The same of code, which may put together all that it reads. */
  readonly read: readonly string[]
  /** The numbers by which what is made of them tells them apart; null where code, which may name others, makes it. */
  readonly numbers: readonly string[] | null
}

/** Two values that differ in one way alone, what of them is lost where they come to the same, and one that differs from both in more. */
export interface Alike {
  readonly two: readonly [Value, Value]
  readonly other: Value
  readonly those: NonNullable<PartGone['those']>
}

/** How statements make something of a column. */
interface Making {
  /** Whether they calculate it. */
  readonly isMade: boolean
  /** The first texts beside it that no letters and digits stand in: what it is parted or put together by. */
  readonly signs: readonly string[]
  /** Documents that differ in what is lost of a part of them. */
  readonly alike: readonly Alike[]
}

/** What SQL makes of a column. */
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

/** The words of each value that a statement calculates from the column. */
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

/** What those read besides that make something of a column. */
export function readBy(
  effects: readonly Effect[],
  table: CatalogTable,
  column: CatalogColumn,
): MadeOf {
  const makers = makersOf(effects, column)
  const read = readWith(makers, table, column, ({ tokens }) => tokens)
  const together = readWith(makers, table, column, (one) => partsWith(one, column).flat())
  const beside = read.filter((one) => !one.notNull).map(({ name }) => name)
  const along = together.slice(0, MOST_ALONG).map(({ name }) => name)
  return makers.some(isQuery)
    ? { beside, along, read: read.map(({ name }) => name), numbers: null }
    : { beside, along, read: along, numbers: numbersIn(makers) }
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

/** Numbers, those behind the sign of a shift as what they multiply by. */
const numbersIn = (makers: readonly Effect[]): string[] =>
  makers.flatMap(({ tokens }) =>
    tokens.flatMap((token, at) => {
      if (!/^\d/.test(token)) return []
      const isShift = tokens[at - 1] === '<' && tokens[at - 2] === '<'
      return [isShift ? String(2 ** Number(token)) : token]
    }),
  )

/** The words of what stands between commas and clauses, where that names the column. */
function partsWith({ tokens }: Effect, { name }: CatalogColumn): string[][] {
  const parts: string[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    depth += token === '(' ? 1 : token === ')' ? -1 : 0
    if (depth === 0 && PARTS.has(token)) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts.filter((words) => words.some((word) => isNamed(word, [name])))
}

const PARTS: ReadonlySet<string> = new Set([',', 'SELECT', 'SET', 'FROM', 'WHERE', 'ON'])

/** The other columns that these read there. */
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

/** Whether a column holds what is put into it, and tells no row. */
export const isOrdinary = ({ generated, hidden, primaryKey }: CatalogColumn): boolean =>
  generated === null && !hidden && primaryKey === 0
