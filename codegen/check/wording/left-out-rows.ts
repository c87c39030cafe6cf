// Finds the words of a copy that leave rows out: a filter, a JOIN, merging of rows, yielding to conflicting rows.
import { foldCase, foldUpper, plainName } from '../../../src/sql/names.js'
import { versionId } from '../../../src/model/version.js'
import { namesIn } from '../../sql/names-in.js'
import { columnOf } from '../../sql/read-select.js'
import { oneLine, shortSql } from '../../sql/one-line.js'
import { sqlName } from '../../sql/sql-name.js'
import type { Statement } from '../../sql/statement.js'
import type { RowLoss } from '../../model/value-loss.js'
import type { FactOf } from '../subject/facts.js'

/** Why rows are lost, and what to do. */
export interface Explanation {
  readonly why: string
  readonly fix: string
  /** Whether the lost rows equal others that stay, as far as the statement compares them. */
  readonly merges?: true
  /** Whether the statement itself says that they are to go, and nothing is lost that no other table has. */
  readonly isMeant?: true
}

/** Whether a copy contains something that leaves rows out. */
export const leavesOut = (sql: string): boolean =>
  /\b(?:where|join|limit|having|distinct)\b/i.test(withoutTrue(sql))

/** `WHERE true` only separates the following ON CONFLICT. */
const withoutTrue = (sql: string): string =>
  sql.replace(/\bwhere\s+(?:true|1)(?=\s+(?:on|group|order|union)\b|\s*;?\s*$)/gi, '')

/** Words of a copy that merge rows. */
const MERGES = /\bdistinct(?!\s+from)\b|\bgroup\s+by\b|\bunion\b(?!\s+all\b)/i

/** Aggregates that combine values of several rows. */
const SUMS = /\b(?:sum|total|group_concat|string_agg|jsonb?_group_\w+)\s*\(/i

/** Null if the part of the copy that reads the table may leave rows out as well; `aside` is where the old table stays. */
export function explainMerging(
  sql: string,
  {
    shape,
    table,
    aside,
    by,
  }: {
    readonly shape: Statement
    readonly table: string
    readonly aside: string | null
    readonly by: RowLoss | undefined
  },
): Explanation | null {
  const [word] = ('selects' in shape && MERGES.exec(sql)) || []
  const parts = withoutTrue(sql).split(/\bunion\b/i)
  const own = parts.filter((part) => [...namesIn(part)].includes(foldCase(table)))
  if (word === undefined || own.some((part) => /\b(?:where|join|limit|having)\b/i.test(part)))
    return null
  const name = sqlName(table)
  const meant = explainMeant(sql, { shape, by, word: oneLine(word) })
  if (meant) return meant
  const why = `${oneLine(word)} merges rows that are equal in what it compares; whatever else they held, at least their numbers, ${aside === null ? 'is lost with the old table' : `is only in ${aside}`}`
  if (SUMS.test(sql))
    return {
      merges: true,
      why,
      fix: `If they are to be merged, first combine what they hold in the one that stays, as here: \`UPDATE ${name} SET … = (SELECT ${oneLine(SUMS.exec(sql)![0])}…) FROM ${name} …)\`, point what refers to the others at it, and delete the others by name`,
    }
  return {
    merges: true,
    why,
    fix: `${/union/i.test(word) ? 'Write UNION ALL' : 'Copy all rows'}. If duplicates are to go, point what refers to them at the one that stays, and delete the others by name: \`DELETE FROM ${name} WHERE … NOT IN (SELECT min(…) FROM ${name} GROUP BY …)\``,
  }
}

/** If nothing is lost but how many rows there were, or what each of them held of what they hold together. */
function explainMeant(
  sql: string,
  {
    shape,
    by,
    word,
  }: Pick<Parameters<typeof explainMerging>[1], 'shape' | 'by'> & { word: string },
): Explanation | null {
  const told = (what: string, fix: string): Explanation => ({
    merges: true,
    isMeant: true,
    why: `${word} merges rows that ${what}`,
    fix,
  })
  if (by === 'twin' && !/union/i.test(word))
    return told(
      'differ in nothing but a number of their own',
      'If it matters how often a row occurs, copy all rows, or count them, as in `SELECT …, count(*) … GROUP BY …`',
    )
  return combinesAll(sql, shape)
    ? told(
        'are equal in what it compares, and combines what else they hold',
        'If it matters what each of them held, copy all rows',
      )
    : null
}

/** Whether it copies nothing but what it groups by, and what aggregates combine. */
function combinesAll(sql: string, shape: Statement): boolean {
  const [, grouped = ''] = /\bgroup\s+by\b([^]*)$/i.exec(sql) ?? []
  const names = new Set(namesIn(grouped))
  const items = 'selects' in shape ? shape.selects.flatMap((one) => one.items) : []
  const isCombined = (item: (typeof items)[number]): boolean =>
    SUMS.test(item.map(({ text }) => text).join(' '))
  return (
    items.some(isCombined) &&
    items.every(
      (item) => isCombined(item) || names.has(plainName(columnOf(item)?.column.key ?? '')),
    )
  )
}

/** If an earlier version copied some of the rows. */
export function explainCopied({ table, copied, caught }: FactOf<'rows-lost'>): Explanation | null {
  if (!copied || copied.direction === 'down') return null
  const going = caught ? `, and goes on where that fails with "${caught}"` : ''
  const { version, statement } = copied
  const [way] = /\bOR (?:REPLACE|IGNORE)\b/i.exec(statement ?? '') ?? []
  const which = way ? `, without those that ${foldUpper(way)} drops as conflicting` : ''
  const by = statement === null ? '' : ` by \`${shortSql(statement)}\``
  return {
    why: `version ${versionId(version)} copies only some of its rows${by}${which}${going}`,
    fix: `Copy the others as well before the table is dropped, or delete them where everyone can see it: \`DELETE FROM ${sqlName(table)} WHERE …\``,
  }
}

/** If the old table keeps what a statement skips. */
export const explainAside = (conflict: string, aside: string): Explanation => ({
  isMeant: true,
  why: `${conflict} skips conflicting rows, which are only in ${aside} now`,
  fix: `If the new table should have them too, leave out ${conflict}, and resolve conflicts in the SELECT`,
})

/** How a statement drops conflicting rows, as written; '' if it does not. */
export function conflictIn(shape: Statement, sql: string): string {
  if (!('conflict' in shape)) return ''
  if (/\bon\s+conflict\b[^;]*\bdo\s+nothing\b/i.test(sql)) return 'ON CONFLICT DO NOTHING'
  if (shape.conflict === 'ignore') return 'OR IGNORE'
  if (shape.conflict !== 'replace') return ''
  return /\bor\s+replace\b/i.test(sql) ? 'OR REPLACE' : 'REPLACE'
}

const IN_PAGES =
  '. If code deletes rows between reading two pages of them, find the next page by key, `WHERE … > ?`, because OFFSET then skips rows'

/** If nothing visible leaves rows out. */
export function explainUnnamed({ at, by, table, caught }: FactOf<'rows-lost'>): Explanation {
  const name = sqlName(table)
  if (caught)
    return {
      why: `it fails with "${caught}", and the code goes on without the row`,
      fix: `Change the rows so that they can be copied, or delete the unwanted ones where everyone can see it: \`DELETE FROM ${name} WHERE …\``,
    }
  if (by === 'behind')
    return {
      why: 'no statement copies them or deletes them by name before the table is dropped',
      fix: `Copy them as well, or delete the unwanted ones where everyone can see it: \`DELETE FROM ${name} WHERE …\`${at.script === null ? IN_PAGES : ''}`,
    }
  if (by === 'skipped')
    return {
      why: 'code copies rows one by one, and skips these',
      fix: `Copy what the code skips as well, or delete it where everyone can see it: \`DELETE FROM ${name} WHERE …\`. If an application has other rows than these, give some as \`seeds\`, so that the code is tried on them`,
    }
  if (at.statement === null)
    return {
      why: 'no readable statement deletes them by name; code, or a trigger of another table, may do it',
      fix: `Keep the rows, or delete the unwanted ones where everyone can see it: \`DELETE FROM ${name} WHERE …\``,
    }
  return {
    why: 'no statement deletes them by name, for example because a table is dropped and recreated without its rows',
    fix: `Copy all rows into the new table, \`INSERT INTO … (…) SELECT … FROM ${name}\`, before the old one is dropped. Delete unwanted rows in a separate statement: \`DELETE FROM ${name} WHERE …\``,
  }
}
