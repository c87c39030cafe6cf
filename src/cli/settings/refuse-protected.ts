// Keeps development commands from touching a protected database.
import { databaseProtected } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Settings } from './settings.js'

/** Throws `DATABASE_PROTECTED`; `command` is the called command, like `lockstep reset`. */
export function refuseProtected(settings: Pick<Settings, 'protected'>, command: string): void {
  if (settings.protected) throw new LockstepError(databaseProtected(command))
}
