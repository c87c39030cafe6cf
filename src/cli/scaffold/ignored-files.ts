// Adds machine-specific files to `.gitignore`: the database with its journals and backups, and installed packages.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { forwardSlashes, projectPath } from '../../../codegen/project/project-path.js'
import { isInside } from '../../../codegen/project/repository-root.js'
import { fileUnwritable } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { isSpecialPath } from '../settings/special-path.js'
import { messageOf } from '../terminal/describe-error.js'
import type { SetUpFile } from './set-up-file.js'

/** Adds what git does not ignore yet to the project's `.gitignore`, which is created if it is missing. */
export async function ignoreFiles(
  root: string,
  databases: readonly (string | null)[],
): Promise<SetUpFile> {
  const file = '.gitignore'
  const path = join(root, file)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : null
  const wanted: string[] = []
  for (const one of entriesFor(root, databases))
    if (!(await areIgnored(root, one.paths))) wanted.push(one.line)
  const text = withLines(before ?? '', wanted)
  if (text === before || text === '') return { file, state: 'kept', note: '' }
  try {
    writeFileSync(path, text)
  } catch (cause) {
    throw new LockstepError(fileUnwritable(path, messageOf(cause)), { cause })
  }
  return { file, state: before === null ? 'written' : 'changed', note: wanted.join(', ') }
}

/** Paths that have to be ignored, and the line that does so. */
interface Entry {
  readonly paths: readonly string[]
  readonly line: string
}

function entriesFor(root: string, databases: readonly (string | null)[]): Entry[] {
  const files = databases.flatMap((path) =>
    path !== null && !isSpecialPath(path) && isInside(path, root) ? [projectPath(root, path)] : [],
  )
  return [
    { paths: ['node_modules/x'], line: 'node_modules/' },
    ...[...new Set(files)].map((path) => ({
      paths: [path, `${path}-wal`, `${path}.1.backup`],
      line: `/${escaped(forwardSlashes(path))}*`,
    })),
  ]
}

/** The text with the missing lines added, in its own line endings. */
function withLines(text: string, lines: readonly string[]): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  const present = new Set(text.split(/\r?\n/).map((line) => line.trim()))
  const missing = lines.filter((line) => !present.has(line))
  if (missing.length === 0) return text
  const start = text === '' || text.endsWith('\n') ? text : text + end
  return start + missing.map((line) => line + end).join('')
}

/** Git's own answer; without git or a repository, nothing is ignored. */
function areIgnored(root: string, paths: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const args = ['check-ignore', '--', ...paths]
    execFile('git', args, { cwd: root }, (_error, stdout) =>
      resolve(stdout.split('\n').filter(Boolean).length === paths.length),
    )
  })
}

const escaped = (path: string): string => path.replace(/[\\*?[\]!#]|\s$/g, String.raw`\$&`)
