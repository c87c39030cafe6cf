// Plans taking over a database: reads what another tool has recorded and compares the schema. Never writes.
import { settled, type Work } from '../../database/outcome.js'
import {
  adoptAmbiguous,
  adoptEmpty,
  adoptLedgersDiffer,
  adoptManaged,
  adoptNameTaken,
} from '../../errors/adopt.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Adoption, AdoptOptions } from '../../model/adoption.js'
import type { LedgerState } from '../../model/ledger.js'
import type { Registry } from '../../model/registry.js'
import { interpretRows } from '../../plan/adopt/foreign-row.js'
import { settleRows } from '../../plan/adopt/log-rows.js'
import { mapRows } from '../../plan/adopt/map-rows.js'
import { planAdopt } from '../../plan/adopt/plan-adopt.js'
import { settleVersion, type Compared, type Settled } from '../../plan/adopt/settle-version.js'
import {
  checkAdoptOptions,
  namedSource,
  recognizedSources,
  SETTINGS_TABLE,
  unknownSource,
  type ForeignTable,
  type Source,
  type TableSource,
} from '../../plan/adopt/source.js'
import type { Told } from '../../plan/adopt/told.js'
import type { LedgerEdit } from '../../plan/ledger-edit.js'
import type { Schema } from '../../schema/schema.js'
import { objectsNaming, readOwnSchema } from '../../schema/schema-view.js'
import { isSameName } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import { exclusionsOf } from '../verify.js'
import { refuseUnmet } from '../histories/dependencies.js'
import { findContradictions } from './find-contradictions.js'
import { readSettings, readSource, readUserVersion } from './read-source.js'
import { readTables } from './read-tables.js'

/** The edit that takes the database over. Throws `ADOPT_…`, `NEEDS_UNMET`, `OPTION_INVALID` and `TARGET_UNKNOWN`. */
export function* adoptWork<H>(
  env: Environment<H>,
  registry: Registry<H>,
  options: Compared,
  state: LedgerState,
): Work<LedgerEdit<H, Adoption>> {
  checkAdoptOptions(options)
  if (state.kind === 'ours' && state.rows.length > 0)
    throw new LockstepError(adoptManaged(env.table, state.rows.length))
  if (state.kind === 'absent' && !state.unmanaged && !state.others)
    throw new LockstepError(adoptEmpty())
  const told = yield* findTold(env, registry, options)
  const own = yield* readOwnSchema(env.driver, exclusionsOf(env))
  const version = settleVersion(registry, told, own, options)
  const contradictions = yield* agreed(env, told, version, options)
  const renames = state.kind === 'foreign' ? yield* roomFor(env, own.schema) : null
  const found = { ...told, ...version, renames, contradictions }
  const edit = planAdopt(registry, state, found, options)
  if (options.force !== true) yield* refuseUnmet(env, edit.written, 'record')
  return edit
}

/**
 * What other tables say against the version. Throws `ADOPT_LEDGERS_DIFFER` unless forced, or unless the schema alone was to
 * decide and does.
 */
function* agreed<H>(
  env: Environment<H>,
  told: Told<H>,
  { version, source, schema }: Settled,
  options: AdoptOptions,
): Work<readonly string[]> {
  const alike = options.at === undefined ? [] : (schema?.alike ?? [])
  const said = yield* findContradictions(env, { table: told.table, version, alike }, options)
  const last = env.registry[version - 1] ?? null
  const isShown = told.layout === 'schema' && options.at === undefined
  if (said.length > 0 && options.force !== true && !isShown)
    throw new LockstepError(adoptLedgersDiffer(source, last, said))
  return said
}

function* findTold<H>(
  env: Environment<H>,
  registry: Registry<H>,
  options: AdoptOptions,
): Work<Told<H>> {
  const source = yield* findSource(env, options)
  if (typeof source === 'string') {
    const hint = options.from === undefined ? yield* readUserVersion(env) : 0
    return { layout: source, table: null, by: 'number', mapped: [], hint }
  }
  const layout = source.kind === 'rows' ? source.name : source.kind
  const table = source.kind === 'user_version' ? null : source.table.name
  const raw = yield* readSource(env, source)
  const isNamed = options.from !== undefined || options.fromTable !== undefined
  const place = { table: table ?? layout, option: isNamed ? '' : `--from ${layout} ` }
  const { title, described } = source.kind === 'rows' ? source.layout : {}
  const { rows, log } = settleRows(raw, { ...place, title })
  const applied = interpretRows(rows, place.table, registry.length)
  const told = { layout, table, log, described: described === true }
  return { ...told, ...mapRows(registry, applied, options.by) }
}

/** The source to read, or just `schema` or `version` if no table is read and only the schema decides. */
function* findSource<H>(
  env: Environment<H>,
  options: AdoptOptions,
): Work<Source | 'schema' | 'version'> {
  const { from, fromTable, at } = options
  if (from === 'schema') return from
  if (from === undefined && fromTable === undefined && at !== undefined) return 'version'
  const tables = yield* readTables(env, options)
  if (from !== undefined) return namedSource(from, options, tables)
  if (fromTable !== undefined) return unknownSource(fromTable, options, tables)
  const candidates = yield* findCandidates(env, tables)
  if (candidates.length > 1) throw new LockstepError(adoptAmbiguous(candidates.map(candidateName)))
  return candidates[0] ?? 'schema'
}

/** Excludes `user_version`, which any program may use for itself, unless it is asked for. */
function* findCandidates<H>(
  env: Environment<H>,
  tables: readonly ForeignTable[],
): Work<readonly TableSource[]> {
  const table = tables.find(({ name }) => isSameName(name, SETTINGS_TABLE))
  const settings = table && (yield* readSettings(env, table))
  return [
    ...recognizedSources(tables),
    ...(table && settings ? [{ kind: 'settings' as const, table }] : []),
  ]
}

const candidateName = (source: TableSource): string => {
  const name = source.kind === 'rows' ? source.name : source.kind
  return name === source.table.name ? name : `${name} (table ${source.table.name})`
}

/** The new name for a table that occupies the name of the ledger. */
function* roomFor<H>({ driver, table }: Environment<H>, schema: Schema): Work<Adoption['renames']> {
  const to = `${table}_before_lockstep`
  const found = yield* settled(
    driver.query(
      "SELECT name = ? COLLATE NOCASE AS taken FROM sqlite_master WHERE name = ? COLLATE NOCASE OR type = 'view' AND name = ? COLLATE NOCASE",
      [to, to, table],
    ),
  )
  const [row] = found
  if (!row) return { table, to, followers: objectsNaming(schema, table) }
  const reason = row['taken']
    ? 'that name is taken'
    : 'it is a view, and SQLite renames only tables'
  throw new LockstepError(adoptNameTaken(table, to, reason))
}
