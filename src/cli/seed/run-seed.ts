// Runs one seed inside the transaction of all seeds, which it cannot end.
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { isPromise, settled, type Work } from '../../database/outcome.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { seedFailed, seedRefused } from '../../errors/seed.js'
import { refusedStatement } from '../../plan/inspect-sql.js'
import type { Environment } from '../../run/environment/environment.js'
import { faultError, reasonOf } from '../../run/environment/faults.js'
import { findHidden } from '../../run/environment/inspect.js'
import { splitStatements } from '../../sql/split-statements.js'
import type { Seed } from './load-seed.js'

/** What a seed has done. */
export interface DoneSeed {
  readonly file: string
  /** How many rows it has inserted, updated or deleted, including by triggers. */
  readonly rows: number
  readonly durationMs: number
}

type Env = Environment<ClientHandle>

/** Throws `SEED_FAILED`, `SEED_REFUSED` and faults of the database. */
export function* runSeed(env: Env, seed: Seed): Work<DoneSeed> {
  const { driver } = env
  const start = yield* settled(driver.now())
  const before = yield* rowsWritten(env)
  const hidden = yield* findHidden(env)
  const look = (sql: string): void => {
    refuse(seed, sql)
    refuseHidden(seed, sql, hidden(sql))
  }
  if ('text' in seed) yield* runText(env, seed, look)
  else runCode(env, seed, look)
  const rows = (yield* rowsWritten(env)) - before
  if (!driver.inTransaction()) throw new LockstepError(ended(seed))
  return { file: seed.file, rows, durationMs: (yield* settled(driver.now())) - start }
}

function* rowsWritten({ driver }: Env): Work<number> {
  const [row] = yield* settled(driver.query('SELECT total_changes() AS rows'))
  return Number(row?.['rows'])
}

function* runText(
  env: Env,
  seed: Extract<Seed, { text: string }>,
  look: (sql: string) => void,
): Work<void> {
  const { file, text } = seed
  look(text)
  for (const statement of splitStatements(text)) {
    try {
      yield* settled(env.driver.execute(statement.text))
    } catch (error) {
      const lines = text.slice(0, statement.start).split('\n')
      throw failure(env, seed, error, `${file}:${lines.length}:${lines.at(-1)!.length + 1}`)
    }
  }
}

function runCode(
  env: Env,
  seed: Extract<Seed, { code: unknown }>,
  look: (sql: string) => void,
): void {
  const { driver } = env
  const use = (): void => {
    if (!driver.inTransaction()) throw new LockstepError(ended(seed))
  }
  const release = driver.watch?.((sql) => {
    use()
    look(sql)
  }, use)
  let result: unknown
  try {
    result = seed.code(driver.handle)
  } catch (error) {
    throw failure(env, seed, error, null)
  } finally {
    release?.()
  }
  refuseUnfinished(seed, result)
  if (result === false)
    throw new LockstepError(seedFailed(seed.file, null, 'it returned false', null))
}

/** Work that would continue after the transaction, or has not even begun. */
function refuseUnfinished({ file }: Seed, result: unknown): void {
  const what = unfinished(result)
  if (what === null) return
  Promise.resolve(result).then(undefined, () => {})
  const reason = `returned ${what} instead of doing its work at once`
  const fix = 'Make it write its rows before it returns, without async and await.'
  throw new LockstepError(seedRefused(file, reason, fix))
}

function unfinished(result: unknown): string | null {
  if (isPromise(result)) return 'a promise'
  if (typeof result === 'function') return 'a function'
  const { next } = (result ?? {}) as { next?: unknown }
  return typeof next === 'function' ? 'an iterator' : null
}

function refuse(seed: Seed, sql: string): void {
  const refused = refusedStatement(sql)
  if (!refused) return
  const what =
    refused.why === 'transaction' ? 'controls the transaction' : 'switches foreign key enforcement'
  const fix =
    refused.why === 'transaction'
      ? 'Remove the statement: all seeds of a run are one transaction. Inside it, db.transaction(…) of the client is fine.'
      : 'Remove the statement: foreign keys are checked when all seeds have run, so the order of rows does not matter.'
  const reason = `${what}: ${refused.statement.text.slice(0, 80)}; the statement was not run`
  throw new LockstepError(seedRefused(seed.file, reason, fix))
}

/** What is written there is lost with the connection. */
function refuseHidden(seed: Seed, sql: string, table: string): void {
  if (!table) return
  const reason = `names ${table}, which a TEMP table, view, index or trigger of this connection hides: ${sql.trim().slice(0, 80)}; the statement was not run`
  const fix = `Name its schema, such as main.${table}, or drop or rename what hides it, in the \`open\` of the configuration or in an earlier seed.`
  throw new LockstepError(seedRefused(seed.file, reason, fix))
}

const ended = ({ file }: Seed) =>
  seedRefused(
    file,
    'caught an error on which SQLite ended the transaction',
    'Do not catch errors that roll the transaction back.',
  )

function failure(env: Env, seed: Seed, error: unknown, place: string | null): LockstepError {
  if (isLockstepError(error)) return error
  const taken = /^SQLITE_CONSTRAINT_(?:UNIQUE|PRIMARYKEY|ROWID)$/.test(
    String((error as { code?: unknown } | null | undefined)?.code),
  )
  return (
    faultError(env, error) ??
    new LockstepError(seedFailed(seed.file, place, reasonOf(error), taken ? 'taken' : null), {
      cause: error,
    })
  )
}
