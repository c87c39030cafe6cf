// Holds what a seeder remembers between fillings and between replays. Pure.
import type { CatalogTable } from '../../../model/catalog.js'
import type { HistoryRun } from '../../sides/history-run.js'
import type { Connection } from '../fill/connection.js'
import type { CopiedFrom } from './copied-from.js'
import type { CopyPair } from './copy-sources.js'
import type { Knowledge } from '../fill/knowledge.js'
import type { TableGraph } from '../fill/table-graph.js'
import type { Example } from '../fill/draft-row.js'
import { foldCase } from '../../../../src/sql/names.js'

/** What a seeder knows about its database, as plain data. Table names are in lower case. */
export interface SeederMemory {
  /** The last serial given to a row. */
  serial: number
  readonly remembered: Map<string, Remembered>
  /** Example rows that were inserted, as table name and index. */
  readonly used: Set<string>
  /** Tables that got no rows because keys had to be avoided. */
  readonly waiting: Set<string>
  /** Tables whose rows were deleted because they conflicted. */
  readonly missing: Set<string>
  /** By table, those that a step filled it from, and those filled from it. */
  readonly kin: Map<string, Set<string>>
  /** By table that CREATE TABLE … AS SELECT made, a table that it was made from. */
  readonly makers: Map<string, string>
  /** What versions read in order to write, under current names. */
  readonly sources: CopiedFrom[]
}

/** What is remembered about a filled table. */
export interface Remembered {
  readonly shape: string
  readonly uniqueKeys: string
  /** What it required of single rows. */
  readonly demands: readonly string[]
  readonly rows: number
  /** How many rows it got for literals of steps; they do not count towards having enough. */
  readonly spoken: number
  /** The version after which it was first filled. */
  readonly since: number
}

/** What a seeder works with. */
export interface SeederState extends Knowledge, SeederMemory, Pick<HistoryRun, 'failedTrials'> {
  readonly connection: Connection
  readonly examples: ReadonlyMap<string, readonly Example[]>
  /** The schema whose tables were filled last. */
  filled: TableGraph | null
  /** The version whose sources were noted last. */
  noted: number | null
  nextSerial(): number
}

/** What a seeder starts from; without a memory, the database has no generated rows. */
export interface Beginning {
  readonly connection: Connection
  readonly run: Pick<HistoryRun, 'seeds' | 'failedTrials'>
  readonly knowledge: Knowledge
  readonly memory: SeederMemory | undefined
}

/** Continues where the seeder of that memory stopped. */
export function seederState({ connection, run, knowledge, memory }: Beginning): SeederState {
  const state: SeederState = {
    ...knowledge,
    ...(memory ? memoryOf(memory) : nothingKnown()),
    ...(run.failedTrials && { failedTrials: run.failedTrials }),
    connection,
    examples: new Map(Object.entries(run.seeds).map(([name, rows]) => [foldCase(name), rows])),
    filled: null,
    noted: null,
    nextSerial: () => ++state.serial,
  }
  return state
}

const nothingKnown = (): SeederMemory => ({
  serial: 1,
  remembered: new Map(),
  used: new Set(),
  waiting: new Set(),
  missing: new Set(),
  kin: new Map(),
  makers: new Map(),
  sources: [],
})

/** A copy of what to remember, which later changes of the state do not affect. */
export const memoryOf = (state: SeederMemory): SeederMemory => {
  const { serial, remembered, used, waiting, missing, kin, makers, sources } = state
  return structuredClone({ serial, remembered, used, waiting, missing, kin, makers, sources })
}

/** Records pairs of tables in both directions. */
export function addKin({ kin, makers }: SeederState, pairs: readonly CopyPair[]): void {
  for (const [table, from, made] of pairs) {
    if (made) makers.set(table, from)
    kin.set(table, (kin.get(table) ?? new Set()).add(from))
    kin.set(from, (kin.get(from) ?? new Set()).add(table))
  }
}

/** What a table is, as one text: its SQL, plus the parent columns of its foreign keys, which depend on other tables. */
export const shapeOf = ({ sql, foreignKeys }: CatalogTable): string =>
  foreignKeys.length === 0
    ? sql
    : JSON.stringify([sql, foreignKeys.map(({ parentColumns }) => parentColumns)])
