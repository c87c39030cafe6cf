// Writes the pages that are generated from the sources: `npm run docs`. Only starts .ci/pages/main.ts, which Node 20 cannot load
// itself; it is bundled next to the installed packages, where its imports resolve.
import { build } from 'esbuild'
import { fileURLToPath, pathToFileURL } from 'node:url'

const outfile = fileURLToPath(
  new URL('../node_modules/.cache/lockstep-docs/main.mjs', import.meta.url),
)
await build({
  entryPoints: [fileURLToPath(new URL('pages/main.ts', import.meta.url))],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  logLevel: 'warning',
})
const { writePages } = await import(pathToFileURL(outfile).href)
const pages = await writePages(fileURLToPath(new URL('..', import.meta.url)))
const changed = pages.filter(({ state }) => state !== 'unchanged')
for (const { path, state } of changed) console.log(`${path}: ${state}`)
console.log(`${pages.length - changed.length} of ${pages.length} pages were right already.`)
