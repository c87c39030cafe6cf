// Explains why the SELECT of a copy returns duplicate rows if it reads several tables.
import { wordsIn } from '../../sql/names-in.js'
import { oneLine } from '../../sql/one-line.js'
import { itemsFor, valueOf } from '../../sql/read-select.js'
import type { Insert } from '../../sql/statement.js'
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

/** No condition sees the rows that its own statement inserts. */
export function explainJoin(same: string, sql: string, { selects: [select] }: Insert): Words {
  const [from, other] = [select?.from?.text ?? 'the first table', JOIN.exec(sql)?.[1] ?? '']
  return {
    why: `The JOIN returns a row of ${from} once for each matching row of ${other}, so the statement inserts the same ${same} more than once, and it is UNIQUE.`,
    fix: `Make the SELECT return each of them once: use \`WHERE EXISTS (SELECT … FROM ${other} WHERE …)\` instead of the JOIN, take one value with a subquery, or group by what must be unique`,
  }
}

/** A copy that SQLite stopped. */
interface SelectFailure {
  readonly sql: string | null
  readonly step: ReplayedStep
  /** The columns that have to be unique. */
  readonly columns: readonly string[]
}

/** For a copy whose columns are not all from its first table. */
export function explainSelect({ sql, step, columns }: SelectFailure, shape: Insert): Words {
  const items = columns.flatMap((column) => itemsFor(column, shape))
  const terms = items.map((item) =>
    valueOf(item)
      .map(({ text }) => text)
      .join(''),
  )
  const from = fromClause(sql ?? '', shape, step)
  const filled = terms.map((term) => ` AND ${term} IS NOT NULL`).join('')
  const find = `SELECT ${terms.join(', ')}, count(*) ${from} GROUP BY ${terms.join(', ')} HAVING count(*) > 1${filled}`
  return {
    why: `Nothing keeps two of the rows that the SELECT returns from having the same ${terms.join(', ')}.`,
    fix: `${from === null ? 'Find out which rows become duplicates' : `Find them with \`${find}\``}, ${DECIDE}`,
  }
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
