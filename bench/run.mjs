// Measures Lockstep against raw better-sqlite3: `npm run bench -- --help`. Only starts main.ts, which Node 20 cannot load itself;
// it is bundled next to the installed packages, where its imports resolve.
import { build } from 'esbuild'
import { fileURLToPath, pathToFileURL } from 'node:url'

const outfile = fileURLToPath(
  new URL('../node_modules/.cache/lockstep-bench/main.mjs', import.meta.url),
)
await build({
  entryPoints: [fileURLToPath(new URL('main.ts', import.meta.url))],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'warning',
  // Measures the sources, not the last build.
  tsconfigRaw: {},
})
const { main } = await import(pathToFileURL(outfile).href)
await main(fileURLToPath(new URL('..', import.meta.url)))
