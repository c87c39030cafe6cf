// Bundles one file in memory with esbuild. Names every place that does not build.
import { build, type BuildFailure, type BuildOptions, type Message } from 'esbuild'
import { relative, resolve } from 'node:path'
import { moduleBroken } from '../../src/errors/command-line.js'
import { LockstepError } from '../../src/errors/lockstep-error.js'
import { forwardSlashes, projectPath } from '../discover/project-path.js'
import { bundleName } from './evaluate-module.js'
import { giveImportMeta } from './give-import-meta.js'
import { resolvePackages } from './resolve-packages.js'

/** A bundle, and the files, absolute, that it was made from. */
export interface Bundle {
  readonly code: string
  readonly inputs: readonly string[]
}

/**
 * A CommonJS bundle with an inline source map. Throws `MODULE_BROKEN` with `file:line:column` of everything
 * that does not build, relative to `root`.
 */
export async function buildModule(file: string, root: string): Promise<Bundle> {
  try {
    const first = await run(optionsFor(file, root))
    if (first.users.length === 0) return first
    // Only files that do use `import.meta` are worth a detour through the main process.
    const options = optionsFor(file, root)
    options.plugins?.push(giveImportMeta(first.users))
    return await run(options)
  } catch (failure) {
    if (!isBuildFailure(failure)) throw failure
    const places = failure.errors.map((error) => describe(error, root))
    throw new LockstepError(moduleBroken(projectPath(root, file), places), { cause: failure })
  }
}

/** One run; `users` are the files in which `import.meta` would be empty. */
async function run(options: BuildOptions): Promise<Bundle & { users: readonly string[] }> {
  const { outputFiles = [], warnings, metafile } = await build(options)
  const absolute = (file = ''): string => resolve(options.absWorkingDir ?? '', file)
  const users = warnings
    .filter(({ id }) => id === 'empty-import-meta')
    .map(({ location }) => absolute(location?.file))
  return {
    code: outputFiles[0]?.text ?? '',
    inputs: Object.keys(metafile?.inputs ?? {}).map(absolute),
    users: [...new Set(users)],
  }
}

function optionsFor(file: string, root: string): BuildOptions {
  return {
    absWorkingDir: root,
    entryPoints: [file],
    // Never written; the source map is relative to it.
    outfile: bundleName(file),
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    sourcemap: 'inline',
    logLevel: 'silent',
    plugins: [resolvePackages()],
  }
}

const isBuildFailure = (failure: unknown): failure is BuildFailure =>
  Array.isArray((failure as Partial<BuildFailure>).errors)

function describe({ text, location }: Message, root: string): string {
  if (!location) return text
  const file = forwardSlashes(relative(root, resolve(root, location.file)))
  return `${file}:${location.line}:${location.column + 1}: ${text}`
}
