// Finds where a project names files that are renamed, besides the imports that are updated. Writes nothing.
import { posix } from 'node:path'
import { isLockstepError } from '../../src/errors/lockstep-error.js'
import { askGit } from '../git/run-git.js'
import type { GenerateSettings } from '../model/settings.js'
import { forwardSlashes, projectPath } from '../project/project-path.js'
import { renamedPath, stem, type Renames } from './follow-imports.js'
import type { Move } from './move-files.js'

/** A line that names a file by its old name. */
export interface Mention {
  /** Relative to the project, under its new name if it is renamed itself. */
  readonly file: string
  readonly line: number
  /** The path as written, or the version that another history needs: `core:005`. */
  readonly written: string
  /** The version under its new number. */
  readonly becomes?: string
}

/**
 * Asks git, which knows the project's own files: ignored files are skipped, and so are generated ones. Null if git cannot be
 * asked.
 */
export async function findMentions(
  { root, migrations, out }: Pick<GenerateSettings, 'root' | 'migrations' | 'out'>,
  renames: Renames,
  edited: ReadonlyMap<string, Move>,
): Promise<Mention[] | null> {
  const stems = [...new Set([...renames.keys()].map(stem))]
  if (stems.length === 0) return []
  const folder = posix.basename(forwardSlashes(migrations))
  const generated = forwardSlashes(out)
  const found: Mention[] = []
  const lines = await grep(root, stems)
  if (!lines) return null
  for (const { file, line, text } of lines) {
    const path = posix.join(forwardSlashes(root), file)
    if (!TOLD.test(file) || isGenerated(path, generated)) continue
    // Edits do not add or remove lines.
    const now = edited.get(path)?.text?.split('\n')[line - 1] ?? text
    const shown = projectPath(root, renames.get(path) ?? path)
    const written = pathsIn(now, stems).find((one) => isOld(one, { path, folder, renames }))
    if (written !== undefined) found.push({ file: shown, line, written })
  }
  return found
}

/** Files that fail, or behave differently, if a file they name is gone. */
const TOLD = /^(?!.*node_modules\/).*\.(?:[cm]?[jt]sx?|json|vue|svelte|astro|sh|ya?ml)$/

const isGenerated = (path: string, out: string): boolean =>
  posix.dirname(path) === out && /^(?:registry|schema)\./.test(posix.basename(path))

interface Line {
  readonly file: string
  readonly line: number
  readonly text: string
}

async function grep(root: string, stems: readonly string[]): Promise<Line[] | null> {
  const options = ['--no-index', '--exclude-standard', '--no-color', '-I', '-F', '-n', '-z']
  const patterns = stems.flatMap((one) => ['-e', one])
  try {
    const { exitCode, stdout } = await askGit(root, ['grep', ...options, ...patterns])
    // Exit code 1 means that nothing was found.
    if (exitCode > 1) return null
    return stdout
      .toString()
      .split('\n')
      .flatMap((row) => {
        const [file, line, text] = row.split('\0')
        return text === undefined ? [] : [{ file: file!, line: Number(line), text }]
      })
  } catch (error) {
    if (isLockstepError(error, 'GIT_MISSING')) return null
    throw error
  }
}

/** Texts that look like a path whose last part begins with one of the names. */
const pathsIn = (text: string, stems: readonly string[]): string[] =>
  [...text.matchAll(/[\w@~$.\\/-]+/g)]
    .map(([path]) => path.replaceAll(/\\+/g, '/').replace(/\.$/, ''))
    .filter((path) => stems.includes(stem(path)))

/** Whether it is the old path: a relative one resolves to it, any other one names the folder, or the file alone. */
function isOld(
  written: string,
  { path, folder, renames }: { path: string; folder: string; renames: Renames },
): boolean {
  if (/^\.\.?\//.test(written)) return renamedPath(written, path, renames) !== undefined
  const name = posix.basename(written)
  const isFile = [...renames.keys()].some((one) => posix.basename(one) === name)
  return written === name ? isFile : posix.basename(posix.dirname(written)) === folder
}
