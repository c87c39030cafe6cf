// Recognizes texts that a step compares regardless of case. Pure.
import { foldCase, plainName } from '../../../../src/sql/names.js'
import type { Effect } from '../watch/statement-effect.js'
import type { TableImage } from '../watch/table-image.js'

/** Whether a statement converts a column to lower or upper case. */
export const isFoldedBy = (effects: readonly Effect[], column: string): boolean =>
  effects.some((effect) =>
    effect.tokens.some((token, at) => {
      if (!FOLDS.has(token) || effect.tokens[at + 1] !== '(') return false
      const inside = effect.tokens.slice(at + 2, effect.tokens.indexOf(')', at))
      return inside.some((one) => plainName(one) === foldCase(column))
    }),
  )

const FOLDS: ReadonlySet<string> = new Set(['LOWER', 'UPPER'])

/** The same with all texts in lower case. */
export const inSmallLetters = (image: TableImage): TableImage => ({
  ...image,
  rows: image.rows.map((row) => ({
    ...row,
    values: row.values.map((value) => (typeof value === 'string' ? foldCase(value) : value)),
  })),
})
