// Snapshots of registries for tests, proven as in the build, but inside this process.
import Client from 'better-sqlite3'
import { proveSnapshot } from '../../codegen/replay/snapshot/prove-snapshot.js'
import type { SnapshotProof } from '../../codegen/model/snapshot-proof.js'
import type { HistoryRun } from '../../codegen/replay/sides/history-run.js'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import type { Registry } from '../../src/model/registry.js'
import type { SnapshotContent } from '../../src/model/snapshot.js'

/** The build's proof of the snapshot of these migrations. */
export const proofOf = (
  registry: Registry<Database>,
  stated: Partial<HistoryRun> = {},
): Promise<SnapshotProof> =>
  proveSnapshot({
    registry,
    open: async () => new Client(':memory:') as Database,
    table: '_migrations',
    ignoreTables: [],
    seeds: {},
    provenTo: 0,
    report() {},
    ...stated,
  })

/** The snapshot itself; throws if it is withheld. */
export async function contentOf(registry: Registry<Database>): Promise<SnapshotContent> {
  const proof = await proofOf(registry)
  if ('withheld' in proof) throw new TypeError(proof.withheld)
  return { ...proof.content, lineage: registry.at(-1)!.lineage }
}
