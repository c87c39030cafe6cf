// What a seeder knows from one filling to the next, and from one replay to the next. Pure.
import type { CatalogTable } from '../../../model/catalog.js'
import type { Seeds } from '../../sides/history-run.js'
import type { Connection } from '../fill/connection.js'
import type { CopyPair } from './copy-sources.js'
import type { Knowledge } from '../fill/knowledge.js'
import type { TableGraph } from '../fill/table-graph.js'
import type { Example } from '../fill/draft-row.js'
import { foldCase } from '../../../../src/sql/names.js'

/** What a seeder knows of its database, as plain data. */
export interface SeederMemory {
  readonly serial: number
  readonly remembered: readonly (readonly [table: string, Omit<Remembered, 'table'>])[]
  /** Example rows that were inserted: the name of the table, the number of the row. */
  readonly used: readonly (readonly [table: string, row: number])[]
  readonly waiting: readonly string[]
  readonly missing: readonly string[]
  /** Tables that steps filled from each other. */
  readonly kin: readonly CopyPair[]
  readonly copied: readonly (readonly [pair: string, Copied])[]
}

/** The rows that a table had when a step had filled another one from it, as `keyText` writes what tells them. */
export interface Copied {
  readonly version: number
  readonly rows: readonly string[]
}

/** What is remembered of a table that was filled. */
export interface Remembered {
  /** Null when only its shape is known. */
  readonly table: CatalogTable | null
  readonly shape: string
  readonly uniqueKeys: string
  readonly rows: number
  /** How many rows it was given for the literals of steps: they do not count among the rows that are enough. */
  readonly spoken: number
  /** The version behind which it was filled for the first time. */
  readonly since: number
}

/** What a seeder works with. */
export interface SeederState extends Knowledge {
  readonly connection: Connection
  readonly remembered: Map<string, Remembered>
  readonly examples: ReadonlyMap<string, readonly Example[]>
  /** Example rows that were inserted. */
  readonly used: Set<Example>
  /** Tables in lower case that got no rows because there were keys to avoid. */
  readonly waiting: Set<string>
  /** Tables in lower case whose rows were taken out of the way. */
  readonly missing: Set<string>
  /** By table in lower case, those that it was filled from by a step, and those that were filled from it. */
  readonly kin: Map<string, Set<string>>
  /** By table and the one that it was filled from, as `pairKey` writes them. */
  readonly copied: Map<string, Copied>
  /** The schema whose tables were looked at last. */
  filled: TableGraph | null
  nextSerial(): number
}

/** What nothing is known of. */
export const NO_MEMORY: SeederMemory = {
  serial: 1,
  remembered: [],
  used: [],
  waiting: [],
  missing: [],
  kin: [],
  copied: [],
}

/** What a seeder begins with. */
export interface Beginning {
  readonly connection: Connection
  readonly seeds: Seeds
  readonly knowledge: Knowledge
  readonly memory: SeederMemory
}

/** Takes up where the seeder of that memory stood. */
export function seederState(
  { connection, seeds, knowledge, memory }: Beginning,
  nextSerial: () => number,
): SeederState {
  const examples = new Map(Object.entries(seeds).map(([name, rows]) => [foldCase(name), rows]))
  return {
    ...knowledge,
    connection,
    remembered: new Map(memory.remembered.map(([name, one]) => [name, { table: null, ...one }])),
    examples,
    used: new Set(examplesAt(memory.used, examples)),
    waiting: new Set(memory.waiting),
    missing: new Set(memory.missing),
    kin: kinOf(memory.kin),
    copied: new Map(memory.copied),
    filled: null,
    nextSerial,
  }
}

/** Two tables, by their names in lower case. */
export const pairKey = ([table, from]: CopyPair): string => `${table}\n${from}`

function kinOf(pairs: readonly CopyPair[]): Map<string, Set<string>> {
  const kin = new Map<string, Set<string>>()
  addKin(kin, pairs)
  return kin
}

/** Remembers pairs of tables, from both sides. */
export function addKin(kin: SeederState['kin'], pairs: readonly CopyPair[]): void {
  for (const [table, from] of pairs) {
    kin.set(table, (kin.get(table) ?? new Set()).add(from))
    kin.set(from, (kin.get(from) ?? new Set()).add(table))
  }
}

const examplesAt = (places: SeederMemory['used'], examples: SeederState['examples']): Example[] => {
  const found = places.map(([name, row]) => examples.get(name)?.[row])
  return found.filter((example) => example !== undefined)
}

/** What is to be remembered of a state. */
export function memoryOf(state: SeederState): Omit<SeederMemory, 'serial'> {
  const { remembered, examples, used, waiting, missing, kin, copied } = state
  return {
    remembered: [...remembered].map(([name, { shape, uniqueKeys, rows, spoken, since }]) => [
      name,
      { shape, uniqueKeys, rows, spoken, since },
    ]),
    used: [...examples].flatMap(([name, rows]) =>
      rows.flatMap((row, index) => (used.has(row) ? [[name, index] as const] : [])),
    ),
    waiting: [...waiting],
    missing: [...missing],
    kin: [...kin].flatMap(([name, others]) => [...others].map((other) => [name, other] as const)),
    copied: [...copied],
  }
}

/** Whether a table is still as it was when it was filled. */
export const isSame = (known: Remembered, table: CatalogTable): boolean =>
  known.table === table || known.shape === shapeOf(table)

/**
 * What a table is, as one text: it follows from its SQL, but for the columns of other tables that its foreign keys point at.
 */
export const shapeOf = ({ sql, foreignKeys }: CatalogTable): string =>
  foreignKeys.length === 0
    ? sql
    : JSON.stringify([sql, foreignKeys.map(({ parentColumns }) => parentColumns)])
