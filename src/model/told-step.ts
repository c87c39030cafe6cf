// How messages describe a step: its title, what is left of it after an error, and what to do then. Pure.
import type { Direction } from './report.js'
import { versionId } from './version.js'

/** The migration an error is about: `up` or `down`, and the file it is in. */
export interface Where {
  readonly version: number
  readonly name: string
  readonly direction: Direction
  readonly file: string
  /** Whether it runs outside a transaction, so that nothing of it can be rolled back. */
  readonly outside: boolean
  /** Whether it keeps foreign keys enforced. */
  readonly enforced?: boolean
  /** Whether it resumes where it stopped when it is run again. */
  readonly resumes?: boolean
  /** How many batches of such a step this run has done. */
  readonly kept?: { batches: number }
  /** Whether other connections have written while it ran outside a transaction. */
  readonly others?: boolean
  /** Whether VACUUM may have renumbered rows without a key meanwhile. */
  readonly renumbered?: boolean
}

/** The migration and its direction, for the beginning of a message. */
export const title = ({ version, name, direction }: Where): string =>
  `${direction === 'up' ? 'Migration' : 'The down of migration'} ${versionId(version)} (${name})`

/** The state if no step was running. */
export const NOTHING_CHANGED = 'Nothing was changed.'

/** The same for one of several histories, if another one has been migrated in the same call. */
export const NOTHING_CHANGED_OF_IT = 'Nothing of this history was changed.'

/** The state between the steps of a run, and after the last one. */
export const REPORTED = 'The report lists the steps that are complete; nothing else was changed.'

/** The reason if application code is to blame for the end of a run. */
export const TRANSACTION_CHANGED = 'it ended a transaction, left one open or closed the connection'

/** The state if application code has ended the transaction. */
export const COMMITTED = 'What was committed is still there.'

/** The fix for that. */
export const UNDO_COMMITTED = 'Undo by hand what was committed. Then run again.'

/** The state if the transaction cannot be ended. */
export const STILL_OPEN =
  'A transaction is still open: end it, or close the connection, which rolls back what is not committed.'

/** The state of a step in a transaction. */
export const ROLLED_BACK = 'The step was rolled back.'

/** The state of a step outside a transaction. */
export const STILL_THERE = 'The step runs outside a transaction: what it did is still there.'

/** The state of a step that has run no statement yet; its code may have done something elsewhere. */
export const NO_STATEMENT =
  'The step runs outside a transaction, and none of its statements was run; only the ledger says that it was started.'

/** The state of a step that declares batches. */
export const keptBatches = ({ batches } = { batches: 0 }): string =>
  batches === 0
    ? 'This run completed none of its batches.'
    : `${batches === 1 ? '1 batch is' : `${batches} batches are`} done and ${batches === 1 ? 'stays' : 'stay'}; the next run continues there.`

/** The fix after that. */
export const unmark = ({ version, direction }: Where): string =>
  `Unless its code did something in another way, run \`lockstep mark ${versionId(version)} --${direction === 'up' ? 'pending' : 'applied'}\`. Then run again.`

/** The fix if nothing has to be settled. */
export const RUN_AGAIN = 'Then run again.'

/** The same if finished batches stay, and the rest of the migration is edited. */
export const RUN_EDITED =
  'Then run again; if the migration was edited, after `lockstep gen` and `lockstep repair --reason …`. Rows that are done are not processed again.'

/** The fix after a step outside a transaction, `up` or `down`, that failed or did not end. */
export function settleRow(version: number): string {
  const mark = `\`lockstep mark ${versionId(version)}`
  return `Check what it has done, and finish it or undo it by hand. Run ${mark} --applied\` if all of the migration is there, or ${mark} --pending\` if none of it is.`
}

/** The same if the code has another migration under its number, or none: it cannot be recorded as applied. */
export const settleElsewhere = (version: number): string =>
  `The code does not have this migration: if a newer application has it, run that one. Otherwise restore it, run \`lockstep gen\`, and resolve it then; or undo by hand what it has done, and run \`lockstep mark ${versionId(version)} --pending\`.`

/** The fix for objects that a migration destroys. */
export const MAKE_AGAIN =
  'Recreate them in the migration (`ctx.rebuild` does so automatically), or drop them by name.'

/** The fix for a database ahead of this build, if merely tolerating it is not enough. */
export const RUN_NEWER = 'Use the newer application: this one does not know what was applied.'

/** How an application undoes what it does not know, if the database has kept that. */
export const rollBackKept = (to: number): string =>
  `undo what this program does not know, if \`status\` says that its down is kept (\`downKept\`): \`rollback({ to: ${to} })\` of a MigrationManager with \`keepDowns\` and \`digests\`.`

/** The fix if it is not kept. */
export const notKept = (versions: readonly number[]): string =>
  `This database has not kept the down of ${versions.map(versionId).join(', ')}: undo ${versions.length > 1 ? 'them' : 'it'} with the application that applied ${versions.length > 1 ? 'them' : 'it'}.`

/** What has to be in the migrations folder before a database is taken over. */
export const THEIRS_FIRST =
  'the migrations that made it, or one migration that creates the schema as it is (node_modules/lockstep/docs/adopting.md)'

/** The fix if nothing says how to undo what was applied. */
export const undoByHand = (version: number): string =>
  `undo it by hand, and record that with \`lockstep mark ${versionId(version)} --pending\`; or, if its data may go, \`lockstep reset\``

/** Whether the connection lacks something that applications register on it. */
export const isUnregistered = (reason: string): boolean =>
  /^(?:no such|unknown) (?:function|module|collation sequence)\b/.test(reason)

/** The fix for that. */
export const REGISTER =
  'Register the function, module or collation on the connection before migrating; for the command line, in `open` of the configuration.'
