// Projects in temporary folders for the tests of the command line.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const clientFolder = fileURLToPath(new URL('../../../node_modules/better-sqlite3', import.meta.url))

/** An empty folder with these files. */
export function project(files: Readonly<Record<string, string>> = {}): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'lockstep-test-')))
  write(root, files)
  return root
}

/** Writes files below a folder. */
export function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
}

/** A project that has the client installed, a configuration, and the given migrations. */
export function migrationProject(migrations: Readonly<Record<string, string>>): string {
  const files = {
    'package.json': '{ "type": "module" }\n',
    'lockstep.config.ts': `import { defineConfig } from 'lockstep'\nexport default defineConfig({ database: 'data/app.db' })\n`,
    ...Object.fromEntries(
      Object.entries(migrations).map(([name, text]) => [`migrations/${name}`, text]),
    ),
  }
  const root = project(files)
  linkClient(root)
  return root
}

/** Installs the client in a project. */
export function linkClient(root: string): void {
  mkdirSync(join(root, 'node_modules'))
  symlinkSync(clientFolder, join(root, 'node_modules', 'better-sqlite3'), 'junction')
}

/** A copy of a project in a folder of its own. */
export function copyOf(root: string): string {
  const copy = project()
  cpSync(root, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

/** Every file below a folder but those of installed packages, in order. */
export const filesIn = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => !file.startsWith('node_modules'))
    .sort()
