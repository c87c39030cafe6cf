// Everything that is generated, as it should be: the registry, and where the schema is known, the files about it.
import { join } from 'node:path'
import type { Proof } from '../model/evidence.js'
import { textOf, type WantedFile } from '../model/generated-file.js'
import type { GenerateSettings } from '../model/settings.js'
import type { SnapshotProof } from '../model/snapshot-proof.js'
import { projectPath } from '../project/project-path.js'
import type { Imports } from './registry/resolve-import-extension.js'
import type { RegistryItem } from '../model/registry-item.js'
import { registryParts } from './registry/render-registry.js'
import { snapshotFile } from './snapshot-file.js'
import { schemaFiles } from './schema/schema-files.js'

/**
 * The registry first, not yet formatted. Without replay nothing is known about the schema, and where a version could not
 * be applied not enough: the files about it are left alone then, and a snapshot that is missing is one that exports none.
 */
export function renderFiles(
  { items, proof, snapshot }: Rendered,
  settings: GenerateSettings,
  imports: Imports,
): WantedFile[] {
  const registry = registryFile(withSchemas(items, proof), settings, imports)
  const snapshotOf = (made: SnapshotProof): WantedFile[] =>
    settings.snapshot ? [snapshotFile(made, items, settings, imports)] : []
  if (!proof?.complete)
    return [
      registry,
      ...snapshotOf(NOT_REPLAYED).map((one) => ({ ...one, standIn: true as const })),
    ]
  const kept = snapshotOf(snapshot ?? NOTHING_TO_KEEP)
  return [registry, ...kept, ...schemaFiles(proof, items, settings)]
}

const NOT_REPLAYED = { withheld: 'not all migrations were replayed', version: 0 }

const NOTHING_TO_KEEP = { withheld: 'there are no migrations', version: 0 }

/** What the files are made of. */
export interface Rendered {
  readonly items: readonly RegistryItem[]
  readonly proof: Proof | null
  readonly snapshot: SnapshotProof | null
}

function registryFile(
  items: readonly RegistryItem[],
  settings: GenerateSettings,
  { extension, modules }: Imports,
): WantedFile {
  const { root, language, driver, history, histories } = settings
  const path = join(settings.out, `registry.${language}`)
  const migrations = projectPath(root, settings.migrations)
  const place = { path, migrations, history, histories }
  const parts = registryParts(items, { ...place, driver, language, extension, modules })
  return { path, file: projectPath(root, path), root, text: textOf(parts), parts }
}

/** The same items with what replaying found out about the schema after each; as they are without replay. */
export function withSchemas(
  items: readonly RegistryItem[],
  proof: Proof | null,
): readonly RegistryItem[] {
  if (!proof) return items
  const { versions } = proof
  const proofs = new Map(versions.map((one) => [one.version, one]))
  return items.map((item) => ({ ...item, schema: proofs.get(item.migration.version) ?? null }))
}
