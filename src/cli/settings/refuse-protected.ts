// What is for development only does not touch a database that the configuration calls protected.
import { databaseProtected } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Settings } from './settings.js'

/** Throws `DATABASE_PROTECTED`; `command` is what was called, like `lockstep reset`. */
export function refuseProtected(settings: Pick<Settings, 'protected'>, command: string): void {
  if (settings.protected) throw new LockstepError(databaseProtected(command))
}
