// A project in a folder of its own outside the repository, for tests of code that reads and writes files.
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { GenerateSettings } from '../../codegen/model/settings.js'

/** File contents by path. */
export type Files = Readonly<Record<string, string | Uint8Array>>

/** Creates the files in a new folder, and returns its absolute path. The folder is removed after the test file. */
export function temporaryProject(files: Files = {}): string {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'lockstep-'))
  addFiles(root, files)
  return root
}

/** Adds files to a project, or overwrites them. */
export function addFiles(root: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

/** Every path below a folder, sorted, without installed packages. */
export const filesIn = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => !file.startsWith('node_modules'))
    .sort()

/** The settings of the project at `root`, with the defaults of the command line. */
export const settingsFor = (
  root: string,
  stated: Partial<GenerateSettings> = {},
): GenerateSettings => ({
  root,
  migrations: join(root, 'migrations'),
  out: join(root, 'generated'),
  driver: 'better-sqlite3',
  mode: 'sync',
  importExtension: 'auto',
  language: 'ts',
  rules: {},
  replay: false,
  config: null,
  table: '_migrations',
  ignoreTables: [],
  replayTimeoutMs: 60_000,
  schemaPage: false,
  minimumSqlite: null,
  ...stated,
})
