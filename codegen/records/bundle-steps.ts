// Bundles each given migration into a text that runs without its file: its registry entry, and its code with everything of the
// project that it imports.
import { basename, dirname } from 'node:path'
import type { BuiltText } from '../bundle/build-module.js'
import type { GivenFiles } from '../bundle/given-files.js'
import type { RegistryItem } from '../model/registry-item.js'
import { importName, isImported, renderRecord } from '../render/registry/render-entry.js'
import { takesContext } from '../render/registry/takes-context.js'

/**
 * One text for each migration that can be bundled, from the `given` files if not from disk: a CommonJS module that exports
 * `entry`.
 */
export async function bundleSteps(
  items: readonly RegistryItem[],
  root: string,
  given?: GivenFiles,
): Promise<ReadonlyMap<RegistryItem, BuiltText>> {
  const written = items.filter(({ migration }) => !isImported(migration))
  const texts = written.map((item) => [item, withoutImports(item)] as const)
  return new Map([...texts, ...(await bundleImported(items, root, given))])
}

const withoutImports = (item: RegistryItem): BuiltText => ({
  code: `${takesContext(item.migration) ? TOOLS : ''}${needsOf(item)}exports.entry = ${renderRecord(item)}\n`,
  imported: '',
  files: [],
  externals: [],
})

async function bundleImported(
  items: readonly RegistryItem[],
  root: string,
  given?: GivenFiles,
): Promise<readonly (readonly [RegistryItem, BuiltText])[]> {
  const imported = items.filter(({ migration }) => isImported(migration))
  const [first] = imported
  if (!first) return []
  // Loading esbuild takes time that only code needs.
  const { buildEach } = await import('../bundle/build-module.js')
  const folder = dirname(first.migration.file.path)
  const place = { folder, root, ...(given && { given }) }
  const built = await buildEach(imported.map(importingText), place)
  return imported.flatMap((item, index) => {
    const text = built?.[index]
    return text === undefined ? [] : [[item, text] as const]
  })
}

/** The tools of `ctx` are not part of the text: whoever runs it supplies its own. */
const TOOLS = 'const toolkit = true\n'

/** A migration that is undone has been applied completely, so its batches are not resumed. */
const BATCHES = 'const resumable = undefined\n'

/** Its needs, which were met before it was applied. */
const needsOf = ({ migration: { needs = [] } }: RegistryItem): string =>
  needs.length > 0 ? 'const dependencies = undefined\n' : ''

function importingText(item: RegistryItem): string {
  const { version, form, file, batches } = item.migration
  const name = importName(version)
  const binding = form === 'exports' ? `* as ${name}` : name
  return [
    `import ${binding} from ${JSON.stringify(`./${basename(file.path)}`)}`,
    `${batches ? BATCHES : ''}${TOOLS}${needsOf(item)}export const entry = ${renderRecord(item)}\n`,
  ].join('\n')
}
