// Formats generated text the way the project formats its own code.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Options } from 'prettier'
import type * as Prettier from 'prettier'
import { textOf, type Parts } from '../model/generated-file.js'
import type { GenerateSettings } from '../model/settings.js'
import { packageFile } from '../project/lockstep-package.js'
import { foldersUpTo, isInside, repositoryRoot } from '../project/repository-root.js'
import { formatPieces } from './format-pieces.js'

/** The formatted text, and why the project's configuration could not be followed if that was so. */
export interface Formatted {
  readonly text: string
  readonly failure: string | null
}

/** How lines end in a file that is already there. */
export type LineEnd = 'lf' | 'crlf'

/** Where the text will stand, and the file that remembers its pieces; null where nothing is remembered. */
export interface FormattedPlace {
  readonly path: string
  readonly root: string
  readonly memory: string | null
}

/**
 * Formats a text as the content of `path` with the Prettier and the configuration of the project at `root`. What
 * `.prettierignore` says does not matter: generated files are always formatted. `lineEnd` wins over the configuration
 * where it is given. A configuration that fails (a plugin that is not installed, a syntax error) gives Prettier's own
 * style and the reason.
 */
export async function formatGenerated(
  parts: Parts,
  { path, root, memory }: FormattedPlace,
  lineEnd: LineEnd | null,
): Promise<Formatted> {
  const fixed = { ...FIXED, ...(lineEnd && { endOfLine: lineEnd }) }
  try {
    const prettier = await loadPrettier(root)
    const options = { ...(await readOptions(prettier, path, root)), ...fixed }
    return { text: await formatParts(parts, { prettier, options, path, memory }), failure: null }
  } catch (error) {
    const { format } = await import('prettier')
    const failure = error instanceof Error ? error.message : String(error)
    const options = { ...quickened({}, path), ...fixed, filepath: path }
    return { text: await format(textOf(parts), options), failure: firstLine(failure) }
  }
}

/**
 * Has loaded what formats the generated files: a build that waits anyway need not wait for that later. What fails here fails again,
 * and is told of, where a file is formatted.
 */
export async function readyFormatter({ out, root, language, schemaPage }: Wanted): Promise<void> {
  const names = [`registry.${language}`, ...(schemaPage ? ['SCHEMA.md'] : [])]
  for (const name of names)
    await formatGenerated([''], { path: join(out, name), root, memory: null }, null).catch(() => {})
}

type Wanted = Pick<GenerateSettings, 'out' | 'root' | 'language' | 'schemaPage'>

interface Formatting extends Pick<FormattedPlace, 'path' | 'memory'> {
  readonly prettier: Formatter
  readonly options: Options
}

/** In pieces, unless a plugin may move them, or a reader take them for something else. */
async function formatParts(
  parts: Parts,
  { prettier, options, path, memory }: Formatting,
): Promise<string> {
  const quick = { ...quickened(options, path), filepath: path }
  const format = (text: string): string | Promise<string> => prettier.format(text, quick)
  const { version } = prettier
  const isWhole = memory === null || version === undefined || !isPlain(options)
  if (isWhole) return format(textOf(parts))
  const key = JSON.stringify([version, options])
  const style = { format, key, language: isCode(path) ? 'code' : 'page' } as const
  return (await formatPieces(parts, style, memory)) ?? format(textOf(parts))
}

/** SQL inside the registry is data: no plugin may touch it. And no pragma decides whether the file is formatted. */
const FIXED: Options = { embeddedLanguageFormatting: 'off', requirePragma: false }

/**
 * Reads with Babel, which saves a quarter of a second on a thousand migrations and prints a registry, JavaScript or
 * TypeScript, like the default reader does; unless a reader is configured, or plugins, which may bring one of their own.
 */
const quickened = (options: Options, path: string): Options =>
  isCode(path) && isPlain(options) ? { ...options, parser: 'babel-ts' } : options

const isCode = (path: string): boolean => /\.[cm]?[jt]s$/.test(path)

const isPlain = ({ parser, plugins }: Options): boolean => parser === undefined && !plugins?.length

/** The configuration from the repository's root downwards; what lies above it differs from machine to machine. */
async function readOptions(prettier: Formatter, path: string, root: string): Promise<Options> {
  const border = repositoryRoot(root)
  const found = await prettier.resolveConfigFile(path)
  const config = found !== null && isInside(found, border) ? found : null
  const editorconfig = foldersUpTo(dirname(path), border).some((folder) =>
    existsSync(join(folder, '.editorconfig')),
  )
  if (config === null && !editorconfig) return {}
  // Prettier searches upwards to the root unless it is given a file: Lockstep's package.json, which configures nothing.
  const options = { config: config ?? packageFile(), editorconfig, useCache: false }
  return (await prettier.resolveConfig(path, options)) ?? {}
}

const firstLine = (text: string): string => text.split('\n', 1)[0]!

/** The part of Prettier that is used; versions 2 and 3 both have it. */
type Formatter = Pick<typeof Prettier, 'format' | 'resolveConfig' | 'resolveConfigFile'> &
  Partial<Pick<typeof Prettier, 'version'>>

/** The Prettier that the project at `root` has installed, else the one that came with Lockstep. */
async function loadPrettier(root: string): Promise<Formatter> {
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
