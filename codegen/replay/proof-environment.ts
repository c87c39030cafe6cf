// Collects everything that a proof depends on besides the migrations: Lockstep, Node, the client, the configuration, the packages.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, extname, join, parse } from 'node:path'
import type { Bundle } from '../bundle/build-module.js'
import { bundleOf } from '../bundle/load-module.js'
import { fileDigest } from '../project/fingerprint.js'
import { lockstepBuild } from '../project/lockstep-package.js'
import type { GenerateSettings } from '../model/settings.js'
import { foldersUpTo, repositoryRoot } from '../project/repository-root.js'
import { isOurs } from './builtin-leaks.js'
import type { NeededCode } from './process/protocol.js'
import { readJsonConfig } from './sides/read-opening.js'
import { orElse } from '../../src/model/or-else.js'

/** A digest of all this, and the absolute paths of the files it was made from; they may be missing. */
export interface ProofEnvironment {
  readonly digest: string
  readonly consulted: readonly string[]
}

/**
 * `bundles` are those of the history and of all that it needs. Throws whatever bundling the configuration throws; the command line has
 * loaded it already.
 */
export async function proofEnvironment(
  settings: GenerateSettings,
  bundles: readonly Bundle[],
  needed: readonly NeededCode[],
): Promise<ProofEnvironment> {
  const { root, driver, table, ignoreTables, seeds, env } = settings
  const config = await readConfigInputs(settings)
  const client = clientManifest(root)
  const manifests = [...new Set(bundles.flatMap(packageManifests))].sort()
  const locks = manifests.length > 0 ? lockFiles(root) : []
  const files = [client, ...manifests, ...locks]
  const digests = files.map(fileDigest)
  const project = [driver, table, ignoreTables, config.meaning]
  // What the configuration reads from files or the environment is not in its code.
  const others = needed.length > 0 ? [needed] : []
  const facts = [lockstepBuild(), process.version, ...project, seeds, env, ...others]
  return {
    digest: createHash('sha256')
      .update(JSON.stringify([facts, digests]))
      .digest('hex'),
    consulted: [
      ...config.files,
      ...files,
      ...bundles.flatMap((one) => foreignInputs(one, settings)),
    ],
  }
}

async function readConfigInputs({
  root,
  config,
  memory,
}: GenerateSettings): Promise<{ meaning: unknown; files: readonly string[] }> {
  if (config === null) return { meaning: null, files: [] }
  const { file, database } = config
  if (extname(file) === '.json') {
    return { meaning: [readJsonConfig(file), database], files: [file] }
  }
  const { code, inputs } = await bundleOf(file, root, memory)
  const digest = createHash('sha256').update(code).digest('hex')
  return { meaning: [digest, database], files: inputs.filter((input) => !isOurs(input)) }
}

/** What migrations import from elsewhere. Files next to them are checked anyway. */
const foreignInputs = ({ inputs }: Bundle, { migrations }: GenerateSettings): string[] =>
  inputs.filter((input) => !isOurs(input) && dirname(input) !== migrations)

/** The package.json of the client; a path without a file if the project has no client of its own. */
function clientManifest(root: string): string {
  const expected = join(root, 'node_modules', 'better-sqlite3', 'package.json')
  return orElse(
    () => createRequire(join(root, 'package.json')).resolve('better-sqlite3/package.json'),
    expected,
  )
}

/**
 * The package.json of each package that the migrations load, whose code is not in the bundle, preceded by the paths at which it would be
 * found first.
 */
function packageManifests({ imports }: Bundle): string[] {
  const found = [...imports].flatMap(([file, own]) => {
    const packages = isOurs(file)
      ? []
      : own.filter(({ path, external }) => external && !isBuiltin(path))
    const folders = foldersUpTo(dirname(file), parse(file).root)
    return packages.flatMap(({ path }) => {
      const [name] = /^(?:@[^/]*\/)?[^/]*/.exec(path)!
      const candidates = folders.map((folder) => join(folder, 'node_modules', name, 'package.json'))
      return candidates.slice(0, candidates.findIndex((one) => existsSync(one)) + 1)
    })
  })
  return found
}

const LOCK_FILES = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb']

const lockFiles = (root: string): string[] =>
  foldersUpTo(root, repositoryRoot(root)).flatMap((folder) =>
    LOCK_FILES.map((name) => join(folder, name)),
  )
