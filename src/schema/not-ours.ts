// Finds objects that no history creates: SQLite's own, those that virtual tables and Lockstep maintain, and ignored tables.
import { virtualModule } from './canonical.js'
import { matchNames } from './ignored-objects.js'
import { foldCase } from '../sql/names.js'
import type { MasterRow } from './schema.js'

/** Which objects to leave out. */
export interface Exclusions {
  /** The ledger's name; its log and other tables are named after it. */
  readonly ledger: string
  /** Names of tables, ignoring case, with `*` for any characters. Everything on them is ignored as well. */
  readonly ignoreTables: readonly string[]
}

/** The shadow tables of virtual tables, by module: what follows the table's name and `_`. */
const SHADOWS: Readonly<Record<string, string>> = {
  fts3: 'content segments segdir docsize stat',
  fts4: 'content segments segdir docsize stat',
  fts5: 'data idx content docsize config',
  rtree: 'node rowid parent',
  rtree_i32: 'node rowid parent',
  geopoly: 'node rowid parent',
}

/** The names, in lower case, of shadow tables of the modules that come with SQLite. */
export function shadowTables(rows: readonly MasterRow[]): Set<string> {
  const shadows = new Set<string>()
  for (const { name, sql } of rows) {
    const suffixes = SHADOWS[(sql !== null && virtualModule(sql)) || '']
    for (const suffix of suffixes?.split(' ') ?? []) shadows.add(foldCase(`${name}_${suffix}`))
  }
  return shadows
}

/** The suffixes of the tables beside a ledger. */
const BESIDE = ['_log', '_progress', '_downs']

/** The tables that belong to one ledger, by name. */
export const ledgerTables = (ledger: string): string[] => [
  ledger,
  ...BESIDE.map((suffix) => ledger + suffix),
]

/** The names of Lockstep's ledgers among these objects: each history has its own. */
export const ledgersIn = (rows: readonly Pick<MasterRow, 'type' | 'name' | 'sql'>[]): string[] =>
  rows
    .filter(({ type, sql }) => type === 'table' && sql !== null && isLedgerText(sql))
    .map(({ name }) => name)

const isLedgerText = (sql: string): boolean =>
  ['lineage', 'down_checksum', 'started_by', 'heartbeat_at'].every((column) => sql.includes(column))

/** Returns a function that tells which tables, by name, are left out with everything on them. */
export function excludedTables({ ledger, ignoreTables }: Exclusions): (table: string) => boolean {
  return matchNames(['sqlite_*', '_cf_*', ...ledgerTables(ledger), ...ignoreTables])
}
