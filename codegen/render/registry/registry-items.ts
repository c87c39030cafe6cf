// Collects the registry's data about each migration from the build steps before rendering.
import { Digester } from '../../checksum/checksum.js'
import { lineages } from '../../checksum/lineage.js'
import { executedTexts } from '../../check/source/executed-texts.js'
import { keepsForeignKeys } from '../../check/source/keeps-foreign-keys.js'
import type { Reading, Side } from '../../model/migration.js'
import type { RegistryItem } from '../../model/registry-item.js'

/**
 * Computes digests, lineages and proofs. The reading must be free of errors: versions 1, 2, 3 … without gap or
 * duplicate, and every migration readable.
 */
export function registryItems(reading: Reading): RegistryItem[] {
  const digester = new Digester(reading.discovery)
  const digested = reading.migrations.map((migration) => {
    const digests = digester.digests(migration)
    return {
      migration,
      ...digests,
      walks: digester.walks(migration),
      keepsForeignKeys: provenOf(migration.up),
      schema: null,
      acknowledged: [],
    }
  })
  const history = lineages(
    digested.map(({ migration, checksums }) => ({
      version: migration.version,
      checksum: checksums.up,
    })),
  )
  return digested.map((item, index) => ({ ...item, lineage: history[index]! }))
}

function provenOf(up: Side | null): RegistryItem['keepsForeignKeys'] {
  if (!up) return false
  const texts = up.kind === 'sql' ? up.pieces.map(({ text }) => text) : executedTexts(up)
  return texts !== null && keepsForeignKeys(texts)
}
