// Problems between the ledger and the registry: findings of comparing them as a whole.
import type { Direction, Problem } from '../model/report.js'
import type { Walked } from '../model/ledger.js'
import { settleElsewhere, settleRow } from '../model/told-step.js'
import { versionId } from '../model/version.js'
import { problemOf } from './lockstep-error.js'

const error = (code: string, message: string, fix: string, facts: Problem['facts']): Problem =>
  problemOf({ code, message, fix, ...(facts && { facts }) }, 'error')

const warning = (code: string, message: string, fix: string, facts: Problem['facts']): Problem => ({
  ...error(code, message, fix, facts),
  severity: 'warning',
})

const named = (version: number, name: string): string => `${versionId(version)} (${name})`

/** The meaning of a migration changed after this database applied it. */
export const historyEdited = (
  version: number,
  name: string,
  { file, commands }: { readonly file: string; readonly commands: string },
): Problem =>
  error(
    'HISTORY_EDITED',
    `Migration ${named(version, name)} was changed after this database applied it.`,
    `Restore ${file}${file.endsWith('.sql') ? '' : ', or the helper that it imports and that was edited,'}, and put the change into a new migration; or accept the change with \`lockstep repair\`. To bring a development database in line with the code, run ${commands}.`,
    { version, name, file },
  )

/**
 * The code has a different migration under the number of one that this database applied: for example from another branch, or
 * because the file was deleted and its number reused. The applied migration is no longer in the code, and the one in the code was
 * not applied. `lockstep status` looks for the branch that has it. `lockstep rollback` undoes it with the `down` it had then, as
 * `gen` has recorded it on this machine, or as found in a commit, or else as the database has kept it (`keepDowns`), which
 * `rollback` of a MigrationManager does as well; if none has it, nothing is changed. `lockstep repair` does not settle it: the
 * schema is still that of the applied migration.
 */
export const historyAnother = (
  version: number,
  name: string,
  { now, undo }: { readonly now: string; readonly undo: string },
): Problem =>
  error(
    'HISTORY_ANOTHER',
    `Migration ${named(version, name)} was applied, but the code has a different one under this number: ${now}.`,
    `Go back to the code that has ${name}, or ${undo}.`,
    { version, name, now },
  )

/** A migration that this database applied has another number in the code. */
export const historyRenumbered = (
  version: number,
  name: string,
  { now, commands }: { readonly now: number; readonly commands: string },
): Problem =>
  error(
    'HISTORY_RENUMBERED',
    `Migration ${named(version, name)} was applied under this number but is ${versionId(now)} in the code.`,
    `If it had to move, bring a development database in line with the code: run ${commands}. Otherwise, or if databases in production have applied it, give it back its number ${versionId(version)}.`,
    { version, name, now },
  )

/** The ledger lacks a version below the newest it has. */
export const historyGap = (from: number, to: number, latest: number): Problem =>
  error(
    'HISTORY_GAP',
    `The ledger has later migrations but not ${versionId(from)}${to > from ? ` to ${versionId(to)}` : ''}.`,
    from > latest
      ? 'Find out who removed the rows. This code does not have these migrations, so it cannot record them: run the application that has them, or restore a backup.'
      : `Find out who removed the rows. Record what was applied in order, beginning with \`lockstep mark ${versionId(from)} --applied\`; otherwise restore a backup.`,
    { from, to },
  )

/** A row of the ledger has no digests: it was not written by a run. */
export const historyByHand = (version: number, name: string): Problem =>
  error(
    'HISTORY_BY_HAND',
    `The ledger's row ${named(version, name)} has no digests, so it was not written by a run.`,
    `Correct it with \`lockstep mark ${versionId(version)} --applied\`, or --pending if the migration was not applied.`,
    { version, name },
  )

/** A row's lineage does not follow from the rows before it, though its checksum is right. */
export const historyLineage = (version: number, name: string): Problem =>
  error(
    'HISTORY_LINEAGE',
    `The ledger's row ${named(version, name)} does not follow from the rows before it: its lineage is that of another history.`,
    'Find out who changed the ledger; then accept it with `lockstep repair`, or restore a backup.',
    { version, name },
  )

interface Interruption {
  readonly since: string
  readonly mayBeRunning: boolean
  /** Null if the ledger does not say. */
  readonly direction: Direction | null
  readonly owner: string | null
  /** Whether the code has the migration. */
  readonly isHere: boolean
}

/** A step outside a transaction was started and has not finished; unless it recorded a failure, it may still be running. */
export const historyInterrupted = (
  version: number,
  name: string,
  { since, mayBeRunning, direction, owner, isHere }: Interruption,
): Problem =>
  error(
    'HISTORY_INTERRUPTED',
    `${direction === 'down' ? 'The down of migration' : 'Migration'} ${named(version, name)} runs outside a transaction. It ${direction === null ? 'or its down ' : ''}was started ${mayBeRunning ? `but did not finish; its last sign of life ${/^\d{4}-\d\d-\d\dT/.test(since) ? `was ${since}` : 'cannot be read'}. The ledger does not show whether it is still running${owner === null ? '' : ` (${owner})`}: a long statement gives no sign of life.` : 'and failed.'}`,
    `${mayBeRunning ? `Make sure that ${owner === null ? 'no process is still running it' : `${owner} has ended`}, or wait for it. ` : ''}${isHere ? settleRow(version) : settleElsewhere(version)}`,
    { version, name, since, mayBeRunning, direction, owner },
  )

/** A step that declares batches was started and has not finished. `migrate` resumes it; nothing is rolled back before that. */
export const historyHalfDone = ({
  version,
  name,
  mayBeRunning,
}: Pick<Interruption, 'mayBeRunning'> & {
  readonly version: number
  readonly name: string
}): Problem =>
  warning(
    'HISTORY_HALF_DONE',
    `Migration ${named(version, name)} was started and is partly done${mayBeRunning ? '; it may still be running' : ''}. Nothing can be rolled back until it has finished.`,
    `Run \`lockstep migrate\`, which continues where it stopped. To abandon it instead, undo by hand what it has done, and run \`lockstep mark ${versionId(version)} --pending\`.`,
    { version, name, mayBeRunning },
  )

/**
 * How the batches of a step have changed: other work in the current walk, other rows or another key, other walks in place of
 * those that were begun, none at all, or the code has no such step.
 */
export type BatchesNow = 'changed' | 'other rows' | 'other batches' | 'none' | 'gone'

/**
 * A step that declares batches was started and now declares something else: a person has to decide whether that fits the finished
 * batches.
 */
export const historyBatchesEdited = (
  version: number,
  name: string,
  {
    mayBeRunning,
    owner,
    now,
    walked,
  }: Pick<Interruption, 'mayBeRunning' | 'owner'> & {
    readonly now: BatchesNow
    readonly walked?: Pick<Walked, 'done' | 'total'> | undefined
  },
): Problem =>
  error(
    'HISTORY_BATCHES_EDITED',
    `Migration ${named(version, name)} was started${walked ? ` (${walked.done} of ${walked.total} rows are done)` : ''}, and ${BATCHES_NOW[now]} before it had finished${mayBeRunning ? `; it may still be running${owner === null ? '' : ` (${owner})`}` : ''}.`,
    `${GOING_ON[now]} To start over instead, undo by hand what it has done, and run \`lockstep mark ${versionId(version)} --pending\`.`,
    { version, name, mayBeRunning, owner, now },
  )

const BATCHES_NOW: Readonly<Record<BatchesNow, string>> = {
  changed: 'its batches were changed',
  'other rows': '`query` or `by` of its batches was changed',
  'other batches': 'more of its batches was changed than what the current one does',
  none: 'its batches were removed from the code',
  gone: 'it was removed from the code',
}

const GOING_ON: Readonly<Record<BatchesNow, string>> = {
  changed:
    'To continue with the new code after the batches that are done, run `lockstep repair --reason …` and `lockstep migrate`: rows that are done are not processed again. Or restore its batches, and run `lockstep gen` and `lockstep migrate`.',
  'other rows':
    'Restore `query` and `by`: the rows that are done were chosen by them. Run `lockstep gen`, then `lockstep repair --reason …` if the batches do something else now, then `lockstep migrate`, which continues after the rows that are done.',
  'other batches':
    'Restore all batches; only what the current one does may be corrected, and no other may be changed, moved, added or removed. Put further work into a migration of its own. Run `lockstep gen`, then `lockstep repair --reason …` if the current one does something else now, then `lockstep migrate`, which continues after the rows that are done.',
  none: 'Restore its batches, and run `lockstep gen` and `lockstep migrate`, which continues after the rows that are done.',
  gone: 'If a newer application has it, run that one. Otherwise restore it, and run `lockstep gen` and `lockstep migrate`, which continues after the rows that are done.',
}

/** The database has applied migrations that this build does not contain. */
export const databaseAhead = (
  versions: readonly number[],
  latest: number,
  fix = "Run the newer application, or set onAhead: 'allow' if this one works with the newer schema.",
): Problem =>
  error(
    'DATABASE_AHEAD',
    `The database has applied ${versions.map(versionId).join(', ')}, but this build ends at ${versionId(latest)}: the application is older than its data, or migrations were deleted.`,
    fix,
    { versions, latest },
  )

/** A migration has a different name in the code than when it was applied. */
export const historyRenamed = (version: number, was: string, now: string): Problem =>
  warning(
    'HISTORY_RENAMED',
    `Migration ${versionId(version)} was applied as ${was} but is called ${now} in the code.`,
    'Nothing needs to be done; the meaning is the same.',
    { version, was, now },
  )

/** Ledger rows, this one first, have digests of a newer algorithm, so it is unknown whether the history is the same. */
export const historyUnreadable = (version: number, name: string): Problem =>
  warning(
    'HISTORY_UNREADABLE',
    `Migration ${named(version, name)} was recorded by a newer Lockstep, whose digests this one cannot compare. Nothing is applied or undone on top of it.`,
    'Run the newer application, or build this one with the newer Lockstep.',
    { version, name },
  )

/** The `down` of an applied migration was changed. */
export const historyDownChanged = (
  version: number,
  name: string,
  now: string | undefined,
): Problem =>
  warning(
    'HISTORY_DOWN_CHANGED',
    `The down of migration ${named(version, name)} was changed after it was applied.`,
    now === undefined
      ? 'It has none now, so it cannot be undone: restore the old one if it may have to be undone.'
      : 'Make sure that the new down undoes what was applied.',
    { version, name },
  )
