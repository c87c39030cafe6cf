// Binds the keys of a batch to the placeholders of its statement. Pure.
import { foldUpper, plainName } from '../../sql/names.js'
import { tokensOf } from '../../sql/split-statements.js'

/** A statement with `?` placeholders instead of named parameters, whose syntax differs between clients. */
export interface Bindable {
  readonly sql: string
  /** What each place stands for, in order. */
  readonly places: readonly ('from' | 'to')[]
  /** The table that the statement changes, in lower case; undefined if it adds rows. */
  readonly changes: string | undefined
  /** Whether it can be asked which rows it has changed: it has no RETURNING clause yet. */
  readonly canReturn: boolean
}

/** Replaces each `:from` and `:to` by a placeholder. */
export function bindable(update: string): Bindable {
  const places: ('from' | 'to')[] = []
  let [sql, end, colon] = ['', 0, -2]
  const tokens = [...tokensOf(update)]
  for (const { text, start } of tokens) {
    if (colon === start - 1 && (text === 'from' || text === 'to')) {
      sql += `${update.slice(end, colon)}?`
      places.push(text)
      end = start + text.length
    }
    colon = text === ':' ? start : -2
  }
  const texts = tokens.map(({ text }) => text)
  const canReturn = !texts.some((text) => foldUpper(text) === 'RETURNING')
  return { sql: sql + update.slice(end, endOf(tokens)), places, changes: changed(texts), canReturn }
}

/** The end of the text without comments and a trailing semicolon, so that more can be appended. */
function endOf(tokens: readonly { readonly text: string; readonly start: number }[]): number {
  const last = tokens.findLast(({ text }) => text !== ';')
  return last ? last.start + last.text.length : 0
}

/** `UPDATE [OR …] [main.]name` and `DELETE FROM [main.]name`. */
function changed([verb = '', or = '', ...others]: readonly string[]): string | undefined {
  const word = foldUpper(verb)
  if (word !== 'UPDATE' && word !== 'DELETE') return undefined
  const named =
    word === 'DELETE' ? others : foldUpper(or) === 'OR' ? others.slice(1) : [or, ...others]
  return plainName((named[1] === '.' ? named[2] : named[0]) ?? '')
}
