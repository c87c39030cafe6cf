// Registries of projects in temporary folders: generated, bundled and loaded the way an application does it.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Registry } from 'lockstep/better-sqlite3'
import { generate } from '../../codegen/generate.js'
import { settingsFor, temporaryProject } from '../support/project.js'
import { projectRoot } from '../support/project-root.js'

/** A project with a copy of the example's migrations. */
export function copyOfTheExample(): string {
  const root = temporaryProject({ 'package.json': '{}' })
  cpSync(join(projectRoot, 'migrations'), join(root, 'migrations'), { recursive: true })
  return root
}

let bundles = 0

/** Generates, bundles and imports the registry of a project. */
export async function loadRegistry(root: string): Promise<Registry> {
  const { ok, diagnostics } = await generate(settingsFor(root), { write: true })
  if (!ok) throw new TypeError(JSON.stringify(diagnostics, null, 2))
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
