// Registries for tests of the runtime, in the shape that the generator writes.
import { createHash } from 'node:crypto'
import type { Database } from '../../src/database/better-sqlite3/handle.js'
import type {
  BatchedSource,
  MigrationSource,
  Registry,
  RegistryEntry,
} from '../../src/model/registry.js'

/** What a test states about a migration; the rest follows from its place in the list. */
export type Draft<H> = MigrationSource<H> & Partial<Omit<RegistryEntry<H>, 'version' | 'source'>>

/** The same for a migration with batches, as the generator writes it. */
export type BatchedDraft<H> = BatchedSource<H> &
  Pick<RegistryEntry<H>, 'resumable'> &
  Partial<Omit<RegistryEntry<H>, 'version' | 'source'>>

/** A registry of these migrations, numbered from 1, with digests computed from their code. */
export function registryOf<H = Database>(
  ...drafts: readonly (Draft<H> | BatchedDraft<H>)[]
): Registry<H> {
  let before = ''
  return drafts.map((draft, index) => {
    const { up, down, batches, ...stated } = { batches: undefined, ...draft }
    const version = index + 1
    const checksum = stated.checksum ?? digest(batches ?? up)
    const lineage = stated.lineage ?? digest([before, version, checksum])
    before = lineage
    return {
      version,
      name: `step_${version}`,
      file: `migrations/${String(version).padStart(3, '0')}_step_${version}.ts`,
      reversible: down !== undefined,
      ...(down !== undefined && { downChecksum: digest(down) }),
      ...stated,
      checksum,
      lineage,
      source: batches ? { batches, down } : { up: up!, down },
    }
  })
}

/** `count` migrations, each of which creates a table `t1`, `t2`, … and drops it in its `down`. */
export const tables = (count: number): Draft<Database>[] =>
  Array.from({ length: count }, (_, index) => ({
    up: `CREATE TABLE t${index + 1} (id INTEGER PRIMARY KEY)`,
    down: `DROP TABLE t${index + 1}`,
  }))

const digest = (what: unknown): string =>
  `1:${createHash('sha256')
    .update(
      JSON.stringify(what, (_, value: unknown) =>
        typeof value === 'function' ? String(value) : value,
      ),
    )
    .digest('hex')
    .slice(0, 32)}`
