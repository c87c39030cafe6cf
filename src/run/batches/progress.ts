// The table beside the ledger that records the progress of steps done in batches.
import { asking } from '../../database/ask.js'
import { settled, type Work } from '../../database/outcome.js'
import type { Value } from '../../database/driver.js'
import { ledgerForeign, progressMissing } from '../../errors/ledger.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Batches } from '../../model/migration.js'
import type { RegistryEntry } from '../../model/registry.js'
import { versionId } from '../../model/version.js'
import { foldCase, quoteIdentifier } from '../../sql/names.js'
import { tokensOf } from '../../sql/split-statements.js'
import { exactRows } from '../context/exact-integers.js'
import { unfit } from '../context/walk.js'
import type { Environment } from '../environment/environment.js'
import type { Task } from '../environment/task.js'
import { columnsOf } from '../ledger/read-ledger.js'

/** The progress of one walk of a step. */
export interface Progress {
  /** The last finished key; null when all rows are done. */
  readonly key: Value
  readonly done: number
  /** How many rows there were to process. */
  readonly total: number
}

/** The progress of a walk, and how long the step has run until then, over all runs. */
interface Noted extends Progress {
  readonly workedMs: number
}

const COLUMNS = ['version', 'batch', 'key', 'done', 'total', 'walk']

const nameOf = <H>({ table }: Environment<H>): string => `${table}_progress`

const quoted = <H>(env: Environment<H>): string => `main.${quoteIdentifier(nameOf(env))}`

/**
 * Creates the table if it is missing. Its rows for a step that is not in progress are stale. Throws `LEDGER_FOREIGN` if another
 * table has its name, and `LEDGER_PROGRESS_MISSING` if it existed and is gone.
 */
export function* readyProgress<H>(env: Environment<H>, { version }: Task<H>): Work<void> {
  const { driver, ledger } = env
  const name = nameOf(env)
  const id = versionId(version)
  const begun = yield* settled(driver.query(`SELECT 1 FROM ${ledger} WHERE version = ?`, [id]))
  if (begun.length > 0 && (yield* columnsOf(env, name)).length === 0)
    throw new LockstepError(progressMissing(version, name))
  yield* settled(
    driver.execute(
      `CREATE TABLE IF NOT EXISTS ${quoted(env)} (version TEXT NOT NULL, batch INTEGER NOT NULL, key, done INTEGER NOT NULL, total INTEGER NOT NULL, walk TEXT NOT NULL, worked_ms INTEGER NOT NULL DEFAULT 0, work TEXT, PRIMARY KEY (version, batch))`,
    ),
  )
  const columns = yield* columnsOf(env, name)
  if (!isProgress(columns))
    throw new LockstepError(
      ledgerForeign(
        name,
        columns,
        `Rename it, or choose another name for the ledger with the option \`table\`: the progress of steps is kept in ${name}.`,
      ),
    )
  for (const [name, type] of LATER)
    if (!columns.includes(name))
      yield* settled(driver.execute(`ALTER TABLE ${quoted(env)} ADD COLUMN ${name} ${type}`))
  if (begun.length === 0) yield* forgetProgress(env, { version })
}

const WORKED = 'worked_ms'

/** Columns that older tables lack. */
const LATER = [
  [WORKED, 'INTEGER NOT NULL DEFAULT 0'],
  ['work', 'TEXT'],
] as const

/** How long a resumed step has run before, up to its last batch; 0 for a new one. */
export function* workedBefore<H>(env: Environment<H>, version: number): Work<number> {
  const [row] = yield* settled(
    env.driver.query(`SELECT max(${WORKED}) AS ms FROM ${quoted(env)} WHERE version = ?`, [
      versionId(version),
    ]),
  )
  return Number(row?.['ms'] ?? 0)
}

const isProgress = (columns: readonly string[]): boolean =>
  COLUMNS.every((name) => columns.includes(name))

/** Removes the progress of a step that is recorded or forgotten, in the same transaction. */
export function* forgetProgress<H>(
  env: Environment<H>,
  { version }: { readonly version: number },
): Work<void> {
  const sql = `DELETE FROM ${quoted(env)} WHERE version = ?`
  yield* settled(env.driver.query(sql, [versionId(version)]))
}

/** A version, and one of its walks. */
interface Place {
  readonly version: number
  readonly entry: Pick<RegistryEntry<never>, 'walks'>
  readonly index: number
  readonly walk: Pick<Batches<never>, 'query' | 'by'>
}

/**
 * Undefined for a walk that has not begun. Throws `BATCHES_INVALID` for one that was begun over other rows or by another key: the
 * position of its last key would mean nothing.
 */
export function* readProgress<H>(env: Environment<H>, place: Place): Work<Progress | undefined> {
  const { version, index, walk } = place
  const [row] = yield* exactRows(
    asking(env.driver),
    `SELECT key, done, total, walk FROM ${quoted(env)} WHERE version = ? AND batch = ?`,
    [versionId(version), index],
  )
  if (row && row['walk'] !== textOf(walk)) throw unfit(walk.by, OTHER, anew(version))
  return row as Progress | undefined
}

const OTHER = 'the batches that are done used a different `query` or `by`'

const anew = (version: number): string =>
  `Restore \`query\` and \`by\`. To start over instead, undo by hand what the step has done, and run \`lockstep mark ${versionId(version)} --pending\`.`

/** The query and key of a walk as text, regardless of formatting. */
export const textOf = ({ query, by }: Place['walk']): string =>
  [
    by,
    ...[...tokensOf(query)].map(({ text }) => (/^['"`[]/.test(text) ? text : foldCase(text))),
  ].join(' ')

/** Stores the progress. Clients bind numbers as REAL, so a number would become a fraction. */
export function* writeProgress<H>(
  env: Environment<H>,
  { version, entry: { walks }, index, walk }: Place,
  { key, done, total, workedMs }: Noted,
): Work<void> {
  yield* settled(
    env.driver.query(
      `INSERT INTO ${quoted(env)} (version, batch, key, done, total, walk, ${WORKED}, work) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (version, batch) DO UPDATE SET key = excluded.key, done = excluded.done, total = excluded.total, ${WORKED} = excluded.${WORKED}, work = excluded.work`,
      [
        versionId(version),
        index,
        Number.isSafeInteger(key) ? BigInt(key as number) : key,
        done,
        total,
        textOf(walk),
        workedMs,
        walks?.join(' ') ?? null,
      ],
    ),
  )
}

/** Like `forgetProgress` for steps of any kind, for which the table may not exist. */
export function* forgetAnyProgress<H>(env: Environment<H>, versions: Iterable<number>): Work<void> {
  if (!isProgress(yield* columnsOf(env, nameOf(env)))) return
  for (const version of versions) yield* forgetProgress(env, { version })
}

/** All walks of a step that have begun, in order; empty if the table does not exist. */
export function* progressOf<H>(env: Environment<H>, version: number): Work<readonly Progress[]> {
  if (!isProgress(yield* columnsOf(env, nameOf(env)))) return []
  const rows = yield* settled(
    env.driver.query(
      `SELECT key IS NULL AS key, done, total FROM ${quoted(env)} WHERE version = ? ORDER BY batch`,
      [versionId(version)],
    ),
  )
  return rows as unknown as readonly Progress[]
}
