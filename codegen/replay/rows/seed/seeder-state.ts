// What a seeder knows from one filling to the next, and from one replay to the next. Pure.
import type { CatalogTable } from '../../../model/catalog.js'
import type { Seeds } from '../../sides/history-run.js'
import type { Connection } from '../fill/connection.js'
import type { CopiedFrom } from './copied-from.js'
import type { CopyPair } from './copy-sources.js'
import type { Knowledge } from '../fill/knowledge.js'
import type { TableGraph } from '../fill/table-graph.js'
import type { Example } from '../fill/draft-row.js'
import { foldCase } from '../../../../src/sql/names.js'

/** What a seeder knows of its database, as plain data. Names of tables are in lower case. */
export interface SeederMemory {
  /** The last number that was given to a row. */
  serial: number
  readonly remembered: Map<string, Remembered>
  /** Example rows that were inserted: the name of the table, the number of the row. */
  readonly used: Set<string>
  /** Tables that got no rows because there were keys to avoid. */
  readonly waiting: Set<string>
  /** Tables whose rows were taken out of the way. */
  readonly missing: Set<string>
  /** By table, those that it was filled from by a step, and those that were filled from it. */
  readonly kin: Map<string, Set<string>>
  /** What versions have read where they wrote, by the names that there are now. */
  readonly sources: CopiedFrom[]
}

/** What is remembered of a table that was filled. */
export interface Remembered {
  readonly shape: string
  readonly uniqueKeys: string
  /** What it asked of single rows. */
  readonly demands: readonly string[]
  readonly rows: number
  /** How many rows it was given for the literals of steps: they do not count among the rows that are enough. */
  readonly spoken: number
  /** The version behind which it was filled for the first time. */
  readonly since: number
}

/** What a seeder works with. */
export interface SeederState extends Knowledge, SeederMemory {
  readonly connection: Connection
  readonly examples: ReadonlyMap<string, readonly Example[]>
  /** The schema whose tables were looked at last. */
  filled: TableGraph | null
  /** The version whose sources were noted last. */
  noted: number | null
  nextSerial(): number
}

/** What a seeder begins with; without a memory, a database without generated rows. */
export interface Beginning {
  readonly connection: Connection
  readonly seeds: Seeds
  readonly knowledge: Knowledge
  readonly memory: SeederMemory | undefined
}

/** Takes up where the seeder of that memory stood. */
export function seederState({ connection, seeds, knowledge, memory }: Beginning): SeederState {
  const state: SeederState = {
    ...knowledge,
    ...(memory ? memoryOf(memory) : nothingKnown()),
    connection,
    examples: new Map(Object.entries(seeds).map(([name, rows]) => [foldCase(name), rows])),
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
  sources: [],
})

/** What is to be remembered of a state, which goes on without changing it. */
export const memoryOf = (state: SeederMemory): SeederMemory => {
  const { serial, remembered, used, waiting, missing, kin, sources } = state
  return structuredClone({ serial, remembered, used, waiting, missing, kin, sources })
}

/** Remembers pairs of tables, from both sides. */
export function addKin(kin: SeederState['kin'], pairs: readonly CopyPair[]): void {
  for (const [table, from] of pairs) {
    kin.set(table, (kin.get(table) ?? new Set()).add(from))
    kin.set(from, (kin.get(from) ?? new Set()).add(table))
  }
}

/**
 * What a table is, as one text: it follows from its SQL, but for the columns of other tables that its foreign keys point at.
 */
export const shapeOf = ({ sql, foreignKeys }: CatalogTable): string =>
  foreignKeys.length === 0
    ? sql
    : JSON.stringify([sql, foreignKeys.map(({ parentColumns }) => parentColumns)])
