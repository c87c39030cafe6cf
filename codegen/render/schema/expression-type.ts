// Derives the type of an expression in a view from its first words; in doubt, any value.
import { ANY_VALUE } from './column-type.js'
import { isKeyword, isMark } from './sql-layout.js'
import type { SqlWord } from './sql-words.js'
import { foldCase } from '../../../src/sql/names.js'
import { depthsIn } from '../../sql/brackets.js'

/** The known facts about a value. */
export interface ValueType {
  readonly type: string
  readonly nullable: boolean
}

const ANYTHING: ValueType = { type: ANY_VALUE, nullable: true }
const A_NUMBER: ValueType = { type: 'number', nullable: false }
const A_NUMBER_OR_NULL: ValueType = { type: 'number', nullable: true }
const A_TEXT: ValueType = { type: 'string', nullable: false }
const A_TEXT_OR_NULL: ValueType = { type: 'string', nullable: true }

const functions = (names: string, type: ValueType): [string, ValueType][] =>
  names.split(' ').map((name) => [name, type])

/** The result types of SQLite's functions; for most, a NULL argument makes the result NULL. */
const FUNCTIONS: ReadonlyMap<string, ValueType> = new Map([
  ...functions('count total row_number rank dense_rank ntile unixepoch changes random', A_NUMBER),
  ...functions(
    'sum avg length instr round sign unicode julianday json_array_length',
    A_NUMBER_OR_NULL,
  ),
  ...functions('typeof hex quote printf', A_TEXT),
  ...functions(
    'lower upper trim ltrim rtrim substr substring replace group_concat string_agg strftime date time datetime json_object json_array json_group_array json_group_object',
    A_TEXT_OR_NULL,
  ),
])

/** Reads the words of an expression, without the name of its column. */
export function expressionType(words: readonly SqlWord[]): ValueType {
  const [first] = words
  if (!first) return ANYTHING
  if (words.length === 1 && first.kind === 'literal') return literalType(first.text)
  if (isKeyword(first, 'EXISTS') && closes(words, 1)) return A_NUMBER
  if (first.kind !== 'name' || !isMark(words[1], '(')) return ANYTHING
  const isWhole = closes(words, 1)
  // Time functions return NULL for NULL or invalid input; `unixepoch()` alone never does.
  const known = FUNCTIONS.get(foldCase(first.text))
  if (!known || !isWhole) return ANYTHING
  return foldCase(first.text) === 'unixepoch' && words.length > 3 ? A_NUMBER_OR_NULL : known
}

function literalType(text: string): ValueType {
  if (text.startsWith("'")) return A_TEXT
  return /^[.\d]/.test(text) ? A_NUMBER : ANYTHING
}

/** Whether only FILTER and OVER with their parentheses follow the parenthesis that opens here. */
function closes(words: readonly SqlWord[], open: number): boolean {
  const rest = words.slice(open)
  const depths = depthsIn(rest)
  return rest.every(
    (word, at) =>
      depths[at]! > 0 ||
      isMark(word, ')') ||
      /^(?:filter|over)$/i.test(word.text) ||
      (/^over$/i.test(rest[at - 1]!.text) && word.kind === 'name'),
  )
}
