// Numbers that a statement multiplies and cuts: `CAST(total * 100 AS INTEGER)`. Pure.
import { plainName } from '../../src/sql/names.js'
import { tellsApart } from './cases.js'

/** A column, in lower case, and what its values are multiplied by before their fractions are cut off. */
export interface CutProduct {
  readonly column: string
  readonly factor: string
}

/** Each of them, of the tokens of a statement; not where it asks what the column holds. */
export function cutProducts(tokens: readonly string[]): CutProduct[] {
  return tokens.flatMap((token, at): CutProduct[] => {
    if (token !== 'CAST' || tokens[at + 1] !== '(') return []
    const end = tokens.indexOf('AS', at)
    const [one = '', times, other = '', ...more] = tokens
      .slice(at + 2, end)
      .filter((part, place, all) => part !== '.' && all[place + 1] !== '.')
    const factor = [one, other].find((part) => /^\d+(?:\.\d+)?$/.test(part))
    const column = factor === one ? other : one
    const isCut =
      end > 0 && times === '*' && more.length === 0 && tokens[end + 1]?.startsWith('INT') === true
    const name = plainName(column)
    return isCut && factor !== undefined && factor !== column && !tellsApart(tokens, name)
      ? [{ column: name, factor }]
      : []
  })
}
