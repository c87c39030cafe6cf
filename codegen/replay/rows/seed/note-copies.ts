// Remembers which rows a table had when a step had filled another one from it, or other columns of its own.
import { isSameName, plainName, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogTable } from '../../../model/catalog.js'
import type { CopiesSeen, TableColumn } from '../../../model/version-facts.js'
import { identityOf } from '../../catalog/row-identity.js'
import { keyText, type Connection } from '../fill/connection.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import type { Copies, PartTaken } from './copies.js'
import { copyPairs, filledInPart, pairKey, updatedColumns, type CopyPair } from './copy-sources.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { mayMakeOf, takesRows, type Effect } from '../watch/statement-effect.js'
import { namesBehind, type NamesBehind } from './names-behind.js'
import type { Copied, SeederMemory, SeederState } from './seeder-state.js'

/** What a step did to rows. */
export interface Copying {
  readonly version: number
  /** The tables that the step filled from each other: new rows of the one get no keys that the other has. */
  readonly kin: readonly CopyPair[]
  /** By table, the columns that the step wrote in rows that were there. */
  readonly updated: ReadonlyMap<string, readonly string[]>
  /** Of pairs of tables, as `pairKey` writes them, where it filled the one with some rows of the other: which. */
  readonly inPart: ReadonlyMap<string, PartTaken>
  /** What it makes of the values of rows that are not there yet, too. */
  readonly seen: readonly CopiesSeen[]
  readonly effects: readonly Effect[]
  /** Whether the step may have made something of the values of a column. */
  isMadeOf(column: string): boolean
}

/** Before any step. */
export const NO_COPYING: Copying = {
  version: 0,
  kin: [],
  updated: new Map(),
  inPart: new Map(),
  seen: [],
  effects: [],
  isMadeOf: () => false,
}

/** What a side was seen to do to rows. */
export const copyingBy = (side: ObservedSide, now: TableGraph): Copying => ({
  version: side.entry.version,
  kin: copyPairs(side, now),
  updated: updatedColumns(side, now),
  inPart: filledInPart(side),
  seen: side.copiesSeen ?? [],
  effects: side.effects,
  isMadeOf: (column) => mayMakeOf(side.effects, column),
})

/** A step is filled for several times: only the first time there are no rows but those that it found. */
export function noteCopies(state: SeederState, situation: TableGraph, copying: Copying): void {
  const { connection, copied } = state
  const { version, kin, updated, inPart, seen, effects, isMadeOf } = copying
  if (state.noted !== version) {
    const behind = namesBehind(effects, situation)
    if (effects.some(({ verb }) => RENAMES.has(verb))) renameCopies(copied, behind)
    noteReworked(state, situation, copying, behind)
    state.noted = version
  }
  const own = [...updated.keys()].map((name): CopyPair => [name, name])
  for (const pair of [...kin, ...own]) {
    const [into, from] = [tableNamed(situation, pair[0]), tableNamed(situation, pair[1])]
    const known = copied.get(pairKey(pair))
    if (!into || !from || known?.version === version) continue
    const made = from.columns.flatMap(({ name }) => (isMadeOf(name) ? [name] : []))
    const copy = { version, rows: rowsOf(connection, from), into: rowsOf(connection, into), made }
    const isOwn = into === from
    const columns = isOwn ? (updated.get(pair[1]) ?? []) : null
    const part = isOwn ? undefined : inPart.get(pairKey(pair))
    const lost = seen.flatMap((one) => (one.table === pair[1] ? one.leftOut : []))
    const taken = { ...copy, columns, lost, part }
    copied.set(pairKey(pair), together(taken, isOwn ? known : undefined))
  }
}

const RENAMES: ReadonlySet<Effect['verb']> = new Set(['rename', 'rename-column'])

/** Under the names that there are now. A column that is gone is forgotten, and one whose like something else is written over. */
function noteReworked(
  { reworked }: SeederState,
  situation: TableGraph,
  { seen, effects }: Copying,
  behind: NamesBehind,
): void {
  const isThere = ({ table, column }: TableColumn): boolean =>
    column === '' ||
    (tableNamed(situation, table)?.columns ?? []).some((one) => isSameName(one.name, column))
  const known = [...reworked].map(([table, all]) => {
    const told = all.filter(({ by }) => !by.some((one) => isWrittenOver(one, effects)))
    return { table, told }
  })
  reworked.clear()
  for (const { table: name, told } of [...known, ...seen]) {
    const table = behind.table(name)
    const renamed = told.map(({ column, by }) => ({
      column: behind.column(name, column),
      by: by.map((one) => ({
        table: behind.table(one.table),
        column: behind.column(one.table, one.column),
      })),
    }))
    const left = renamed.filter(({ column, by }) => [{ table, column }, ...by].every(isThere))
    if (left.length > 0) reworked.set(table, [...(reworked.get(table) ?? []), ...left])
  }
}

/** Whether a statement sets a column in all rows to what has nothing to do with what was there. */
const isWrittenOver = ({ table, column }: TableColumn, effects: readonly Effect[]): boolean =>
  effects.some(
    (effect) =>
      effect.verb === 'update' &&
      effect.table === table &&
      takesRows(effect) === 'all' &&
      effect.shape.kind === 'update' &&
      effect.shape.columns.some(({ key }) => plainName(key) === column) &&
      effect.tokens.filter((token) => plainName(token) === column).length === 1,
  )

/** Under the names that there are now. */
function renameCopies(copied: SeederState['copied'], behind: NamesBehind): void {
  const all = [...copied]
  copied.clear()
  for (const [key, copy] of all) {
    const [into = '', from = ''] = key.split('\n')
    const ofSource = (name: string): string => behind.column(from, name)
    copied.set(pairKey([behind.table(into), behind.table(from)]), {
      ...copy,
      made: copy.made.map(ofSource),
      lost: copy.lost?.map(ofSource),
      columns: copy.columns?.map((name) => behind.column(into, name)) ?? null,
      part: copy.part && {
        unless: copy.part.unless.map(ofSource),
        asked: copy.part.asked.map((names) => names.map(ofSource)),
      },
    })
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
export const copiesOf = ({
  copied,
  reworked,
}: Pick<SeederMemory, 'copied' | 'reworked'>): Copies => ({
  told: (table) => reworked.get(table) ?? [],
  rows: (table, from) => copied.get(pairKey([table, from]))?.rows,
  of: (from) =>
    [...copied].flatMap(([key, copy]) => {
      const [table = '', source] = key.split('\n')
      return source === from ? [{ ...copy, table }] : []
    }),
})
