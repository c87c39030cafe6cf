// Checks a migrations folder that exists only for one test.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { check } from '../../../codegen/check/check.js'
import { discover } from '../../../codegen/discover/discover.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import type { Reading } from '../../../codegen/model/migration.js'
import { readMigrations } from '../../../codegen/parse/read-migrations.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import { addFiles, settingsFor, temporaryProject } from '../../support/project.js'

/** Texts by path below the migrations folder. */
export type Folder = Readonly<Record<string, string>>

/** All diagnostics of the folder, discovery and reading included. Throws when one does not name its file. */
export async function checkFolder(
  folder: Folder,
  settings: Partial<GenerateSettings> = {},
): Promise<Diagnostic[]> {
  const { root, reading } = await readProject(folder)
  return check(reading, settingsFor(root, settings)).map(named)
}

/** What a new project with these migrations consists of. */
export async function readProject(folder: Folder): Promise<{ root: string; reading: Reading }> {
  const root = temporaryProject()
  const migrations = join(root, 'migrations')
  mkdirSync(migrations)
  addFiles(migrations, folder)
  return { root, reading: readMigrations(await discover(root, migrations)) }
}

/** The message is all that some readers see, so it names the file. */
function named(diagnostic: Diagnostic): Diagnostic {
  const { code, file, message } = diagnostic
  if (!message.includes(file)) throw new TypeError(`${code} does not name ${file}: ${message}`)
  return diagnostic
}

/** `file:line:column severity CODE` of each diagnostic, the folder's name left out. */
export const placesOf = (diagnostics: readonly Diagnostic[]): string[] =>
  diagnostics.map(
    ({ file, line, column, severity, code }) =>
      `${file.replace(/^migrations\//, '')}:${line}:${column} ${severity} ${code}`,
  )

/** The same of all diagnostics of the folder. */
export async function placesIn(
  folder: Folder,
  settings?: Partial<GenerateSettings>,
): Promise<string[]> {
  return placesOf(await checkFolder(folder, settings))
}

/** A migration in object form that no rule objects to, with an `up` of its own. */
export const migrationWith = (up: string): string =>
  `import { defineMigration } from 'lockstep/better-sqlite3'\n` +
  `export default defineMigration({\n  ${up},\n  down: 'DROP TABLE a',\n})\n`

/** A migration that no rule objects to. */
export const SOUND = migrationWith(`up: 'CREATE TABLE a (b)'`)
