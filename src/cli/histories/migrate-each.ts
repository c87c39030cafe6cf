// Migrates all histories of one database, each after those it needs, once no obstacle is known for any.
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { rmSync } from 'node:fs'
import { runAborted } from '../../errors/run.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { RunReport } from '../../model/report.js'
import { NOTHING_CHANGED, NOTHING_CHANGED_OF_IT } from '../../model/told-step.js'
import { versionId } from '../../model/version.js'
import { temporaryFolder, temporaryPath } from '../../../codegen/project/owned-names.js'
import { removeDatabase } from '../backup/durable-file.js'
import type { CommandResult } from '../command/command.js'
import { planEach, type Planned } from './plan-each.js'
import { named, titleOf, together, type OneOfSeveral } from './several-histories.js'
import { DescribedError, describeError } from '../terminal/describe-error.js'
import { count } from '../terminal/quantities.js'
import { SIGNALS, type WorkOrder } from '../worker/run-in-worker.js'
import { runMigrations } from '../worker/run-migrations.js'

type Done = readonly (readonly [OneOfSeveral, CommandResult])[]

/** Throws what planning any of them throws, before anything is done; and what a run throws, with what was done before. */
export async function migrateEach(all: readonly OneOfSeveral[]): Promise<CommandResult> {
  const planned = await planEach(all)
  const done: (readonly [OneOfSeveral, CommandResult])[] = []
  const asked = noteSignals()
  const trial = all[0]?.invocation.flags.dryRun ? trialOf(planned[0]!) : null
  try {
    for (const [at, one] of planned.entries()) {
      const isBegun = done.some(([, { json }]) => (json as RunReport).steps.length > 0)
      const order = { ...one.invocation, ...(trial && { copy: trial.copy }) }
      const run = named({ ...one, invocation: order }, async (own) => {
        if (asked.toStop) throw new LockstepError(runAborted())
        return migrate(own, isBegun)
      })
      done.push([
        one,
        await run.catch(
          after(
            done,
            planned.slice(at + 1).filter(({ plan }) => plan.steps.length > 0),
          ),
        ),
      ])
    }
  } finally {
    asked.release()
    trial?.remove()
  }
  return together(done)
}

/** One copy for all of them, in which each finds the results of those before it. */
function trialOf({ path, exists }: Planned): { readonly copy: string; remove(): void } {
  if (exists) {
    const copy = temporaryPath(`${path}.dry-run`)
    return { copy, remove: () => removeDatabase(copy) }
  }
  const folder = temporaryFolder(tmpdir())
  return {
    copy: join(folder, 'dry-run.db'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A run that has no step left when asked to stop ends normally; the next history is not begun. */
function noteSignals(): { toStop: boolean; release(): void } {
  const asked = {
    toStop: false,
    release: () => SIGNALS.forEach((signal) => process.off(signal, note)),
  }
  const note = (): void => void (asked.toStop = true)
  for (const signal of SIGNALS) process.on(signal, note)
  return asked
}

/** One copy is made, before the first step of all, or none if there is nothing to copy by then. */
function migrate(order: WorkOrder, isBegun: boolean): Promise<CommandResult> {
  const { backup: _, ...flags } = order.flags
  return runMigrations('migrate', isBegun ? { ...order, flags } : order)
}

/** The histories migrated before stay migrated. */
const after =
  (done: Done, left: readonly OneOfSeveral[]) =>
  (cause: unknown): never => {
    const error = describeError(cause)
    const before = Object.fromEntries(done.map(([{ name }, { json }]) => [name, json]))
    const lines = [
      ...(done.length > 0 ? [`Before it: ${done.map(toldRun).join('; ')}.`] : []),
      ...(left.length > 0 ? [`Not started: ${left.map(titleOf).join(', ')}.`] : []),
    ]
    const isBegun = done.some(([, { json }]) => (json as RunReport).steps.length > 0)
    const message = isBegun
      ? error.message.replace(NOTHING_CHANGED, NOTHING_CHANGED_OF_IT)
      : error.message
    throw new DescribedError({
      ...error,
      message: [message, ...lines].join('\n'),
      facts: { ...error.facts, before },
    })
  }

function toldRun([one, { json }]: Done[number]): string {
  const { from, to, steps } = json as RunReport
  const name = titleOf(one)
  if (steps.length === 0) return `${name} is up to date at ${versionId(to)}`
  const was = one.invocation.flags.dryRun ? 'tried' : 'migrated'
  return `${name} was ${was} from ${versionId(from)} to ${versionId(to)}, ${count(steps.length, 'migration')}`
}
