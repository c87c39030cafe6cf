// Reads the requests of the commands that edit the ledger from words and flags. Pure; the worker reads them again.
import { usageInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { AdoptOptions } from '../../model/adoption.js'
import type { MarkOptions, RepairOptions } from '../../model/recovery.js'
import type { Invocation } from './command.js'
import type { Flags } from './flags.js'

/** A version to mark, and how. */
export interface MarkOrder {
  readonly version: number
  readonly options: Pick<MarkOptions, 'as' | 'force' | 'reason'>
}

/** Reads `mark <version> --applied|--pending`. Throws `USAGE_INVALID`. */
export function markOrder({ words, flags }: Pick<Invocation, 'words' | 'flags'>): MarkOrder {
  const [word = ''] = words
  if (!/^\d{1,9}$/.test(word)) {
    const message = `${JSON.stringify(word)} is not a version.`
    throw new LockstepError(usageInvalid(message, 'Write it like 3 or 003.'))
  }
  if (flags.applied === flags.pending) {
    const message = 'It is not clear how to mark the version.'
    throw new LockstepError(usageInvalid(message, 'Give either --applied or --pending.'))
  }
  return {
    version: Number(word),
    options: {
      as: flags.applied ? 'applied' : 'pending',
      ...repairOrder(flags),
    },
  }
}

/** Reads the flags of `repair`. */
export const repairOrder = ({ reason, force }: Flags): Pick<RepairOptions, 'reason' | 'force'> => ({
  ...(reason !== undefined && { reason }),
  ...(force && { force: true }),
})

/** The flags of `adopt` have the names of the manager's options. */
const ADOPT_KEYS = [
  'from',
  'fromTable',
  'where',
  'versionColumn',
  'nameColumn',
  'timeColumn',
  'by',
  'at',
  'force',
  'reason',
] as const satisfies readonly (keyof Flags & keyof AdoptOptions)[]

/** Reads the flags of `adopt`. */
export const adoptOrder = (flags: Flags): AdoptOptions =>
  Object.fromEntries(
    ADOPT_KEYS.filter((key) => flags[key] !== undefined).map((key) => [key, flags[key]]),
  )
