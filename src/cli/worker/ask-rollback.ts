// Rolls back, and asks first if something would be lost.
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import { rollbackUnconfirmed } from '../../errors/recovery.js'
import type { Losses } from '../../model/losses.js'
import type { RunReport } from '../../model/report.js'
import { versionId } from '../../model/version.js'
import type { CommandResult, Invocation, Terminal } from '../command/command.js'
import { planDigest } from '../command/plan-digest.js'
import { renderLosses } from '../render/losses.js'
import { namedSteps } from '../render/named-steps.js'
import { renderSources } from '../render/sources.js'
import { confirm } from '../terminal/confirm.js'
import { foretellRollback, type Foretold } from './foretell-rollback.js'
import { runMigrations } from './run-migrations.js'

/**
 * Undoes as many as the flags say. Asks first about losses, as far as a copy shows them, and again wherever more turns out to be
 * lost: then from there on. A `question` is asked in any case. Throws `ROLLBACK_UNCONFIRMED`, with the report of what stays
 * undone, and what the run throws.
 */
export async function askRollback(order: Invocation, question?: string): Promise<CommandResult> {
  const { yes, dryRun } = order.flags
  if (yes || dryRun) return runMigrations('rollback', order)
  return undo(order, { foretold: await foretellRollback(order), question })
}

interface Round {
  readonly foretold: Foretold
  /** A question to ask in any case. */
  readonly question?: string | undefined
  /** What stays undone from the previous round. */
  readonly report?: RunReport | undefined
}

async function undo(order: Invocation, round: Round): Promise<CommandResult> {
  const { terminal } = order
  const { foretold, question } = round
  const isTold = await agree(order, round)
  const confirmed = [...new Set(foretold.digests)].join(' ')
  try {
    return await runMigrations('rollback', { ...order, confirmed, ...(isTold && { isTold }) })
  } catch (error) {
    if (!isLockstepError(error, 'ROLLBACK_UNCONFIRMED')) throw error
    const { untried } = foretold
    if (untried !== undefined) tell(terminal, [`It could not be tried on a copy: ${untried}`])
    if (!terminal.interactive) throw error
    const { report, facts } = error
    if (!report?.steps.length)
      return undo(order, {
        ...round,
        foretold: asFound(foretold, facts),
        question: questionOf(asked(foretold, facts)),
      })
    tell(terminal, [stopped(report)])
    const rest = { ...order, flags: restOf(order.flags, report) }
    const next = await foretellRollback(rest)
    return undo(rest, { foretold: next, question: question && questionOf(next.steps), report })
  }
}

type Named = Parameters<typeof namedSteps>[0][number]

/** The steps that were tried, unless it turned out to be others; then the refused step. */
function asked({ steps }: Foretold, facts: LockstepError['facts']): readonly Named[] {
  const step = facts as unknown as Named
  return steps.some(({ version }) => version === step.version) ? steps : [step]
}

const questionOf = (steps: readonly Named[]): string => `Roll back ${namedSteps(steps)} anyway?`

const tell = ({ say, style }: Terminal, lines: readonly string[]): void =>
  say(...lines.flatMap(style.wrap))

/** True if anything was reported. Throws if it is not agreed to. */
async function agree(order: Invocation, { foretold, question, report }: Round): Promise<boolean> {
  const { terminal, within } = order
  const { losses, untold, sources, steps } = foretold
  const lines = [...renderLosses(losses), ...untold]
  if (lines.length === 0 && question === undefined) return false
  tell(terminal, renderSources(sources))
  if (!terminal.interactive) throw new LockstepError(rollbackUnconfirmed(foretold, lines))
  tell(terminal, lines)
  if (await confirm(question ?? questionOf(steps), within?.outdated)) return true
  const declined = rollbackUnconfirmed(foretold, [], report && 'from here on')
  throw new LockstepError(declined, { report })
}

/** What the rollback itself has found before changing anything, in addition to what was agreed to. */
function asFound(foretold: Foretold, facts: LockstepError['facts']): Foretold {
  const { losses, untold } = facts as { readonly losses: Losses; readonly untold: string[] }
  const digests = [...foretold.digests, planDigest(losses), ...untold.map(planDigest)]
  return { ...foretold, losses, untold, digests }
}

/** Down to the intended version, wherever the database is now. */
function restOf({ steps = 1, ...flags }: Invocation['flags'], { from }: RunReport) {
  return { ...flags, to: flags.to ?? from - steps }
}

const stopped = ({ steps, to }: RunReport): string =>
  `Undone: ${steps.map(({ id, name }) => `${id} (${name})`).join(', ')}. The database is at ${versionId(to)}. Nothing more was confirmed.`
