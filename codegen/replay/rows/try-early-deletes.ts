// Tries a side that deletes rows before it updates or copies rows of the same table: whether the DELETE removes the rows that the later
// statement is for.
import { rowsGone } from './judge/rows-gone.js'
import type { RowsLost } from '../../model/evidence.js'
import { isSameName, plainName, quoteIdentifier } from '../../../src/sql/names.js'
import { orElse } from '../../../src/model/or-else.js'
import { identityOf } from '../catalog/row-identity.js'
import { keyText, type RawRow } from './fill/connection.js'
import { withoutTriggers } from './fill/delete-rows.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { keyOf, textBy } from './judge/match-rows.js'
import type { Prover } from './prover.js'
import { changing, scriptTrial, type Trial } from './script-trial.js'
import type { Seen } from './seen.js'
import { literalsOf, type ComparedLiterals } from './seed/compared-literals.js'
import { addRows } from './seed/add-rows.js'
import { addRowsForLiterals } from './seed/rows-for-literals.js'
import type { SeederState } from './seed/seeder-state.js'
import { tablePlan } from './fill/table-plan.js'
import { bareSql } from './watch/deleted-rows.js'
import { isFilling, type Effect } from './watch/statement-effect.js'
import { placeOf, type TableImage } from './watch/table-image.js'

/** A DELETE, and a later statement that uses rows of its table. */
interface Overtaken {
  readonly removal: Effect
  readonly later: Effect
}

/** Only a DELETE with a condition: deleting all rows is deliberate. */
const overtakenIn = (effects: readonly Effect[], before: TableGraph): Overtaken[] =>
  effects.flatMap((removal, at) => {
    const { shape, table, place } = removal
    if (shape.kind !== 'delete' || !shape.limited || place.statement === null) return []
    if (!tableNamed(before, table)) return []
    const behind = effects.slice(at + 1).filter((one) => isAbout(one, table))
    return behind.map((later) => ({ removal, later }))
  })

/** An UPDATE of the table, or a copy of its rows into another one. */
const isAbout = (effect: Effect, name: string): boolean =>
  effect.verb === 'update'
    ? effect.table === name
    : isFilling(effect) &&
      effect.table !== name &&
      'selects' in effect.shape &&
      effect.shape.selects.some(({ from }) => plainName(from?.key ?? '') === name)

/**
 * Reports the deleted rows that a later statement is for: it changes nothing, though without the DELETE it would change those rows. Rolls
 * everything back; empty if the side fails then.
 */
export const tryEarlyDeletes = scriptTrial({
  sides: 'up',
  find: overtakenIn,
  run({ prepare, ...given }, all) {
    const { rows, effects } = given
    const literals = literalsOf(effects)
    const seek = changing({ rows, prepare }, (state, situation) => {
      addRowsForLiterals(state, situation, literals)
      for (const { removal } of all) addPairs(state, situation, removal.table, literals)
    })
    const trial = { ...given, prepare: seek }
    const idle = seenIn(trial, {}, (look) => all.flatMap((one) => idleIn(one, look))) ?? []
    return idle.slice(0, 1).flatMap((one) => lostIn(trial, one))
  },
})

/** Rows with values that a statement names in part of a composite key; the other columns distinguish them. */
function addPairs(
  state: SeederState,
  situation: TableGraph,
  name: string,
  literals: ComparedLiterals,
): void {
  const table = tableNamed(situation, name)
  if (!table || state.examples.has(name)) return
  const keys = tablePlan(table, situation, state).uniqueKeys
  const examples = [...(literals.get(name)?.columns ?? [])].flatMap(([column, values]) => {
    const own = keys.filter((key) => key.some((one) => isSameName(one, column)))
    const isPart = own.length > 0 && own.every((key) => key.length > 1)
    return isPart
      ? values
          .slice(0, MOST)
          .flatMap((value) => [value, value])
          .map((value) => ({ [column]: value }))
      : []
  })
  if (examples.length > 0) addRows(state, situation, { table, examples })
}

/** How a trial differs from the side as it is. */
interface Changed {
  readonly without?: string
  readonly before?: () => void
}

/** Null if the side fails. */
function seenIn<T>(
  { rows, side, prepare }: Trial,
  { without, before = () => {} }: Changed,
  see: (look: Seen) => T,
): T | null {
  const begin = (): void => {
    prepare()
    before()
  }
  return rows.lookAfter({ ...side, ...(without !== undefined && { without }) }, begin, see)
}

interface Idle extends Overtaken {
  readonly table: TableImage
  /** The rows that the DELETE removed. */
  readonly taken: TableImage['rows']
  /** A row that it did not remove. */
  readonly other: TableImage['rows'][number]
}

/** If the DELETE removes some rows but not all, and the other statement does nothing. */
function idleIn(one: Overtaken, look: Seen): Idle[] {
  const { table: name, place } = one.removal
  const deleted = look.side.deleted.find(
    (it) => it.table === name && bareSql(it.statement) === bareSql(place.statement ?? ''),
  )
  const table = look.endings().find((ending) => ending.name === name)?.before
  const known = new Set(deleted?.rows?.map(keyText))
  const isTaken = ({ values }: TableImage['rows'][number]): boolean => known.has(keyText(values))
  const taken = table?.rows.filter(isTaken) ?? []
  const other = table?.rows.find((row) => !isTaken(row))
  return table && other && taken.length > 0 && workedOn(one.later, look)?.length === 0
    ? [{ ...one, table, taken, other }]
    : []
}

/** The keys of rows of its table that differ from every row before, in the key or in what the statement writes; null if that is unknown. */
function workedOn({ shape, table }: Effect, { side, imageNow }: Seen): string[] | null {
  const [before, after] = [side.images.get(table), imageNow(table)]
  if (!after) return null
  const set = shape.kind === 'update' ? shape.columns.map(({ key }) => plainName(key)) : []
  const names = [...keyOf(after), ...set]
  const isKnown = [after, ...(before ? [before] : [])].every((image) =>
    names.every((name) => placeOf(image, name) >= 0),
  )
  if (!isKnown) return null
  const known = new Set(before?.rows.map(({ values }) => textBy(names, before)(values)))
  return after.rows.flatMap(({ values }) =>
    known.has(textBy(names, after)(values)) ? [] : [textBy(keyOf(after), after)(values)],
  )
}

function lostIn(trial: Trial, one: Idle): RowsLost[] {
  const { removal, later, table, taken } = one
  const without = removal.place.statement ?? ''
  const worked = seenIn(trial, { without }, (look) => workedOn(later, look)) ?? []
  const lost = among(taken, table, worked)
  const [first] = lost
  if (!first || worked.length === 0 || isByChance(trial, { ...one, taken: lost })) return []
  const told = { at: removal.place, by: 'early', later: later.place.statement ?? '' } as const
  return [rowsGone(table, { lost: taken.length, row: first.values }, told)]
}

/** The rows with one of these keys; all rows if none matches, as when the key itself is changed, or a copy has another. */
function among(rows: TableImage['rows'], table: TableImage, keys: readonly string[]) {
  const own = textBy(keyOf(table), table)
  const known = new Set(keys)
  const found = rows.filter(({ values }) => known.has(own(values)))
  return found.length > 0 ? found : rows
}

/** Whether the statement would change a remaining row if that had more in common with a deleted one. */
function isByChance(trial: Trial, { later, table, taken, other }: Idle): boolean {
  const { rows } = trial
  const given = table.columns.filter(({ primaryKey }) => primaryKey === 0)
  return taken.slice(0, MOST).some((row) =>
    [null, ...given].some((own) => {
      const columns = given.filter((column) => column !== own)
      const before = (): void => likenTo(rows, table, { columns, row: row.values, other })
      return seenIn(trial, { before }, (look) => (workedOn(later, look)?.length ?? 0) > 0) === true
    }),
  )
}

/** The most rows that are compared. */
const MOST = 6

interface Likened {
  readonly columns: TableImage['columns']
  readonly row: RawRow
  readonly other: TableImage['rows'][number]
}

/** Gives a row the values of another, where the table allows it. */
function likenTo(
  { connection, situation }: Prover,
  { table, columns: all }: TableImage,
  { columns, row, other }: Likened,
): void {
  const where = identityOf(table).map((name) => `${quoteIdentifier(name)} IS ?`)
  withoutTriggers(connection, situation(), table, () => {
    for (const column of columns) {
      const sql = `UPDATE OR IGNORE ${quoteIdentifier(table.name)} SET ${quoteIdentifier(column.name)} = ? WHERE ${where.join(' AND ')}`
      orElse(() => connection.run(sql, row[all.indexOf(column)] ?? null, ...other.identity), null)
    }
  })
}
