// Brings a database to the current code: undoes what the code no longer has, and applies what is pending. Asks before anything is
// lost for good.
import { isLockstepError } from '../../errors/lockstep-error.js'
import type { Registry } from '../../model/registry.js'
import type { Problem, Status } from '../../model/report.js'
import type { CommandResult, Invocation, Within } from '../command/command.js'
import { readDatabase } from '../database/read-database.js'
import { findOrigins } from '../origins/find-origins.js'
import { withOrigins } from '../origins/with-origins.js'
import { withCommands } from '../render/named-needs.js'
import { namedSteps } from '../render/named-steps.js'
import { headline, renderProblem } from '../render/status.js'
import { askRedo } from '../worker/ask-redo.js'
import { askRollback } from '../worker/ask-rollback.js'
import { runMigrations } from '../worker/run-migrations.js'
import { nextMove, type Move } from './next-move.js'

/** How often to retry if another process changes the same database. */
const ATTEMPTS = 5

/** Does so, and reports what it did, or why the database was left alone. Throws what the work throws. */
export async function followCode(
  invocation: Invocation,
  outdated: AbortSignal,
  attempts = ATTEMPTS,
): Promise<void> {
  try {
    const found = await look(invocation)
    const applied = found.status.applied.map(({ checksum }) => checksum)
    const within = { outdated, applied, onSignal: onSignalIn(found) }
    await move({ ...invocation, within }, found)
  } catch (error) {
    if (attempts <= 1 || !isLockstepError(error, 'LEDGER_MOVED')) throw error
    await followCode(invocation, outdated, attempts - 1)
  }
}

interface Found {
  readonly shown: string
  readonly exists: boolean
  readonly status: Status
  readonly move: Move
  readonly registry: Registry<never>
}

const look = (invocation: Invocation): Promise<Found> =>
  readDatabase(invocation, 'fresh', async ({ manager, settings, shown, exists, registry }) => {
    const described = manager.status()
    const { applied } = described
    const origins = await findOrigins(described, settings)
    // Each history is followed on its own.
    const known = { ...settings, name: null }
    const problems = withOrigins(described.problems, origins, applied).map((one) =>
      withCommands(one, known),
    )
    const status = { ...described, problems }
    return { shown, exists, status, registry, move: nextMove(status, settings.released) }
  })

/** What is done outside a transaction, or outside the database, is not undone by stopping. */
function onSignalIn({ registry, status }: Found): Within['onSignal'] {
  const waiting = new Set(status.pending.map(({ version }) => version))
  const isLasting = registry.some(
    ({ version, transaction, effects }) =>
      waiting.has(version) && (transaction === false || effects !== undefined),
  )
  return isLasting ? 'end after the step' : 'end at once'
}

type Order = Invocation & { readonly within: Within }

async function move(order: Order, found: Found): Promise<void> {
  const { terminal, flags } = order
  const { status, move } = found
  const tell = (result: CommandResult): void => terminal.say(...result.text(terminal.style))
  if (move.is === 'stand') return complain(order, status.problems)
  if (move.is === 'nothing') return sayCurrent(order, found)
  if (move.is === 'undo') {
    const undone = await undoUnlessKept({ ...order, flags: { ...flags, to: move.to } }, found)
    if (undone === null) return sayKept(order, found, move)
    tell(undone)
  }
  if (move.is === 'redo') {
    const redone = await redoUnlessKept({ ...order, flags: { ...flags, steps: move.steps } })
    if (redone === null) return sayKept(order, found, move)
    tell(redone)
  }
  if (status.pending.length > 0) tell(await runMigrations('migrate', order))
}

function complain({ terminal }: Order, problems: readonly Problem[]): void {
  terminal.complain(...problems.flatMap((problem) => renderProblem(problem, terminal.style)))
}

function sayCurrent({ terminal }: Order, { status, ...found }: Found): void {
  const { style } = terminal
  const shown = { ...found, database: found.shown, status }
  terminal.say(...status.problems.flatMap((problem) => renderProblem(problem, style)))
  terminal.say(headline(shown, style))
}

function sayKept({ terminal, within }: Order, { shown }: Found, move: Move): void {
  if (within.outdated.aborted) return
  const again = terminal.interactive ? '; the next change asks again' : ''
  terminal.say(
    ...terminal.style.wrap(
      `${terminal.style.bold(shown)}  stays as it was. ${wayOf(move)}${again}.`,
    ),
  )
}

/** The command that does the same later. */
function wayOf(move: Move): string {
  if (move.is === 'undo') return `\`lockstep rollback --to ${move.to}\` undoes it`
  const steps = move.is === 'redo' && move.steps > 1 ? ` ${move.steps}` : ''
  return `\`lockstep redo${steps}\` redoes it`
}

/** Null if the user wants to keep what would be lost. */
async function redoUnlessKept(order: Order): Promise<CommandResult | null> {
  try {
    return await askRedo(order)
  } catch (error) {
    if (order.terminal.interactive && isLockstepError(error, 'REDO_UNCONFIRMED')) return null
    throw error
  }
}

/**
 * Asks before undoing what nothing replaces even if no rows are lost: a file may be gone by mistake. Null if the user wants to
 * keep it, or nobody is there to ask.
 */
async function undoUnlessKept(order: Order, { status }: Found): Promise<CommandResult | null> {
  const { flags, terminal } = order
  if (flags.yes) return askRollback(order)
  complain(order, status.problems)
  if (!terminal.interactive) return null
  const undone = status.applied.filter(({ version }) => version > Number(flags.to))
  try {
    return await askRollback(order, `Undo ${namedSteps(undone.reverse())}?`)
  } catch (error) {
    const isKept = isLockstepError(error, 'ROLLBACK_UNCONFIRMED') && !error.report?.steps.length
    if (isKept) return null
    throw error
  }
}
