// A project with two histories in one database, of which the plugin needs the core, and what the build tells of it.
import { temporaryProject } from '../../support/project.js'
import { runProgram } from './command-line.js'
import { linkClient } from './project.js'

/** A core and its plugin in one file. */
export const CONFIG = `export default { database: 'app.db', databases: {
  core: { history: 'core', migrations: 'core', out: 'generated/core' },
  plugin: { history: 'plugin', migrations: 'plugin', out: 'generated/plugin' },
} }\n`

/** A migration that cannot be undone. */
export const up = (sql: string, needs = ''): string =>
  `${needs && `-- needs: ${needs}\n`}-- migrate:up\n${sql}\n-- irreversible: no\n`

/** One with its way back. */
export const both = (sql: string, down: string): string =>
  up(sql).replace('-- irreversible: no', `-- migrate:down\n${down}`)

/** A finding. */
export interface Told {
  readonly code: string
  readonly file: string
  readonly line: number
  readonly severity: string
  readonly message: string
  readonly fix: string
}

/** A folder with these migrations of both. */
export function twoHistories(files: Readonly<Record<string, string>>): string {
  const root = temporaryProject({
    'package.json': '{ "type": "module" }\n',
    'lockstep.config.js': CONFIG,
    ...files,
  })
  linkClient(root)
  return root
}

/** What is told of the plugin, but for what is only information. */
export async function toldIn(root: string, ...flags: string[]): Promise<readonly Told[]> {
  const { stdout } = await runProgram(root, ['gen', '--name', 'plugin', '--json', ...flags])
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Told[] }
  return diagnostics.filter(({ severity }) => severity !== 'info')
}
