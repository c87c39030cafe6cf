// Puts SQL keywords into upper case. Most keywords may also be names, whose case is data: a column `Key` is not `KEY`.
import { RESERVED_KEYWORDS } from '../../src/sql/keywords.js'
import type { Token } from '../../src/sql/tokenize.js'
import { AFTER, BEFORE, NAMING, SOON_AFTER, STARTING } from './keyword-places.js'
import { foldUpper } from '../../src/sql/names.js'

/**
 * The texts of tokens (without white space), keywords in upper case. A word that may be a name is changed only where it cannot be
 * one or where its case does not matter; in doubt it stays as it is. The arguments of a virtual table belong to its module, so
 * nothing is changed there.
 */
export function foldKeywords(tokens: readonly Token[]): string[] {
  const reading: Reading = { tokens, clause: '', cases: 0, inModule: false }
  return tokens.map((token, at) =>
    token.kind === 'word' ? readWord(reading, at) : readOther(reading, token),
  )
}

/** The state of the pass over the tokens from left to right. */
interface Reading {
  readonly tokens: readonly Token[]
  /** The last word that decides how words after it are read. */
  clause: string
  /** CASE expressions that are open. */
  cases: number
  inModule: boolean
}

const CLAUSES = new Set(
  'FROM INDEX INTO LIMIT ORDER PRIMARY SELECT SET TABLE UNIQUE VALUES VIRTUAL WHERE'.split(' '),
)

function readWord(reading: Reading, at: number): string {
  const { text } = reading.tokens[at]!
  const word = foldUpper(text)
  if (reading.inModule || !(RESERVED_KEYWORDS.has(word) || isKeyword(reading, word, at)))
    return text
  if (word === 'USING' && reading.clause === 'VIRTUAL') reading.inModule = true
  if (word === 'CASE') reading.cases++
  if (word === 'END') reading.cases--
  // `CREATE VIRTUAL TABLE` stays VIRTUAL, so that its USING is recognized.
  if (CLAUSES.has(word) && !(word === 'TABLE' && reading.clause === 'VIRTUAL'))
    reading.clause = word
  return word
}

function readOther(reading: Reading, { text }: Token): string {
  if (text === ';') Object.assign(reading, { clause: '', cases: 0, inModule: false })
  return text
}

function isKeyword(reading: Reading, word: string, at: number): boolean {
  const before = wordAt(reading, at - 1)
  if (before === '' || before === ';') return STARTING.has(word)
  if (AFTER.get(before)?.has(word)) return true
  if (SOON_AFTER.get(wordAt(reading, at - 2))?.has(word)) return true
  if (NAMING.has(before)) return false
  if (BEFORE.get(wordAt(reading, at + 1))?.has(word)) return true
  return DECIDED_BY_PLACE.get(word)?.(reading, at) ?? false
}

const wordAt = ({ tokens }: Reading, at: number): string => foldUpper(tokens[at]?.text ?? '')

type Decision = (reading: Reading, at: number) => boolean

const isEndOfCase: Decision = (reading, at) =>
  reading.cases > 0 && endsOperand(reading.tokens[at - 1])

const isDirection: Decision = ({ tokens, clause }, at) =>
  ['ORDER', 'INDEX', 'PRIMARY', 'UNIQUE'].includes(clause) && endsOperand(tokens[at - 1])

const isComparison: Decision = ({ tokens }, at) =>
  endsOperand(tokens[at - 1]) && beginsOperand(tokens[at + 1])

const isNow: Decision = ({ tokens, clause }, at) =>
  ['SELECT', 'VALUES', 'SET', 'WHERE'].includes(clause) && !endsOperand(tokens[at - 1])

/** `WITH RECURSIVE name AS`, not `WITH recursive AS`. */
const isRecursive: Decision = (reading, at) =>
  wordAt(reading, at - 1) === 'WITH' && !['AS', '('].includes(wordAt(reading, at + 1))

const DECIDED_BY_PLACE: ReadonlyMap<string, Decision> = new Map([
  ['END', isEndOfCase],
  ['ASC', isDirection],
  ['DESC', isDirection],
  ['LIKE', isComparison],
  ['GLOB', isComparison],
  ['RECURSIVE', isRecursive],
  ['REGEXP', isComparison],
  ['MATCH', isComparison],
  ['CURRENT_DATE', isNow],
  ['CURRENT_TIME', isNow],
  ['CURRENT_TIMESTAMP', isNow],
])

const isReserved = ({ kind, text }: Token): boolean =>
  kind === 'word' && foldUpper(text) !== 'NULL' && RESERVED_KEYWORDS.has(foldUpper(text))

const endsOperand = (token: Token | undefined): boolean =>
  token !== undefined && (token.kind === 'operator' ? token.text === ')' : !isReserved(token))

const beginsOperand = (token: Token | undefined): boolean =>
  token !== undefined &&
  (token.kind === 'operator' ? '(-+~'.includes(token.text) : !isReserved(token))
