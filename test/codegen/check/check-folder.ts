// Checks a migrations folder that exists only for one test.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { check } from '../../../codegen/check/check.js'
import { discover } from '../../../codegen/discover/discover.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { readMigrations } from '../../../codegen/parse/read-migrations.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import { settingsFor } from '../generate/temporary-project.js'

/** Texts by path below the migrations folder. */
export type Folder = Readonly<Record<string, string>>

/** All diagnostics of the folder, discovery and reading included. Throws when one does not name its file. */
export async function checkFolder(
  folder: Folder,
  settings: Partial<GenerateSettings> = {},
): Promise<Diagnostic[]> {
  const root = await mkdtemp(join(tmpdir(), 'lockstep-check-'))
  const migrations = join(root, 'migrations')
  try {
    await mkdir(migrations)
    for (const [file, text] of Object.entries(folder)) await write(join(migrations, file), text)
    const reading = readMigrations(await discover(root, migrations))
    return check(reading, settingsFor(root, settings)).map(named)
  } finally {
    await rm(root, { recursive: true })
  }
}

/** The message is all that some readers see, so it names the file. */
function named(diagnostic: Diagnostic): Diagnostic {
  const { code, file, message } = diagnostic
  if (!message.includes(file)) throw new TypeError(`${code} does not name ${file}: ${message}`)
  return diagnostic
}

/** `file:line:column severity CODE` of each diagnostic, the folder's name left out. */
export async function placesIn(
  folder: Folder,
  settings?: Partial<GenerateSettings>,
): Promise<string[]> {
  const diagnostics = await checkFolder(folder, settings)
  return diagnostics.map(
    ({ file, line, column, severity, code }) =>
      `${file.replace(/^migrations\//, '')}:${line}:${column} ${severity} ${code}`,
  )
}

/** A migration in object form that no rule objects to, with an `up` of its own. */
export const migrationWith = (up: string): string =>
  `import { defineMigration } from 'lockstep/better-sqlite3'\n` +
  `export default defineMigration({\n  ${up},\n  down: 'DROP TABLE a',\n})\n`

/** A migration that no rule objects to. */
export const SOUND = migrationWith(`up: 'CREATE TABLE a (b)'`)

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}
