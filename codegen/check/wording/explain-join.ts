// Explains why the SELECT of a copy returns duplicate rows if it reads several tables.
import { listed } from '../../diagnostics/listed.js'
import { wordsIn } from '../../sql/names-in.js'
import { oneLine } from '../../sql/one-line.js'
import { columnOf, constantOf, isMadeOfNothing, itemsFor, valueOf } from '../../sql/read-select.js'
import { sqlNames } from '../../sql/sql-name.js'
import type { Insert, Word } from '../../sql/statement.js'
import { wordsOf } from '../../sql/word-reader.js'
import type { ReplayedStep } from '../subject/rule.js'

/** A reason, and a fix. */
export interface Words {
  readonly why: string
  readonly fix: string
}

/** The fix for rows that turn out to be duplicates. */
export const DECIDE =
  'decide which one stays, and change the others before this statement, or leave them out of the copy'

/** Finds a JOIN, and what it joins. */
export const JOIN = /\bjoin\s+([\w"[\]`.]+)/i

/** The table whose rows a JOIN returns several times, the one that it joins them with, and whether a column of that is taken. */
export interface Multiplied {
  readonly of: string
  readonly by: string
  readonly taken: boolean
}

/** No condition sees the rows that its own statement inserts. */
export function explainJoin(same: string, { of, by, taken }: Multiplied): Words {
  const instead = taken
    ? ''
    : `use \`WHERE EXISTS (SELECT … FROM ${by} WHERE …)\` instead of the JOIN, `
  return {
    why: `The JOIN returns a row of ${of} once for each matching row of ${by}, so the statement inserts the same ${same} more than once, and it is UNIQUE.`,
    fix: `Make the SELECT return each of them once: ${instead}take one value with a subquery, or group by what must be unique`,
  }
}

/** A copy that SQLite stopped. */
interface SelectFailure {
  readonly sql: string | null
  readonly step: ReplayedStep
  /** The columns that have to be unique. */
  readonly columns: readonly string[]
  /** How the new table compares each of them, as ` COLLATE NOCASE`. */
  readonly compared?: readonly string[]
  /** The tables with foreign keys to the rows. */
  readonly referring?: readonly string[]
}

/**
 * For a copy of which not all columns are taken from its first table as they are. No condition on the new table helps: it is
 * empty, or read once before the first row is inserted.
 */
export function explainSelect(failure: SelectFailure, shape: Insert): Words {
  const { sql, step, columns, compared = [], referring = [] } = failure
  const same = sqlNames(columns) || 'key'
  if (TAKES_APART.test(sql ?? ''))
    return {
      why: `The statement inserts a row for each part of a list or text, and some of these have the same ${same}, which is UNIQUE.`,
      fix: 'Insert each once: with `SELECT DISTINCT` if the rows agree in all columns, with `INSERT OR IGNORE` if the first may stay, or grouped by what must be unique',
    }
  // A constant is the same in all rows.
  const items = columns
    .map((column, at) => ({ item: itemsFor(column, shape)[0] ?? [], by: compared[at] ?? '' }))
    .filter(({ item }) => constantOf(item) === null)
  const terms = items.map(({ item, by }) => termOf(item, sql ?? '', by))
  const isPlain = items.every(({ item }) => item.length > 0 && !isMadeOfNothing(item))
  const isKnown = isPlain && items.length > 0 && shape.selects.length === 1
  const from =
    isKnown && !/\bover\b/i.test(terms.join()) ? fromClause(sql ?? '', shape, step) : null
  const filled = terms.map((term) => ` AND ${term} IS NOT NULL`).join('')
  const find = `SELECT ${terms.join(', ')}, count(*) ${from} GROUP BY ${terms.join(', ')} HAVING count(*) > 1${filled}`
  const decide =
    referring.length === 0
      ? DECIDE
      : `decide which one stays, and change the others, and the rows that refer to them in ${listed(referring)}, before this statement`
  return {
    why: isKnown
      ? `Nothing keeps two of the rows that the SELECT returns from having the same ${terms.join(', ')}.`
      : `The statement itself inserts two rows with the same ${same}, which is UNIQUE.`,
    fix: `${from === null ? 'Find out which rows become duplicates' : `Find them with \`${find}\``}, ${decide}`,
  }
}

/** Queries that return several rows for one. */
const TAKES_APART = /\bjsonb?_(?:each|tree)\s*\(|\bwith\s+recursive\b/i

/** What an item returns, as it is written, compared in some way. */
function termOf(item: readonly Word[], sql: string, compared: string): string {
  const [first, last] = [valueOf(item)[0], valueOf(item).at(-1)]
  const text = first && last ? oneLine(sql.slice(first.start, last.start + last.text.length)) : ''
  return compared !== '' && !columnOf(item) ? `(${text})${compared}` : `${text}${compared}`
}

/** Its FROM with everything after it, if that can be queried before the step and grouped; otherwise null. */
function fromClause(sql: string, { selects }: Insert, { acts }: ReplayedStep) {
  const last = selects[0]?.items.at(-1)?.at(-1)
  if (!last || selects.length > 1) return null
  const text = sql.slice(last.start + last.text.length).trim()
  const made = [...acts.up, ...acts.down].flatMap((act) =>
    act.kind === 'create' ? [act.name] : act.kind === 'rename-table' ? [act.to] : [],
  )
  const names = wordsIn(text)
  const isThere = !made.some((name) => names.has(name))
  return isThere && ![...wordsOf(text)].some(({ key }) => ENDS.has(key)) ? oneLine(text) : null
}

const ENDS = new Set(['group', 'order', 'limit', 'having', 'returning', 'conflict', 'window'])
