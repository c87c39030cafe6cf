// Tries a side that moves the rows of several tables into one, on rows that tell the tables apart: generated rows of two tables may be equal.
import { rowsGone } from './judge/rows-gone.js'
import { foldCase, plainName, quoteIdentifier } from '../../../src/sql/names.js'
import type { Fact, RowsLost, ValuesKept } from '../../model/evidence.js'
import type { CatalogTable } from '../../model/catalog.js'
import { withoutTriggers } from './fill/delete-rows.js'
import { isFlag, type Value } from './fill/seed-values.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { heirsAfter } from './judge/heirs.js'
import { kept } from './judge/kept-values.js'
import { movedTable } from './judge/moved-table.js'
import type { Seen } from './seen.js'
import { scriptTrial, tryOn } from './script-trial.js'
import { namesCompared } from './seed/comparisons.js'
import { isOrdinary } from './seed/made-of.js'
import type { SeederState } from './seed/seeder-state.js'
import { isFilling, type Effect } from './watch/statement-effect.js'

/** Reports values and rows that are lost then. Rolls everything back; empty if the side fails. */
export const tryTablesApart = scriptTrial({
  sides: 'up',
  find: tablesMovedTogether,
  run(trial, tables) {
    const compared = new Set(trial.effects.flatMap(({ tokens }) => namesCompared(tokens)))
    const change = (state: SeederState, situation: TableGraph): void =>
      tables.forEach((table, at) => setApart(state, situation, { table, at, compared }))
    const names = new Set(tables.map(({ name }) => name))
    const { failure, facts } = tryOn(trial, change, (seen) => {
      const lost = tables.flatMap((table, at) => lossOf(seen, { table, at }))
      const isLoss = (one: Fact): boolean =>
        (one.kind === 'values-gone' || (one.kind === 'rows-lost' && one.by !== 'twin')) &&
        names.has(one.table) &&
        !lost.some(({ table }) => table === one.table)
      const told = seen.usual().filter(isLoss)
      return [...told, ...lost]
    })
    return failure ? [] : facts
  },
})

/** Some rows of a dropped table that stand nowhere, if most of them do: then they have moved, whatever was found before. */
function lossOf(
  { side, endings, written }: Seen,
  { table: { name: table }, at }: Omit<Told, 'compared'>,
): (RowsLost | ValuesKept)[] {
  const name = foldCase(table)
  const ending = endings().find((one) => one.name === name)
  const fills = ending?.heir.fills ?? []
  const copy = fills
    .flatMap(({ effects }) => effects.filter(isFilling))
    .findLast(({ tokens }) => tokens.some((one) => plainName(one) === name))
  if (!ending || ending.after || !copy) return []
  const { before, heir } = ending
  if (heir.own.some(({ verb }) => verb === 'delete')) return []
  // Rows with a mark are in no other table.
  const rows = before.rows.filter(({ values }) => values.some((one) => isMark(one, table, at)))
  const alone = fills.map((one) => ({ ...one, sources: [name] }))
  const moved = movedTable({ ...before, rows, count: rows.length }, written(), alone)
  const [row] = moved?.gone ?? []
  if (!moved || !row) return []
  return [
    rowsGone(before, { lost: moved.gone.length, row }, { at: copy.place }),
    { ...kept(side, before, null, moved.in), tried: true },
  ]
}

/** Dropped tables whose rows go to a table that gets rows of other tables as well. */
function tablesMovedTogether(effects: readonly Effect[], before: TableGraph): CatalogTable[] {
  const gone = effects.flatMap(({ verb, table }) => (verb === 'drop' ? [table] : []))
  if (gone.length === 0) return []
  const heirOf = heirsAfter({ before, effects })
  return gone.flatMap((name) => {
    const table = tableNamed(before, name)
    const { fills } = heirOf(name)
    const isShared = fills.some(
      (fill) => fill.sources.filter((one) => before.catalog.has(`table ${one}`)).length > 1,
    )
    return table && isShared ? [table] : []
  })
}

interface Told {
  readonly table: CatalogTable
  /** Its number among the tables. */
  readonly at: number
  /** The columns that statements compare, in lower case: other values might be left out. */
  readonly compared: ReadonlySet<string>
}

const isMark = (value: Value, table: string, at: number): boolean =>
  typeof value === 'bigint'
    ? value / MARK === BigInt(at + 1)
    : typeof value === 'string' && value.endsWith(table)

/** What numbers of the first table are raised by. */
const MARK = 100_000n

/** Gives texts and numbers a mark of their table, also in place of NULL; values that the table refuses stay. */
function setApart(
  { connection }: SeederState,
  situation: TableGraph,
  { table, at, compared }: Told,
) {
  const raised = BigInt(at + 1) * MARK
  const keys = new Set(table.foreignKeys.flatMap(({ columns }) => columns.map(foldCase)))
  for (const column of table.columns) {
    const name = foldCase(column.name)
    if (!isOrdinary(column) || isFlag(column) || keys.has(name) || compared.has(name)) continue
    const [own, quoted] = [quoteIdentifier(table.name), quoteIdentifier(column.name)]
    withoutTriggers(connection, situation, table, () => {
      connection.run(
        `UPDATE OR IGNORE ${own} SET ${quoted} = ${quoted} || ' ' || ? WHERE typeof(${quoted}) = 'text' AND ${quoted} GLOB '[A-Za-z]*'`,
        table.name,
      )
      connection.run(
        `UPDATE OR IGNORE ${own} SET ${quoted} = ${quoted} + ? WHERE typeof(${quoted}) = 'integer' AND ${quoted} BETWEEN 2 AND 99999`,
        raised,
      )
      const mark = /char|text|clob/i.test(column.type) ? table.name : raised
      if (/char|text|clob|int/i.test(column.type))
        connection.run(`UPDATE OR IGNORE ${own} SET ${quoted} = ? WHERE ${quoted} IS NULL`, mark)
    })
  }
}
