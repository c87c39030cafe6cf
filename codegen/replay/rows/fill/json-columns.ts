// The columns that the SQL of a history reads as JSON: generated texts would be refused there. Pure.
import { plainName } from '../../../../src/sql/names.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'

/** Their names in lower case, whatever their table: first arguments of `json_…(…)`, and what stands before `->`. */
export const jsonColumns = (scripts: readonly string[]): ReadonlySet<string> =>
  new Set(scripts.flatMap((script) => [...namesIn(script)]))

/** Looked for first, so that scripts full of data are not cut into tokens. */
const SUSPECT = /\bjsonb?[_\s(]|->/i

function* namesIn(script: string): Generator<string> {
  if (!SUSPECT.test(script)) return
  const tokens = [...sqlTokens(script)]
  for (const [index, token] of tokens.entries()) {
    if (/^JSONB?(?:_|$)/.test(token) && tokens[index + 1] === '(')
      yield* nameFrom(tokens, index + 2)
    if (token === '-' && tokens[index + 1] === '>') yield plainName(tokens[index - 1] ?? '')
  }
}

/** `payload`, `e.payload`; nothing where a value or a function stands. */
function* nameFrom(tokens: readonly string[], start: number): Generator<string> {
  const at = tokens[start + 1] === '.' ? start + 2 : start
  const next = tokens[at + 1]
  const name = tokens[at] ?? ''
  if ((next === ',' || next === ')') && !name.startsWith("'")) yield plainName(name)
}
