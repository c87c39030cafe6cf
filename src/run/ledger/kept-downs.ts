// The table beside the ledger that keeps the `down` SQL of applied versions for programs that do not have it, older ones above
// all.
import { settled, type Work } from '../../database/outcome.js'
import { ledgerForeign } from '../../errors/ledger.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { LedgerRow, LedgerState } from '../../model/ledger.js'
import type { Registry, RegistryEntry } from '../../model/registry.js'
import type { Status } from '../../model/report.js'
import { versionId } from '../../model/version.js'
import { isOther } from '../../plan/compare.js'
import { reachesOut } from '../../plan/inspect-sql.js'
import { sideOf } from '../../plan/scripts.js'
import { quoteIdentifier } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import { columnsOf } from './read-ledger.js'

/**
 * What is kept of a migration beside its digests, as JSON: how to undo it, or why that is not kept, and the facts about its
 * version.
 */
interface Kept extends Pick<
  RegistryEntry<never>,
  | 'file'
  | 'downFile'
  | 'schemaDigest'
  | 'schemaChanges'
  | 'acknowledged'
  | 'foreignKeys'
  | 'irreversible'
> {
  readonly down?: readonly string[]
  /** Where each script begins in its file. */
  readonly at?: readonly string[]
}

const isText = (value: unknown): boolean => typeof value === 'string'

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)

const isChanges = (value: unknown): boolean =>
  Object(value) === value &&
  Object.values(value as object).every((one) => one === null || isText(one))

/**
 * The fields taken over from an entry unchanged, and their valid values. Nothing else is accepted: it might control how the step
 * runs.
 */
const SHARED = {
  file: isText,
  downFile: isText,
  schemaDigest: isText,
  schemaChanges: isChanges,
  acknowledged: isTexts,
  foreignKeys: isText,
} as const satisfies { readonly [K in keyof Kept]?: (value: unknown) => boolean }

type Shared = Pick<Kept, keyof typeof SHARED>

const pick = <T extends Partial<Shared>>(from: T): Pick<T, keyof T & keyof Shared> =>
  Object.fromEntries(
    Object.keys(SHARED).flatMap((key) => (key in from ? [[key, from[key as keyof Shared]]] : [])),
  ) as Pick<T, keyof T & keyof Shared>

const COLUMNS = ['version', 'checksum', 'down_checksum', 'kept']

const nameOf = <H>({ table }: Environment<H>): string => `${table}_downs`

const quoted = <H>(env: Environment<H>): string => `main.${quoteIdentifier(nameOf(env))}`

/**
 * Keeps the SQL of a `down`, in the transaction that writes the ledger row; for code, and for what runs outside a transaction,
 * only the fact that it is not kept. Throws `LEDGER_FOREIGN` if another table has the name.
 */
export function* keepDown<H>(env: Environment<H>, entry: RegistryEntry<H>): Work<void> {
  yield* settled(
    env.driver.execute(
      `CREATE TABLE IF NOT EXISTS ${quoted(env)} (version TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL, down_checksum TEXT, kept TEXT NOT NULL)`,
    ),
  )
  const columns = yield* columnsOf(env, nameOf(env))
  if (!isOurs(columns))
    throw new LockstepError(
      ledgerForeign(
        nameOf(env),
        columns,
        `Rename it, or choose another name for the ledger with the option \`table\`: the downs of migrations are kept in ${nameOf(env)}.`,
      ),
    )
  yield* settled(
    env.driver.query(
      `INSERT OR REPLACE INTO ${quoted(env)} (version, checksum, down_checksum, kept) VALUES (?, ?, ?, ?)`,
      [
        versionId(entry.version),
        entry.checksum,
        entry.downChecksum ?? null,
        JSON.stringify(keptOf(entry, env)),
      ],
    ),
  )
}

const isOurs = (columns: readonly string[]): boolean =>
  COLUMNS.every((name) => columns.includes(name))

function keptOf<H>(entry: RegistryEntry<H>, { options }: Environment<H>): Kept {
  const shared = pick({ ...entry, ...options.digests?.[entry.version] })
  const down = scriptsOf({ ...entry, ...shared })
  // JSON omits undefined values.
  return (
    typeof down === 'string'
      ? { ...shared, irreversible: down }
      : { ...shared, down, at: entry.at?.down }
  ) as Kept
}

/** Whether the build has found that its `down` leads to a different schema than before, and its author has acknowledged that. */
export const leadsElsewhere = ({ acknowledged }: Pick<Kept, 'acknowledged'>): boolean =>
  acknowledged?.some((code) => /^(?:DOWN_NOT_INVERSE|REPLAY_DOWN_FAILED)$/.test(code)) ?? false

/** The scripts that undo a migration, or why they are not kept. */
function scriptsOf<H>(entry: RegistryEntry<H>): readonly string[] | string {
  const side = entry.reversible ? sideOf(entry, 'down') : undefined
  if (!side) return entry.irreversible ?? 'it has no down'
  if (leadsElsewhere(entry)) return 'its down is known not to restore the schema from before'
  if (!('scripts' in side)) return 'its down is code, which is not kept in the database'
  if (entry.transaction === false && !entry.resumable)
    return 'it runs outside a transaction, and its down is not kept in the database'
  return side.scripts.some(reachesOut)
    ? 'its down has ATTACH, PRAGMA or VACUUM, and is not kept in the database'
    : side.scripts
}

/** Removes what was kept for a migration that is undone, in the same transaction. */
export function* forgetDown<H>(
  env: Environment<H>,
  { version }: Pick<RegistryEntry<H>, 'version'>,
): Work<void> {
  if (!isOurs(yield* columnsOf(env, nameOf(env)))) return
  const sql = `DELETE FROM ${quoted(env)} WHERE version = ?`
  yield* settled(env.driver.query(sql, [versionId(version)]))
}

/** What was kept for these ledger rows as they were applied, by version. Never writes. */
export function* readKeptDowns<H>(
  env: Environment<H>,
  rows: readonly LedgerRow[],
): Work<ReadonlyMap<number, RegistryEntry<H>>> {
  const entries = new Map<number, RegistryEntry<H>>()
  if (rows.length === 0 || !isOurs(yield* columnsOf(env, nameOf(env)))) return entries
  const found = yield* settled(
    env.driver.query(`SELECT version, checksum, down_checksum AS down, kept FROM ${quoted(env)}`),
  )
  const byVersion = new Map(found.map((row) => [row['version'], row]))
  for (const row of rows) {
    const { checksum, down, kept } = byVersion.get(versionId(row.version)) ?? {}
    const isSame = checksum === row.checksum && down === row.downChecksum
    const entry = isSame ? entryOf<H>(row, String(kept)) : undefined
    if (entry) entries.set(row.version, entry)
  }
  return entries
}

/** Undefined for content that this library has not written or would not run. */
function entryOf<H>(row: LedgerRow, json: string): RegistryEntry<H> | undefined {
  const { version, name, checksum, downChecksum, lineage } = row
  const kept = parsed(json)
  const { down, at, irreversible } = kept
  const isKept = isTexts(down) && !down!.some(reachesOut)
  if (!isKept && (down !== undefined || typeof irreversible !== 'string')) return undefined
  const shared = pick(kept)
  const isWhole = Object.entries(SHARED).every(
    ([key, isRight]) => !(key in shared) || isRight(shared[key as keyof Shared]),
  )
  if (!isWhole || (at !== undefined && !isTexts(at))) return undefined
  return {
    file: `migration ${name}`,
    ...shared,
    version,
    name,
    checksum: checksum ?? '',
    ...(downChecksum !== null && { downChecksum }),
    lineage: lineage ?? '',
    ...(isKept ? { reversible: true } : { reversible: false, irreversible: irreversible! }),
    ...(at && { at: { down: at } }),
    source: { up: '', down },
  }
}

function parsed(json: string): Partial<Kept> {
  try {
    return Object(JSON.parse(json)) as Partial<Kept>
  } catch {
    return {}
  }
}

/** What was applied, as far as the code or the database knows it. */
export interface WithKept<H> {
  /** The code up to the first migration that it lacks, and from there what is kept; the code alone if that has a gap. */
  readonly registry: Registry<H>
  /** The version from which on everything is kept; Infinity if nothing is needed or known. */
  readonly from: number
  /** From the first migration that the code lacks, the versions for which nothing is kept. */
  readonly unknown: readonly number[]
}

/** The registry as these rows have it: from the first migration that the code lacks, with what was kept on applying it. */
export function* withKeptDowns<H>(
  env: Environment<H>,
  registry: Registry<H>,
  rows: readonly LedgerRow[],
): Work<WithKept<H>> {
  const first = rows.find((row) => isLacking(registry, row))?.version ?? Infinity
  const above = rows.filter(({ version }) => version >= first)
  const kept = yield* readKeptDowns(env, above)
  const unknown = above.flatMap((row) =>
    isKnown(kept.get(row.version), row, registry) ? [] : [row.version],
  )
  const isGapless =
    first <= registry.length + 1 && above.every(({ version }, at) => version === first + at)
  if (unknown.length > 0 || !isGapless) return { registry, from: Infinity, unknown }
  return { registry: [...registry.slice(0, first - 1), ...kept.values()], from: first, unknown }
}

/** Whether the code has no migration under the number of a row, or another one. */
function isLacking(registry: Registry<never>, row: LedgerRow): boolean {
  const entry = registry[row.version - 1]
  return entry === undefined || isOther(row, entry)
}

/** What the code can undo and the database cannot is not known well enough: it was applied on top of something else. */
const isKnown = (
  kept: RegistryEntry<never> | undefined,
  row: LedgerRow,
  registry: Registry<never>,
): boolean =>
  kept !== undefined &&
  (kept.reversible || isLacking(registry, row) || !registry[row.version - 1]!.reversible)

/** The same status, which says for versions that the code lacks whether their `down` is kept. Never writes. */
export function* withKept<H>(
  env: Environment<H>,
  state: LedgerState,
  status: Status,
): Work<Status> {
  const isOther = status.problems.some(({ code }) => OTHERS.has(code))
  if (!isOther || state.kind !== 'ours') return status
  const lacking = state.rows.filter((row) => isLacking(env.registry, row))
  const kept = yield* readKeptDowns(env, lacking)
  const applied = status.applied.map((one) =>
    kept.get(one.version)?.reversible ? { ...one, downKept: true as const } : one,
  )
  return { ...status, applied }
}

/** The problems that a rollback may solve. */
const OTHERS = new Set(['DATABASE_AHEAD', 'HISTORY_ANOTHER', 'HISTORY_EDITED'])
