// Generates the registry of the sample history and bundles it like an application, so that the measured code is what applications
// run, with everything that the generator proves about a step.
import { build } from 'esbuild'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { generate } from '../../codegen/generate.js'
import type { Registry } from '../../src/drivers/better-sqlite3.js'
import type { SampleMigration } from './sample-history.js'
import { writeSampleProject, type EntryKind } from './sample-project.js'

/** The folder for the sample project, and that of Lockstep's sources. */
export interface Places {
  readonly scratch: string
  readonly lockstep: string
}

/** The registry of a sample project, and the path of its bundle. Throws if the generator reports errors. */
export async function bundledRegistry(
  { scratch, lockstep }: Places,
  history: readonly SampleMigration[],
  kind: EntryKind,
): Promise<{ readonly file: string; readonly registry: Registry }> {
  const root = join(scratch, `registry-${kind}-${history.length}`)
  writeSampleProject(root, history, kind)
  await generateInto(root)
  const file = join(root, 'bundle.mjs')
  await build({
    entryPoints: [join(root, 'generated/registry.ts')],
    outfile: file,
    bundle: true,
    format: 'esm',
    alias: { 'lockstep/better-sqlite3': join(lockstep, 'src/drivers/better-sqlite3.ts') },
    tsconfigRaw: {},
  })
  const module = (await import(pathToFileURL(file).href)) as { readonly registry: Registry }
  return { file, registry: module.registry }
}

async function generateInto(root: string): Promise<void> {
  const { ok, diagnostics } = await generate(
    {
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
    },
    { write: true },
  )
  const first = diagnostics.find(({ severity }) => severity === 'error')
  if (!ok) throw new TypeError(`The sample history is not valid: ${first?.file} ${first?.message}`)
}
