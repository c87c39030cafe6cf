// Plans the updates of imports when migrations are renamed. Nothing is written here.
import { listFolder, readText, type Entry } from '../discover/read-folder.js'
import type { GenerateSettings } from '../model/settings.js'
import { mayBeEdited } from '../project/renumber-journal.js'
import { forwardSlashes, projectPath } from '../project/project-path.js'
import { findMentions, type Mention } from './find-mentions.js'
import type { Move } from './move-files.js'
import type { Renumbering } from './plan-renumber.js'
import { followImports, type Renames } from './follow-imports.js'

/** The changes to files that name renamed migrations. */
export interface Followed {
  /** The given renumberings, with texts whose imports are updated. */
  readonly renumberings: readonly Renumbering[]
  /** Files of the folder that keep their names, and import renamed files. */
  readonly edits: readonly Move[]
  /** Other places where the old names are written; null if git cannot be asked. */
  readonly mentions: readonly Mention[] | null
}

type Folder = Pick<GenerateSettings, 'root' | 'migrations' | 'out'>

/**
 * Rewrites imports in the scripts of the migrations folder, tests and helpers included: their paths are not part of any checksum.
 * Other mentions of the files, there or in the rest of the project, are only reported.
 */
export async function followRenames(
  settings: Folder,
  renumberings: readonly Renumbering[],
): Promise<Followed> {
  const moves = new Map(renumberings.flatMap((one) => one.moves.map((move) => [move.path, move])))
  const renames = renamesOf(renumberings)
  const listed = renames.size === 0 ? [] : await listFolder(settings.root, settings.migrations)
  const edited = new Map<string, Move>()
  for (const entry of Array.isArray(listed) ? listed : []) {
    const move = moves.get(forwardSlashes(entry.path)) ?? staying(settings, entry)
    const text = move && followed(settings, move, renames)
    if (text !== undefined && text !== null) edited.set(move!.path, { ...move!, text })
  }
  return {
    renumberings: renumberings.map((one) => ({
      ...one,
      moves: one.moves.map((move) => edited.get(move.path) ?? move),
    })),
    edits: [...edited.values()].filter(({ path }) => !moves.has(path)),
    mentions: await findMentions(settings, renames, edited),
  }
}

/** The new path of each renamed file. */
export const renamesOf = (renumberings: readonly Pick<Renumbering, 'moves'>[]): Renames =>
  new Map(renumberings.flatMap(({ moves }) => moves.map(({ path, target }) => [path, target])))

function staying({ root }: Folder, { is, linked, name, path }: Entry): Move | undefined {
  if (is !== 'file' || linked || !mayBeEdited(name)) return undefined
  const [place, file] = [forwardSlashes(path), projectPath(root, path)]
  return { path: place, target: place, file, becomes: file, text: null }
}

function followed({ root }: Folder, { path, text }: Move, renames: Renames): string | null {
  const before = text ?? readText(root, path)
  return typeof before === 'string' ? followImports(before, path, renames) : null
}
