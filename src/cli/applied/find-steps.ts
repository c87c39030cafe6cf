// Finds applied migrations that the code no longer has, by the digests in the ledger.
import { isIntegration } from '../generate/choose-memory.js'
import { downUnknown, type SearchedFor } from '../../errors/recovery.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { LedgerRow } from '../../model/ledger.js'
import type { RegistryEntry } from '../../model/registry.js'
import { versionId } from '../../model/version.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { Lent, Unusable } from '../../../codegen/records/read-step.js'
import { findRecord } from '../../../codegen/records/find-record.js'
import { lendAll } from '../../../codegen/bundle/lent-doors.js'
import { buildWall } from '../../../codegen/wall/build-wall.js'
import { buildSettings } from '../settings/build-settings.js'
import type { Settings } from '../settings/settings.js'
import type { DownSource } from '../command/down-source.js'

async function lend(): Promise<Omit<Lent, 'refuse'>> {
  const [doors, { toolkit }] = await Promise.all([
    lendAll(),
    import('../../run/context/toolkit.js'),
  ])
  return { doors, toolkit }
}

/** A migration as it was applied. */
export interface AppliedStep {
  readonly entry: RegistryEntry<ClientHandle>
  readonly source: DownSource
}

/** A migration that was found. */
export interface FoundStep extends AppliedStep {
  /** All the code it consists of, including helpers. */
  readonly text: string
}

/**
 * The applied migrations of these rows, as far as they can be found, for running: from the records of this project, except under
 * continuous integration, where restored caches may have been written by others; otherwise from the repository. `refuse` is
 * called for those that were found but can no longer be loaded: that does not end the search.
 */
export async function findStepsToRun(
  rows: readonly Recorded[],
  settings: Settings,
  refuse: Lent['refuse'] = () => {},
): Promise<ReadonlyMap<number, FoundStep>> {
  if (rows.length === 0) return new Map()
  const lent = { ...(await lend()), refuse }
  const found = recordsOf(rows, settings, lent)
  const missing = rows.filter(({ version }) => !found.has(version))
  return new Map([...found, ...(await committedOf(missing, settings, lent))])
}

/** The same for inspection only: what their modules do to databases while being loaded is undone. */
export const findSteps = (
  rows: readonly Recorded[],
  settings: Settings,
): Promise<ReadonlyMap<number, FoundStep>> =>
  buildWall().around(() => findStepsToRun(rows, settings))

/** What a record of this project says about a step, for inspection; null if there is none. */
export const findRecorded = (row: Recorded, settings: Settings): Promise<FoundStep | null> =>
  buildWall().around(async () => {
    const lent = { ...(await lend()), refuse: () => {} }
    return recordsOf([row], settings, lent).get(row.version) ?? null
  })

/** A step identified by the digests of its record; that of its `down` may be unknown. */
export interface Recorded extends Pick<
  LedgerRow,
  'version' | 'name' | 'checksum' | 'startedBy' | 'appliedAt'
> {
  readonly downChecksum: string | null | undefined
}

/** The same for a migration in the current code. */
export const findPresent = (
  { version, name, checksum, ...entry }: RegistryEntry<never>,
  settings: Settings,
): Promise<FoundStep | null> => {
  const downChecksum = entry.downChecksum ?? null
  const appliedAt = new Date().toISOString()
  return findRecorded(
    { version, name, checksum, downChecksum, startedBy: null, appliedAt },
    settings,
  )
}

function recordsOf(
  rows: readonly Recorded[],
  settings: Settings,
  lent: Lent,
): Map<number, FoundStep> {
  const found = new Map<number, FoundStep>()
  if (isIntegration(process.env['CI'])) return found
  for (const row of rows) {
    const step = recordOf(row, settings, lent)
    if (step) found.set(row.version, step)
  }
  return found
}

async function committedOf(
  rows: readonly Recorded[],
  settings: Settings,
  lent: Lent,
): Promise<[number, FoundStep][]> {
  if (rows.length === 0) return []
  // Imported lazily because it loads the compiler.
  const { findInGit } = await import('../../../codegen/records/find-in-git.js')
  const found = await findInGit(rows.map(keyOf), buildSettings(settings), lent)
  return rows.flatMap(({ version, name }): [number, FoundStep][] => {
    const step = found.get(version)
    if (!step) return []
    const { commit, ref, at, text } = step
    const entry = step.entry as RegistryEntry<ClientHandle>
    return [
      [
        version,
        {
          entry,
          source: { version, id: versionId(version), name, from: 'git', commit, ref, at },
          text,
        },
      ],
    ]
  })
}

/** A row gets the digest of its `down` only when the `up` has ended. */
const keyOf = (row: Recorded) => ({
  version: row.version,
  name: row.name,
  checksum: row.checksum ?? '',
  downChecksum: row.startedBy !== null && row.downChecksum === null ? undefined : row.downChecksum,
  appliedAt: row.appliedAt,
})

function recordOf(row: Recorded, settings: Settings, lent: Lent): FoundStep | null {
  const { version, name } = row
  const record = findRecord(keyOf(row), buildSettings(settings), lent)
  if (!record) return null
  const { at, text } = record
  const entry = record.entry as RegistryEntry<ClientHandle>
  return { entry, source: { version, id: versionId(version), name, from: 'record', at }, text }
}

/** Throws `DOWN_UNKNOWN` for the migrations of these rows that have to be undone and are not found. */
export function refuseUnknown(
  rows: readonly LedgerRow[],
  found: ReadonlyMap<number, AppliedStep>,
  search: SearchedFor & { readonly unusable: readonly Unusable[] },
): void {
  // For one without a `down`, planning says so.
  const unknown = rows.filter(
    ({ version, downChecksum }) => downChecksum !== null && !found.has(version),
  )
  if (unknown.length > 0) throw new LockstepError(downUnknown(unknown, search))
}
