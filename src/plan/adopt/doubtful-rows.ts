// Rejects rows that unexplained columns may mark as not applied, or not completely. Pure.
import { countedIn } from '../../model/collected.js'
import { adoptRowsDoubtful } from '../../errors/adopt.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { foldCase } from '../../sql/names.js'
import { labelOf, numberOf, type RawRow } from './foreign-row.js'
import { filterFor, shown } from './row-filter.js'

type Says = 'good' | 'bad' | 'nothing' | 'unknown'

/** What a column of this name says with a given value; `unknown` is bad if other rows have other values. */
interface Meaning {
  readonly name: RegExp
  /** The column says what was done, or what the migration does: only words for rolling back are understood. */
  readonly isAct?: true
  /** `all` are the values of the column, in the order of the rows. */
  readonly says: (value: unknown, row: RawRow, all: readonly unknown[]) => Says
}

const EMPTY = /^(?:\s*|n\/a|none|null|nil|never|-)$/i
const NO = /^(?:0+(?:\.0+)?|f|false|n|no|off)$/i
const GOOD =
  /^(?:1|t|true|y|yes|on|ok|okay|success(?:ful|fully)?|succeeded|completed?|done|applied|finished|executed|installed|migrated|up|re-?ran|mark_ran|ran|passed|no errors?)$/i
const BAD =
  /^(?:un(?:applied|finished)|not\b|fail|err|pend|dirty|broken|roll(?:ed|ing)?[ _-]?back|revert|und(?:o|one)\b|abort|cancel|interrupt|incomplete|partial|start|running|in[ _-]?progress|down\b|delet|remov|skipped|queued|waiting|crash)/i
/** Words that mean so whatever the column is called. */
const BAD_ANYWHERE =
  /^(?:unapplied|unfinished|not[ _-](?:applied|finished)|failed|failure|pending|dirty|rolled[ _-]?back|reverted|aborted|incomplete)$/i

/** Words for what was done to a migration, if the column may also say what the migration does: only an exact match counts. */
const BAD_ACT =
  /^(?:un(?:appl(?:y|ied)|do|done|install(?:ed)?)|roll(?:ed|ing)?[ _-]?back|revert(?:ed)?|down|fail(?:ed|ure)?|error|pending|skip(?:ped)?|abort(?:ed)?|cancel(?:l?ed)?|undo_\w+)$/i

/** By the names of columns in the form `rolled_back_at`; the first match counts. */
const MEANINGS: readonly Meaning[] = [
  {
    name: /^(?:\w+_)?(?:status|state|outcome|result|exec_?type|direction)$/,
    says: (value) => (isEmpty(value) ? 'unknown' : wordSays(String(value))),
  },
  {
    name: /^(?:(?:is|was|has(?:_been)?)_)?(?:success(?:ful|fully)?|succeeded|ok|applied|done|completed?|finished|executed|installed|migrated|ran)$/,
    says: (value) => (isEmpty(value) ? 'nothing' : NO.test(String(value)) ? 'bad' : 'good'),
  },
  {
    name: /^(?:(?:appl(?:ied)|complet(?:ed|ion)|finish(?:ed)?|end(?:ed)?|done)_(?:at|on|date|time(?:stamp)?|ts)|(?:executed|installed|migrated|succeeded|ran|run)_(?:at|on|date))$/,
    says: (value, row) => (!isEmpty(value) ? 'good' : isBegun(row) ? 'bad' : 'nothing'),
  },
  {
    name: /^(?:(?:is|was|has|has_been|last)_)?(?:(?:error|failure|exception)s?(?:_(?:message|msg|text|code|count|details?|reason|info|stmt))?|err(?:_?msg)?|failed|dirty|exit_code|rc|return_?code|dry_?run|simulated?|simulation|test_?run|rolled_?back|reverted|undone|unapplied|deleted|removed|cancell?ed|aborted|interrupted|skipped|pending|broken|revoked|discarded)(?:_(?:at|on|date|time(?:stamp)?|ts))?$/,
    says: disproves,
  },
  { name: /^(?:rollback|revert|undo|down|delete|remove|fail)_(?:at|on|date)$/, says: disproves },
  {
    name: /^(?:\w+_)?(?:action|operation|op|type|kind|event|command|method)$/,
    isAct: true,
    says: (value) => (BAD_ACT.test(String(value ?? '').trim()) ? 'bad' : 'good'),
  },
  {
    name: /^(?:(?:is|was)_)?(?:active|enabled|valid|live|in_?effect)$/,
    says: (value, _, all) =>
      isEmpty(value) ? 'nothing' : isOff(value) && !isPointer(all) ? 'bad' : 'good',
  },
]

/** Where rows were read; `option` has to precede a filter. In a log, rows that pass a filter may be outdated. */
interface Place {
  readonly table: string
  readonly option: string
  readonly isLog: boolean
}

/** Throws `ADOPT_ROWS_DOUBTFUL` for the first column that contradicts a row. */
export function refuseDoubtful(raw: readonly RawRow[], place: Place): void {
  const rows = inOrder(raw)
  for (const column of Object.keys(rows[0]?.others ?? {})) {
    const against = rows.filter(doubtIn(rows, column))
    if (against.length === 0) continue
    const valuesOf = (some: readonly RawRow[]) => some.map(({ others }) => others?.[column])
    const rest = rows.filter((row) => !against.includes(row))
    const filter = filterFor(column, valuesOf(rest), valuesOf(against))
    throw new LockstepError(
      adoptRowsDoubtful(
        { ...place, column, filter: place.isLog ? null : filter },
        against.map((row) => ({
          label: labelOf(row, raw.indexOf(row)),
          value: shown(row.others?.[column]),
        })),
      ),
    )
  }
}

/** A column's name in the form of the patterns here. */
export const snakeCase = (column: string): string =>
  foldCase(column.replaceAll(/([a-z])(?=[A-Z])/g, '$1_'))

/** What a column of this name means; undefined if unknown. */
export function meaningOf(column: string): Meaning | undefined {
  const name = snakeCase(column)
  return MEANINGS.find((one) => one.name.test(name))
}

/** Returns a test for the rows that a column contradicts. */
function doubtIn(rows: readonly RawRow[], column: string): (row: RawRow, index: number) => boolean {
  const meaning = meaningOf(column)
  const values = rows.map(({ others }) => others?.[column])
  const says = rows.map((row, at): Says => {
    if (typeof values[at] === 'string' && BAD_ANYWHERE.test(values[at].trim())) return 'bad'
    return meaning?.says(values[at], row, values) ?? 'good'
  })
  // A column that was added later is empty in the rows before; one that is never filled says nothing.
  const first = values.findIndex((value) => !isEmpty(value))
  const isFilled = (at: number): boolean => first !== -1 && at > first
  const usual = usualOf(values)
  return (_, at) => {
    if (says[at] === 'unknown') return isEmpty(values[at]) ? isFilled(at) : values[at] !== usual
    return says[at] === 'bad' || (says[at] === 'nothing' && isFilled(at))
  }
}

/** The value that most rows have; undefined if no two share one, or another is as frequent. */
function usualOf(values: readonly unknown[]): unknown {
  const counts = countedIn(values.filter((value) => !isEmpty(value)))
  const [most, next] = [...counts].sort(([, one], [, other]) => other - one)
  return most && most[1] > Math.max(1, next?.[1] ?? 0) ? most[0] : undefined
}

/** Sorted by number if all rows have one. */
function inOrder(rows: readonly RawRow[]): readonly RawRow[] {
  const numbers = new Map(rows.map((row) => [row, numberOf(row.number)]))
  if ([...numbers.values()].includes(null)) return rows
  return rows.toSorted((a, b) => Number(numbers.get(a)) - Number(numbers.get(b)))
}

const isEmpty = (value: unknown): boolean => value == null || String(value).trim() === ''

const wordSays = (text: string): Says =>
  GOOD.test(text.trim()) ? 'good' : BAD.test(text.trim()) ? 'bad' : 'unknown'

function disproves(value: unknown): Says {
  const text = String(value ?? '').trim()
  return EMPTY.test(text) || NO.test(text) || /^(?:ok|success|no errors?)$/i.test(text)
    ? 'good'
    : 'bad'
}

const isOff = (value: unknown): boolean =>
  NO.test(String(value).trim()) || /^(?:inactive|disabled|invalid)$/i.test(String(value).trim())

/** Whether only the last row is set: it is then the version that the database has, and the others led to it. */
const isPointer = (all: readonly unknown[]): boolean =>
  all.length > 1 && all.every((one, at) => (isEmpty(one) || isOff(one)) === at < all.length - 1)

/** Whether the row says when the migration was started. */
const isBegun = ({ others = {} }: RawRow): boolean =>
  Object.entries(others).some(
    ([column, value]) =>
      /^(?:started|begun|begin|start)_?(?:at|on|time|date)$/i.test(column) && !isEmpty(value),
  )
