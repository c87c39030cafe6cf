// Judges rows that a full-text index or an R-Tree with rows of its own lacks after it is refilled, though they still exist.
import { rowsGone } from './rows-gone.js'
import { foldCase, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import { orElse } from '../../../../src/model/or-else.js'
import type { RowsLost } from '../../../model/evidence.js'
import { keyText, type Connection } from '../fill/connection.js'
import { tableNamed } from '../fill/table-graph.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { isFilling } from '../watch/statement-effect.js'
import { takeImage, type TableImage } from '../watch/table-image.js'
import { virtualTable } from '../watch/virtual-table.js'

/** Compares rowids, which are those of the table that fills it. Not if its triggers only insert some rows, as it should have no others. */
export function unindexedRows(connection: Connection, side: ObservedSide): RowsLost[] {
  return [...side.held].flatMap(([name, before]): RowsLost[] => {
    const filled = side.effects.findLast((one) => isFilling(one) && one.table === name)
    const index = filled && virtualTable(connection, name)
    const after = index && takeImage(connection, index)
    if (!after || after.count === 0 || before.count > before.rows.length) return []
    const kept = new Set(after.rows.map(({ identity }) => keyText(identity)))
    const gone = before.rows.filter(({ identity }) => !kept.has(keyText(identity)))
    const [source, lost] = stillIn(connection, side, gone)
    const [first] = lost
    if (source === undefined || !first || bringsSome(connection, name)) return []
    const told = { at: filled.place, by: 'unindexed', source } as const
    return [rowsGone(before, { lost: lost.length, row: first.values }, told)]
  })
}

/** The table that the side names and that still has such rows, and these rows. */
function stillIn(
  { all }: Connection,
  { named, before }: ObservedSide,
  gone: TableImage['rows'],
): readonly [string | undefined, TableImage['rows']] {
  for (const table of [...named].flatMap((name) => tableNamed(before, name) ?? [])) {
    const rowids = orElse(() => all(`SELECT rowid FROM ${quoteIdentifier(table.name)}`), [])
    const there = new Set(rowids.map(keyText))
    const found = gone.filter(({ identity }) => there.has(keyText(identity)))
    if (found.length > 0) return [table.name, found]
  }
  return [undefined, []]
}

/** Whether a trigger inserts rows into it on a condition. */
const bringsSome = ({ all }: Connection, index: string): boolean =>
  all("SELECT sql FROM sqlite_master WHERE type = 'trigger'").some(([sql]) => {
    const [head = '', ...bodies] = String(sql).split(/\binsert\s+into\b/i)
    const own = bodies.filter(
      (body) => foldCase(plainName(/^\s*(\S+)/.exec(body)?.[1] ?? '')) === index,
    )
    return (
      own.length > 0 &&
      (/\bwhen\b/i.test(head) || own.some((body) => /^[^;]*\bwhere\b/i.test(body)))
    )
  })
