// Remembers which rows a table had when a step had filled another one from it, or other columns of its own.
import { quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import { identityOf } from '../../catalog/row-identity.js'
import { keyText, type Connection } from '../fill/connection.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import type { Copies } from './copies.js'
import { copyPairs, filledInPart, updatedColumns, type CopyPair } from './copy-sources.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { mayMakeOf } from '../watch/statement-effect.js'
import { pairKey, type Copied, type SeederMemory, type SeederState } from './seeder-state.js'

/** What a step did to rows. */
export interface Copying {
  readonly version: number
  /** The tables that the step filled from each other: new rows of the one get no keys that the other has. */
  readonly kin: readonly CopyPair[]
  /** By table, the columns that the step wrote in rows that were there. */
  readonly updated: ReadonlyMap<string, readonly string[]>
  /** Of tables that it filled by a condition, the column that it asked for a value; null for other conditions. */
  readonly inPart: ReadonlyMap<string, string | null>
  /** By table, the columns of which it leaves out values of rows that are not there yet. */
  readonly leftOut: ReadonlyMap<string, readonly string[]>
  /** Whether the step may have made something of the values of a column. */
  isMadeOf(column: string): boolean
}

/** Before any step. */
export const NO_COPYING: Copying = {
  version: 0,
  kin: [],
  updated: new Map(),
  inPart: new Map(),
  leftOut: new Map(),
  isMadeOf: () => false,
}

/** What a side was seen to do to rows. */
export const copyingBy = (side: ObservedSide, now: TableGraph): Copying => ({
  version: side.entry.version,
  kin: copyPairs(side, now),
  updated: updatedColumns(side, now),
  inPart: filledInPart(side),
  leftOut: side.leftOut ?? new Map(),
  isMadeOf: (column) => mayMakeOf(side.effects, column),
})

/** A step is filled for several times: only the first time there are no rows but those that it found. */
export function noteCopies(
  { connection, copied }: SeederState,
  situation: TableGraph,
  { version, kin, updated, inPart, leftOut, isMadeOf }: Copying,
): void {
  const own = [...updated.keys()].map((name): CopyPair => [name, name])
  for (const pair of [...kin, ...own]) {
    const [into, from] = [tableNamed(situation, pair[0]), tableNamed(situation, pair[1])]
    const known = copied.get(pairKey(pair))
    if (!into || !from || known?.version === version) continue
    const made = from.columns.flatMap(({ name }) => (isMadeOf(name) ? [name] : []))
    const copy = { version, rows: rowsOf(connection, from), into: rowsOf(connection, into), made }
    const isOwn = into === from
    const columns = isOwn ? (updated.get(pair[1]) ?? []) : null
    const unless = isOwn ? undefined : inPart.get(pair[0])
    const lost = leftOut.get(pair[1]) ?? []
    const taken = { ...copy, columns, lost, ...(unless !== undefined && { unless }) }
    copied.set(pairKey(pair), together(taken, isOwn ? known : undefined))
  }
}

/** Columns of the same table that were written before are not forgotten, nor that rows which came since have nothing of these. */
function together(copy: Copied, known: Copied | undefined): Copied {
  const there = new Set(known?.rows)
  const rows = copy.rows.filter((row) => there.has(row))
  if (!known || rows.length === 0) return copy
  const lost = [...(known.lost ?? []), ...(copy.lost ?? [])]
  const columns = [...(known.columns ?? []), ...(copy.columns ?? [])]
  return { ...copy, rows, made: [...known.made, ...copy.made], lost, columns }
}

const rowsOf = ({ all }: Connection, table: CatalogTable): string[] => {
  const identity = identityOf(table).map(quoteIdentifier).join(', ')
  return all(`SELECT ${identity} FROM ${quoteIdentifier(table.name)}`).map(keyText)
}

/** What was noted. */
export const copiesOf = ({ copied }: Pick<SeederMemory, 'copied'>): Copies => ({
  rows: (table, from) => copied.get(pairKey([table, from]))?.rows,
  of: (from) =>
    [...copied].flatMap(([key, copy]) => {
      const [table = '', source] = key.split('\n')
      return source === from ? [{ ...copy, table }] : []
    }),
})
