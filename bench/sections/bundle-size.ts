// Measures how many bytes `import { migrate } from 'lockstep/better-sqlite3'` adds to an application.
import { build, type Metafile } from 'esbuild'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { BUDGETS } from '../budgets.js'
import type { Measurement } from '../measurement.js'
import type { Bench } from './bench.js'

/** One module's share of the bundle, in bytes after minifying and before compressing. */
export interface ModuleShare {
  readonly module: string
  readonly bytes: number
}

/** The sizes, and the shares of the modules. */
export interface BundleSize {
  readonly measurements: readonly Measurement[]
  /** The largest first. */
  readonly modules: readonly ModuleShare[]
}

const GROUP = "Bundle of import { migrate } from 'lockstep/better-sqlite3'"

/** Bundles that import from the sources, minified and compressed. */
export async function measureBundle({ lockstep, tell }: Bench): Promise<BundleSize> {
  tell('bundling the path of migrate')
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: "export { migrate } from 'lockstep/better-sqlite3'",
      resolveDir: lockstep,
    },
    absWorkingDir: lockstep,
    alias: { 'lockstep/better-sqlite3': join(lockstep, 'src/drivers/better-sqlite3.ts') },
    tsconfigRaw: { compilerOptions: { target: 'ES2022' } },
    bundle: true,
    minify: true,
    format: 'esm',
    metafile: true,
    write: false,
  })
  const bytes = outputFiles[0]!.contents
  const compressed = gzipSync(bytes, { level: 9 }).length
  return {
    measurements: [
      { ...line('minified and gzip -9', compressed), limit: BUDGETS.bundleBytes },
      line('minified', bytes.length),
    ],
    modules: sharesOf(metafile),
  }
}

const line = (what: string, value: number): Measurement => ({
  group: GROUP,
  what,
  unit: 'bytes',
  value,
  migrations: null,
})

function sharesOf({ outputs }: Metafile): ModuleShare[] {
  return Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .map(([module, { bytesInOutput }]) => ({ module, bytes: bytesInOutput }))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
}
