// An integer key looks like the rowid and is not.
import { clauseOf } from '../../sql/column-clauses.js'
import { placeIn } from '../subject/place.js'
import type { Rule } from '../subject/rule.js'
import type { ColumnDefinition, CreateTable } from '../../sql/statement.js'
import { foldUpper } from '../../../src/sql/names.js'

/**
 * `INT PRIMARY KEY`, `BIGINT PRIMARY KEY`, `SERIAL PRIMARY KEY` …, on the column or as a constraint of the table, and `INTEGER
 * PRIMARY KEY DESC`. Silent about composite keys and about WITHOUT ROWID, where INT is just as good.
 */
export const primaryKeyInt: Rule = {
  code: 'PRIMARY_KEY_INT',
  severity: 'warning',
  *check({ upSteps }) {
    for (const { statements } of upSteps) {
      for (const statement of statements) {
        const { shape } = statement
        const column = shape.kind === 'create-table' ? keyColumn(shape) : null
        if (shape.kind !== 'create-table' || !column || !isMistaken(column)) continue
        const at = placeIn(statement, column.start)
        yield {
          at,
          message: `${at.file} declares ${column.name.text} of ${shape.name.text} as ${declared(column)}, which does not make it the rowid: ${consequence(shape, column)}.`,
          fix: `Write \`${column.name.text} INTEGER PRIMARY KEY\`.`,
        }
      }
    }
  },
}

/** The only column of the primary key, for a table that has a rowid. */
function keyColumn({ columns, constraints, options }: CreateTable): ColumnDefinition | null {
  if (!columns || options.includes('without')) return null
  const own = columns.find((column) => clauseOf(column, 'primary'))
  if (own) return own
  const key = constraints.map((words) => words.slice(words.indexOf('primary'))).find(isSingleKey)
  return columns.find(({ name }) => name.key === key?.[3]) ?? null
}

/** `PRIMARY KEY (id)`, with or without an order. */
const isSingleKey = ([first, second, , , close, end]: readonly string[]): boolean =>
  first === 'primary' &&
  second === 'key' &&
  (close === ')' || (ORDER.has(close ?? '') && end === ')'))

const ORDER = new Set(['asc', 'desc'])

const WHOLE_NUMBERS = new Set(
  (
    'int int2 int4 int8 tinyint smallint mediumint bigint integer unsigned signed big ' +
    'serial smallserial bigserial long'
  ).split(' '),
)

function isMistaken(column: ColumnDefinition): boolean {
  const words = column.type.filter((word) => /^[a-z]/.test(word))
  if (words.length === 0 || !words.every((word) => WHOLE_NUMBERS.has(word))) return false
  if (clauseOf(column, 'primary')?.includes('autoincrement')) return false
  return column.type.join(' ') !== 'integer' || isBackwards(column)
}

/** A quirk that SQLite keeps: DESC on the column itself, not in a table constraint, keeps it from being the rowid. */
const isBackwards = (column: ColumnDefinition): boolean =>
  clauseOf(column, 'primary')?.includes('desc') ?? false

const declared = (column: ColumnDefinition): string =>
  `${foldUpper(column.type.join(' '))} PRIMARY KEY${isBackwards(column) ? ' DESC' : ''}`

function consequence({ options }: CreateTable, column: ColumnDefinition): string {
  const refuses = options.includes('strict') || clauseOf(column, 'not') !== undefined
  return refuses
    ? 'a row inserted without it gets no number, and it needs a separate index'
    : 'rows inserted without it get NULL instead of a number, and there can be any number of them'
}
