// Refuses connections whose state would mislead every check or keep a step from being rolled back.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { journalOff, schemaNameTaken } from '../../errors/usage.js'
import { isSameName } from '../../sql/names.js'
import type { Environment } from './environment.js'

/** A schema that does not exist, in which SQLite finds nothing but its built-in functions. */
const NOBODYS = 'unshadowed'

/**
 * Throws `SCHEMA_NAME_TAKEN` if a database is attached under the name that must not be a schema. Returns the schemas with their
 * files: `main`, `temp` if it has been used, and attached ones.
 */
export function* refuseTakenName<H>({ driver }: Environment<H>): Work<Map<string, unknown>> {
  const schemas = yield* settled(driver.query('PRAGMA database_list'))
  if (schemas.some(({ name }) => isSameName(String(name), NOBODYS)))
    throw new LockstepError(schemaNameTaken(NOBODYS))
  return new Map(schemas.map(({ name, file }) => [String(name), file]))
}

/** Whether `temp` has been used, without causing its first use, and the other schemas. */
export function* schemasOf<H>(
  env: Environment<H>,
): Work<{ readonly temp: boolean; readonly others: readonly string[] }> {
  const schemas = yield* refuseTakenName(env)
  return { temp: schemas.delete('temp'), others: [...schemas.keys()] }
}

/** Throws `JOURNAL_OFF` if nothing can be rolled back. */
export function* refuseNoJournal<H>({ driver }: Environment<H>): Work<void> {
  const [row] = yield* settled(driver.query('PRAGMA main.journal_mode'))
  if (row?.['journal_mode'] === 'off') throw new LockstepError(journalOff())
}
