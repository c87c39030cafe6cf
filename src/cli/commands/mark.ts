// `lockstep mark`: records one version as applied without running it, or forgets it without undoing it.
import { versionId } from '../../model/version.js'
import type { Marking } from '../../model/recovery.js'
import { isBegun } from '../../plan/compare.js'
import { looksFirst } from '../../run/compare-schema.js'
import type { CommandRun } from '../command/command.js'
import { markOrder } from '../command/edit-request.js'
import { describeRunning } from '../render/may-be-running.js'
import { findBegun } from '../applied/find-steps.js'
import { EXIT } from '../command/exit-code.js'
import { findRow, findTouched } from '../database/find-behind.js'
import type { ReadableDatabase } from '../database/read-database.js'
import { mayWriteRows } from '../repair/writes-rows.js'
import { runEditing, type Question } from '../worker/run-editing.js'

/** Asks only where a ledger would be made in a database that has none, and where a step did not end. */
export const run: CommandRun = async (invocation) => {
  const { version, options } = markOrder(invocation)
  let left: Left = NOTHING_LEFT
  let unseen: string[] = []
  const { database, shown, result } = await runEditing(
    {
      work: 'mark',
      plan: (manager) => manager.planMark(version, options),
      look: async ({ as }, read) => {
        if (as === 'pending') left = await findLeft(read, version)
        else unseen = unseenRows(read, version)
        return {}
      },
      ask: (marking, path) => questionOf(marking, left, path),
    },
    invocation,
  )
  const { id, name, as, to } = result
  const isForgotten = as === 'pending'
  return {
    exitCode: EXIT.done,
    json: { database, ...result, ...(isForgotten && { there: left.objects }) },
    text: (style) => [
      `${style.bold(shown)}  ${id} ${name} is marked as ${as}; nothing was run${isForgotten ? ', and what the database has of it stays there' : ''}. The database is at ${versionId(to)}.`,
      ...unseen.flatMap(style.wrap),
      ...(isAsked(left) && !invocation.flags.yes ? [] : describeLeft(id, left)).flatMap(style.wrap),
    ],
  }
}

/** What the database has of a step that is to be forgotten. */
interface Left {
  readonly objects: readonly string[]
  /** Whether the step did not end, so that nobody knows how much of it there is. */
  readonly isPart: boolean
  /** Whether it looks for what is there when it is run again. */
  readonly isPrepared: boolean
  /** Whether the code has the migration. */
  readonly isHere: boolean
}

/** Whether a person is asked because of it, and so has read of it. */
const isAsked = ({ objects, isPart, isPrepared }: Left): boolean =>
  isPart && objects.length > 0 && !isPrepared

const NOTHING_LEFT: Left = { objects: [], isPart: false, isPrepared: false, isHere: true }

/** What the code does not have is known from its record, if at all. */
async function findLeft(database: ReadableDatabase, version: number): Promise<Left> {
  const { registry, settings } = database
  const row = findRow(database, version)
  const there = registry[version - 1]
  const own = there && row && !isBegun(row, there) ? undefined : there
  const entry = own ?? (row && (await findBegun(row, settings))?.entry)
  const known = entry ? [...registry.slice(0, version - 1), entry] : registry
  return {
    objects: findTouched(database, version, known),
    isPart: row !== undefined && row.startedBy !== null,
    isPrepared: own !== undefined && looksFirst(own),
    isHere: own !== undefined,
  }
}

/** Of a step that did not end, the schema may show that it is all there, and nothing shows it of rows. */
function unseenRows(database: ReadableDatabase, version: number): string[] {
  const entry = database.registry[version - 1]
  const row = findRow(database, version)
  if (row === undefined || row.startedBy === null || !entry || !mayWriteRows(entry, null)) return []
  return [
    `${versionId(version)} did not end, and may write rows: whether all of them are there, nothing shows but looking at them.`,
  ]
}

function describeLeft(id: string, { objects, isPrepared, isHere }: Left): string[] {
  if (objects.length === 0) return []
  const meets = isPrepared
    ? `${id} looks for what is there when it is run again; see that it does so everywhere.`
    : `${id} meets that when it is run again: undo it by hand before, or run \`lockstep mark ${id} --applied\` where all of the migration is there.`
  const there = `The database has of ${id}${isHere ? ' already' : ''}: ${objects.join(', ')}.`
  return [there, isHere ? meets : ABANDONED]
}

const ABANDONED = 'No migration of the code knows of that: undo it by hand if it is not to stay.'

function questionOf(marking: Marking, left: Left, database: string): Question | null {
  const { id, name, createsLedger, mayBeRunning } = marking
  if (createsLedger)
    return {
      details: () => [`${database} has tables but no ledger, so one would be made.`],
      question: `Record ${id} ${name} as applied in it?`,
    }
  const isMet = isAsked(left)
  if (!mayBeRunning && !isMet) return null
  return {
    details: (style) => [
      ...(mayBeRunning ? [describeRunning(id, name)] : []),
      ...(isMet ? describeLeft(id, left) : []).flatMap(style.wrap),
    ],
    question: questionIn(marking, isMet),
  }
}

function questionIn({ id, as, mayBeRunning }: Marking, isMet: boolean): string {
  const ended = mayBeRunning ? 'Has every process that could run it ended, and is' : 'Is'
  return `${ended} ${id} to be marked as ${as}${isMet ? ' all the same' : ''}?`
}
