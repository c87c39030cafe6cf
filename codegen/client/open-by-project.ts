// Calls the `open` of the configuration and checks that it returns a database.
import { openFailed } from '../../src/errors/command-line.js'
import { isLockstepError, LockstepError } from '../../src/errors/lockstep-error.js'
import type { DatabaseConfig, OpenOptions } from '../../src/model/config.js'
import type { ClientHandle } from './load-client.js'

/**
 * Opens a database with the project's `open`. Throws `OPEN_FAILED` if `open` throws or returns something else; SQLite's error for
 * a file that must be recovered first, see `needsRecovery`, is passed on unchanged.
 */
export async function openByProject(
  open: NonNullable<DatabaseConfig['open']>,
  path: string,
  options: OpenOptions,
): Promise<ClientHandle> {
  let handle: unknown
  try {
    handle = await open(path, options)
  } catch (cause) {
    if (isLockstepError(cause) || needsRecovery(cause)) throw cause
    const reason = String((cause as Error | null)?.message ?? cause)
    throw new LockstepError(openFailed(path, reason), { cause })
  }
  if (isHandle(handle)) return handle
  throw new LockstepError(openFailed(path, 'it returned no open handle of better-sqlite3'))
}

/** Whether a crash has left a journal that must be rolled back first, which a read-only connection cannot do. */
export const needsRecovery = (error: unknown): boolean =>
  /^SQLITE_READONLY_(ROLLBACK|RECOVERY)/.test(String((error as { code?: unknown } | null)?.code))

function isHandle(value: unknown): value is ClientHandle {
  const { prepare, exec, open } = (value ?? {}) as Partial<Record<string, unknown>>
  return typeof prepare === 'function' && typeof exec === 'function' && open !== false
}
