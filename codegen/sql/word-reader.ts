// Reads the words of a statement one by one, for parsing.
import { canonicalName } from '../../src/sql/canonical-tokens.js'
import { tokenAt, type Token } from '../../src/sql/tokenize.js'
import type { Name, Word } from './statement.js'
import { foldCase, unquote } from '../../src/sql/names.js'
import { cutOutside } from './brackets.js'

/** Yields the words of SQL. Lazy, so that reading the head of a statement costs nothing however long its literals are. */
export function* wordsOf(sql: string): Generator<Word> {
  for (let at = 0; at < sql.length;) {
    const token = tokenAt(sql, at)
    const { kind, text, start } = token
    at += text.length
    if (kind !== 'space' && kind !== 'comment') yield { kind, key: keyOf(token), text, start }
  }
}

function keyOf({ kind, text }: Token): string {
  if (kind === 'word') return foldCase(text)
  return kind === 'quoted' ? canonicalName(unquote(text)) : text
}

/** A cursor over words. Beyond the end it returns empty words. */
export class WordReader {
  #at = 0
  readonly #words: readonly Word[]

  constructor(words: readonly Word[]) {
    this.#words = words
  }

  get next(): Word {
    return this.#words[this.#at] ?? END
  }

  /** Moves past the given words if exactly these come next. Quoted words do not count. */
  take(...keys: readonly string[]): boolean {
    const matches = keys.every((key, index) => isKeyword(this.#words[this.#at + index], key))
    if (matches) this.#at += keys.length
    return matches
  }

  /** Takes the next word, whatever it is. */
  skip(): Word {
    const word = this.next
    this.#at += 1
    return word
  }

  /** Takes a name, with the schema before it. */
  name(): Name {
    const first = this.skip()
    if (!this.take('.')) return { key: first.key, text: first.text }
    const { key, text } = this.skip()
    return { key, text, schema: first.key }
  }

  /** Takes the words between the parentheses that open here. */
  inside(): Word[] {
    const words: Word[] = []
    for (let depth = 0; this.next !== END;) {
      const word = this.skip()
      if (word.key === ')') depth -= 1
      if (depth === 0 && word.key === ')') break
      if (depth > 0) words.push(word)
      if (word.key === '(') depth += 1
    }
    return words
  }

  /** Takes words up to one of these outside all parentheses. */
  until(...keys: readonly string[]): Word[] {
    const words: Word[] = []
    for (let depth = 0; this.next !== END;) {
      if (depth === 0 && keys.some((key) => isKeyword(this.next, key))) break
      const word = this.skip()
      if (word.key === '(') depth += 1
      if (word.key === ')') depth -= 1
      words.push(word)
    }
    return words
  }

  /** Takes all that is left. */
  rest(): Word[] {
    const words = this.#words.slice(this.#at)
    this.#at = this.#words.length
    return words
  }
}

/** `"select"` is a name. */
const isKeyword = (word: Word | undefined, key: string): boolean =>
  word?.key === key && word.kind !== 'quoted'

const END: Word = { kind: 'unknown', key: '', text: '', start: 0 }

/** Splits words at the commas, or at another mark, outside all parentheses. */
export const cutWords = (words: readonly Word[], mark = ','): Word[][] =>
  cutOutside(words, ({ key }) => key === mark)

/** The words in their form for comparison. */
export const keysOf = (words: readonly Word[]): string[] => words.map(({ key }) => key)

/** The name with which words begin. */
export const firstName = ([first]: readonly Word[]): Name => ({
  key: first?.key ?? '',
  text: first?.text ?? '',
})
