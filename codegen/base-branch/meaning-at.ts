// Compares the file of a migration in a commit with a checksum, whatever a registry says there.
import { withAliases } from '../bundle/resolve-aliases.js'
import { digest } from './digested.js'
import { discoverAt } from './discover-at.js'
import { readTree } from './read-tree.js'

/** The location of the migrations folder: on disk, and in a repository that contains `at`. */
interface Place {
  readonly at: string
  readonly folder: string
  readonly migrations: string
}

/** A migration as recorded in the ledger. */
interface Identity {
  readonly version: number
  readonly name: string
  readonly checksum: string | null
}

/** Whether a commit has the migration with this checksum, something else under its number and name, or nothing. */
export async function meaningAt(
  { at, folder, migrations }: Place,
  commit: string,
  { version, name, checksum }: Identity,
): Promise<'same' | 'other' | 'none'> {
  const files = await readTree({ at, path: migrations }, commit, migrations)
  const discovery = await withAliases(await discoverAt(files, 'migrations'), folder)
  const own = discovery.files.filter(({ from, to }) => from <= version && version <= to)
  const found = digest({ ...discovery, files: own }).filter(
    (one) => one.version === version && one.name === name,
  )
  if (found.length === 0) return 'none'
  const isSame = found.some(
    ({ checksums, formerly }) =>
      checksum !== null && [checksums?.up, ...formerly].includes(checksum),
  )
  return isSame ? 'same' : 'other'
}
