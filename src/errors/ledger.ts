// What can be wrong with the ledger itself, or with the database it should be in.
import type { Problem } from '../model/report.js'

/** The database has tables but no ledger: nobody knows which migrations its schema stands for. */
export const databaseUnmanaged = (table: string): Problem => ({
  code: 'DATABASE_UNMANAGED',
  severity: 'error',
  message: `The database has tables but no ledger ${table}: it was not made by these migrations.`,
  fix: "Check that it is the right database. Take it over with `lockstep adopt`; or, if its tables are no concern of these migrations, set onUnmanaged: 'allow'.",
  facts: { table },
})

/** A table with the ledger's name was made by another tool. */
export const ledgerForeign = (
  table: string,
  columns: readonly string[],
  fix = 'Take it over with `lockstep adopt`, or choose another name for the ledger with the option table.',
): Problem => ({
  code: 'LEDGER_FOREIGN',
  severity: 'error',
  message: `The table ${table} belongs to another tool (columns ${columns.join(', ')}); nothing was written to it.`,
  fix,
  facts: { table, columns },
})

/** A row of the ledger cannot be read as one. */
export const ledgerDamaged = (table: string, value: unknown): Problem => ({
  code: 'LEDGER_DAMAGED',
  severity: 'error',
  message: `The ledger ${table} has a row with the version ${JSON.stringify(value)}, which is no version or stands there twice.`,
  fix: 'Find out who changed the ledger; restore a backup.',
  facts: { table, value },
})

/** A trigger on the ledger, or a view in its place, undoes what is written to it. */
export const ledgerUndone = (table: string): Problem => ({
  code: 'LEDGER_UNDONE',
  severity: 'error',
  message: `What was written to ${table} is not there, or other rows of it are gone: a trigger on it, or a view in its place, undoes what is written. Nothing of it was kept.`,
  fix: 'Drop the triggers on it, and the view where it is one; then run again.',
  facts: { table },
})

/** The ledger has lost columns. */
export const ledgerIncomplete = (table: string, missing: readonly string[]): Problem => ({
  code: 'LEDGER_INCOMPLETE',
  severity: 'error',
  message: `The ledger ${table} lacks ${missing.join(', ')}, without which nobody knows what is applied; nothing was written to it.`,
  fix: 'Find out who changed the ledger; restore a backup.',
  facts: { table, missing },
})
