// Checks whether a folder holds migrations of another tool, which precede any that Lockstep could write into it. Pure.
import type { Diagnostic } from '../model/diagnostic.js'
import type { Discovery } from '../model/migration.js'

/**
 * The problem with the first file or folder that may be another tool's migration: one numbered by date or time, or, if there is
 * no Lockstep migration, anything that does not belong in the folder. Null if a new migration can be added.
 */
export const otherHistory = ({ files, diagnostics }: Discovery): Diagnostic | null =>
  diagnostics.find(({ code }) => code === 'VERSION_TIMESTAMP') ??
  (files.length === 0 ? diagnostics.find(({ code }) => code !== 'FOLDER_MISSING') : undefined) ??
  null
