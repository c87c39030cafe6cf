// Repositories of git in temporary folders, for tests of what is compared with a base branch.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { compareWithBase } from '../../../codegen/base-branch/compare-base.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import type { Pins } from '../../../codegen/model/registry-item.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import { addFiles, settingsFor, temporaryProject, type Files } from '../../support/project.js'

/** A repository with its working tree. */
export interface TestRepository {
  readonly root: string
  git(...args: readonly string[]): string
  write(files: Files): void
  remove(...paths: readonly string[]): void
  move(from: string, to: string): void
  /** Writes files and commits everything. */
  commit(files?: Files): void
  /** What comparing the folder with a branch finds. */
  compare(ref?: string, settings?: Partial<GenerateSettings>, pins?: Pins): Promise<Diagnostic[]>
  /** The same, as `CODE file:line`. */
  found(ref?: string, settings?: Partial<GenerateSettings>): Promise<string[]>
}

/** A repository whose branch `main` has these files; what follows happens on the branch `work`. */
export function repository(files: Files): TestRepository {
  const key = JSON.stringify(files)
  // Another file of tests has taken what it had made away.
  if (!existsSync(made.get(key) ?? '')) made.set(key, make(files))
  const copy = temporaryProject()
  cpSync(made.get(key)!, copy, { recursive: true })
  return at(copy)
}

/** Made once for all tests that begin with the same files: git is started four times for one. */
const made = new Map<string, string>()

function make(files: Files): string {
  const one = at(temporaryProject())
  one.git('init', '-q', '-b', 'main', '--template=')
  one.commit(files)
  one.git('checkout', '-q', '-b', 'work')
  return one.root
}

/** The repository of a folder that is one already. */
export function at(root: string): TestRepository {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', [...IDENTITY, ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    })
  const write = (files: Files): void => addFiles(root, files)
  const compare: TestRepository['compare'] = (ref = 'main', settings = {}, pins = undefined) =>
    compareWithBase(settingsFor(root, settings), ref, pins)
  return {
    root,
    git,
    write,
    remove: (...paths) => {
      for (const path of paths) rmSync(join(root, path), { recursive: true })
    },
    move: (from, to) => {
      mkdirSync(dirname(join(root, to)), { recursive: true })
      renameSync(join(root, from), join(root, to))
    },
    commit: (files = {}) => {
      write(files)
      git('add', '-A')
      git('commit', '-q', '--allow-empty', '-m', 'work')
    },
    compare,
    found: async (ref, settings) =>
      (await compare(ref, settings)).map(({ code, file, line }) => `${code} ${file}:${line}`),
  }
}

const CONFIG = [
  'user.name=t',
  'user.email=t@t',
  'commit.gpgsign=false',
  'protocol.file.allow=always',
  // A commit starts no process that looks for work, and waits for no disk.
  'maintenance.auto=false',
  'core.fsync=none',
]
const IDENTITY = CONFIG.flatMap((one) => ['-c', one])

/** An SQL migration that makes a table. */
export const table = (name: string): string =>
  `-- migrate:up\nCREATE TABLE ${name} (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE ${name};\n`
