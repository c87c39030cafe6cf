// Does a run on an open database, either the real one or a copy: migrate, roll back, redo.
import type { Driver } from '../../database/driver.js'
import { perform } from '../../database/outcome.js'
import { MigrationManager } from '../../manager.js'
import type { MigrationEvent } from '../../model/events.js'
import type { ManagerOptions } from '../../model/options.js'
import type { RunReport } from '../../model/report.js'
import { environment } from '../../run/environment/environment.js'
import { typed } from '../../run/environment/faults.js'
import { provenGate, refuseUnproven, rollbackWork, toldOfKept } from '../../run/roll-back-kept.js'
import { lossGate, type Agreed } from '../applied/loss-gate.js'
import { redoApplied } from '../applied/redo-applied.js'
import { readUndoing, undoApplied, type Undoing } from '../applied/undo-applied.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { ownProcess } from '../database/own-process.js'
import { agreement } from './agreement.js'
import { awaitLate } from './await-late.js'
import type { RunJob } from './job-context.js'
import { paceProgress } from './pace-progress.js'
import type { Job, RunResult } from './protocol.js'
import { blames, tellByHand } from './tell-by-hand.js'
import { watchBehind } from './watch-behind.js'

/**
 * Runs and emits the events. Looks for the applied migrations if the code now has others. Throws `LEDGER_BEHIND` before a step
 * outside a transaction that would run into objects that it creates.
 */
export async function performRun(
  run: RunJob,
  driver: Driver<ClientHandle, 'sync'>,
  hear: (event: MigrationEvent) => void,
  more: ManagerOptions,
): Promise<RunReport & Pick<RunResult, 'downs' | 'losses' | 'losing'>> {
  const { settings, context, job } = run
  const undoing = job.work === 'migrate' ? null : await lookFor(run, driver)
  const { sources = [], registry = run.registry } = undoing ?? {}
  if (sources.length > 0) context.send({ type: 'undoing', sources })
  const agreed = agreement(job)
  const behind = watchBehind(run, driver)
  const report = await awaitLate({ registry }, driver, (followed, follow) => {
    const onEvent = paceProgress((event) => {
      follow(event)
      hear(event)
    })
    const { signal } = context
    const options = { ...settings.manager, ...more, onEvent, owner: ownProcess(), signal }
    const asked = { driver: followed, options, agreed }
    return undoing
      ? agreed.noted(() => runBack(run, undoing, asked))
      : new MigrationManager(followed, registry, behind.over(options)).migrate(targetOf(job))
  }).catch(async (thrown: unknown) => {
    const error = toldOfKept(thrown, (version) => undoing?.unproven.has(version) ?? false)
    const told = behind.told(error)
    const byHand = await tellByHand(error, driver, { ...run, undoing })
    throw told === error || blames(byHand) ? byHand : told
  })
  const { losses, losing } = agreed
  return {
    ...report,
    ...(sources.length > 0 && { downs: sources }),
    ...(losses && { losses }),
    ...(job.trial && { losing }),
  }
}

const lookFor = (run: RunJob, driver: Driver<ClientHandle, 'sync'>): Promise<Undoing> =>
  readUndoing(
    {
      ...run,
      target: targetOf(run.job),
      signal: run.context.signal,
      otherwise: run.job.work === 'redo' ? 'present' : 'refuse',
    },
    driver,
  )

/** How far the flags ask to go. */
export const targetOf = ({ flags: { to, steps } }: Job) => ({
  ...(to !== undefined && { to }),
  ...(steps !== undefined && { steps }),
})

interface Asked {
  readonly driver: Driver<ClientHandle, 'sync'>
  readonly options: ManagerOptions
  readonly agreed: Agreed
}

function runBack(
  { job, registry, settings }: RunJob,
  undoing: Undoing,
  { driver, options, agreed }: Asked,
): RunReport {
  const applied = undoing.registry
  if (job.work === 'redo') {
    const { released = 0 } = settings
    const { applied: expected, flags } = job
    const redo = {
      registry,
      applied,
      steps: flags.steps ?? 1,
      released,
      ...(expected && { expected }),
    }
    return redoApplied({ driver, options, redo, undoing, accepts: agreed.accepts })
  }
  // If all losses are agreed to, they are not determined, which costs nothing.
  const own = job.flags.yes && !job.flags.dryRun ? [] : [lossGate(agreed, undoing.beside)]
  const { unproven } = undoing
  const isOwn = (version: number): boolean =>
    applied[version - 1]?.checksum === registry[version - 1]?.checksum
  if (unproven.size > 0) refuseUnproven(applied, isOwn)
  const proof = unproven.size > 0 ? [provenGate((version) => unproven.has(version))] : []
  const gates = [...(options.gates ?? []), ...proof, ...own]
  const gated = { ...options, gates }
  const env = environment(driver, applied, gated)
  return applied === registry
    ? perform('sync', typed(env, rollbackWork(env, registry, targetOf(job))))
    : undoApplied(env, targetOf(job))
}
