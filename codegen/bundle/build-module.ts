// Bundles one file in memory with esbuild. Reports every place that does not build.
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { existsSync } from 'node:fs'
import {
  build,
  type BuildFailure,
  type BuildOptions,
  type Message,
  type Metafile,
  type StdinOptions,
  type Plugin,
} from 'esbuild'
import { moduleBroken } from '../../src/errors/command-line.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { forwardSlashes, projectPath } from '../project/project-path.js'
import type { Position } from '../model/diagnostic.js'
import { bundleName } from './evaluate-module.js'
import type { GivenFiles } from './given-files.js'
import { isLent } from './lent-doors.js'
import { giveImportMeta } from './give-import-meta.js'
import { resolvePackages } from './resolve-packages.js'

/** A bundle, and the absolute paths of the files it was built from. */
export interface Bundle {
  readonly code: string
  readonly inputs: readonly string[]
  /** The imports of each file at run time, without the lent parts of Lockstep. */
  readonly imports: ReadonlyMap<string, readonly BundledImport[]>
}

/** One import of a file. */
export interface BundledImport {
  /** An absolute path; for a module outside the bundle, the specifier as written. */
  readonly path: string
  readonly external: boolean
}

/** The source of a bundle: a file, or a text that stands in for one. Printed paths are relative to `root`. */
export interface BundleSource {
  readonly file: string
  readonly root: string
  /** The content, in TypeScript; without it the file itself is read. */
  readonly text?: string
  /** Everything that it may import, except packages; if absent, the files on disk. */
  readonly given?: GivenFiles
  /** Lockstep is part of the bundle, unless it is `lent` when the bundle runs. */
  readonly doors?: 'lent'
}

/** A file as it is on disk. */
export type FileSource = Pick<BundleSource, 'file' | 'root' | 'doors'>

/** Something that does not build. */
export interface BuildProblem {
  readonly message: string
  /** Null if esbuild names no place. `file` is relative to the project. */
  readonly at: Position | null
}

/**
 * A CommonJS bundle with an inline source map. Throws `MODULE_BROKEN` with `file:line:column` of everything
 * that does not build, relative to its `root`.
 */
export async function buildModule(source: FileSource): Promise<Bundle> {
  const built = await tryBuild(source)
  if (!built.failure) return built
  const places = built.problems.map(({ at, message }) =>
    at ? `${at.file}:${at.line}:${at.column}: ${message}` : message,
  )
  throw new LockstepError(moduleBroken(projectPath(source.root, source.file), places), {
    cause: built.failure,
  })
}

/** The result of a build: the bundle, or all problems in the sources. */
export type Built =
  | (Bundle & { readonly failure?: undefined })
  | { readonly failure: Error; readonly problems: readonly BuildProblem[] }

/** Like `buildModule`, but returns the problems one by one. */
export async function tryBuild(source: BundleSource): Promise<Built> {
  try {
    return await runWithMeta(() => optionsFor(source), source.given)
  } catch (failure) {
    if (!isBuildFailure(failure)) throw failure
    return { failure, problems: failure.errors.map((error) => describe(error, source.root)) }
  }
}

/** The location of the texts, and everything that they may import if not the files on disk. */
export interface TextsPlace {
  readonly folder: string
  readonly root: string
  readonly given?: GivenFiles
}

/** The bundle of one text. */
export interface BuiltText {
  readonly code: string
  /** The bundle without the text itself: everything that it imports, except packages. */
  readonly imported: string
  /** The absolute paths of the files that it imports, directly or through others, and the modules that stay external. */
  readonly files: readonly string[]
  readonly externals: readonly string[]
}

/**
 * Bundles TypeScript texts that stand in for files of one folder: each by itself, all at once, with Lockstep lent to them. Null
 * if one of them does not build.
 */
export async function buildEach(
  texts: readonly string[],
  { folder, root, given }: TextsPlace,
): Promise<readonly BuiltText[] | null> {
  const lending = { doors: 'lent', ...(given && { given }) } as const
  const {
    stdin: _stdin,
    outfile: _outfile,
    ...options
  } = optionsFor({ file: join(folder, '_'), root, text: '', ...lending })
  const entryPoints = Object.fromEntries(texts.map((_, index) => [`${index}`, `${GIVEN}:${index}`]))
  try {
    const plugins = [giveTexts(texts, folder), ...pluginsFor(lending)]
    const built = await runWithMeta(
      () => ({ ...options, entryPoints, outdir: folder, plugins: [...plugins] }),
      given,
    )
    return texts.map((_, index) => {
      const code = built.outputs.get(`${index}.js`) ?? ''
      const imported = code
        .split(/^\/\/ lockstep-given:\d+$/m)
        .slice(0, -1)
        .join('')
      return { code, imported, ...importsBelow(resolve(root, `${GIVEN}:${index}`), built) }
    })
  } catch (failure) {
    if (!isBuildFailure(failure)) throw failure
    return null
  }
}

function importsBelow(
  entry: string,
  { imports }: Pick<Bundle, 'imports'>,
): Pick<BuiltText, 'files' | 'externals'> {
  const [files, externals] = [new Set([entry]), new Set<string>()]
  // Entries added during the loop are visited as well.
  for (const file of files)
    for (const { path, external } of imports.get(file) ?? [])
      (external ? externals : files).add(path)
  files.delete(entry)
  return { files: [...files], externals: [...externals] }
}

/** Builds with values for `import.meta` only if a file uses it: the plugin for that is a detour through the main process. */
async function runWithMeta(optionsOf: () => BuildOptions, given?: GivenFiles): Promise<BuiltRun> {
  const first = await run(optionsOf())
  if (first.users.length === 0) return first
  const options = optionsOf()
  options.plugins?.unshift(giveImportMeta(first.users, given?.texts))
  return run(options)
}

/** `users` are the files in which `import.meta` would be empty, `outputs` the texts by the name of their file. */
interface BuiltRun extends Bundle {
  readonly users: readonly string[]
  readonly outputs: ReadonlyMap<string, string>
}

async function run(options: BuildOptions): Promise<BuiltRun> {
  const { outputFiles = [], warnings, metafile } = await build({ ...options, metafile: true })
  const absolute = (file = ''): string => resolve(options.absWorkingDir ?? '', file)
  const users = warnings
    .filter(({ id }) => id === 'empty-import-meta')
    .map(({ location }) => absolute(location?.file))
  const inputs = Object.entries(metafile.inputs)
  const importsOf = (imports: Metafile['inputs'][string]['imports']): BundledImport[] =>
    imports
      .filter(({ path }) => !isLent(path))
      .map(({ path, external = false }) => ({
        path: external ? path : absolute(path),
        external,
      }))
  return {
    code: outputFiles[0]?.text ?? '',
    outputs: new Map(outputFiles.map(({ path, text }) => [basename(path), text])),
    inputs: inputs.map(([file]) => absolute(file)),
    imports: new Map(inputs.map(([file, { imports }]) => [absolute(file), importsOf(imports)])),
    users: [...new Set(users)],
  }
}

function optionsFor({ file, root, text, ...source }: BundleSource): BuildOptions {
  const { given } = source
  const stdin = { contents: text ?? '', sourcefile: file, resolveDir: dirname(file), loader: 'ts' }
  return {
    absWorkingDir: root,
    ...(text === undefined
      ? { entryPoints: [entryOf(file, root)] }
      : { stdin: stdin as StdinOptions }),
    // Never written; the source map is relative to it.
    outfile: bundleName(file),
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    sourcemap: 'inline',
    logLevel: 'silent',
    plugins: [...pluginsFor(source), ...(text === undefined ? [] : [standIn(dirname(file))])],
    // The tsconfig on disk applies to other files.
    ...(given && { tsconfigRaw: '{}' }),
  }
}

/** esbuild takes a `*` for a pattern, which folders above the project may have in their names. */
function entryOf(file: string, root: string): string {
  const path = projectPath(root, file)
  return isAbsolute(path) ? path : `./${path}`
}

const pluginsFor = ({ given, doors }: Pick<BundleSource, 'given' | 'doors'>): Plugin[] =>
  given ? [given.plugin, resolvePackages(doors)] : [resolvePackages(doors)]

const isBuildFailure = (failure: unknown): failure is BuildFailure =>
  Array.isArray((failure as Partial<BuildFailure>).errors)

function describe({ text, location }: Message, root: string): BuildProblem {
  if (!location) return { message: text, at: null }
  const file = forwardSlashes(relative(root, resolve(root, location.file)))
  return { message: text, at: { file, line: location.line, column: location.column + 1 } }
}

/** Marks given texts, where a file is expected. */
const GIVEN = 'lockstep-given'

/** A plugin that loads these texts as entry points, as if they were in `folder`. */
const giveTexts = (texts: readonly string[], folder: string): Plugin => ({
  name: GIVEN,
  setup(build) {
    build.onResolve({ filter: /^lockstep-given:/ }, ({ path }) => ({
      path: path.slice(GIVEN.length + 1),
      namespace: GIVEN,
    }))
    build.onLoad({ filter: /./, namespace: GIVEN }, ({ path }) => ({
      contents: texts[Number(path)] ?? '',
      loader: 'ts',
      resolveDir: folder,
    }))
  },
})

/** A plugin that resolves relative imports of a text that stands in for a missing file in `folder`. */
const standIn = (folder: string): Plugin => ({
  name: 'lockstep-stand-in',
  setup(build) {
    if (existsSync(folder)) return
    build.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
      const meant = resolve(folder, path)
      return resolveDir === folder && existsSync(meant) ? { path: meant } : null
    })
  },
})
