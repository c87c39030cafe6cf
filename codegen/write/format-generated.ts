// Formats generated text the way the project formats its own code.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Options } from 'prettier'
import { packageFile } from '../cache/lockstep-package.js'
import { loadPrettier, type Formatter } from './load-prettier.js'
import { foldersUpTo, isInside, repositoryRoot } from './repository-root.js'

/** The formatted text, and why the project's configuration could not be followed if that was so. */
export interface Formatted {
  readonly text: string
  readonly failure: string | null
}

/** How lines end in a file that is already there. */
export type LineEnd = 'lf' | 'crlf'

/**
 * Formats `text` as the content of `path` with the Prettier and the configuration of the project at `root`. What
 * `.prettierignore` says does not matter: generated files are always formatted. `lineEnd` wins over the configuration
 * where it is given. A configuration that fails (a plugin that is not installed, a syntax error) gives Prettier's own
 * style and the reason.
 */
export async function formatGenerated(
  text: string,
  { path, root }: { readonly path: string; readonly root: string },
  lineEnd: LineEnd | null,
): Promise<Formatted> {
  const prettier = await loadPrettier(root)
  const fixed = { ...FIXED, filepath: path, ...(lineEnd && { endOfLine: lineEnd }) }
  try {
    const options = await readOptions(prettier, path, root)
    return { text: await prettier.format(text, { ...options, ...fixed }), failure: null }
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error)
    return { text: await prettier.format(text, fixed), failure: firstLine(failure) }
  }
}

/** SQL inside the registry is data: no plugin may touch it. And no pragma decides whether the file is formatted. */
const FIXED: Options = { embeddedLanguageFormatting: 'off', requirePragma: false }

/** The configuration from the repository's root downwards; what lies above it differs from machine to machine. */
async function readOptions(prettier: Formatter, path: string, root: string): Promise<Options> {
  const border = repositoryRoot(root)
  const found = await prettier.resolveConfigFile(path)
  const config = found !== null && isInside(found, border) ? found : null
  const editorconfig = foldersUpTo(dirname(path), border).some((folder) =>
    existsSync(join(folder, '.editorconfig')),
  )
  if (config === null && !editorconfig) return {}
  // Prettier searches upwards without end unless it is told a file: Lockstep's package.json, which configures nothing.
  const options = { config: config ?? packageFile(), editorconfig, useCache: false }
  return (await prettier.resolveConfig(path, options)) ?? {}
}

const firstLine = (text: string): string => text.split('\n', 1)[0]!
