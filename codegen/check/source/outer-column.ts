// Finds subqueries that select a column of the statement around them, because the table that they read has none of that name: SQLite
// looks for it outside then, and says nothing.
import { plainName } from '../../../src/sql/names.js'
import { clauseAround } from '../../sql/clause-around.js'
import { mentions } from '../../sql/names-in.js'
import { columnOf, readSelects } from '../../sql/read-select.js'
import { ROWID_NAMES } from '../../sql/rowid-links.js'
import { WordReader, wordsOf } from '../../sql/word-reader.js'
import type { Word } from '../../sql/statement.js'
import { columnOf as columnIn, tableIn } from '../../model/in-catalog.js'
import type { FoundStatement, ReplayedStep } from '../subject/rule.js'

/** A subquery that selects a column from outside. */
export interface OuterColumn {
  readonly start: number
  /** `SELECT a FROM b`, in short. */
  readonly query: string
  readonly table: string
  readonly column: string
  /** What becomes of its value: it is compared with another, or set to itself. */
  readonly use: 'in' | 'not in' | 'set'
}

/** What it means, and what to write. */
export const takenFromOutside = ({ query, table, column }: OuterColumn) => ({
  why: `${table} has no column ${column}, so \`${query}\` returns that of the row around it`,
  instead: `Select the column of ${table} that is meant, and write \`${table}.\` before it, so that SQLite reports a wrong name`,
})

/** Checked first, so that scripts full of data need not be tokenized. */
const SUSPECT = /\(\s*select\b/i

/** The first one in a condition, or in an UPDATE that sets the column to itself; null if there is none. */
export function outerColumn({ text }: FoundStatement, step: ReplayedStep): OuterColumn | null {
  if (!SUSPECT.test(text)) return null
  const words = [...wordsOf(text)]
  if (words.some(({ key }) => key === 'with')) return null
  for (const [at, { key, start }] of words.entries()) {
    const found = key === '(' ? selectedIn(new WordReader(words.slice(at)).inside(), step) : null
    const use = found && useOf(words, at, found.column)
    if (found && use) return { ...found, start, use }
  }
  return null
}

/** A column that no table of this name has, selected from a single table; null for anything else. */
function selectedIn(words: readonly Word[], step: ReplayedStep) {
  const isSingle = words[0]?.key === 'select' && !words.some(({ key }) => SEVERAL.has(key))
  const [select, more] = isSingle ? readSelects(new WordReader(words)) : []
  const name = columnOf(select?.items[0] ?? [])
  if (!select?.from || more || !name || name.table) return null
  const [{ text: table }, { text: column }] = [select.from, name.column]
  return isOutside(plainName(table), plainName(column), step)
    ? { query: `SELECT ${column} FROM ${table}`, table, column }
    : null
}

const SEVERAL = new Set(['join', ','])

/** Whether a table of this name has no such column, not even for the time of the step. */
function isOutside(
  table: string,
  column: string,
  { before, after, statements }: ReplayedStep,
): boolean {
  const tables = [before, after].flatMap((catalog) => tableIn(catalog, table) ?? [])
  const isThere = tables.some((one) => one.module !== null || columnIn(one, column))
  const isMade = statements.some(
    ({ shape, text }) => MAKES.has(shape.kind) && mentions(text, table) && mentions(text, column),
  )
  return tables.length > 0 && !isThere && !isMade && !ROWID_NAMES.has(column)
}

const MAKES = new Set(['add-column', 'create-table', 'rename-column', 'rename-table'])

/** What the statement does with the subquery that begins at a word; null if it makes sense, as in EXISTS. */
function useOf(words: readonly Word[], at: number, column: string): OuterColumn['use'] | null {
  const [not, last] = words.slice(Math.max(0, at - 2), at)
  const clause = clauseAround(words, at)
  if (last?.key === 'in' && clause === 'where') return not?.key === 'not' ? 'not in' : 'in'
  const isItself = last?.key === '=' && not && plainName(not.key) === plainName(column)
  return isItself && clause === 'set' ? 'set' : null
}
