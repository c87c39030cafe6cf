// Finds out on a copy what a rollback would lose, before anybody is asked.
import { isLockstepError } from '../../errors/lockstep-error.js'
import type { EventStep } from '../../model/events.js'
import type { Losses } from '../../model/losses.js'
import { NO_LOSSES } from '../applied/loss-gate.js'
import type { Invocation } from '../command/command.js'
import type { DownSource } from '../command/down-source.js'
import type { UntriedStep } from '../dry-run/note-outside.js'
import { describeUntried } from '../render/run.js'
import { renderSources } from '../render/sources.js'
import { runWatched } from './run-watched.js'

/** What is known about a rollback beforehand. */
export interface Foretold {
  readonly losses: Losses
  /** Why that may be incomplete, one line per reason. */
  readonly untold: readonly string[]
  /** The digests of what is lost after each step, and of why the losses of a step are unknown. */
  readonly digests: readonly string[]
  /** The origin of each `down` that is not from the code. */
  readonly sources: readonly DownSource[]
  /** The steps to undo, in order; empty if nothing was tried. */
  readonly steps: readonly EventStep[]
  /** Why it could not be tried. */
  readonly untried?: string
}

/** The initial state. */
const NOTHING: Foretold = { losses: NO_LOSSES, untold: [], digests: [], sources: [], steps: [] }

/** Tries it on a copy. What prevents the trial may be reported by the rollback itself. Throws what a failing step throws. */
export async function foretellRollback(invocation: Invocation): Promise<Foretold> {
  const { flags, terminal } = invocation
  // These messages will be printed when it is actually done.
  const muted = { ...invocation, terminal: { ...terminal, say() {}, detail() {} } }
  const order = { ...muted, flags: { ...flags, dryRun: true }, trial: true } as const
  const heard: Heard = { sources: [], steps: [] }
  try {
    const found = await runWatched('rollback', order, (message) => {
      if (message.type === 'undoing') heard.sources = message.sources
      if (message.type === 'event' && message.event.type === 'plan')
        heard.steps = message.event.steps
    })
    const { losses = NO_LOSSES, untried = [], losing = [] } = found
    return { ...heard, losses, untold: untried.map(describeUntried), digests: losing }
  } catch (error) {
    const found = ofFailure(error, heard)
    if (found) return { ...found, ...heard }
    terminal.say(...renderSources(heard.sources).flatMap(terminal.style.wrap))
    throw error
  }
}

interface Heard {
  sources: readonly DownSource[]
  steps: readonly EventStep[]
}

/** A failure that may be due to the stand-ins for other databases proves nothing; undefined if the rollback would fail as well. */
function ofFailure(error: unknown, { steps }: Heard): Omit<Foretold, keyof Heard> | undefined {
  if (!isLockstepError(error)) return undefined
  const { losses, untold, losing, untried, direction, version } = error.facts
  if (untold) {
    const more = steps.filter((step) => step.version < Number(version)).map(titleOf)
    return {
      losses: losses as Losses,
      untold: [
        ...(untold as string[]),
        ...(more.length > 0
          ? [`what comes after it was not tried either: ${more.join(', ')}`]
          : []),
      ],
      digests: losing as string[],
    }
  }
  if (untried)
    return {
      ...NOTHING,
      untold: [...(untried as UntriedStep[]).map(describeUntried), `On a copy: ${error.message}`],
    }
  if (direction || ENDED.has(error.code)) return undefined
  return { ...NOTHING, untried: error.message }
}

const titleOf = ({ id, name }: EventStep): string => `${id} (${name})`

const ENDED = new Set(['RUN_ABORTED', 'RUN_KILLED', 'WORKER_DIED'])
