// Detects whether a statement itself leaves a column NULL, so that no earlier row is to blame. Pure.
import { isSameName, plainName } from '../../../src/sql/names.js'
import type { Insert, Statement } from '../../sql/statement.js'
import { wordsOf } from '../../sql/word-reader.js'

/** `written`: it says NULL. `left-out`: its column list omits it. Null if the value comes from elsewhere. */
export function writtenNull(
  shape: Statement | null,
  sql: string,
  column: string,
): 'written' | 'left-out' | null {
  if (shape?.kind === 'update') return setsNull(sql, column) ? 'written' : null
  return shape?.kind === 'insert' ? insertedNull(shape, column) : null
}

function setsNull(sql: string, column: string): boolean {
  const words = [...wordsOf(sql)]
  return words.some(
    ({ key }, at) =>
      isSameName(plainName(key), column) &&
      /^(?:set|,)$/.test(words[at - 1]?.key ?? '') &&
      words[at + 1]?.key === '=' &&
      words[at + 2]?.key === 'null' &&
      /^(?:|,|;|where|from|returning|order|limit)$/.test(words[at + 3]?.key ?? ''),
  )
}

function insertedNull({ columns, selects }: Insert, column: string): 'written' | 'left-out' | null {
  if (!columns) return null
  const at = columns.findIndex(({ key }) => isSameName(plainName(key), column))
  if (at < 0) return 'left-out'
  const isNull = selects.length > 0 && selects.every(({ items }) => items[at]?.[0]?.key === 'null')
  return isNull && selects.every(({ items }) => isAlone(items[at] ?? [])) ? 'written' : null
}

/** Except for its alias. */
const isAlone = (words: readonly { readonly key: string }[]): boolean =>
  words.length === 1 || words[1]?.key === 'as'
