// A project with two histories in one database, where the plugin needs the core, and the findings of the build about it.
import { temporaryProject } from '../../support/project.js'
import { runProgram } from './command-line.js'
import { linkClient } from './project.js'

/** A core and its plugin in one database. */
export const CONFIG = `export default { database: 'app.db', databases: {
  core: { history: 'core', migrations: 'core', out: 'generated/core' },
  plugin: { history: 'plugin', migrations: 'plugin', out: 'generated/plugin' },
} }\n`

/** The first migration of the core. */
export const USERS =
  '-- migrate:up\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n-- migrate:down\nDROP TABLE users;\n'

/** The second migration of the core. */
export const MAIL =
  '-- migrate:up\nALTER TABLE users ADD COLUMN mail TEXT;\n-- migrate:down\nALTER TABLE users DROP COLUMN mail;\n'

/** The migration of the plugin, which needs the first one of the core. */
export const NOTES = `-- needs: core:001
-- migrate:up
CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), text TEXT NOT NULL);
CREATE INDEX notes_user_id ON notes (user_id);
-- migrate:down
DROP TABLE notes;
`

/** Both histories, without findings. */
export const GOOD = {
  'core/001_users.sql': USERS,
  'core/002_mail.sql': MAIL,
  'plugin/001_notes.sql': NOTES,
}

/** A migration that cannot be undone. */
export const up = (sql: string, needs = ''): string =>
  `${needs && `-- needs: ${needs}\n`}-- migrate:up\n${sql}\n-- irreversible: no\n`

/** A migration with its `down`. */
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

/** Creates a project with these files; returns its path. */
export function twoHistories(files: Readonly<Record<string, string>>, config = CONFIG): string {
  const root = temporaryProject({
    'package.json': '{ "type": "module" }\n',
    'lockstep.config.js': config,
    ...files,
  })
  linkClient(root)
  return root
}

/** The findings about the plugin, except those of severity `info`. */
export async function toldIn(root: string, ...flags: string[]): Promise<readonly Told[]> {
  const all = await allToldIn(root, 'plugin', ...flags)
  return all.filter(({ severity }) => severity !== 'info')
}

/** All findings about one of the histories. */
export async function allToldIn(
  root: string,
  name = 'plugin',
  ...flags: string[]
): Promise<readonly Told[]> {
  const { stdout } = await runProgram(root, ['gen', '--name', name, '--json', ...flags])
  return (JSON.parse(stdout) as { diagnostics: Told[] }).diagnostics
}
