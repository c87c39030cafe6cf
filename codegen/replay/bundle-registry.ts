// Bundles the registry and everything it imports into one text, in memory. A successful build proves that all imports are static; the Node
// modules it still imports are reported.
import { fileStart } from '../diagnostics/problem.js'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import type { Bundle } from '../bundle/build-module.js'
import type { GivenFiles } from '../bundle/given-files.js'
import { projectPath } from '../project/project-path.js'
import type { Diagnostic } from '../model/diagnostic.js'
import type { RegistryItem } from '../model/registry-item.js'
import { isImported } from '../render/registry/render-entry.js'
import { renderRegistry, type RegistryLayout } from '../render/registry/render-registry.js'
import { takesContext } from '../render/registry/takes-context.js'
import type { GenerateSettings } from '../model/settings.js'
import { builtinLeaks } from './builtin-leaks.js'
import { replayBundleFailed, replayBundleLeaks } from './process/replay-problems.js'

/** A registry that can be run, or what keeps it from being built. */
export interface RegistryBundle {
  /** Null if it does not build. */
  readonly bundle: Bundle | null
  readonly diagnostics: readonly Diagnostic[]
}

/** The file that the bundle stands for. It does not exist, but its folder does; the folder of the generated files may not. */
export const registryPath = ({ migrations }: GenerateSettings): string =>
  join(migrations, '_lockstep-registry.ts')

/** Bundles the migrations as they are now, or those in `given`, regardless of the generated file. */
export async function bundleRegistry(
  all: readonly RegistryItem[],
  settings: GenerateSettings,
  given?: GivenFiles,
): Promise<RegistryBundle> {
  const items = all.map(withoutNeeds)
  const { root, driver } = settings
  const path = registryPath(settings)
  const migrations = projectPath(root, settings.migrations)
  const layout = { path, migrations, driver }
  if (!items.some(({ migration }) => isImported(migration) || takesContext(migration)))
    return { bundle: selfContained(items, layout), diagnostics: [] }
  const text = renderRegistry(items, { ...layout, language: 'ts', extension: 'ts' })
  // Loading esbuild takes time that only a replay needs.
  const { tryBuild } = await import('../bundle/build-module.js')
  const built = await tryBuild({ file: path, root, text, doors: 'lent', ...(given && { given }) })
  if (built.failure) {
    const top = fileStart(migrations)
    const diagnostics = built.problems.map(({ at, message }) =>
      replayBundleFailed(at ?? top, message),
    )
    return { bundle: null, diagnostics }
  }
  return { bundle: built, diagnostics: leaks(items, built, root) }
}

/** Whatever is needed exists when the registry is replayed. */
function withoutNeeds(item: RegistryItem): RegistryItem {
  const { needs, ...migration } = item.migration
  return needs ? { ...item, migration } : item
}

/** A registry without imports is a complete module as rendered. */
function selfContained(
  items: readonly RegistryItem[],
  layout: Pick<RegistryLayout, 'path' | 'migrations' | 'driver'>,
): Bundle {
  const form = { language: 'js', modules: 'commonjs', extension: 'js' } as const
  const { path } = layout
  return {
    code: renderRegistry(items, { ...layout, ...form }),
    inputs: [path],
    imports: new Map([[path, []]]),
  }
}

/** Node modules that a migration reaches through other files; a rule reports those that it imports itself. */
function leaks(items: readonly RegistryItem[], { imports }: Bundle, root: string): Diagnostic[] {
  return items.flatMap(({ migration }) =>
    builtinLeaks(migration.file.path, imports, isBuiltin).map(({ module, through }) =>
      replayBundleLeaks(migration.position, module, projectPath(root, through)),
    ),
  )
}
