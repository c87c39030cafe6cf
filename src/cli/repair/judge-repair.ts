// What a repair needs beside a yes: by what is known of the schema and of the rows.
import { LockstepError } from '../../errors/lockstep-error.js'
import { repairReasonMissing, repairSchemaDiffers, repairUnproven } from '../../errors/recovery.js'
import { renderDifferences } from '../../schema/render-differences.js'
import type { Invocation } from '../command/command.js'
import type { Flags } from '../command/flags.js'
import { askText } from '../terminal/confirm.js'
import type { RepairProof } from './prove-repair.js'

/**
 * Answers the flags with the reason, which is asked for on a terminal. Throws `REPAIR_SCHEMA_DIFFERS` and `REPAIR_UNPROVEN`
 * unless it is forced, and `REPAIR_REASON_MISSING`.
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
  if (writing.length === 0 || flags.reason?.trim()) return {}
  const missing = repairReasonMissing(writing)
  if (!terminal.interactive || flags.yes) throw new LockstepError(missing)
  terminal.say(missing.message)
  const reason = await askText('Why are the rows as they should be?')
  if (reason.trim() === '') throw new LockstepError(missing)
  return { reason }
}
