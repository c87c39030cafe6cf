// `lockstep mark`: records one version as applied without running it, or forgets it without undoing it.
import { versionId } from '../../model/version.js'
import type { Marking } from '../../model/recovery.js'
import type { CommandRun } from '../command.js'
import { markOrder } from '../edit-request.js'
import { EXIT } from '../exit-code.js'
import { runEditing, type Question } from '../worker/run-editing.js'

/** Asks only where a ledger would be made in a database that has none. */
export const run: CommandRun = async (invocation) => {
  const { version, options } = markOrder(invocation)
  const { database, shown, result } = await runEditing(
    {
      work: 'mark',
      plan: (manager) => manager.planMark(version, options),
      ask: (marking, path) => (marking.createsLedger ? questionOf(marking, path) : null),
    },
    invocation,
  )
  const { id, name, as, to } = result
  return {
    exitCode: EXIT.done,
    json: { database, ...result },
    text: (style) =>
      `${style.bold(shown)}  ${id} ${name} is marked as ${as}; nothing was run. The database is at ${versionId(to)}.`,
  }
}

const questionOf = ({ id, name }: Marking, database: string): Question => ({
  details: () => `${database} has tables but no ledger, so one would be made.`,
  question: `Record ${id} ${name} as applied in it?`,
})
