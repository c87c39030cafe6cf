// Errors about the ledger itself, or about the database it should be in.
import { NOTHING_CHANGED, RUN_AGAIN, THEIRS_FIRST } from '../model/told-step.js'
import { versionId } from '../model/version.js'
import { quoteIdentifier } from '../sql/names.js'
import type { Cause } from './lockstep-error.js'

const TAKE_OVER = `Adopt it with \`lockstep adopt\`, once the migrations folder has ${THEIRS_FIRST}`

/** The database has tables but no ledger, or an empty one: it is unknown which migrations its schema stands for. */
export const databaseUnmanaged = (table: string): Cause => ({
  code: 'DATABASE_UNMANAGED',
  message: `The database has tables, but its ledger ${table} is missing or empty: either these migrations did not create it, or the ledger's rows were deleted.`,
  fix: `Check that this is the right database. ${TAKE_OVER}; or list tables that do not belong to these migrations in \`ignoreTables\`, or set onUnmanaged: 'allow'.`,
  facts: { table },
})

/** The history has a different name than when it was applied, so its ledger is another table. */
export const ledgerRenamed = (heldBy: string, table: string): Cause => ({
  code: 'LEDGER_RENAMED',
  message: `There is no ledger ${table}, but ${heldBy} has these same migrations: the history had another name when they were applied, or two histories have the same migrations. Nothing was changed.`,
  fix: `If ${heldBy} is the ledger of another history that is in use, give this one migrations of its own. Otherwise set \`history\` in the configuration back to what it was, and run \`lockstep gen\`. To keep the new name, if no other history needs this one, run \`ALTER TABLE ${quoteIdentifier(heldBy)} RENAME TO ${quoteIdentifier(table)}\`, and the same for ${heldBy}_log, ${heldBy}_progress and ${heldBy}_downs, if they exist.`,
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
 * its row was deleted from the ledger, or someone else created them.
 */
export const ledgerBehind = (
  id: string,
  objects: readonly string[],
  { forgotten, isChanged }: Behind,
): Cause => ({
  code: 'LEDGER_BEHIND',
  message: `The ledger does not have ${id}, but what it creates or changes is already there: ${objects.map((key) => (isChanged(key) ? `${key} (changed)` : key)).join(', ')}.${forgotten ? ` According to the log, ${id} was ${forgotten.by === 'mark' ? 'marked as pending' : 'rolled back'} at ${forgotten.at}.` : ''}`,
  fix: {
    mark: `Undo it by hand, and apply ${id} with \`lockstep migrate\`; or, if all of ${id} is there, mark it as applied again with \`lockstep mark ${id} --applied\`, which asks for a reason if it may write rows. As long as it is there, ${id} fails.`,
    rollback: `Its down left it there, or someone has created it since: undo it by hand, and fix the down. As long as it is there, ${id} fails.`,
    unknown: `If ${id} was applied, record it with \`lockstep mark ${id} --applied\`, which asks for a reason if it may write rows. Otherwise find out who did this, and undo it: ${id} fails as long as it is there.`,
  }[forgotten?.by ?? 'unknown'],
  facts: { version: Number(id), objects },
})

/** A table with the ledger's name was created by another tool. */
export const ledgerForeign = (
  table: string,
  columns: readonly string[],
  fix = `${TAKE_OVER}; or choose another name for the ledger with the option \`table\`.`,
): Cause => ({
  code: 'LEDGER_FOREIGN',
  message: `The table ${table} belongs to another tool (columns ${columns.join(', ')}); nothing was written to it.`,
  fix,
  facts: { table, columns },
})

/** A step that declares batches was started, and the table with its progress is gone. */
export const progressMissing = (version: number, table: string): Cause => ({
  code: 'LEDGER_PROGRESS_MISSING',
  message: `The table ${table}, which records how far ${versionId(version)} has got, is gone, so Lockstep cannot tell which rows are done.`,
  fix: `Find out who removed it, and restore a backup. To start over instead, undo by hand what the step has done, and run \`lockstep mark ${versionId(version)} --pending\`.`,
  next: '',
  facts: { version, table },
})

/** A row of the ledger cannot be parsed. */
export const ledgerDamaged = (table: string, value: unknown): Cause => ({
  code: 'LEDGER_DAMAGED',
  message: `The ledger ${table} has a row with the version ${JSON.stringify(value)}, which is not a version or occurs twice.`,
  fix: 'Find out who changed the ledger, and restore a backup.',
  restores: true,
  facts: { table, value },
})

/** A trigger on the ledger, or a view in its place, undoes writes to it. */
export const ledgerUndone = (table: string): Cause => ({
  code: 'LEDGER_UNDONE',
  message: `What was written to ${table} is not there, or other rows are gone: a trigger or a view there undoes writes.`,
  state: NOTHING_CHANGED,
  fix: 'Drop its triggers; if it is a view, drop the view.',
  next: RUN_AGAIN,
  facts: { table },
})

/** The ledger has lost columns. */
export const ledgerIncomplete = (table: string, missing: readonly string[]): Cause => ({
  code: 'LEDGER_INCOMPLETE',
  message: `The ledger ${table} lacks ${missing.join(', ')}, without which Lockstep cannot tell what is applied; nothing was written to it.`,
  fix: 'Find out who changed the ledger, and restore a backup.',
  restores: true,
  facts: { table, missing },
})
