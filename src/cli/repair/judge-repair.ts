// Decides what a repair needs besides confirmation, by what is known about the schema and the rows.
import { LockstepError, type Cause } from '../../errors/lockstep-error.js'
import { repairReasonMissing, repairSchemaDiffers, repairUnproven } from '../../errors/recovery.js'
import { renderDifferences } from '../../schema/render-differences.js'
import type { Invocation } from '../command/command.js'
import type { Flags } from '../command/flags.js'
import { askText } from '../terminal/confirm.js'
import type { RepairProof } from './prove-repair.js'

/**
 * Returns the flags with the reason, which is asked for on a terminal. Throws `REPAIR_SCHEMA_DIFFERS` and `REPAIR_UNPROVEN`
 * unless forced, and `REPAIR_REASON_MISSING`.
 */
export async function judgeRepair(
  { differences, writing, newestOnly, commands }: RepairProof,
  { flags, terminal }: Invocation,
): Promise<Flags> {
  if (flags.force) return {}
  if (!differences) throw new LockstepError(repairUnproven())
  if (differences.length > 0) {
    const lines = renderDifferences(differences)
    throw new LockstepError(repairSchemaDiffers(lines, { differences, newestOnly, commands }))
  }
  return writing.length === 0 ? {} : reasonFor(repairReasonMissing(writing), { flags, terminal })
}

/** The flags with the reason why rows are as they should be, asked for on a terminal. Throws the cause without one. */
export async function reasonFor(
  missing: Cause,
  { flags, terminal }: Pick<Invocation, 'flags' | 'terminal'>,
): Promise<Flags> {
  if (flags.reason?.trim()) return {}
  if (!terminal.interactive || flags.yes) throw new LockstepError(missing)
  terminal.say(...terminal.style.wrap(missing.message))
  const reason = await askText('Why are the rows as they should be?')
  if (reason.trim() === '') throw new LockstepError(missing)
  return { reason }
}
