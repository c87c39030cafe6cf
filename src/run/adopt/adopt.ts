// Taking over a database: finds what another tool remembers, or what the schema tells, and makes the plan. Never writes.
import { settled, type Work } from '../../database/outcome.js'
import { adoptAmbiguous, adoptEmpty, adoptManaged, adoptNameTaken } from '../../errors/adopt.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Adoption, AdoptOptions } from '../../model/adoption.js'
import type { LedgerState } from '../../model/ledger.js'
import type { Registry } from '../../model/registry.js'
import { interpretRows } from '../../plan/adopt/foreign-row.js'
import { mapRows } from '../../plan/adopt/map-rows.js'
import { planAdopt, rowsUpTo, type Findings } from '../../plan/adopt/plan-adopt.js'
import {
  checkAdoptOptions,
  interestingTables,
  namedSource,
  recognizedSources,
  SETTINGS_TABLE,
  unknownSource,
  type ForeignTable,
  type Source,
} from '../../plan/adopt/source.js'
import type { LedgerEdit } from '../../plan/ledger-edit.js'
import type { Environment } from '../environment.js'
import { readSettings, readSource, readUserVersion } from './read-source.js'
import { readTables } from './read-tables.js'
import { recognizeApplied } from './recognize-applied.js'
import { foldCase } from '../../sql/names.js'

/** The edit that takes the database over. Throws `ADOPT_…`, `OPTION_INVALID` and `TARGET_UNKNOWN`. */
export function* adoptWork<H>(
  env: Environment<H>,
  registry: Registry<H>,
  options: AdoptOptions,
  state: LedgerState,
): Work<LedgerEdit<H, Adoption>> {
  checkAdoptOptions(options)
  if (state.kind === 'ours' && state.rows.length > 0)
    throw new LockstepError(adoptManaged(env.table, state.rows.length))
  if (state.kind === 'absent' && !state.unmanaged) throw new LockstepError(adoptEmpty())
  const found = yield* findApplied(env, registry, options)
  const renames = state.kind === 'foreign' ? yield* roomFor(env) : null
  return planAdopt(state, { ...found, renames })
}

function* findApplied<H>(
  env: Environment<H>,
  registry: Registry<H>,
  options: AdoptOptions,
): Work<Omit<Findings<H>, 'renames'>> {
  if (options.at !== undefined)
    return { layout: 'version', table: null, schema: null, ...rowsUpTo(registry, options.at) }
  const source = yield* findSource(env, options)
  if (source === null) return yield* recognizeApplied(env, registry, options)
  const layout = source.kind === 'rows' ? source.name : source.kind
  const table = source.kind === 'user_version' ? null : source.table.name
  const rows = interpretRows(yield* readSource(env, source), table ?? layout, registry.length)
  return { layout, table, schema: null, ...mapRows(registry, rows, options.by) }
}

/** Null where nothing but the schema is left to look at, and where nothing else is to be looked at. */
function* findSource<H>(env: Environment<H>, options: AdoptOptions): Work<Source | null> {
  const { from, fromTable } = options
  if (from === 'schema') return null
  const tables = yield* readTables(env, interestingTables(options))
  if (from !== undefined) return namedSource(from, fromTable, tables)
  if (fromTable !== undefined) return unknownSource(fromTable, options, tables)
  const candidates = yield* findCandidates(env, tables)
  if (candidates.length > 1) throw new LockstepError(adoptAmbiguous(candidates.map(candidateName)))
  return candidates[0] ?? null
}

function* findCandidates<H>(
  env: Environment<H>,
  tables: readonly ForeignTable[],
): Work<readonly Source[]> {
  const table = tables.find(({ name }) => foldCase(name) === SETTINGS_TABLE)
  const settings = table && (yield* readSettings(env, table))
  const userVersion = yield* readUserVersion(env)
  return [
    ...recognizedSources(tables),
    ...(table && settings ? [{ kind: 'settings' as const, table }] : []),
    ...(userVersion > 0 ? [{ kind: 'user_version' as const }] : []),
  ]
}

const candidateName = (source: Source): string => {
  if (source.kind === 'user_version') return 'user_version'
  const name = source.kind === 'rows' ? source.name : source.kind
  return name === source.table.name ? name : `${name} (table ${source.table.name})`
}

/** The name under which a table that stands in the ledger's place is kept. */
function* roomFor<H>({ driver, table }: Environment<H>): Work<Adoption['renames']> {
  const to = `${table}_before_lockstep`
  const taken = yield* settled(
    driver.query('SELECT 1 FROM sqlite_master WHERE name = ? COLLATE NOCASE', [to]),
  )
  if (taken.length > 0) throw new LockstepError(adoptNameTaken(table, to))
  return { table, to }
}
