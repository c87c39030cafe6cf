// Tries a side that moves the rows of several tables into one, on rows that tell the tables apart: generated rows of two tables may be equal.
import { foldCase, quoteIdentifier } from '../../../src/sql/names.js'
import type { CatalogTable } from '../../model/catalog.js'
import { withoutTriggers } from './fill/delete-rows.js'
import { isFlag } from './fill/seed-values.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { heirsAfter } from './judge/heirs.js'
import { scriptTrial } from './script-trial.js'
import { namesCompared } from './seed/comparisons.js'
import { isOrdinary } from './seed/made-of.js'
import type { SeederState } from './seed/seeder-state.js'
import type { Effect } from './watch/statement-effect.js'

/** Reports values that are lost then. Rolls everything back; empty if the side fails. */
export const tryTablesApart = scriptTrial({
  sides: 'up',
  find: tablesMovedTogether,
  run({ rows, side, effects, prepare }, tables) {
    const compared = new Set(effects.flatMap(({ tokens }) => namesCompared(tokens)))
    const { failure, facts } = rows.tryOut(side, () => {
      prepare()
      rows.onTrial((state, situation) => {
        tables.forEach((table, at) => setApart(state, situation, { table, at, compared }))
      })
    })
    const names = new Set(tables.map(({ name }) => name))
    return failure ? [] : facts.filter((one) => one.kind === 'values-gone' && names.has(one.table))
  },
})

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

/** Gives texts and numbers a mark of their table; values that the table refuses stay. */
function setApart(
  { connection }: SeederState,
  situation: TableGraph,
  { table, at, compared }: Told,
) {
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
        (at + 1) * 100_000,
      )
    })
  }
}
