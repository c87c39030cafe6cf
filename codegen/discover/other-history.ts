// Whether a folder holds the migrations of something else, which come before any that Lockstep could write into it. Pure.
import type { Diagnostic } from '../model/diagnostic.js'
import type { Discovery } from '../model/migration.js'

/**
 * What is wrong with the first file or folder that may be a migration of another tool: one that is numbered by date or time,
 * or, where nothing is a migration of Lockstep, anything that the folder should not hold. Null where a new migration can be
 * the next one.
 */
export const otherHistory = ({ files, diagnostics }: Discovery): Diagnostic | null =>
  diagnostics.find(({ code }) => code === 'VERSION_TIMESTAMP') ??
  (files.length === 0 ? diagnostics.find(({ code }) => code !== 'FOLDER_MISSING') : undefined) ??
  null
