// The transaction around all seeds of a run: it begins on a database that is up to date, and ends with a sound one.
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError, saidAgain } from '../../errors/lockstep-error.js'
import { seedNotCurrent, seedOrphans, seedRefused } from '../../errors/seed.js'
import type { LedgerState } from '../../model/ledger.js'
import { describeStatus } from '../../plan/describe-status.js'
import type { Environment } from '../../run/environment/environment.js'
import { refuseNoJournal, refuseTakenName } from '../../run/environment/refuse-unsafe.js'
import { countViolations, type KeyCount } from '../../run/keys/key-count.js'
import { shownAs } from '../../run/keys/keys-of.js'
import { newOrphans } from '../../run/keys/orphans-of.js'
import { commit, takeLock } from '../../run/ledger/lock.js'
import { readLedger } from '../../run/ledger/read-ledger.js'
import { refuseOpenTransaction } from '../../run/migrate.js'
import { exclusionsOf } from '../../run/verify.js'
import { diffSchemas } from '../../schema/diff-schema.js'
import { readSchema } from '../../schema/read-schema.js'
import { renderDifferences } from '../../schema/render-differences.js'
import type { Schema } from '../../schema/schema.js'
import { runSeed, type DoneSeed } from './run-seed.js'
import type { Seed } from './load-seed.js'

type Env = Environment<ClientHandle>

/** What seeds must leave unchanged or sound. */
export interface BeforeSeeds {
  readonly ledger: LedgerState
  readonly schema: Schema
  readonly keys: KeyCount
}

/** Takes the lock, under which the seeds then run. Throws `SEED_NOT_CURRENT`. */
export function* beginSeeds(env: Env): Work<BeforeSeeds> {
  refuseOpenTransaction(env)
  yield* takeLock(env)
  yield* refuseNoJournal(env)
  const ledger = yield* readLedger(env)
  refuseOutdated(env, ledger)
  yield* settled(env.driver.execute('PRAGMA defer_foreign_keys = ON'))
  return { ledger, schema: yield* schemaOf(env), keys: yield* keysOf(env) }
}

/** Runs one seed, and checks that what belongs to the migrations is unchanged. Throws what `runSeed` throws. */
export function* runGuarded(env: Env, seed: Seed, before: BeforeSeeds): Work<DoneSeed> {
  const cookie = yield* schemaVersion(env)
  const done = yield* runSeed(env, seed)
  const fix = 'Seeds are rows: put the change into a migration, or use CREATE TEMP TABLE.'
  if (cookie !== (yield* schemaVersion(env))) {
    const [difference] = renderDifferences(diffSchemas(before.schema, yield* schemaOf(env)))
    if (difference)
      throw new LockstepError(seedRefused(seed.file, `changes the schema: ${difference}`, fix))
  }
  if (JSON.stringify(before.ledger) !== JSON.stringify(yield* readLedger(env)))
    throw new LockstepError(seedRefused(seed.file, `changes the ledger ${env.table}`, LEAVE_IT))
  return done
}

const LEAVE_IT = 'Leave the ledger to `lockstep`.'

/** Commits if no row has lost its parent. Throws `SEED_ORPHANS`. */
export function* endSeeds(env: Env, { keys }: BeforeSeeds): Work<void> {
  const increases = [...(yield* keysOf(env))].flatMap(([key, now]) => {
    const lost = newOrphans(keys.get(key), now)
    const { parent, columns } = now
    return lost ? [{ table: shownAs(now), parent, columns, ...lost }] : []
  })
  if (increases.length > 0) throw new LockstepError(seedOrphans(increases))
  yield* commit(env)
}

function refuseOutdated({ registry, table, options }: Env, ledger: LedgerState): void {
  const { state, pending, problems } = describeStatus(registry, ledger, table, options)
  const problem = problems.find(({ severity }) => severity === 'error')
  if (problem) {
    const { message, lines } = saidAgain(problem.message)
    throw new LockstepError(seedNotCurrent(message, problem.fix, lines))
  }
  if (state === 'current') return
  const reason = pending.length === 1 ? '1 migration is' : `${pending.length} migrations are`
  throw new LockstepError(
    pending.length > 0
      ? seedNotCurrent(`${reason} pending.`, 'Run `lockstep migrate`.')
      : seedNotCurrent(`its state is ${state}.`, 'Run `lockstep status`.'),
  )
}

const schemaOf = (env: Env): Work<Schema> => readSchema(env.driver, exclusionsOf(env))

function* keysOf(env: Env): Work<KeyCount> {
  return yield* countViolations(env, (yield* refuseTakenName(env)).keys())
}

function* schemaVersion({ driver }: Env): Work<unknown> {
  const [row] = yield* settled(driver.query('PRAGMA main.schema_version'))
  return row?.['schema_version']
}
