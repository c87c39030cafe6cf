// Errors about loading schema.sql instead of running the migrations. Nothing was changed in any of these cases.
import { NOTHING_CHANGED } from '../model/told-step.js'
import type { Cause } from './lockstep-error.js'

/** The database to load into is not empty. */
export const loadNotEmpty = (found: readonly string[]): Cause => ({
  code: 'LOAD_NOT_EMPTY',
  message: `The schema can only be loaded into an empty database, and this one has ${listed(found)}. ${NOTHING_CHANGED}`,
  fix: 'If Lockstep manages this database, bring it up to date with `lockstep migrate`. Otherwise adopt it with `lockstep adopt`, or name a new file with --db.',
  facts: { found },
})

/** There is no schema proven by the build. */
export const loadUnproven = (reason: string): Cause => ({
  code: 'LOAD_UNPROVEN',
  message: `There is nothing to load: ${reason}. ${NOTHING_CHANGED}`,
  fix: 'Run `lockstep gen` without --no-replay, which writes schema.sql and the digests to compare it with; or apply the migrations with `lockstep migrate`.',
})

/** The migrations do more than create a schema, or it cannot be determined whether they do. */
export const loadIncomplete = (file: string, reasons: readonly string[]): Cause => ({
  code: 'LOAD_INCOMPLETE',
  message: `${file} has only the schema, and cannot replace the migrations: ${reasons.join('; ')}. ${NOTHING_CHANGED}`,
  fix: 'Apply the migrations with `lockstep migrate`.',
  facts: { reasons },
})

/** What the file creates is not what the migrations create. */
export const loadSchemaDiffers = (file: string, reasons: readonly string[]): Cause => ({
  code: 'LOAD_SCHEMA_DIFFERS',
  message: `${file} is not what the migrations produce: ${reasons.join('; ')}. ${NOTHING_CHANGED}`,
  fix: 'Rewrite it with `lockstep gen`, and do not edit it; or apply the migrations with `lockstep migrate`.',
  facts: { reasons },
})

/** The first five, and the number of the others. */
function listed(found: readonly string[]): string {
  const more = found.length - 5
  return found.slice(0, 5).join(', ') + (more > 0 ? `, and ${more} more` : '')
}
