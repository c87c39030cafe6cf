// Loads the Prettier that formats generated files: the project's own, so that its editor agrees with the result.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Prettier from 'prettier'

/** What is used of Prettier; versions 2 and 3 both have it. */
export type Formatter = Pick<typeof Prettier, 'format' | 'resolveConfig' | 'resolveConfigFile'>

/** The Prettier that the project at `root` has installed, else the one that came with Lockstep. */
export async function loadPrettier(root: string): Promise<Formatter> {
  return (await loadInstalled(root)) ?? (await import('prettier'))
}

async function loadInstalled(root: string): Promise<Formatter | null> {
  try {
    const entry = createRequire(join(root, 'package.json')).resolve('prettier')
    // Prettier 2 is CommonJS: everything hangs on the default export.
    const loaded = (await import(pathToFileURL(entry).href)) as Formatter | { default: Formatter }
    return 'format' in loaded ? loaded : loaded.default
  } catch {
    return null
  }
}
