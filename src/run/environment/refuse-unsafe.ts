// Connections on which nothing is run: what they are like would deceive every check, or keep a step from being undone.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { journalOff, schemaNameTaken } from '../../errors/usage.js'
import { isSameName } from '../../sql/names.js'
import type { Environment } from './environment.js'

/** The schema that does not exist, in which SQLite looks for nothing but its own functions. */
const NOBODYS = 'unshadowed'

/**
 * Throws `SCHEMA_NAME_TAKEN` where a database is attached as what must be no schema. Answers the schemas that there are, with
 * their files: `main`, `temp` where it has been used, and those that are attached.
 */
export function* refuseTakenName<H>({ driver }: Environment<H>): Work<Map<string, unknown>> {
  const schemas = yield* settled(driver.query('PRAGMA database_list'))
  if (schemas.some(({ name }) => isSameName(String(name), NOBODYS)))
    throw new LockstepError(schemaNameTaken(NOBODYS))
  return new Map(schemas.map(({ name, file }) => [String(name), file]))
}

/** Whether `temp` has been used, without being the first to use it, and the other schemas. */
export function* schemasOf<H>(
  env: Environment<H>,
): Work<{ readonly temp: boolean; readonly others: readonly string[] }> {
  const schemas = yield* refuseTakenName(env)
  return { temp: schemas.delete('temp'), others: [...schemas.keys()] }
}

/** Throws `JOURNAL_OFF` where nothing can be rolled back. */
export function* refuseNoJournal<H>({ driver }: Environment<H>): Work<void> {
  const [row] = yield* settled(driver.query('PRAGMA main.journal_mode'))
  if (row?.['journal_mode'] === 'off') throw new LockstepError(journalOff())
}
