// Migrates all histories of one database, each behind those that it needs, once nothing is known to stand in the way of any.
import { runAborted } from '../../errors/run.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { EXIT } from '../command/exit-code.js'
import type { CommandResult, Invocation } from '../command/command.js'
import { readDatabase } from '../database/read-database.js'
import { inOrder } from '../../run/histories/in-order.js'
import { isCovered, named, type OneOfSeveral } from './several-histories.js'
import { blocks } from '../terminal/blocks.js'
import { DescribedError, describeError } from '../terminal/describe-error.js'
import { SIGNALS } from '../worker/run-in-worker.js'
import { runMigrations } from '../worker/run-migrations.js'

/** A history of which nothing but what others make is known to be missing. */
interface Planned extends OneOfSeveral {
  readonly registry: Parameters<typeof inOrder>[0][number]['registry']
  readonly env: { readonly table: string }
  /** What its plan misses of others. */
  readonly unmet: unknown
}

/** Throws what planning any of them throws, before anything is done; and what a run throws, with what was done before. */
export async function migrateEach(all: readonly OneOfSeveral[]): Promise<CommandResult> {
  const planned: Planned[] = []
  for (const one of all) planned.push(await named(one, (invocation) => plan(one, invocation)))
  const latest = new Map(planned.map(({ env, registry }) => [env.table, registry.length]))
  for (const one of planned) await named(one, () => refuseUncovered(one, latest))
  const done: (readonly [OneOfSeveral, CommandResult])[] = []
  const asked = noteSignals()
  try {
    for (const one of inOrder(planned)) {
      const isCopied = done.some(([, { json }]) => 'backup' in Object(json))
      const work = (own: Invocation): Promise<CommandResult> => {
        if (asked.toStop) throw new LockstepError(runAborted())
        return migrate(own, isCopied)
      }
      done.push([one, await named(one, async (own) => work(own)).catch(after(done))])
    }
  } finally {
    asked.release()
  }
  return {
    exitCode: EXIT.done,
    json: { histories: Object.fromEntries(done.map(([{ name }, { json }]) => [name, json])) },
    text: (style) =>
      blocks(
        ...done.map(([{ invocation }, { text }]) =>
          text(style).map(invocation.terminal.carry(invocation.flags)),
        ),
      ),
  }
}

/** A run that has no step left when it is asked to stop ends well; the next history is not begun. */
function noteSignals(): { toStop: boolean; release(): void } {
  const asked = {
    toStop: false,
    release: () => SIGNALS.forEach((signal) => process.off(signal, note)),
  }
  const note = (): void => void (asked.toStop = true)
  for (const signal of SIGNALS) process.on(signal, note)
  return asked
}

const plan = (one: OneOfSeveral, invocation: Invocation): Promise<Planned> =>
  readDatabase(invocation, 'fresh', ({ manager, registry, settings: { table } }) => {
    let unmet: unknown
    try {
      manager.plan()
    } catch (error) {
      if (!isLockstepError(error, 'NEEDS_UNMET')) throw error
      unmet = error
    }
    return { ...one, registry, env: { table }, unmet }
  })

async function refuseUncovered(
  { unmet }: Planned,
  latest: ReadonlyMap<string, number>,
): Promise<void> {
  if (!isLockstepError(unmet)) return
  if (!isCovered(unmet.facts['missing'] as readonly string[], latest)) throw unmet
}

/** One copy is made, before the first step of all. */
function migrate(invocation: Invocation, isCopied: boolean): Promise<CommandResult> {
  const { backup: _, ...flags } = invocation.flags
  return runMigrations('migrate', isCopied ? { ...invocation, flags } : invocation)
}

/** The histories that were migrated before stay so. */
const after =
  (done: readonly (readonly [OneOfSeveral, CommandResult])[]) =>
  (cause: unknown): never => {
    const error = describeError(cause)
    const before = Object.fromEntries(done.map(([{ name }, { json }]) => [name, json]))
    const names = done.map(([{ name }]) => name)
    const told = names.length === 0 ? '' : `\nBefore that, up to date: ${names.join(', ')}.`
    throw new DescribedError({
      ...error,
      message: error.message + told,
      facts: { ...error.facts, before },
    })
  }
