// Connections on which nothing is run: what they are like would deceive every check, or keep a step from being undone.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { journalOff, schemaNameTaken } from '../../errors/usage.js'
import { isSameName } from '../../sql/names.js'
import type { Environment } from './environment.js'

/** The schema that does not exist, in which SQLite looks for nothing but its own functions. */
const NOBODYS = 'unshadowed'

/** Throws `SCHEMA_NAME_TAKEN` where a database is attached as what must be no schema. */
export function* refuseTakenName<H>({ driver }: Environment<H>): Work<void> {
  const attached = yield* settled(driver.query('PRAGMA database_list'))
  if (attached.some(({ name }) => isSameName(String(name), NOBODYS)))
    throw new LockstepError(schemaNameTaken(NOBODYS))
}

/** Throws `JOURNAL_OFF` where nothing can be rolled back. */
export function* refuseNoJournal<H>({ driver }: Environment<H>): Work<void> {
  const [row] = yield* settled(driver.query('PRAGMA main.journal_mode'))
  if (row?.['journal_mode'] === 'off') throw new LockstepError(journalOff())
}
