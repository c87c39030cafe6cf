// Inserts, updates and deletes rows in transactions that are rolled back, to see whether triggers keep a full-text index current.
import { refill } from '../../../../src/schema/external-content.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import { undoing, undoingWithin, type Connection } from '../fill/connection.js'
import { fitOf, isRightInPart, type ExternalIndex } from '../watch/external-indexes.js'
import { isKey, isText, statesOf, type Acts, type Owner } from './row-acts.js'
import type { Comparison } from '../seed/comparisons.js'
import { orElse } from '../../../../src/model/or-else.js'

type Event = 'insert' | 'update' | 'delete'

/** A trigger that mentions an index. */
export interface IndexTrigger {
  readonly name: string
  readonly event: Event
  /** All its words, in lower case and without quotes. */
  readonly words: ReadonlySet<string>
  /** What it compares. */
  readonly asked: readonly Comparison[]
}

/** With the triggers on the table that maintain the index. */
export interface KeptIndex extends Owner {
  readonly triggers: readonly IndexTrigger[]
}

/** What triggers do wrong. */
export interface Fault {
  /** The events after which the index is wrong, the likeliest first. */
  readonly events: readonly Event[]
  /** `text`: they agree with each other, but index other text than the rows have, which the integrity check reports as damage. */
  readonly cause: 'trigger' | 'text'
}

/**
 * A fault in every state of a row; null if there is none. The author decides which rows are indexed: faults are rowids that no row has,
 * text that is still found after its row is deleted, and text other than that of the row. Whatever cannot be tried is trusted.
 */
export function faultOf(connection: Connection, kept: KeptIndex): Fault | null {
  if (!hears(kept, 'insert')) return null
  let fault: Fault | null = null
  for (const acts of statesOf(connection, kept)) {
    const verdict = verdictOn(connection, kept, acts)
    if (verdict === 'right') return null
    if (verdict !== 'unknown') fault ??= verdict
  }
  return fault
}

/** Whether a rebuild puts in a row that the triggers keep out, and do not take out when it goes. */
export function isOverfilled(connection: Connection, kept: KeptIndex): boolean {
  const asked = kept.triggers.flatMap((trigger) => trigger.asked)
  if (asked.length === 0 || !hears(kept, 'delete')) return false
  const rows = [...statesOf(connection, kept, asked)]
  return rows.some((acts) =>
    orElse(() => undoing(connection, () => staysBehind(connection, kept, acts)), false),
  )
}

function staysBehind(connection: Connection, kept: KeptIndex, acts: Acts): boolean {
  acts.remove()
  connection.run(refill(kept.one.index.name))
  acts.insert()
  if (contentOf(connection, kept.one).leftOut === 0n) return false
  connection.run(refill(kept.one.index.name))
  return fitsBehind({ connection, kept }, [acts.remove]) === false
}

const hears = ({ triggers }: KeptIndex, event: Event): boolean =>
  triggers.some((trigger) => trigger.event === event)

type Verdict = 'right' | 'unknown' | Fault

const behind = (...events: Event[]): Fault => ({ events, cause: 'trigger' })

const verdictOn = (connection: Connection, kept: KeptIndex, acts: Acts): Verdict =>
  orElse(() => undoing(connection, () => tryRow(connection, kept, acts)), 'unknown')

function tryRow(connection: Connection, kept: KeptIndex, acts: Acts): Verdict {
  const { one } = kept
  const fits = (): boolean => fitOf(connection, one) === 'fits'
  acts.remove()
  connection.run(refill(one.index.name))
  if (!fits()) return 'unknown'
  const before = contentOf(connection, one)
  acts.insert()
  const after = contentOf(connection, one)
  if (after.rows !== before.rows + 1n) return 'unknown'
  if (after.leftOut > 0n) return isRightInPart(connection, one) ? 'unknown' : behind('insert')
  return judgeHeld({ connection, kept, acts, isTrue: fits() })
}

/** A row that is in the index, with its own text or another. */
interface Trial {
  readonly connection: Connection
  readonly kept: KeptIndex
  readonly acts: Acts
  readonly isTrue: boolean
}

function judgeHeld(trial: Trial): Verdict {
  const { kept, acts, isTrue } = trial
  if (!isTrue && isExchanged(trial)) return behind('insert')
  const goes = hears(kept, 'delete') ? fitsBehind(trial, [acts.remove]) : null
  if (goes === false && !mayLeaveAlone(trial))
    return isTrue ? behind('delete') : behind('insert', 'delete')
  if ((isTrue || goes) && isLeftByChanges(trial)) return behind('update')
  if (isTrue) return goes === false ? 'unknown' : 'right'
  return goes === false || !readsAlone(kept) ? 'unknown' : { events: ['insert'], cause: 'text' }
}

/** Whether the index is wrong after each change of the row. */
function isLeftByChanges(trial: Trial): boolean {
  const { kept, acts, isTrue } = trial
  if (!hears(kept, 'update')) return false
  // Text other than the row's own is judged after deleting the row.
  const last = isTrue ? [] : [acts.remove]
  const fits = new Set(
    acts.changes.map(({ change, restore }) => fitsBehind(trial, [change, restore, ...last])),
  )
  return fits.has(false) && !fits.has(true)
}

/** Whether the index has all of its text from the table: triggers on other tables may add theirs later. */
const readsAlone = ({ one, table }: KeptIndex): boolean =>
  [...one.reads].every((name) => [table.name, one.content].some((own) => foldCase(own) === name))

/** Whether the index matches its rows after some acts, which are rolled back; null if one fails. */
function fitsBehind(
  { connection, kept }: Pick<Trial, 'connection' | 'kept'>,
  acts: readonly (() => void)[],
): boolean | null {
  const fits = (): boolean => {
    for (const act of acts) act()
    return fitOf(connection, kept.one) === 'fits'
  }
  return undoingWithin(connection, () => orElse(fits, null))
}

/** Whether the index has the texts of two columns swapped. */
const isExchanged = (trial: Trial): boolean =>
  trial.acts.exchanges.some((exchange) => fitsBehind(trial, [() => dropTriggers(trial), exchange]))

/** Whether the deleted row may be one that is not indexed because of some column: then the index would match if the row were put back. */
function mayLeaveAlone(trial: Trial): boolean {
  const { kept, acts, isTrue } = trial
  const { one, table, triggers } = kept
  const deciding = table.columns.filter((column) => !isText(one, column) && !isKey(one, column))
  const removing = triggers.filter(({ event }) => event === 'delete')
  if (!removing.some(({ words }) => deciding.some(({ name }) => words.has(foldCase(name)))))
    return false
  const putBack = [acts.remove, () => dropTriggers(trial), acts.insert]
  return !isTrue || fitsBehind(trial, putBack) !== false
}

function dropTriggers({ connection, kept }: Trial): void {
  for (const { name } of kept.triggers) connection.run(`DROP TRIGGER main.${quoteIdentifier(name)}`)
}

/** The number of rows that an index reads, and how many of them it lacks. */
function contentOf(
  { all }: Connection,
  { index, content, key }: ExternalIndex,
): { rows: bigint; leftOut: bigint } {
  const held = quoteIdentifier(`${index.name}_docsize`)
  const [found = []] = all(
    `SELECT count(*), count(*) FILTER (WHERE ${quoteIdentifier(key)} NOT IN (SELECT rowid FROM main.${held}))
     FROM main.${quoteIdentifier(content)}`,
  )
  const [rows, leftOut] = found as bigint[]
  return { rows: rows!, leftOut: leftOut! }
}
