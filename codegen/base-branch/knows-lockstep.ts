// Tells a commit that has migrations of Lockstep from one in whose folder another tool's migrations stand.
import { posix } from 'node:path'
import type { Discovery } from '../model/migration.js'
import type { Repository } from '../git/open-repository.js'
import { listPaths } from './read-tree.js'
import { askGit } from '../git/run-git.js'
import { orElse } from '../../src/model/or-else.js'

/**
 * Whether anything says that these are migrations of Lockstep: a generated registry or a configuration, wherever they are in
 * that commit, for folders move; or the migrations themselves, where the one is not committed and the other not needed.
 */
export async function knowsLockstep(
  repository: Repository,
  commit: string,
  { files }: Discovery,
): Promise<boolean> {
  if (files.some(({ from, text }) => IMPORTED.test(text) || (from < DATES && SECTION.test(text))))
    return true
  const paths = await listPaths(repository, commit)
  if (paths.some((path) => CONFIG.test(posix.basename(path)))) return true
  for (const path of paths) {
    const sign = SIGNS.find(([name]) => name.test(posix.basename(path)))?.[1]
    if (!sign) continue
    const { stdout } = await askGit(repository.at, ['cat-file', 'blob', `${commit}:${path}`])
    if (sign(stdout.toString())) return true
  }
  return false
}

const IMPORTED = /\bfrom\s*['"]lockstep['"/]/

/** Tools whose files have the same sections number them by the date. */
const DATES = 10_000_000
const SECTION = /^-- *migrate:up\b/im

const CONFIG = /^lockstep\.config\.\w+$/

const SIGNS: readonly (readonly [name: RegExp, isSign: (text: string) => boolean])[] = [
  [/^registry\.[jt]s$/, (text) => text.includes('`lockstep gen`')],
  [/^package\.json$/, (text) => isConfigured(text)],
]

const isConfigured = (manifest: string): boolean =>
  orElse(() => 'lockstep' in Object(JSON.parse(manifest)), false)
