// Inserts, updates and deletes rows in transactions that are taken back, to see what triggers tell a full-text index of them.
import { refill } from '../../../../src/schema/external-content.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import { undoing, type Connection } from '../fill/connection.js'
import { fitOf, isRightInPart, type ExternalIndex } from '../watch/external-indexes.js'
import { isKey, isText, statesOf, type Acts, type Owner } from './row-acts.js'

type Event = 'insert' | 'update' | 'delete'

/** A trigger that speaks of an index. */
export interface Teller {
  readonly name: string
  readonly event: Event
  /** Every word in it, in lower case and without quotes. */
  readonly words: ReadonlySet<string>
}

/** With the triggers on the table that tell the index of rows. */
export interface Told extends Owner {
  readonly tellers: readonly Teller[]
}

/**
 * Behind which of the events the index is wrong, the likeliest first, whatever state a row is in. Which rows and changes an
 * index is told of, and in which words, its author decides: wrong is a number that no row has, and text that is still
 * found when it is gone. What refuses to be tried is believed.
 */
export function wrongEvents(connection: Connection, told: Told): readonly Event[] {
  if (!tells(told, 'insert')) return []
  let wrong: readonly Event[] = []
  for (const acts of statesOf(connection, told)) {
    const verdict = verdictOn(connection, told, acts)
    if (verdict === 'right') return []
    if (verdict !== 'unknown' && wrong.length === 0) wrong = verdict
  }
  return wrong
}

const tells = ({ tellers }: Told, event: Event): boolean =>
  tellers.some((teller) => teller.event === event)

type Verdict = 'right' | 'unknown' | readonly Event[]

function verdictOn(connection: Connection, told: Told, acts: Acts): Verdict {
  try {
    return undoing(connection, () => tryRow(connection, told, acts))
  } catch {
    return 'unknown'
  }
}

function tryRow(connection: Connection, told: Told, acts: Acts): Verdict {
  const { one } = told
  const fits = (): boolean => fitOf(connection, one) === 'fits'
  acts.remove()
  connection.run(refill(one.index.name))
  if (!fits()) return 'unknown'
  const before = contentOf(connection, one)
  acts.insert()
  const after = contentOf(connection, one)
  if (after.rows !== before.rows + 1n) return 'unknown'
  if (after.leftOut > 0n) return isRightInPart(connection, one) ? 'unknown' : ['insert']
  return judgeHeld({ connection, told, acts, isTrue: fits() })
}

/** A row that the index has, with its own text or another. */
interface Trial {
  readonly connection: Connection
  readonly told: Told
  readonly acts: Acts
  readonly isTrue: boolean
}

function judgeHeld(trial: Trial): Verdict {
  const { told, acts, isTrue } = trial
  if (!isTrue && isExchanged(trial)) return ['insert']
  const goes = tells(told, 'delete') ? fitsBehind(trial, [acts.remove]) : null
  if (goes === false && !mayLeaveAlone(trial)) return isTrue ? ['delete'] : ['insert', 'delete']
  if (!isTrue && !goes) return 'unknown'
  if (tells(told, 'update')) {
    // Text that is not the row's own is judged when the row is gone.
    const last = isTrue ? [] : [acts.remove]
    const fits = new Set(
      acts.changes.map(({ change, restore }) => fitsBehind(trial, [change, restore, ...last])),
    )
    if (fits.has(false) && !fits.has(true)) return ['update']
  }
  return goes === false ? 'unknown' : 'right'
}

/** Whether the index fits its rows behind acts, which are taken back; null where one fails. */
function fitsBehind(
  { connection, told }: Pick<Trial, 'connection' | 'told'>,
  acts: readonly (() => void)[],
): boolean | null {
  connection.run('SAVEPOINT attempt')
  try {
    for (const act of acts) act()
    return fitOf(connection, told.one) === 'fits'
  } catch {
    return null
  } finally {
    connection.run('ROLLBACK TO attempt')
    connection.run('RELEASE attempt')
  }
}

/** Whether the index has the text of each of two columns under the other. */
const isExchanged = (trial: Trial): boolean =>
  trial.acts.exchanges.some((exchange) => fitsBehind(trial, [() => dropTellers(trial), exchange]))

/**
 * Whether a row that goes may be one that the index is told nothing of, for a column that decides it: then the index would fit
 * were the row put back.
 */
function mayLeaveAlone(trial: Trial): boolean {
  const { told, acts, isTrue } = trial
  const { one, table, tellers } = told
  const deciding = table.columns.filter((column) => !isText(one, column) && !isKey(one, column))
  const takers = tellers.filter(({ event }) => event === 'delete')
  if (!takers.some(({ words }) => deciding.some(({ name }) => words.has(foldCase(name)))))
    return false
  const putBack = [acts.remove, () => dropTellers(trial), acts.insert]
  return !isTrue || fitsBehind(trial, putBack) !== false
}

function dropTellers({ connection, told }: Trial): void {
  for (const { name } of told.tellers) connection.run(`DROP TRIGGER main.${quoteIdentifier(name)}`)
}

/** The rows that an index reads, and how many of them it does not have. */
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
