// Finds the migration of the base branch that produces another schema here because of its imports from outside the folder.
import { realpathSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { outsideImports } from '../bundle/outside-imports.js'
import { fileStart } from '../diagnostics/problem.js'
import type { Diagnostic } from '../model/diagnostic.js'
import type { Discovery } from '../model/migration.js'
import type { Pins } from '../model/registry-item.js'
import type { GenerateSettings } from '../model/settings.js'
import { projectPath } from '../project/project-path.js'
import { isInside } from '../project/repository-root.js'
import { firstOtherSchema, pinsInText } from '../write/registry-pins.js'
import { baseEdited, type BaseName } from './base-problems.js'
import type { Base } from './read-base.js'
import { registryAt } from './registry-at.js'
import { runGit } from '../git/run-git.js'

/** This branch: its registry as proven, or as it is on disk. */
interface Branch {
  readonly settings: GenerateSettings
  readonly discovery: Discovery
  readonly pins: Pins
}

/**
 * At most one finding, at the first such version: the schemas of later ones follow from it. None if nothing that it imports has
 * changed, because then another version of SQLite or Lockstep reads the schema differently.
 */
export async function remadeByImports(
  base: Base & BaseName,
  { settings, discovery, pins }: Branch,
): Promise<Diagnostic[]> {
  const registry = await registryAt(settings, base.before.commit)
  const version = firstOtherSchema(pinsInText(registry ?? ''), pins)
  const file = discovery.files.find(
    ({ from, to }) => version !== null && from <= version && version <= to,
  )
  if (version === null || file?.kind !== 'script') return []
  const { files, packages } = await outsideImports(file.path, settings)
  const changed = await changedSince(base.before.commit, files, settings)
  if (changed.length === 0 && packages.length === 0) return []
  const named = { version, name: file.name, file: file.file }
  return [baseEdited(fileStart(file.file), base, named, { changed, packages })]
}

/** The files, as printed, that differ from the commit; a file unknown to git counts as changed. */
async function changedSince(
  commit: string,
  files: readonly string[],
  { root, migrations }: GenerateSettings,
): Promise<string[]> {
  if (files.length === 0) return []
  const said = await runGit(migrations, ['rev-parse', '--show-toplevel'])
  const top = realpathSync(said.toString().trim())
  const own = files.filter((file) => isInside(file, top))
  const list = async (...args: readonly string[]): Promise<Set<string>> => {
    const listed = await runGit(top, [
      '--literal-pathspecs',
      ...args,
      '--',
      ...own.map(pathIn(top)),
    ])
    return new Set(listed.toString().split('\0').filter(Boolean))
  }
  if (own.length === 0) return files.map((file) => projectPath(root, file))
  const known = await list('ls-files', '-z')
  const differing = await list('diff', '--name-only', '--no-renames', '-z', commit)
  const isChanged = (file: string): boolean => {
    const path = pathIn(top)(file)
    return differing.has(path) || !known.has(path)
  }
  return files.filter(isChanged).map((file) => projectPath(realpathSync(root), resolve(top, file)))
}

const pathIn =
  (top: string) =>
  (file: string): string =>
    relative(top, file).replaceAll('\\', '/')
