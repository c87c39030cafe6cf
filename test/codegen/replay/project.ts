// Projects whose migrations are replayed in processes of their own, for tests of that.
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import { readAndProve } from '../../../codegen/pipeline.js'
import { projectRoot } from '../../support/project-root.js'
import { startBuiltProcesses } from '../../support/built-processes.js'
import { settingsFor, temporaryProject } from '../../support/project.js'

/** A migration that makes a table, and removes it again. */
export const table = (name: string): string =>
  `-- migrate:up\nCREATE TABLE ${name} (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE ${name};\n`

/** A migration in code; `before` stands at the top of its file. */
export const code = (up: string, before = ''): string =>
  `${before}
export const irreversible = 'there is nothing to undo'
export function up(db) {
  ${up}
}
`

/** Settings with replay for a new project that has a client and these files. */
export function replayed(
  files: Readonly<Record<string, string>>,
  stated: Partial<GenerateSettings> = {},
): GenerateSettings {
  startBuiltProcesses()
  const root = temporaryProject({ 'package.json': '{}', ...files })
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  const client = join('node_modules', 'better-sqlite3')
  symlinkSync(join(projectRoot, client), join(root, client))
  return settingsFor(root, { replay: true, ...stated })
}

/** What is wrong with the migrations; nothing is written. */
export const findings = async (settings: GenerateSettings): Promise<readonly Diagnostic[]> =>
  (await readAndProve(settings)).diagnostics
