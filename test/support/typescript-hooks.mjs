// Bundles a TypeScript file in memory when Node is to load it, with everything of ours that it imports.
import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context)
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(url)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
  })
  return { format: 'module', source: outputFiles[0].text, shortCircuit: true }
}
