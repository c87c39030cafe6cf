// The statement of a batch, with what its keys are bound to. Pure.
import { foldUpper, plainName } from '../../sql/names.js'
import { tokensOf } from '../../sql/split-statements.js'

/** A statement with places instead of names, of which clients know different ones. */
export interface Bindable {
  readonly sql: string
  /** What each place stands for, in order. */
  readonly places: readonly ('from' | 'to')[]
  /** The table that it changes, in lower case; undefined where it adds rows to one. */
  readonly changes: string | undefined
  /** Whether it can be asked which rows it has changed: it answers nothing yet. */
  readonly canReturn: boolean
}

/** Puts places for `:from` and `:to`, each as often as it is named. */
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

/** Without comments and a semicolon at the end: more may be put behind it. */
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
