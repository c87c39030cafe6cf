// Loads better-sqlite3: the project's own copy, or else one that is installed beside Lockstep.
import { orElse } from '../../src/model/or-else.js'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { clientMissing } from '../../src/errors/command-line.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import type { Database } from '../../src/database/better-sqlite3/handle.js'

/** The client's constructor. */
export type Client = new (
  source: string | Uint8Array,
  options?: { readonly?: boolean; fileMustExist?: boolean },
) => ClientHandle

/** An open database of the client. */
export type ClientHandle = Database & { close(): unknown }

const NAME = 'better-sqlite3'

/**
 * Looks beside Lockstep, or from `fallback`, only if the project has no copy: a project's copy that does not load has to be
 * fixed. Throws `CLIENT_MISSING` if there is none, or if it does not load.
 */
export function loadClient(root: string, fallback: string = import.meta.url): Client {
  const place = placeOf(root, fallback)
  if (!place) throw new LockstepError(clientMissing(NAME, root, null))
  try {
    return createRequire(place)(NAME) as Client
  } catch (cause) {
    throw brokenClient(root, cause)
  }
}

/** Whether a client is installed; it may still fail to load. */
export const isClientInstalled = (root: string, fallback: string = import.meta.url): boolean =>
  placeOf(root, fallback) !== undefined

const placeOf = (root: string, fallback: string): string | undefined =>
  [join(root, 'package.json'), fallback].find(has)

/**
 * Opens a database with the client. Throws `CLIENT_MISSING`, for a client built for another Node only here, and any error of the
 * client.
 */
export function openByClient(
  root: string,
  source: string | Uint8Array,
  options?: ConstructorParameters<Client>[1],
): ClientHandle {
  const Client = loadClient(root)
  try {
    return new Client(typeof source === 'string' ? source : Buffer.from(source), options)
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'ERR_DLOPEN_FAILED'
      ? brokenClient(root, cause)
      : cause
  }
}

/** The error for a client that is installed but does not load, most often because it was built for another Node. */
function brokenClient(root: string, cause: unknown): LockstepError {
  const [reason = ''] = String((cause as Error | null)?.message ?? cause).split(
    /\nRequire stack:|\. Please try/,
  )
  return new LockstepError(clientMissing(NAME, root, reason.replaceAll('\n', ' ')), { cause })
}

function has(place: string): boolean {
  return orElse(() => (createRequire(place).resolve(NAME), true), false)
}
