// `lockstep mark`: records one version as applied without running it, or forgets it without undoing it.
import { versionId } from '../../model/version.js'
import type { Marking } from '../../model/recovery.js'
import type { CommandRun } from '../command/command.js'
import { markOrder } from '../command/edit-request.js'
import { describeRunning } from '../render/may-be-running.js'
import { EXIT } from '../command/exit-code.js'
import { runEditing, type Question } from '../worker/run-editing.js'

/** Asks only where a ledger would be made in a database that has none, and where the step may still be running. */
export const run: CommandRun = async (invocation) => {
  const { version, options } = markOrder(invocation)
  const { database, shown, result } = await runEditing(
    {
      work: 'mark',
      plan: (manager) => manager.planMark(version, options),
      ask: (marking, path) => questionOf(marking, path),
    },
    invocation,
  )
  const { id, name, as, to } = result
  return {
    exitCode: EXIT.done,
    json: { database, ...result },
    text: (style) => [
      `${style.bold(shown)}  ${id} ${name} is marked as ${as}; nothing was run${as === 'pending' ? ', and what the database has of it stays there' : ''}. The database is at ${versionId(to)}.`,
    ],
  }
}

function questionOf(marking: Marking, database: string): Question | null {
  const { id, name, as, createsLedger, mayBeRunning } = marking
  if (createsLedger)
    return {
      details: () => [`${database} has tables but no ledger, so one would be made.`],
      question: `Record ${id} ${name} as applied in it?`,
    }
  if (!mayBeRunning) return null
  return {
    details: () => [describeRunning(id, name)],
    question: `Has every process that could run it ended, and is ${id} to be marked as ${as}?`,
  }
}
