// Judges whether tables that triggers maintain by the rowids of another table follow when its rows get other rowids.
import type { IndexMisfit } from '../../../model/evidence.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { Connection, RawRow } from '../fill/connection.js'
import { keyedBy, type KeyedTable } from '../watch/keyed-by-rowid.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { nameBehind } from '../watch/statement-effect.js'
import type { TableImage } from '../watch/table-image.js'
import type { Fate } from './fate.js'
import { goneRowids, movedBy } from './moved-rowids.js'

/** Full-text indexes with external content are left to `judgeIndexes`. */
export function judgeKeyed(connection: Connection, fates: readonly Fate[]): IndexMisfit[] {
  return fates.flatMap((fate) => {
    const { side, name, before, after } = fate
    const cause = isNumbered(before) ? undefined : movedBy(fate)
    if (!cause) return []
    const said = { kind: 'index-misfit', cause: 'keyed', message: null, at: cause.place } as const
    return keyedBy(side.before, name).flatMap((keyed) => {
      const index = isExternal(side, keyed, name) ? undefined : leftBehind(connection, fate, keyed)
      return index === undefined ? [] : [{ ...said, table: after.table.name, index }]
    })
  })
}

/** Whether the rowid is also a column, which is copied like others. */
const isNumbered = ({ columns, rows }: TableImage): boolean =>
  columns.some(
    ({ primaryKey }, at) =>
      primaryKey > 0 && rows.every(({ identity, values }) => identity[0] === values[at]),
  )

const isExternal = (side: ObservedSide, { name }: KeyedTable, table: string): boolean =>
  side.indexes.some(({ index, reads }) => foldCase(index.name) === name && reads.has(table))

const FIND = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE"

/**
 * The name of the table if it still has rowids that are gone. If rows are looked up in it by rowid, the application may fill it, and it may
 * have none of them here: then it counts whether the side writes to it at all.
 */
function leftBehind(
  connection: Connection,
  { side, before, after }: Fate,
  keyed: KeyedTable,
): string | undefined {
  const { effects } = side
  const own = connection.single(FIND, nameBehind(effects, keyed.name))
  if (typeof own !== 'string') return undefined
  const isUntold = keyed.found && !effects.some(({ table }) => table === keyed.name)
  const gone = new Set<unknown>(goneRowids(before, after))
  const isVirtual = side.before.catalog.get(`table ${keyed.name}`)
  const least =
    isVirtual?.type === 'table' && isVirtual.module !== null ? 1 : Math.min(gone.size, 2)
  return isUntold || mostIn(rowsOf(connection, own), gone) >= least ? own : undefined
}

/** The most of these values that one column holds. Generated rows may have one of them by chance. */
function mostIn(rows: readonly RawRow[], values: ReadonlySet<unknown>): number {
  const found = (rows[0] ?? []).map(
    (_, at) => new Set(rows.map((row) => row[at]).filter((value) => values.has(value))).size,
  )
  return Math.max(0, ...found)
}

/** Some tables have no rowid, and some show nothing else. */
function rowsOf({ prepare }: Connection, table: string): readonly RawRow[] {
  for (const columns of ['rowid, *', '*', 'rowid'])
    try {
      return prepare(`SELECT ${columns} FROM main.${quoteIdentifier(table)} LIMIT ${MOST}`).all()
    } catch {
      continue
    }
  return []
}

const MOST = 1000
