// Loads better-sqlite3: the project's own copy, else one that is installed beside Lockstep.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { clientMissing } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Database } from '../../database/better-sqlite3/handle.js'
import { causesOf, messageOf } from '../describe-error.js'

/** The client's constructor. */
export type Client = new (
  path: string,
  options?: { readonly?: boolean; fileMustExist?: boolean; timeout?: number },
) => ClientHandle

/** An open database of the client. */
export type ClientHandle = Database & { close(): unknown }

const NAME = 'better-sqlite3'

/** Throws `CLIENT_MISSING` when it is installed in neither place, or does not load. */
export function loadClient(root: string): Client {
  const places = [join(root, 'package.json'), import.meta.url]
  const failures: unknown[] = []
  for (const place of places) {
    try {
      return createRequire(place)(NAME) as Client
    } catch (cause) {
      failures.push(cause)
    }
  }
  const [cause] = failures.filter((failure) => !isMissing(failure)).concat(failures)
  throw new LockstepError(clientMissing(NAME, root, isMissing(cause) ? null : messageOf(cause)), {
    cause,
  })
}

/** Not installed at all, in contrast to installed and broken (built for another Node, for one). */
const isMissing = (failure: unknown): boolean =>
  causesOf(failure).some((cause) => (cause as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND')
