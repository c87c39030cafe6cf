// Errors about the ledger itself, or about the database it should be in.
import { NOTHING_CHANGED, RUN_AGAIN, THEIRS_FIRST } from '../model/told-step.js'
import { versionId } from '../model/version.js'
import { quoteIdentifier } from '../sql/names.js'
import type { Cause } from './lockstep-error.js'

const TAKE_OVER = `Take it over with \`lockstep adopt\`, once the migrations folder has ${THEIRS_FIRST}`

/** The database has tables but no ledger, or an emptied one: nobody knows which migrations its schema stands for. */
export const databaseUnmanaged = (table: string): Cause => ({
  code: 'DATABASE_UNMANAGED',
  message: `The database has tables but no ledger ${table} with rows: it was not made by these migrations, or they were deleted.`,
  fix: `Check that it is the right database. ${TAKE_OVER}; or name tables that are no concern of these migrations in \`ignoreTables\`, or set onUnmanaged: 'allow'.`,
  facts: { table },
})

/** The history has a different name than when it was applied, so its ledger is another table. */
export const ledgerRenamed = (heldBy: string, table: string): Cause => ({
  code: 'LEDGER_RENAMED',
  message: `There is no ledger ${table}, but ${heldBy} has these very migrations: the history was named otherwise when they were applied, or two histories have the same ones. Nothing was changed.`,
  fix: `Where ${heldBy} is the ledger of another history that is in use, give this one migrations of its own. Else put \`history\` in the configuration back as it was, and run \`lockstep gen\`. To keep the new name, where no other history needs this one, run \`ALTER TABLE ${quoteIdentifier(heldBy)} RENAME TO ${quoteIdentifier(table)}\`, and the same for ${heldBy}_log, ${heldBy}_progress and ${heldBy}_downs, where they are there.`,
  facts: { table, heldBy },
})

/** Why a version is missing in the ledger, according to its last log line: somebody marked it as pending, or it was rolled back. */
export interface Forgotten {
  readonly by: 'mark' | 'rollback'
  /** ISO 8601, UTC. */
  readonly at: string
  /** Whether its `up` had been begun outside a transaction and had not ended. */
  readonly isPart: boolean
  /** The checksum of the version that was marked as pending; null if the log does not have it. */
  readonly checksum: string | null
}

interface Behind {
  readonly forgotten: Forgotten | undefined
  /** Whether an object existed before, so that it is only changed. */
  isChanged(object: string): boolean
}

/**
 * Objects that a pending version creates or changes are already in that state: it was marked as pending, its `down` left them,
 * its row was deleted from the ledger, or somebody else created them.
 */
export const ledgerBehind = (
  id: string,
  objects: readonly string[],
  { forgotten, isChanged }: Behind,
): Cause => ({
  code: 'LEDGER_BEHIND',
  message: `There already, though ${id} makes or changes it and the ledger does not have ${id}: ${objects.map((key) => (isChanged(key) ? `${key} (changed)` : key)).join(', ')}.${forgotten ? ` The log says that ${id} was ${forgotten.by === 'mark' ? 'marked as pending' : 'rolled back'} at ${forgotten.at}.` : ''}`,
  fix: {
    mark: `Undo it by hand, and apply ${id} with \`lockstep migrate\`; or, if all of ${id} is there, take the mark back with \`lockstep mark ${id} --applied\`, which wants a reason where it may write rows. As long as it is there, ${id} fails.`,
    rollback: `Its down has left it there, or somebody has made it since: undo it by hand, and mend the down. As long as it is there, ${id} fails.`,
    unknown: `If ${id} was applied, record it with \`lockstep mark ${id} --applied\`, which wants a reason where it may write rows. Otherwise find out who has done it, and undo that: ${id} fails as long as it is there.`,
  }[forgotten?.by ?? 'unknown'],
  facts: { version: Number(id), objects },
})

/** A table with the ledger's name was made by another tool. */
export const ledgerForeign = (
  table: string,
  columns: readonly string[],
  fix = `${TAKE_OVER}; or choose another name for the ledger with the option table.`,
): Cause => ({
  code: 'LEDGER_FOREIGN',
  message: `The table ${table} belongs to another tool (columns ${columns.join(', ')}); nothing was written to it.`,
  fix,
  facts: { table, columns },
})

/** A step that declares batches was begun, and the table with its progress is gone. */
export const progressMissing = (version: number, table: string): Cause => ({
  code: 'LEDGER_PROGRESS_MISSING',
  message: `The table ${table} is gone, which says how far ${versionId(version)} has come: nobody knows which rows are done.`,
  fix: `Find out who removed it; restore a backup. To begin anew instead, undo by hand what there is of the step, and run \`lockstep mark ${versionId(version)} --pending\`.`,
  next: '',
  facts: { version, table },
})

/** A row of the ledger cannot be parsed. */
export const ledgerDamaged = (table: string, value: unknown): Cause => ({
  code: 'LEDGER_DAMAGED',
  message: `The ledger ${table} has a row with the version ${JSON.stringify(value)}, which is no version or stands there twice.`,
  fix: 'Find out who changed the ledger; restore a backup.',
  restores: true,
  facts: { table, value },
})

/** A trigger on the ledger, or a view in its place, undoes writes to it. */
export const ledgerUndone = (table: string): Cause => ({
  code: 'LEDGER_UNDONE',
  message: `What was written to ${table} is not there, or other rows of it are gone: a trigger or a view there undoes what is written.`,
  state: NOTHING_CHANGED,
  fix: 'Drop triggers on it, and the view where it is one.',
  next: RUN_AGAIN,
  facts: { table },
})

/** The ledger has lost columns. */
export const ledgerIncomplete = (table: string, missing: readonly string[]): Cause => ({
  code: 'LEDGER_INCOMPLETE',
  message: `The ledger ${table} lacks ${missing.join(', ')}, without which nobody knows what is applied; nothing was written to it.`,
  fix: 'Find out who changed the ledger; restore a backup.',
  restores: true,
  facts: { table, missing },
})
