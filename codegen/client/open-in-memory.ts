// Opens an in-memory database with the project's `open`, with the functions that its migrations may need.
import { openFailed } from '../../src/errors/command-line.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import type { DatabaseConfig } from '../../src/model/config.js'
import type { Wall } from '../wall/wall.js'
import { openByClient, type ClientHandle } from './load-client.js'
import { openByProject } from './open-by-project.js'

/** How a project opens its database. */
export interface Opening {
  /** The project's folder, from which its client is loaded. */
  readonly root: string
  /** The `open` of the configuration, if there is one. */
  readonly open?: DatabaseConfig['open']
  /** The wall that keeps the project's `open` away from files, if there is one. */
  readonly wall?: Wall
  /** The initial content of the database; only if the client opens it, not the project. */
  readonly content?: Uint8Array
}

/**
 * Throws `CLIENT_MISSING`, and `OPEN_FAILED` if `open` fails or returns a database in a file: nothing must ever be replayed on
 * one.
 */
export async function openInMemory(opening: Opening): Promise<ClientHandle> {
  const { root, open, content, wall } = opening
  const byProject = async () => open && openByProject(open, ':memory:', { readonly: false })
  const opened = await (wall ? wall.whileOpening(byProject) : byProject())
  const handle = opened ?? openByClient(root, content ?? ':memory:')
  const reason = reasonAgainst(handle, wall)
  if (reason === null) return handle
  handle.close()
  throw new LockstepError(openFailed(':memory:', reason))
}

function reasonAgainst(handle: ClientHandle, wall: Wall | undefined): string | null {
  if (wall?.fileOf(handle)) return 'it opened a file instead'
  const files = handle.prepare<[], { file: string }>('PRAGMA database_list').all()
  if (files.some(({ file }) => file)) return 'it opened a file instead'
  return null
}
