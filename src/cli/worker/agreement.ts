// Tracks what a job's rollback or redo may lose, and what it has lost.
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import type { Losses } from '../../model/losses.js'
import type { Agreed } from '../applied/loss-gate.js'
import { planDigest } from '../command/plan-digest.js'
import { renderLosses } from '../render/losses.js'
import type { Job } from './protocol.js'

interface Agreement extends Agreed {
  /** What was lost in the end; null if nothing. */
  losses: Losses | null
  /** The digests of what was lost at each request, and of what could not be determined without a trial. */
  readonly losing: string[]
  /** Runs work; a trial that ends early reports how far it came. */
  noted<T>(work: () => T): T
}

/**
 * Losses were agreed to in general, or exactly as they are, or only affect a copy; the same goes for steps whose losses are
 * unknown. Only a trial, which must touch nothing but its copy, begins no step with effects.
 */
export function agreement({ flags, confirmed = '', trial }: Job): Agreement {
  const isGivenUp = flags.yes === true || flags.dryRun === true
  const given = new Set(confirmed.split(' '))
  const lost: Losses[] = []
  const agreed: Agreement = {
    losses: null,
    losing: [],
    accepts(losses) {
      const digest = planDigest(losses)
      const isNothing = renderLosses(losses).length === 0
      agreed.losing.push(digest)
      agreed.losses = joined([...lost, ...(isNothing ? [] : [losses])])
      return isNothing || isGivenUp || given.has(digest)
    },
    begins({ because, line }) {
      const digest = planDigest(line)
      agreed.losing.push(digest)
      return trial ? because === 'outside' : isGivenUp || given.has(digest)
    },
    passed: (losses) => void lost.push(losses),
    noted(work) {
      try {
        return work()
      } catch (error) {
        if (!trial || !isLockstepError(error, 'ROLLBACK_UNCONFIRMED')) throw error
        const parts = LockstepError.partsOf(error)
        const facts = { ...error.facts, losing: agreed.losing }
        throw new LockstepError({ ...parts, facts }, error)
      }
    },
  }
  return agreed
}

const joined = ([first, ...more]: readonly Losses[]): Losses | null =>
  more.reduce<Losses | null>(
    (one, other) =>
      one && {
        rows: [...one.rows, ...other.rows],
        columns: [...one.columns, ...other.columns],
        counters: [...one.counters, ...other.counters],
        unknown: [...one.unknown, ...other.unknown],
        objects: [...one.objects, ...other.objects],
        broken: [...one.broken, ...other.broken],
        makers: { ...one.makers, ...other.makers },
        guessed: [...one.guessed, ...other.guessed],
        unreplaced: [...one.unreplaced, ...other.unreplaced],
      },
    first ?? null,
  )
