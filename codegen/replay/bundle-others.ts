// Bundles the histories that are built before the one that is replayed.
import type { Diagnostic } from '../model/diagnostic.js'
import type { RegistryItem } from '../model/registry-item.js'
import type { GenerateSettings } from '../model/settings.js'
import { bundleRegistry, registryPath } from './bundle-registry.js'
import type { NeededCode } from './process/protocol.js'

/** Another history, up to the version that is needed. */
export interface OtherHistory {
  readonly name: string
  readonly items: readonly RegistryItem[]
  readonly settings: GenerateSettings
}

/** Warnings about them are for their own build. */
export async function bundleOthers(histories: readonly OtherHistory[]): Promise<{
  readonly needed: readonly NeededCode[]
  readonly diagnostics: readonly Diagnostic[]
  /** The files that they were made from, absolute. */
  readonly consulted: readonly string[]
}> {
  const needed: NeededCode[] = []
  const diagnostics: Diagnostic[] = []
  const consulted = new Set<string>()
  for (const { name, items, settings } of histories) {
    const { bundle, diagnostics: found } = await bundleRegistry(items, settings)
    diagnostics.push(...found.filter(({ severity }) => severity === 'error'))
    const path = registryPath(settings)
    for (const file of filesOf(items)) consulted.add(file)
    if (!bundle) continue
    for (const input of bundle.inputs) if (input !== path) consulted.add(input)
    needed.push({ name, table: settings.table, code: bundle.code, path })
  }
  return { needed, diagnostics, consulted: [...consulted] }
}

const filesOf = (items: readonly RegistryItem[]): string[] =>
  items.flatMap(({ migration: { file, downFile } }) => [
    file.path,
    ...(downFile ? [downFile.path] : []),
  ])
