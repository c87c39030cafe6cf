// Runs seeds inside the worker: all are loaded before the first runs, and all run in one transaction.
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { LateWork } from '../../../codegen/wall/late-work.js'
import { perform, type Work } from '../../database/outcome.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { interrupted } from '../../errors/command-line.js'
import { LockstepError, type Cause } from '../../errors/lockstep-error.js'
import { seedNotCurrent, seedRefused } from '../../errors/seed.js'
import { environment } from '../../run/environment/environment.js'
import { typed } from '../../run/environment/faults.js'
import { rollBack, waitingInSlices } from '../../run/ledger/lock.js'
import { lookAtFile } from '../database/look-at-file.js'
import { openForWriting } from '../database/open-database.js'
import { findSeeds } from '../seed/find-seeds.js'
import { loadSeed, type Seed } from '../seed/load-seed.js'
import type { DoneSeed } from '../seed/run-seed.js'
import { beginSeeds, endSeeds, runGuarded } from '../seed/seeding.js'
import { enduring } from './await-late.js'
import type { RunJob } from './job-context.js'
import { waitingOptions } from './steps-under-way.js'

/** Returns what each has done, in order; throws if one fails, which leaves nothing of any. */
export async function doSeed(run: RunJob): Promise<readonly DoneSeed[]> {
  const { job, settings, path, context } = run
  context.folders = { root: settings.root, migrations: settings.seedsFolder }
  if (!lookAtFile(path).exists)
    throw new LockstepError(seedNotCurrent('it does not exist yet.', 'Run `lockstep migrate`.'))
  const seeds: Seed[] = []
  for (const file of findSeeds(settings, job.words)) seeds.push(await loadSeed(file, settings))
  const handle = await openForWriting(settings, path)
  try {
    return await seedAll(run, handle, seeds)
  } finally {
    handle.close()
  }
}

async function seedAll(
  run: RunJob,
  handle: ClientHandle,
  seeds: readonly Seed[],
): Promise<readonly DoneSeed[]> {
  const late = new LateWork('waits', ({ file }) => tooLate(file))
  const env = environment(late.over(betterSqlite3(handle)), run.registry, waitingOptions(run))
  const work = <T>(part: Work<T>): T => perform('sync', typed(env, waitingInSlices(env, part)))
  try {
    return await enduring(late, async () => {
      const before = work(beginSeeds(env))
      const done = seeds.map((seed, at) => {
        refuseStopped(run)
        run.context.send({ type: 'working', what: seed.file, done: at, total: seeds.length })
        late.begin({ version: 0, name: '', direction: 'up', file: seed.file, outside: false })
        return work(runGuarded(env, seed, before))
      })
      const [first] = await late.settle()
      if (first) throw new LockstepError(tooLate(first.where.file), { cause: first.error })
      refuseStopped(run)
      work(endSeeds(env, before))
      return done
    })
  } finally {
    perform('sync', rollBack(env))
  }
}

/** Work left in a promise or a timer: nothing is committed yet, so the run can be refused. */
const tooLate = (file: string): Cause =>
  seedRefused(
    file,
    'went on working after it had returned, in a promise or a timer',
    'Make it write its rows before it returns.',
  )

function refuseStopped({ context }: RunJob): void {
  if (context.signal.aborted) throw new LockstepError(interrupted())
}
