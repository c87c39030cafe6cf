// Reduces a log, which has a row for each time a migration was applied or rolled back, to the last row of each migration. Pure.
import { groupedBy } from '../../model/collected.js'
import { adoptRowsUnclear } from '../../errors/adopt.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Adoption } from '../../model/adoption.js'
import { meaningOf, refuseDoubtful, snakeCase } from './doubtful-rows.js'
import { labelOf, numberOf, type RawRow } from './foreign-row.js'
import { shown } from './row-filter.js'

/** Where rows were read. */
export interface RowsPlace {
  readonly table: string
  /** The column of the names, if there is one. */
  readonly title?: string | undefined
  /** Options that have to precede a filter. */
  readonly option: string
}

/** The rows that count, and what shows that others do not. */
export interface SettledRows {
  readonly rows: readonly RawRow[]
  readonly log: Adoption['log']
}

/**
 * Keeps only the last row of a migration that occurs several times, as applied and as rolled back. Throws `ADOPT_ROWS_UNCLEAR` if
 * none is the last or their meaning is unknown, and what `refuseDoubtful` throws.
 */
export function settleRows(raw: readonly RawRow[], place: RowsPlace): SettledRows {
  const left = new Set<RawRow>()
  const undone: string[] = []
  let order: string | undefined
  for (const group of repeated(raw)) {
    const columns = decisive(group, place)
    if (columns.length === 0) continue
    const last = lastOf(group)
    if (!last) throw unclear(place, columns[0]!, group, 'order')
    order ??= last.column
    for (const row of group) if (row !== last.row) left.add(row)
    const tellings = new Set(columns.map((column) => tell(column, last.row)))
    if (!tellings.has('undone') || tellings.has('failed')) continue
    left.add(last.row)
    undone.push(labelOf(last.row, raw.indexOf(last.row)))
  }
  const rows = raw.filter((row) => !left.has(row))
  refuseDoubtful(rows, { ...place, isLog: order !== undefined })
  return { rows, log: order === undefined ? null : { order, undone } }
}

/** The rows of each migration that has several, unless its layout says which of them was rolled back. */
function repeated(raw: readonly RawRow[]): readonly (readonly RawRow[])[] {
  const groups = groupedBy(raw, (row) => numberOf(row.number) ?? row.title ?? null)
  return [...groups].flatMap(([key, group]) =>
    key !== null && group.length > 1 && !group.some(({ undone }) => Boolean(undone)) ? [group] : [],
  )
}

/** The columns that mark some of the rows as applied and others as not; empty if all agree. */
function decisive(group: readonly RawRow[], place: RowsPlace): readonly string[] {
  const columns = Object.keys(group[0]?.others ?? {})
  const found = columns.filter((column) => {
    const tellings = new Set(group.map((row) => tell(column, row)))
    return tellings.size > 1 && !tellings.has(null)
  })
  if (found.length > 0) return found
  const unknown = columns.find(
    (column) => !BESIDE.test(snakeCase(column)) && differs(group, column),
  )
  if (unknown !== undefined) throw unclear(place, unknown, group, 'meaning')
  const titles = new Set(group.map(({ title }) => title))
  if (titles.size > 1 && place.title !== undefined)
    throw unclear(place, place.title, group, 'meaning')
  return []
}

const differs = (group: readonly RawRow[], column: string): boolean =>
  new Set(group.map((row) => row.others?.[column])).size > 1 &&
  !group.every((row) => tell(column, row) === 'applied')

type Telling = 'applied' | 'undone' | 'failed' | null

const UNDONE =
  /^(?:un(?:appl(?:y|ied)|do(?:ne)?|install(?:ed)?)|roll(?:ed|ing)?[ _-]?back|revert(?:ed)?|down(?:graded?)?|backwards?|undo_\w+|deleted?|removed?)$/i
const APPLIED =
  /^(?:appl(?:y|ied)|up(?:graded?)?|forwards?|migrated?|install(?:ed)?|executed?|run|ran|redo|redone|ok|done|success(?:ful)?)$/i

/** The columns that mark a row as rolled back when they are set, and those that do so when they are not. */
const TAKEN_BACK =
  /^(?:(?:is|was|has|has_been|last)_)?(?:rolled_?back|reverted|undone|unapplied|deleted|removed|revoked)(?:_|$)|^(?:rollback|revert|undo)_(?:at|on|date)$/
const STANDING = /^(?:(?:is|was)_)?(?:applied|installed)$/

/** What one column says about a row of a log; null if unknown. */
function tell(column: string, row: RawRow): Telling {
  const value = row.others?.[column]
  const text = String(value ?? '').trim()
  const name = snakeCase(column)
  if (UNDONE.test(text)) return 'undone'
  const meaning = meaningOf(column)
  const says = meaning?.says(value, row, [value]) ?? 'nothing'
  if (says === 'bad') return TAKEN_BACK.test(name) || STANDING.test(name) ? 'undone' : 'failed'
  return APPLIED.test(text) || (says === 'good' && !meaning?.isAct) ? 'applied' : null
}

/** Names of columns that differ between rows, whatever was done. */
const BESIDE =
  /(?:^|_)(?:id|uuid|guid|seq(?:uence)?|rank|no|nr|pos(?:ition)?|batch|count|at|on|date|time(?:stamp)?|ts|when|utc|ms|millis|seconds|duration|elapsed|took|checksum|hash|digest|md5|sha\d*|by|who|user(?:name)?|author|host(?:name)?|machine|pid|comments?|notes?|logs?|message|output)$/

const NUMBERING = /^(?:(?:log|event|entry|history|row)_?)?id$|^(?:seq(?:uence)?|rank)$/
const TIME = /(?:^|_)(?:at|on|date|time(?:stamp)?|ts|when|utc)$/

/** The row that was written last, and the column that shows it; undefined if none does, or two disagree. */
function lastOf(group: readonly RawRow[]): { row: RawRow; column: string } | undefined {
  const columns = Object.keys(group[0]?.others ?? {})
  const last = [
    ...columns.filter((column) => NUMBERING.test(snakeCase(column))),
    ...columns.filter((column) => TIME.test(snakeCase(column))),
  ].flatMap((column) => {
    const row = highest(group, (one) => one.others?.[column])
    return row ? [{ row, column }] : []
  })
  const byTime = highest(group, ({ time }) => time)
  const all = [...last, ...(byTime ? [{ row: byTime, column: 'time' }] : [])]
  return all.every(({ row }) => row === all[0]?.row) ? all[0] : undefined
}

/** The row with the highest value, if all have different numbers, or different times as text. */
function highest(group: readonly RawRow[], valueOf: (row: RawRow) => unknown): RawRow | undefined {
  const values = group.map(valueOf)
  const isOrdered =
    values.every((value) => typeof value === 'number' || typeof value === 'bigint') ||
    values.every((value) => /^\d{4}-\d\d-\d\d/.test(String(value)))
  if (!isOrdered || new Set(values).size < values.length) return undefined
  return group.reduce((one, other) => (valueOf(other)! > valueOf(one)! ? other : one))
}

const unclear = (
  { table, title }: RowsPlace,
  column: string,
  group: readonly RawRow[],
  lacks: 'order' | 'meaning',
): LockstepError =>
  new LockstepError(
    adoptRowsUnclear(
      { table, column, row: labelOf(group[0]!, 0), lacks },
      group.map((row) => shown(column === title ? row.title : row.others?.[column])),
    ),
  )
