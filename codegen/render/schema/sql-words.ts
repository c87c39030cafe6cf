// Reads the SQL that SQLite stores for an object as words in one style: keywords in upper case, names without needless quotes.
import { foldKeywords } from '../../checksum/fold-keywords.js'
import { tokenize, type Token } from '../../../src/sql/tokenize.js'
import { isValueWord, sureNameText } from '../../sql/sql-name.js'
import { foldCase, foldUpper, unquote } from '../../../src/sql/names.js'

/** One word as it is written. `exact` is text whose spaces matter. */
export interface SqlWord {
  readonly text: string
  readonly kind: 'keyword' | 'name' | 'literal' | 'mark' | 'exact'
}

/** A token with its classification; `start` and `end` are its place in the SQL. */
export interface PlacedWord extends SqlWord {
  readonly start: number
  readonly end: number
}

/**
 * The words of one statement, without comments. No word is added or removed, so that the statement keeps its meaning. A word that
 * may be a keyword or a name stays as it is.
 */
export function sqlWords(sql: string): PlacedWord[] {
  const tokens = tokenize(sql).filter(({ kind }) => kind !== 'space' && kind !== 'comment')
  const keywords = keywordsIn(tokens)
  return tokens.map((token, at) => {
    const { text, kind } = readWord({ tokens, keywords, at })
    return { text, kind, start: token.start, end: token.start + token.text.length }
  })
}

/** Whether each token is a keyword. In lower case, folding changes only keywords. */
function keywordsIn(tokens: readonly Token[]): boolean[] {
  const small = tokens.map((token) =>
    token.kind === 'word' ? { ...token, text: foldCase(token.text) } : token,
  )
  const keywords = foldKeywords(small).map((text, at) => text !== small[at]!.text)
  return keywords.map((keyword, at) => keyword || isQueryWord(small, at))
}

/** Words of queries within a statement: `AS WITH n AS MATERIALIZED (…)`, `ORDER BY a DESC NULLS LAST`. */
function isQueryWord(tokens: readonly Token[], at: number): boolean {
  const [before, word, after] = [at - 1, at, at + 1].map((place) => tokens[place]?.text ?? '')
  if (word === 'materialized') return (before === 'as' || before === 'not') && after === '('
  if (word === 'nulls') return after === 'first' || after === 'last'
  if (word === 'recursive') return before === 'with' && after !== 'as' && after !== '('
  if (word !== 'with' || !/^(?:as|\()$/.test(before!)) return false
  return after === 'recursive' || /^(?:as|\()$/.test(tokens[at + 2]?.text ?? '')
}

interface Place {
  readonly tokens: readonly Token[]
  readonly keywords: readonly boolean[]
  readonly at: number
}

function readWord(place: Place): SqlWord {
  const { kind, text } = place.tokens[place.at]!
  if (place.keywords[place.at]) return { text: foldUpper(text), kind: 'keyword' }
  switch (kind) {
    case 'word':
    case 'quoted':
      return readName(place)
    case 'operator':
      return { text, kind: 'mark' }
    default:
      return { text, kind: 'literal' }
  }
}

const TRUTH = /^(?:true|false)$/i
const COLLATIONS = /^(?:binary|nocase|rtrim)$/i

function readName(place: Place): SqlWord {
  const { kind, text } = place.tokens[place.at]!
  const name = unquote(text)
  const before = keywordAt(place, place.at - 1)
  if (before === 'DEFAULT' && keywordAt(place, place.at - 2) !== 'SET') return readDefault(place)
  if (before === 'COLLATE' && COLLATIONS.test(name))
    return { text: foldUpper(name), kind: 'keyword' }
  if (kind === 'word' && !isSurelyName(place)) return { text, kind: 'name' }
  return { text: sureNameText(text), kind: 'name' }
}

/** A name used as a text: `DEFAULT abc`, `DEFAULT "abc"`. */
function readDefault({ tokens, at }: Place): SqlWord {
  const { kind, text } = tokens[at]!
  if (kind === 'word' && TRUTH.test(text)) return { text: foldUpper(text), kind: 'keyword' }
  return { text: `'${unquote(text).replaceAll("'", "''")}'`, kind: 'literal' }
}

/** After a dot, and alone between commas and parentheses, there cannot be a keyword. */
function isSurelyName({ tokens, at }: Place): boolean {
  const [before, here, after] = [at - 1, at, at + 1].map((place) => tokens[place]?.text ?? '')
  if (before === '.') return true
  return /^[(,]$/.test(before!) && /^[),]$/.test(after!) && !isValueWord(here!)
}

function keywordAt({ tokens, keywords }: Place, at: number): string | null {
  return keywords[at] ? foldUpper(tokens[at]!.text) : null
}
