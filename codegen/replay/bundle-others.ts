// Bundles the histories that are built before the one to replay.
import type { Bundle } from '../bundle/build-module.js'
import type { Diagnostic } from '../model/diagnostic.js'
import type { RegistryItem } from '../model/registry-item.js'
import type { GenerateSettings } from '../model/settings.js'
import { bundleRegistry, registryPath, type RegistryBundle } from './bundle-registry.js'
import type { NeededCode } from './process/protocol.js'
import type { StepNeeds } from './sides/history-run.js'

/** Another history. */
export interface OtherHistory {
  readonly name: string
  /** The version up to which it is needed. */
  readonly version: number
  /** All its versions, as far as they can be read. */
  readonly items: readonly RegistryItem[]
  readonly settings: GenerateSettings
}

/** Leaves warnings about them to their own build. */
export async function bundleOthers(histories: readonly OtherHistory[]): Promise<{
  readonly needed: readonly NeededCode[]
  readonly bundles: readonly Bundle[]
  readonly diagnostics: readonly Diagnostic[]
}> {
  const needed: NeededCode[] = []
  const diagnostics: Diagnostic[] = []
  const bundles: Bundle[] = []
  for (const { name, version, items: all, settings } of histories) {
    const { items, bundle, diagnostics: found } = await bundled(all, version, settings)
    diagnostics.push(...found.filter(isError))
    if (!bundle) continue
    const path = registryPath(settings)
    bundles.push(bundle)
    needed.push({
      name,
      version,
      table: settings.table,
      code: bundle.code,
      path,
      needs: needsOf(items),
    })
  }
  return { needed, bundles, diagnostics }
}

/** What migrations need, by version. */
export const needsOf = (items: readonly RegistryItem[]): StepNeeds[] =>
  items.flatMap(({ migration: { version, needs } }) =>
    needs ? [{ version, needs: needs.map(({ value }) => value) }] : [],
  )

/** Versions that are not needed and cannot be bundled do not matter. */
async function bundled(
  all: readonly RegistryItem[],
  version: number,
  settings: GenerateSettings,
): Promise<RegistryBundle & { readonly items: readonly RegistryItem[] }> {
  const whole = await bundleRegistry(all, settings)
  if (whole.bundle && !whole.diagnostics.some(isError)) return { ...whole, items: all }
  const items = all.filter(({ migration }) => migration.version <= version)
  return { ...(await bundleRegistry(items, settings)), items }
}

const isError = ({ severity }: Diagnostic): boolean => severity === 'error'
