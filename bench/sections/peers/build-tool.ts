// Builds the files of each tool that are run and measured: its module, its program, and a bundle of that program.
import { build, type BuildOptions, type Plugin } from 'esbuild'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Bench } from '../bench.js'

/** The paths of the built files, and the size of the bundle. */
export interface BuiltTool {
  /** Exports the tool. Loads the installed packages, and Lockstep from its sources. */
  readonly module: string
  /** A program that runs the tool in a process of its own; loads Lockstep as published. */
  readonly installed: string
  /** The same program with the tool bundled, minified. */
  readonly bundle: string
  /** The size of the tool alone, without the program around it. */
  readonly bytes: { readonly minified: number; readonly compressed: number }
}

/**
 * Builds the tool of this name in bench/peers/tools; `door` is the entry point of Lockstep's published package. better-sqlite3 is
 * never bundled.
 */
export async function buildTool(bench: Bench, name: string, door: string): Promise<BuiltTool> {
  const file = `./tools/${name}.ts`
  const module = await buildModule(bench, file)
  const [installed, bundle] = ['process.mjs', 'bundle.cjs'].map((end) =>
    join(peersIn(bench), CACHE, `${name}.${end}`),
  ) as [string, string]
  const program = stdin(bench, file, SERVE)
  const published = { ...SEPARATE, plugins: [doorAt(door, 'external')] }
  await build({ ...published, stdin: program, outfile: installed })
  const plugins = [doorAt(sourceOf(bench)), missing]
  const whole: BuildOptions = { ...COMMON, format: 'cjs', minify: true, plugins }
  await build({ ...whole, stdin: program, outfile: bundle })
  const { outputFiles } = await build({ ...whole, stdin: stdin(bench, file, ''), write: false })
  const { contents } = outputFiles![0]!
  const compressed = gzipSync(contents, { level: 9 }).length
  return { module, installed, bundle, bytes: { minified: contents.length, compressed } }
}

/** Builds a file in bench/peers as a module that loads the packages installed there; returns its path. */
export async function buildModule(bench: Bench, file: string): Promise<string> {
  const outfile = join(peersIn(bench), CACHE, file.replace(/\.ts$/, '.mjs'))
  const plugins = [doorAt(sourceOf(bench))]
  await build({ ...SEPARATE, plugins, stdin: stdin(bench, file, ''), outfile })
  return outfile
}

const CACHE = 'node_modules/.cache/lockstep-bench'

const peersIn = ({ lockstep }: Bench): string => join(lockstep, 'bench/peers')

const sourceOf = ({ lockstep }: Bench): string => join(lockstep, 'src/drivers/better-sqlite3.ts')

const COMMON: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'silent',
  tsconfigRaw: {},
}

const SEPARATE: BuildOptions = { ...COMMON, format: 'esm', packages: 'external' }

const SERVE = `
import { tool } from 'FILE'
import { serve } from '../contestants/tool-process.ts'
void serve(tool)`

const stdin = (bench: Bench, file: string, more: string) => ({
  contents: `export * from '${file}'${more.replace('FILE', file)}`,
  resolveDir: peersIn(bench),
})

/** A plugin that resolves Lockstep to a file. */
const doorAt = (file: string, place: 'bundled' | 'external' = 'bundled'): Plugin => ({
  name: 'door',
  setup({ onResolve }) {
    const external = place === 'external'
    const path = external ? pathToFileURL(file).href : file
    onResolve({ filter: /^lockstep\/better-sqlite3$/ }, () => ({ path, external }))
  },
})

/** A plugin that leaves out the client, and drivers of other databases, which tools import but which are not installed. */
const missing: Plugin = {
  name: 'missing',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === missing) return undefined
      if (path === 'better-sqlite3') return { path, external: true }
      const { errors } = await resolve(path, { ...rest, pluginData: missing })
      return errors.length > 0 ? { path, external: true } : undefined
    })
  },
}
