// A step as messages tell of it: what it is called, what is left of it after an error, and what to do then. Pure.
import type { Direction } from './report.js'
import { versionId } from './version.js'

/** The migration an error is about: `up` or `down`, and where it is written. */
export interface Where {
  readonly version: number
  readonly name: string
  readonly direction: Direction
  readonly file: string
  /** Whether it runs outside a transaction, so that nothing of it can be rolled back. */
  readonly outside: boolean
  /** Whether it keeps foreign keys enforced. */
  readonly enforced?: boolean
  /** Whether it goes on where it stopped when it is run again. */
  readonly resumes?: boolean
  /** How much this run has done of such a step. */
  readonly kept?: { batches: number }
  /** Whether other connections have written while it ran outside a transaction. */
  readonly others?: boolean
  /** Whether VACUUM may have numbered rows without a key anew meanwhile. */
  readonly renumbered?: boolean
}

/** The migration and its direction, as a message begins. */
export const title = ({ version, name, direction }: Where): string =>
  `${direction === 'up' ? 'Migration' : 'The down of migration'} ${versionId(version)} (${name})`

/** What is left where no step was under way. */
export const NOTHING_CHANGED = 'Nothing was changed.'

/** The same of one of several histories, where another one has been migrated in the same call. */
export const NOTHING_CHANGED_OF_IT = 'Nothing of this history was changed.'

/** What is left between the steps of a run, and behind the last one. */
export const REPORTED = 'Its report lists the steps that are complete; nothing else was changed.'

/** Why code of the application is to blame for the end of a run. */
export const TRANSACTION_CHANGED = 'it ended a transaction, left one open or closed the connection'

/** What is left where code of the application has ended the transaction. */
export const COMMITTED = 'What was committed is still there.'

/** What to do about that. */
export const UNDO_COMMITTED = 'Undo by hand what was committed. Then run again.'

/** What is left where the transaction cannot be ended. */
export const STILL_OPEN =
  'A transaction is still open: end it, or close the connection, which undoes what is not committed.'

/** What is left of a step in a transaction. */
export const ROLLED_BACK = 'The step was rolled back.'

/** What is left of a step outside a transaction. */
export const STILL_THERE = 'The step runs outside a transaction: what it did is still there.'

/** What is left of one that has asked nothing of the connection yet; its code may have done something elsewhere. */
export const NO_STATEMENT =
  'The step runs outside a transaction, and no statement of it was run; only the ledger says that it has begun.'

/** What is left of a step that declares batches. */
export const keptBatches = ({ batches } = { batches: 0 }): string =>
  batches === 0
    ? 'This run has done no batch of it.'
    : `${batches === 1 ? '1 batch is' : `${batches} batches are`} done and ${batches === 1 ? 'stays' : 'stay'}; the next run goes on there.`

/** Advice after that. */
export const unmark = ({ version, direction }: Where): string =>
  `Unless its code has done something by another way, run \`lockstep mark ${versionId(version)} --${direction === 'up' ? 'pending' : 'applied'}\`. Then run again.`

/** What to do where nothing has to be settled. */
export const RUN_AGAIN = 'Then run again.'

/** The same where batches that are done stay, and what comes behind them is edited. */
export const RUN_EDITED =
  'Then run again: where the migration was edited, after `lockstep gen` and `lockstep repair --reason …`, and rows that are done are not worked on again.'

/** Advice after a step outside a transaction that failed or did not end, be it an `up` or a `down`. */
export function settleRow(version: number): string {
  const mark = `\`lockstep mark ${versionId(version)}`
  return `Look at what is there, and finish it or undo it by hand. Run ${mark} --applied\` when all of the migration is there, ${mark} --pending\` when nothing of it is.`
}

/** The same where the code has something else under its number, or nothing: it cannot be recorded as applied. */
export const settleElsewhere = (version: number): string =>
  `The code has no such migration: if a newer application has it, run that one. Otherwise bring it back, run \`lockstep gen\`, and settle it then; or undo by hand what there is of it, and run \`lockstep mark ${versionId(version)} --pending\`.`

/** What to do about objects that a migration takes along. */
export const MAKE_AGAIN =
  'Create them again in the migration (`ctx.rebuild` does so by itself), or drop them by name.'

/** What to do about a database ahead of this build where more is wanted of it than to live with it. */
export const RUN_NEWER =
  'Do it with the newer application: this one does not know what was applied.'

/** The same where how it is undone may be kept beside the ledger; undefined where nothing is. */
export const rollBackKept = (
  latest: number,
  { keepDowns }: { readonly keepDowns?: boolean | undefined },
): string | undefined =>
  keepDowns
    ? `Run the newer application; or undo what this one does not know, where \`status\` says that its down is kept (\`downKept\`): \`rollback({ to: ${latest} })\` of a MigrationManager with \`keepDowns\` and \`digests\`.`
    : undefined

/** Where that is not kept. */
export const notKept = (versions: readonly number[]): string =>
  `Undo it with the newer application: how ${versions.map(versionId).join(', ')} ${versions.length > 1 ? 'are' : 'is'} undone is not kept in this database.`

/** What is to be in the migrations folder before a database is taken over. */
export const THEIRS_FIRST =
  'what made it, or one migration that makes the schema as it is (node_modules/lockstep/docs/adopting.md)'

/** What is left where nothing tells how to undo what was applied. */
export const undoByHand = (version: number): string =>
  `undo it by hand, and record that with \`lockstep mark ${versionId(version)} --pending\`; or, where its data may go, \`lockstep reset\``
