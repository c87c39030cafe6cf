// A project in a folder of its own outside the repository, for tests of what reads and writes files.
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { GenerateSettings } from '../../../codegen/model/settings.js'

/** Makes the files (path → text) in a new folder; answers its absolute path. */
export function temporaryProject(files: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'lockstep-'))
  addFiles(root, files)
  return root
}

/** Makes further files in a project, or overwrites them. */
export function addFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

/** Settings with the defaults of the command line for the project at `root`. */
export function settingsFor(
  root: string,
  stated: Partial<GenerateSettings> = {},
): GenerateSettings {
  return {
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
  }
}
