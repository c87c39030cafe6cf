// Writes what a project needs to start: configuration, first migration, package scripts. Keeps existing files.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { discover } from '../../../codegen/discover/discover.js'
import { otherHistory } from '../../../codegen/discover/other-history.js'
import type { Discovery } from '../../../codegen/model/migration.js'
import { forwardSlashes, projectPath } from '../../../codegen/project/project-path.js'
import { fileUnwritable, packageInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Invocation } from '../command/command.js'
import { messageOf } from '../terminal/describe-error.js'
import { count } from '../terminal/quantities.js'
import { findConfig } from '../settings/find-config.js'
import { loadEachSettings } from '../settings/load-settings.js'
import type { Settings } from '../settings/settings.js'
import { configTemplate } from './config-template.js'
import { addScripts, type ScriptedPackage } from './package-scripts.js'
import { ignoreFiles } from './ignored-files.js'
import { firstMigration } from './migration-template.js'
import { findOtherTools, hasLeft, type OtherTools } from './other-tools.js'
import { minimalPackage, type ProjectFacts } from './project-facts.js'
import { scriptRunner } from './script-runner.js'
import { scriptStyle } from './script-style.js'
import type { SetUpFile } from './set-up-file.js'
import { writeNewFile } from './write-new-file.js'

/** The project after setting it up. */
export interface SetUpProject {
  readonly files: readonly SetUpFile[]
  /** One for each database of the configuration. */
  readonly settings: readonly Settings[]
  /** There were migrations before the configuration: a database may already have them. */
  readonly takesOver: boolean
  /** What other tools have left, if nothing of Lockstep exists; then there is no example. */
  readonly others: OtherTools
}

/** Sets the project up. Checks what could prevent that before writing anything. */
export async function setUpProject(
  facts: ProjectFacts,
  invocation: Invocation,
): Promise<SetUpProject> {
  const scripted = scriptPackage(facts)
  const config = await writeConfig(facts, invocation)
  const settings = await loadEachSettings({ flags: {}, cwd: facts.root, environment: {} })
  const found = await Promise.all(
    settings.map(({ migrations }) => discover(facts.root, migrations)),
  )
  const isFirst = !found.some(isHistory)
  const others = isFirst
    ? await findOtherTools(settings)
    : { histories: [], ledgers: [], taken: [] }
  const migrations: SetUpFile[] = []
  for (const [at, one] of settings.entries())
    migrations.push(
      await writeFirstMigration(one, found[at]!, { others, table: firstTable(one, settings) }),
    )
  const written = writePackage(facts, scripted)
  const ignored = await ignoreFiles(
    facts.root,
    settings.map(({ database }) => database),
  )
  const takesOver = config.state === 'written' && migrations.some(({ state }) => state === 'kept')
  return { files: [config, ...migrations, written, ignored], settings, takesOver, others }
}

function scriptPackage({ root, packageText, packageManager }: ProjectFacts): ScriptedPackage {
  try {
    return addScripts(packageText ?? minimalPackage, scriptRunner(root, packageManager))
  } catch (cause) {
    throw new LockstepError(packageInvalid(join(root, 'package.json'), messageOf(cause)), { cause })
  }
}

/** A configuration of this project counts, in any form, and flags do not change it; not that of an enclosing project. */
async function writeConfig(facts: ProjectFacts, { flags, cwd }: Invocation): Promise<SetUpFile> {
  const { root } = facts
  const found = await findConfig(root, undefined)
  if (found && dirname(found.file) === root) {
    const given = (['db', 'migrations', 'out'] as const).filter((flag) => flags[flag] !== undefined)
    const note = given.map((flag) => `--${flag} was not written into it`).join(', ')
    return { file: projectPath(root, found.file), state: 'kept', note }
  }
  const path = (given: string): string => forwardSlashes(relative(root, resolve(cwd, given)))
  const sources = forwardSlashes(relative(root, facts.compiler.sources))
  const placed = (name: string): string | null => (sources === '' ? null : `${sources}/${name}`)
  const migrations = flags.migrations === undefined ? placed('migrations') : path(flags.migrations)
  const out = flags.out === undefined ? placed('generated') : path(flags.out)
  const values = {
    database: flags.db === undefined ? 'data/app.db' : path(flags.db),
    ...(migrations !== null && { migrations }),
    ...(out !== null && { out }),
  }
  const { name, text } = configTemplate(values, facts)
  return { file: name, state: writeNewFile(join(root, name), text), note: '' }
}

const isHistory = (found: Discovery): boolean =>
  found.files.length > 0 || otherHistory(found) !== null

/** With other histories in the same file, each gets a table of its own name. */
function firstTable({ name, history, database }: Settings, all: readonly Settings[]): string {
  const isAlone = all.filter((one) => one.database === database).length === 1
  return isAlone ? 'notes' : `notes_${(history ?? name ?? 'app').replaceAll(/\W/g, '_')}`
}

/** Existing migrations, of Lockstep or anything else, are the beginning. */
async function writeFirstMigration(
  settings: Settings,
  found: Discovery,
  { others, table }: { readonly others: OtherTools; readonly table: string },
): Promise<SetUpFile> {
  const { root, migrations, language, driver } = settings
  if (isHistory(found)) {
    const present = count(found.files.length, 'file')
    const note = found.diagnostics.length > 0 ? 'not empty, so no example was written' : present
    return { file: projectPath(root, migrations), state: 'kept', note }
  }
  if (hasLeft(others)) {
    const note = 'empty: an example would come before what is already there'
    return { file: projectPath(root, migrations), state: makeFolder(migrations), note }
  }
  const path = join(migrations, `001_initial.${language}`)
  const state = writeNewFile(path, firstMigration(await scriptStyle(settings), driver, table))
  return { file: projectPath(root, path), state, note: '' }
}

function makeFolder(path: string): SetUpFile['state'] {
  try {
    return mkdirSync(path, { recursive: true }) === undefined ? 'kept' : 'written'
  } catch (cause) {
    throw new LockstepError(fileUnwritable(path, messageOf(cause)), { cause })
  }
}

function writePackage({ root, packageText }: ProjectFacts, scripted: ScriptedPackage): SetUpFile {
  const { text, added, taken } = scripted
  const file = 'package.json'
  const other = taken ? ['`gen` is another script: generate with npx lockstep gen'] : []
  if (text === packageText) return { file, state: 'kept', note: other.join('') }
  try {
    writeFileSync(join(root, file), text)
  } catch (cause) {
    throw new LockstepError(fileUnwritable(join(root, file), messageOf(cause)), { cause })
  }
  const state = packageText === null ? 'written' : 'changed'
  return { file, state, note: [`scripts: ${added.join(', ')}`, ...other].join('; ') }
}
