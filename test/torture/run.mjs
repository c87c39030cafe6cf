// Kills and crowds Lockstep for as long as one likes: `npm run torture -- --help`. Only starts main.ts, which Node 20
// cannot load itself; it is bundled beside the installed packages, where its own imports resolve.
import { build } from 'esbuild'
import { fileURLToPath, pathToFileURL } from 'node:url'

const outfile = fileURLToPath(
  new URL('../../node_modules/.cache/lockstep-torture/main.mjs', import.meta.url),
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
  tsconfigRaw: {},
})
const { main } = await import(pathToFileURL(outfile).href)
process.exitCode = await main(
  process.argv.slice(2),
  fileURLToPath(new URL('../..', import.meta.url)),
)
