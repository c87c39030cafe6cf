// Opens a database in memory the project's way, with the functions that its migrations may need.
import { openFailed } from '../../src/errors/command-line.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import type { DatabaseConfig } from '../../src/model/config.js'
import { brokenClient, loadClient, type ClientHandle } from './load-client.js'
import { openByProject } from './open-by-project.js'

/** How a project opens its database. */
export interface Opening {
  /** The project's folder, from which its client is loaded. */
  readonly root: string
  /** The `open` of the configuration, where there is one. */
  readonly open?: DatabaseConfig['open']
  /** The bytes of a database to begin with; only where the client opens it, not the project. */
  readonly content?: Uint8Array
}

/**
 * Throws `CLIENT_MISSING`, and `OPEN_FAILED` when `open` fails or answers with a database that lies in a file: nothing
 * must ever be replayed on one.
 */
export async function openInMemory({ root, open, content }: Opening): Promise<ClientHandle> {
  const handle = open
    ? await openByProject(open, ':memory:', { readonly: false })
    : openByClient(root, content ?? ':memory:')
  const reason = reasonAgainst(handle)
  if (reason === null) return handle
  handle.close()
  throw new LockstepError(openFailed(':memory:', reason))
}

function openByClient(root: string, source: string | Uint8Array): ClientHandle {
  const Client = loadClient(root)
  try {
    return new Client(typeof source === 'string' ? source : Buffer.from(source))
  } catch (cause) {
    throw brokenClient(root, cause)
  }
}

function reasonAgainst(handle: ClientHandle): string | null {
  const files = handle.prepare<[], { file: string }>('PRAGMA database_list').all()
  if (files.some(({ file }) => file)) return 'it opened a file instead'
  return null
}
