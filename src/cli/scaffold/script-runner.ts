// Finds out whether the project's package manager runs `prebuild` before `build`.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { foldersUpTo, repositoryRoot } from '../../../codegen/project/repository-root.js'

/** npm, bun and Yarn 1 run pre-scripts; Yarn from 2 on never does, pnpm only from 9 on or if configured. */
export type ScriptRunner = 'runs-pre-scripts' | 'runs-no-pre-scripts'

/** Judges by `packageManager`, lock files and settings, from the project up to the repository's root. */
export function scriptRunner(root: string, packageManager: unknown): ScriptRunner {
  const folders = foldersUpTo(root, repositoryRoot(root))
  if (setting(folders, 'ignore-scripts') === 'true') return 'runs-no-pre-scripts'
  const manager = named(packageManager) ?? lockedWith(folders)
  if (manager.name === 'yarn' && manager.major >= 2) return 'runs-no-pre-scripts'
  if (manager.name !== 'pnpm') return 'runs-pre-scripts'
  const told = setting(folders, 'enable-pre-post-scripts') ?? workspaceSetting(folders)
  if (told) return told === 'true' ? 'runs-pre-scripts' : 'runs-no-pre-scripts'
  return manager.major >= 9 ? 'runs-pre-scripts' : 'runs-no-pre-scripts'
}

interface Manager {
  readonly name: string
  readonly major: number
}

/** `pnpm@9.1.0+sha…` → pnpm, 9. */
function named(packageManager: unknown): Manager | null {
  const [, name, major] = /^(\w+)@(\d+)/.exec(String(packageManager)) ?? []
  return name ? { name, major: Number(major) } : null
}

/** Yarn's settings file came with 2; pnpm writes its lock file in format 9 since version 9. */
function lockedWith(folders: readonly string[]): Manager {
  if (find(folders, '.yarnrc.yml') !== null) return { name: 'yarn', major: 2 }
  const yarnLock = find(folders, 'yarn.lock')
  if (yarnLock !== null) return { name: 'yarn', major: yarnLock.includes('__metadata:') ? 2 : 1 }
  const pnpmLock = find(folders, 'pnpm-lock.yaml')
  if (pnpmLock === null) return { name: 'npm', major: 0 }
  return { name: 'pnpm', major: Number(/^lockfileVersion: ['"]?(\d+)/m.exec(pnpmLock)?.[1] ?? 0) }
}

function setting(folders: readonly string[], key: string): string | undefined {
  const line = new RegExp(`^\\s*${key}\\s*=\\s*["']?(\\w+)`, 'm')
  for (const folder of folders) {
    const value = line.exec(find([folder], '.npmrc') ?? '')?.[1]
    if (value) return value
  }
  return undefined
}

/** From version 10 on pnpm's settings are in the workspace file. */
const workspaceSetting = (folders: readonly string[]): string | undefined =>
  /^enablePrePostScripts:\s*(\w+)/m.exec(find(folders, 'pnpm-workspace.yaml') ?? '')?.[1]

function find(folders: readonly string[], name: string): string | null {
  const folder = folders.find((one) => existsSync(join(one, name)))
  return folder === undefined ? null : readFileSync(join(folder, name), 'utf8')
}
