// Projects in temporary folders for the tests of the command line.
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { type Files, temporaryProject } from '../../support/project.js'
import { projectRoot } from '../../support/project-root.js'

const clientFolder = join(projectRoot, 'node_modules', 'better-sqlite3')

/** A project with the client installed, a configuration and the given migrations. */
export function migrationProject(migrations: Readonly<Record<string, string>>): string {
  const files = {
    'package.json': '{ "type": "module" }\n',
    // Without `defineConfig`, which would bundle all of Lockstep with each configuration.
    'lockstep.config.ts': `export default { database: 'data/app.db' }\n`,
    ...Object.fromEntries(
      Object.entries(migrations).map(([name, text]) => [`migrations/${name}`, text]),
    ),
  }
  const root = temporaryProject(files)
  linkClient(root)
  return root
}

/** A project with a `node_modules` folder, in which bundles are cached. */
export const packagedProject = (files: Files = {}): string =>
  temporaryProject({ 'node_modules/.keep': '', ...files })

/** Installs the client in a project. */
export function linkClient(root: string): void {
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  symlinkSync(clientFolder, join(root, 'node_modules', 'better-sqlite3'), 'junction')
}

/** A copy of a project in a folder of its own. */
export function copyOf(root: string): string {
  const copy = temporaryProject()
  cpSync(root, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}
