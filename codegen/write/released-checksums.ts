// Checks that released migrations still match the registry on disk.
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { findEdited, lastCommitOf } from '../git/find-deleted.js'
import { outsideImports } from '../bundle/outside-imports.js'
import type { Diagnostic } from '../model/diagnostic.js'
import type { GenerateSettings } from '../model/settings.js'
import type { Pins, RegistryItem } from '../model/registry-item.js'
import { forwardSlashes, projectPath } from '../project/project-path.js'
import { releasedEdited } from './generated-problems.js'
import { readQuietly } from '../project/read-quietly.js'
import { firstOtherSchema, isSamePin, pinsInText, pinsOf } from './registry-pins.js'

/**
 * One finding for each migration at or below `released` whose checksum differs from the registry on disk, and one for the first
 * that makes another schema with the same checksum, because of what it imports.
 */
export async function releasedEdits(
  items: readonly RegistryItem[],
  settings: GenerateSettings,
): Promise<Diagnostic[]> {
  const { released = 0 } = settings
  if (released === 0) return []
  const shipped = items.filter(({ migration }) => migration.version <= released)
  const before = pinsOnDisk(settings)
  const now = pinsOf(shipped)
  const edited = shipped.filter(({ migration: { version } }) => {
    const [known, pin] = [before.get(version), now.get(version)]
    return known && pin && !isSamePin(known, pin)
  })
  const findings = await Promise.all(edited.map((item) => editedOf(item, settings)))
  return [...findings, ...(await remade(shipped, { before, now }, settings))]
}

/**
 * The finding, with those of its files and imports that differ from the last commit, or, if the edit is already committed, from
 * the commit that last changed the registry.
 */
async function editedOf(
  { migration: { version, up, position, file, downFile } }: RegistryItem,
  settings: GenerateSettings,
): Promise<Diagnostic> {
  const root = realpathSync(settings.root)
  const own = new Set([file, ...(downFile ? [downFile] : [])].map(({ path }) => realpathSync(path)))
  const inputs = file.kind === 'script' ? await inputsOf(file.path, settings.root) : []
  const all = new Set([...own, ...inputs])
  const { commit, files } = await editedSince(all, settings)
  const restored = files.map((path) => forwardSlashes(projectPath(root, path)))
  const isOwn = files.some((path) => own.has(path)) || all.size === own.size
  const edited = isOwn ? 'file' : files.length > 0 ? 'helper' : EITHER
  return releasedEdited(
    up?.position ?? position,
    { version, file: file.file },
    { edited, restored, commit },
  )
}

const EITHER = 'file, or the helper that it imports and that was edited,'

async function editedSince(
  all: ReadonlySet<string>,
  settings: GenerateSettings,
): Promise<{ readonly commit: string; readonly files: readonly string[] }> {
  const among = async (commit: string): Promise<readonly string[]> =>
    (await findEdited(settings.migrations, commit))
      .map((path) => realpathSync(path))
      .filter((path) => all.has(path))
  const open = await among('HEAD')
  const commit = open.length > 0 ? null : await lastCommitOf(registryOf(settings))
  return commit === null ? { commit: 'HEAD', files: open } : { commit, files: await among(commit) }
}

async function inputsOf(file: string, root: string): Promise<readonly string[]> {
  const { tryBuild } = await import('../bundle/build-module.js')
  const built = await tryBuild({ file, root, doors: 'lent' })
  return built.failure ? [] : built.inputs.map((path) => realpathSync(path))
}

/** Only for a migration with imports: otherwise another version of SQLite or Lockstep explains the different schema. */
async function remade(
  items: readonly RegistryItem[],
  { before, now }: { readonly before: Pins; readonly now: Pins },
  settings: GenerateSettings,
): Promise<Diagnostic[]> {
  const first = firstOtherSchema(before, now)
  const item = items.find(({ migration }) => migration.version === first)
  if (!item || item.migration.file.kind !== 'script') return []
  const { version, up, position, file } = item.migration
  const { files, packages } = await outsideImports(file.path, settings)
  const imported = [...files.map((path) => projectPath(settings.root, path)), ...packages]
  if (imported.length === 0) return []
  return [releasedEdited(up?.position ?? position, { version, file: file.file }, imported)]
}

/** The versions in the registry on disk. */
export const versionsOnDisk = (settings: GenerateSettings): number[] => [
  ...pinsOnDisk(settings).keys(),
]

/** The pins of the registry on disk. */
export const pinsOnDisk = (settings: WrittenPlace): Pins =>
  pinsInText(readQuietly(registryOf(settings)))

/** The folder of a registry, and its language. */
export type WrittenPlace = Pick<GenerateSettings, 'out' | 'language'>

const registryOf = ({ out, language }: WrittenPlace): string => join(out, `registry.${language}`)
