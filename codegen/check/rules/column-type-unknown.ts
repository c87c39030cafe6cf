// A column's type is a slip of the pen.
import { doubtfulType, type DoubtfulType } from '../changes/column-types.js'
import { placeIn } from '../subject/place.js'
import type { Rule } from '../subject/rule.js'
import type { ColumnDefinition, Statement } from '../../sql/statement.js'
import { foldUpper } from '../../../src/sql/names.js'

/**
 * Doubts only what resembles a known type (INTERGER, TEX, BOLEAN) and STRING, which SQLite takes for a number. No type
 * at all, and names of one's own, are fine. Silent about STRICT tables, where SQLite itself refuses unknown types.
 */
export const columnTypeUnknown: Rule = {
  code: 'COLUMN_TYPE_UNKNOWN',
  severity: 'warning',
  *check({ upSteps }) {
    for (const statement of upSteps.flatMap(({ statements }) => statements)) {
      for (const column of columnsIn(statement.shape)) {
        const doubt = doubtfulType(column.type)
        if (!doubt) continue
        const at = placeIn(statement, column.start)
        const message = `${at.file} ${whatIsWrong(column, doubt)}`
        yield { at, message, fix: fixOf(column, doubt) }
      }
    }
  },
}

function columnsIn(shape: Statement): readonly ColumnDefinition[] {
  if (shape.kind === 'add-column') return [shape.column]
  if (shape.kind !== 'create-table' || shape.options.includes('strict')) return []
  return shape.columns ?? []
}

function whatIsWrong({ name }: ColumnDefinition, { word, reason, affinity }: DoubtfulType): string {
  const declares = `declares ${name.text} as ${foldUpper(word)}`
  if (reason === 'typo')
    return `${declares}, which no database knows; SQLite guesses from the letters what to store in it, here ${affinity}, and says nothing.`
  return affinity === 'TEXT' || affinity === 'BLOB'
    ? `${declares}, which SQLite does not know; only because of another word of the type it stores the values as ${affinity}.`
    : `${declares}, which SQLite does not know and takes for a number (${affinity}): the text '007' becomes 7.`
}

function fixOf({ name }: ColumnDefinition, { meant, reason }: DoubtfulType): string {
  const type = foldUpper(meant)
  return reason === 'number'
    ? `Write \`${name.text} ${type}\`.`
    : `Did you mean ${type}? Write \`${name.text} ${type}\`.`
}
