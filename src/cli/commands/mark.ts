// `lockstep mark`: records one version as applied without running it, or forgets it without undoing it.
import { versionId } from '../../model/version.js'
import type { Marking } from '../../model/recovery.js'
import { markReasonMissing } from '../../errors/recovery.js'
import { type CommandRun, type Invocation, EXIT } from '../command/command.js'
import { markOrder } from '../command/edit-request.js'
import { describeRunning } from '../render/may-be-running.js'
import type { ReadableDatabase } from '../database/read-database.js'
import { findPresent } from '../applied/find-steps.js'
import { reasonFor } from '../repair/judge-repair.js'
import { describeLeft, findLeft, type Left } from '../repair/left-of-step.js'
import { replaySeeing } from '../repair/replay-seeing.js'
import { mayLeaveRows, mayWriteRows } from '../repair/writes-rows.js'
import { runEditing, type Question } from '../worker/run-editing.js'

/** Asks only if the ledger would be created in a database that has none, and if a step did not end. */
export const run: CommandRun = async (invocation) => {
  const { version, options } = markOrder(invocation)
  let left: Left | undefined
  let isDoubtful = false
  const { place, shown, result } = await runEditing(
    {
      work: 'mark',
      plan: (manager) => manager.planMark(version, options),
      async look({ as }, read) {
        const found = await findLeft(read, version)
        left = { ...found, mayLeaveRows: await leavesRows(found, read, invocation) }
        isDoubtful = as === 'applied' && !options.force && (left.mayLeaveRows || left.isOther)
        return {}
      },
      ask: (marking, path) => questionOf(marking, left!, path),
      justify: async () =>
        isDoubtful ? reasonFor(markReasonMissing(version, left!), invocation) : {},
    },
    invocation,
  )
  const { id, name, as, to } = result
  const isForgotten = as === 'pending'
  const isAsked = left && questionOf(result, left, shown) && !invocation.flags.yes
  const told = isAsked || !left ? [] : isForgotten ? describeForgotten(left) : describeLeftOut(left)
  return {
    exitCode: EXIT.done,
    json: { ...place, ...result, ...(isForgotten && { there: left?.objects }) },
    text: (style) => [
      `${style.bold(shown)}  ${id} ${name} is marked as ${as}; nothing was run${isForgotten ? ', and what it left in the database stays there' : ''}. ${place.history === undefined ? 'The database' : `History ${place.history}`} is at ${versionId(to)}.`,
      ...told.flatMap(style.wrap),
    ],
  }
}

/** Whether rows are done, and only the ledger knows which. */
const isWalked = ({ walked }: Left): boolean => (walked?.done ?? 0) > 0

/** Whether the step would run into what it left behind when it is run again. */
const isMet = ({ objects, begun, isPrepared }: Left): boolean =>
  begun !== null && objects.length > 0 && !isPrepared

/** Whether a step may write rows, which the schema does not show. Code is observed where it can be run. */
async function leavesRows(
  { version, begun, isHere, mayLeaveRows: isLikely }: Left,
  { settings, registry }: ReadableDatabase,
  { terminal, cwd }: Invocation,
): Promise<boolean> {
  const entry = registry[version - 1]
  if (!isLikely || !entry || !isHere || begun === 'down') return isLikely
  const { seenBy } = await replaySeeing({ settings, registry, version, terminal, cwd })
  // Bundled with the rest of the registry, its names may differ from those in its own text.
  const own = (await findPresent(entry, settings)) ?? { entry, text: undefined }
  const code = { seen: seenBy(version), text: own.text }
  return begun ? mayLeaveRows(own.entry, begun, code) : mayWriteRows(own.entry, code)
}

/** What remains of a forgotten step, and the consequences. */
function describeForgotten(left: Left): string[] {
  const { version, objects, isPrepared, isHere } = left
  const id = versionId(version)
  const { walked } = left
  const rows =
    walked && isWalked(left)
      ? [
          `${walked.done} of ${walked.total} rows are done, and which they are is forgotten: ${isHere ? 'they are processed again when it is run again' : 'they stay as they are'}.`,
        ]
      : left.mayLeaveRows
        ? [`${id} may have written rows, ${isHere ? AGAIN : STAYING}`]
        : []
  if (objects.length === 0) return rows
  const meets = isPrepared
    ? `${id} checks for what is there when it is run again; make sure that it does so everywhere.`
    : `${id} will meet that when it is run again: undo it by hand first, or run \`lockstep mark ${id} --applied\` if all of the migration is there.`
  return [...describeLeft(left), isHere ? meets : ABANDONED, ...rows]
}

/** What will never be done once a partly done step is recorded as done. */
const describeLeftOut = ({ version, walked }: Left): string[] =>
  walked && !walked.isWhole
    ? [
        `${walked.done} of ${walked.total} rows of the batches that were started are done. The others will never be processed, because ${versionId(version)} is not run again: do by hand what it would have done.`,
      ]
    : []

const AGAIN = 'and does so again when it is run again: check them first.'
const STAYING = 'which stay: check them before another migration is run under that number.'
const ABANDONED =
  'The code does not have the migration that did this: undo by hand what should not stay; of objects that were only changed, undo only the change.'

function questionOf(marking: Marking, left: Left, database: string): Question | null {
  const { id, name, as, createsLedger, mayBeRunning, owner } = marking
  if (createsLedger)
    return {
      details: () => [`${database} has tables but no ledger, so one will be created.`],
      question: `Record ${id} ${name} as applied in it?`,
    }
  const isForgotten = as === 'pending'
  const isDoubtful = isForgotten ? isMet(left) || isWalked(left) : left.walked?.isWhole === false
  if (!mayBeRunning && !isDoubtful) return null
  return {
    details: () => [
      ...(mayBeRunning ? [describeRunning(id, name, owner)] : []),
      ...(isForgotten ? describeForgotten(left) : describeLeftOut(left)),
    ],
    question: questionIn(marking, isDoubtful),
  }
}

function questionIn({ id, as, mayBeRunning }: Marking, isDoubtful: boolean): string {
  const ended = mayBeRunning ? 'Has every process that could run it ended, and should' : 'Should'
  return `${ended} ${id} be marked as ${as}${isDoubtful ? ' anyway' : ''}?`
}
