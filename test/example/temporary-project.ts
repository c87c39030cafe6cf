// Projects in temporary folders: their migrations are generated, bundled and loaded the way an application does it.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Registry } from 'lockstep/better-sqlite3'
import { generate } from '../../codegen/generate.js'
import type { GenerateResult } from '../../codegen/model/result.js'
import { projectRoot } from '../support/project-root.js'

/** A project in a folder that is removed after the tests of the file. */
export interface TemporaryProject {
  readonly root: string
  /** Replaces the text of a file below the project. */
  write(file: string, text: string): void
  read(file: string): string
  /** Runs the generator and leaves its result to the test. */
  generate(): Promise<GenerateResult>
  /** Generates, bundles and imports the registry. */
  load(): Promise<Registry>
}

/** A new project with these files, by path relative to its folder. */
export function temporaryProject(files: Readonly<Record<string, string>>): TemporaryProject {
  const root = mkdtempSync(join(tmpdir(), 'lockstep-project-'))
  const project: TemporaryProject = {
    root,
    write(file, text) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), text)
    },
    read: (file) => readFileSync(join(root, file), 'utf8'),
    generate: () => generate(settingsOf(root), { write: true }),
    async load() {
      const { ok, diagnostics } = await project.generate()
      if (!ok) throw new TypeError(JSON.stringify(diagnostics, null, 2))
      return loadRegistry(root)
    },
  }
  for (const [file, text] of Object.entries({ 'package.json': '{}', ...files })) {
    project.write(file, text)
  }
  return project
}

/** A copy of the example's migrations. */
export function copyOfTheExample(): TemporaryProject {
  const project = temporaryProject({})
  cpSync(join(projectRoot, 'migrations'), join(project.root, 'migrations'), { recursive: true })
  return project
}

const settingsOf = (root: string): Parameters<typeof generate>[0] => ({
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
})

let bundles = 0

async function loadRegistry(root: string): Promise<Registry> {
  const outfile = join(root, `bundle-${bundles++}.mjs`)
  await build({
    entryPoints: [join(root, 'generated/registry.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    alias: { 'lockstep/better-sqlite3': join(projectRoot, 'src/drivers/better-sqlite3.ts') },
    tsconfigRaw: {},
  })
  const module = (await import(pathToFileURL(outfile).href)) as { readonly registry: Registry }
  return module.registry
}
