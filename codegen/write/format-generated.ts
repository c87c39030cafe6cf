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

/** The formatted text, and the reason if the project's configuration could not be followed. */
export interface Formatted {
  readonly text: string
  readonly failure: string | null
}

/** The line endings of an existing file. */
export type LineEnd = 'lf' | 'crlf'

/** The path of the text, the project's folder, and the file that caches formatted pieces; null for no cache. */
export interface FormattedPlace {
  readonly path: string
  readonly root: string
  readonly memory: string | null
}

/**
 * Formats a text as the content of `path` with the Prettier and the configuration of the project at `root`. `.prettierignore` is
 * not consulted: generated files are always formatted. `lineEnd`, unless null, overrides the configuration. If the configuration
 * fails (a plugin that is not installed, a syntax error), returns the text in Prettier's default style, with the reason.
 */
export async function formatGenerated(
  parts: Parts,
  { path, root, memory }: FormattedPlace,
  lineEnd: LineEnd | null,
): Promise<Formatted> {
  const fixed = { ...FIXED, ...(lineEnd && { endOfLine: lineEnd }) }
  try {
    const prettier = await loadPrettier(root)
    const options = { ...DEFAULT, ...(await readOptions(prettier, path, root)), ...fixed }
    return { text: await formatParts(parts, { prettier, options, path, memory }), failure: null }
  } catch (error) {
    const { format } = await import('prettier')
    const failure = error instanceof Error ? error.message : String(error)
    const options = { ...quickened({}, path), ...fixed, filepath: path }
    return { text: await format(textOf(parts), options), failure: firstLine(failure) }
  }
}

/**
 * Loads the formatter and its configuration ahead of time, while a build waits for something else. Failures are ignored: they
 * recur, and are reported, when a file is formatted.
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

/** In pieces, unless a plugin might move them, or a configured parser might read them as something else. */
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

/** Prettier's own default; said, so that pieces formatted for a new file are those of an existing one. */
const DEFAULT: Options = { endOfLine: 'lf' }

/** SQL inside the registry is data, which no plugin may change. No pragma is needed for the file to be formatted. */
const FIXED: Options = { embeddedLanguageFormatting: 'off', requirePragma: false }

/**
 * Parses with Babel, which saves a quarter of a second on a thousand migrations and formats a registry, in JavaScript or
 * TypeScript, as the default parser does; unless a parser is configured, or plugins, which may have one of their own.
 */
const quickened = (options: Options, path: string): Options =>
  isCode(path) && isPlain(options) ? { ...options, parser: 'babel-ts' } : options

const isCode = (path: string): boolean => /\.[cm]?[jt]s$/.test(path)

const isPlain = ({ parser, plugins }: Options): boolean => parser === undefined && !plugins?.length

/** The configuration from the repository's root downwards; anything above it differs from machine to machine. */
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
