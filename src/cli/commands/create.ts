// `lockstep create`: writes the next migration from a template, then generates.
import { join } from 'node:path'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { discover } from '../../../codegen/discover/discover.js'
import { otherHistory } from '../../../codegen/discover/other-history.js'
import { projectPath } from '../../../codegen/project/project-path.js'
import { fileUnwritable, usageInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { versionId } from '../../model/version.js'
import { type CommandRun, EXIT } from '../command/command.js'
import type { Flags } from '../command/flags.js'
import { generatedText, generateEach, type Generated } from '../generate/generate-each.js'
import { displayPath } from '../terminal/display-path.js'
import { migrationTitle } from '../scaffold/migration-name.js'
import { migrationTemplate, type TemplateForm } from '../scaffold/migration-template.js'
import { scriptStyle } from '../scaffold/script-style.js'
import { writeNewFile } from '../scaffold/write-new-file.js'
import { loadSettings } from '../settings/load-settings.js'
import type { Settings } from '../settings/settings.js'
import { tellSettings } from '../settings/tell-settings.js'

/** Exits with 1 if something else in the folder prevents generating the registry. */
export const run: CommandRun = async (invocation) => {
  const title = migrationTitle(invocation.words)
  const form = formOf(invocation.flags)
  const settings = await loadSettings(invocation)
  tellSettings(settings, invocation.terminal)
  const version = (await newestVersion(settings)) + 1
  const { driver, language } = settings
  const path = pathOf(settings, version, title.name, form)
  const style = await scriptStyle(settings)
  const { template: example } = invocation.flags
  const facts = { ...title, version, form, language, style, driver, ...(example && { example }) }
  if (writeNewFile(path, migrationTemplate(facts)) === 'kept') {
    throw new LockstepError(fileUnwritable(path, 'it already exists'))
  }
  const generated = await generateEach([settings], 'write')
  const file = projectPath(settings.root, path)
  const empty = emptyFiles(generated, file)
  const outcome = empty.length > 0 ? 'unwritten' : generated.ok ? 'generated' : 'failed'
  return {
    exitCode: outcome === 'failed' ? EXIT.failed : EXIT.done,
    json: { file, version, id: versionId(version), name: title.name, generated },
    text: (style) => [
      `${style.green('✓')} ${style.bold(displayPath(path, invocation.cwd))}`,
      ...(outcome === 'unwritten' ? [] : generatedText(generated, settings.root, style)),
      outcome === 'unwritten' ? unwrittenAdvice(empty) : ADVICE[outcome],
    ],
    stream: outcome === 'failed' ? 'stderr' : 'stdout',
  }
}

/** The next steps for the user; the file exists in each case. */
const ADVICE = {
  generated: 'Edit it, then run `lockstep gen` and `lockstep migrate`.',
  failed:
    'The new migration was written, but the registry was not. Fix what is named above, then run `lockstep gen`.',
}

function unwrittenAdvice([_new, ...others]: readonly string[]): string {
  const [like, it, each] =
    others.length === 0 ? ['', 'it', 'it'] : [`, like ${others.join(', ')}`, 'them', 'each']
  return `It is still empty${like}, so the registry does not have ${it} yet. Write what ${each} does and how to undo it, then run \`lockstep gen\` and \`lockstep migrate\`.`
}

function formOf(flags: Flags): TemplateForm {
  if (flags.sql && flags.class) {
    const message = '--sql and --class are two forms, and a migration has one.'
    throw new LockstepError(usageInvalid(message, 'Give only one of them.'))
  }
  if (flags.sql) return 'sql'
  return flags.class ? 'class' : 'object'
}

/** Throws if the folder has migrations of another tool: a new one would come before them. */
async function newestVersion({ root, migrations }: Settings): Promise<number> {
  const found = await discover(root, migrations)
  const other = otherHistory(found)
  if (other) throw new LockstepError(other)
  return Math.max(0, ...found.files.map(({ to }) => to))
}

function pathOf(settings: Settings, version: number, name: string, form: TemplateForm): string {
  const extension = form === 'sql' ? 'sql' : settings.language
  return join(settings.migrations, `${versionId(version)}_${name}.${extension}`)
}

/**
 * The new file and other empty ones, if nothing else is wrong; otherwise none. Several migrations may be created before the first
 * of them is written.
 */
function emptyFiles({ diagnostics, drafts }: Generated, file: string): string[] {
  const errors = errorsOf(diagnostics)
  const harmless = errors.every((one) => one.file === file || one.code === 'MIGRATION_EMPTY')
  const empty = diagnostics.filter(
    (one) => one.code === 'MIGRATION_EMPTY' && drafts.includes(one.file),
  )
  const unwritten = [...errors, ...empty].map((one) => one.file)
  return harmless && unwritten.length > 0 ? [...new Set([file, ...unwritten])] : []
}

const errorsOf = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === 'error')
