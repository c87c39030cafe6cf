// Shared by the commands that edit the ledger: the plan, the question, and the worker that writes what was confirmed.
import { editUnconfirmed } from '../../errors/recovery.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { MigrationManager } from '../../manager.js'
import type { Invocation } from '../command/command.js'
import { confirm } from '../terminal/confirm.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import { readDatabase, type ReadableDatabase } from '../database/read-database.js'
import { historyOf, withHistory } from '../render/with-history.js'
import type { Flags } from '../command/flags.js'
import { editDigest } from '../command/plan-digest.js'
import type { Style } from '../terminal/style.js'
import type { EditWork, JobResults } from './protocol.js'
import { runWatched } from './run-watched.js'

/** What a person is asked before a plan is executed. */
export interface Question {
  /** Describes what would be written. */
  details(style: Style): readonly string[]
  readonly question: string
}

/** One kind of edit, as defined by a command. */
export interface Edit<W extends EditWork> {
  readonly work: W
  /** Makes the plan; only reads. */
  plan(manager: MigrationManager<ClientHandle, 'sync'>): JobResults[W]
  /** Finds out more about the plan for the question; returns flags to continue with. */
  look?(plan: JobResults[W], database: ReadableDatabase): Promise<Flags>
  /** What to ask; null if no question is needed, `nothing` if there is nothing to do either. */
  ask(plan: JobResults[W], database: string): Question | 'nothing' | null
  /** Asks for what else is needed after the question; returns flags to continue with. */
  justify?(): Promise<Flags>
}

/** What was done, or, if there was nothing to do, what was found. */
export interface Edited<W extends EditWork> {
  readonly place: { readonly database: string; readonly history?: string }
  /** As shown to a person. */
  readonly shown: string
  readonly result: JobResults[W]
  /** The details that a person has not seen yet because nothing was asked. */
  details(style: Style): readonly string[]
}

/**
 * Plans, asks unless `--yes` is given, and executes; with `--dry-run` only plans. Throws `EDIT_UNCONFIRMED`, and what the manager
 * throws.
 */
export async function runEditing<W extends EditWork>(
  edit: Edit<W>,
  invocation: Invocation,
): Promise<Edited<W>> {
  const planned = await readDatabase(invocation, 'fresh', async (read) => {
    const plan = edit.plan(read.manager)
    const flags = { ...invocation.flags, ...(await edit.look?.(plan, read)) }
    const confirmed = editDigest(plan, read.handle)
    return {
      place: { database: read.path, ...historyOf(read.settings) },
      shown: withHistory(read.shown, read.settings),
      plan,
      order: { ...invocation, flags, confirmed },
    }
  })
  const { place, shown, plan, order } = planned
  const asked = edit.ask(plan, shown)
  if (asked === 'nothing') return { place, shown, result: plan, details: () => [] }
  if (invocation.flags.dryRun)
    return { place, shown, result: plan, details: (style) => asked?.details(style) ?? [] }
  if (asked && !invocation.flags.yes) await askFor(asked, invocation)
  const flags = { ...order.flags, ...(await edit.justify?.()) }
  const result = await runWatched(edit.work, { ...order, flags })
  const details = (style: Style): readonly string[] =>
    asked && invocation.flags.yes ? asked.details(style) : []
  return { place, shown, result, details }
}

async function askFor({ details, question }: Question, { terminal }: Invocation): Promise<void> {
  terminal.say(...details(terminal.style).flatMap(terminal.style.wrap))
  if (!terminal.interactive) {
    const reason = 'there is no terminal to ask on, and --yes was not given'
    throw new LockstepError(editUnconfirmed(reason))
  }
  if (!(await confirm(question))) throw new LockstepError(editUnconfirmed(null))
}
