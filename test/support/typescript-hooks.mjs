// Bundles a TypeScript file in memory when Node is to load it, with everything of ours that it imports. The processes of
// one test file share their bundles in the folder TYPESCRIPT_BUNDLES.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context)
  const name = createHash('sha256').update(url).digest('hex').slice(0, 16)
  const shared = join(process.env['TYPESCRIPT_BUNDLES'], `${name}.mjs`)
  if (!existsSync(shared)) {
    writeFileSync(`${shared}.${process.pid}`, await bundle(fileURLToPath(url)))
    renameSync(`${shared}.${process.pid}`, shared)
  }
  return { format: 'module', source: readFileSync(shared, 'utf8'), shortCircuit: true }
}

async function bundle(file) {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
  })
  return outputFiles[0].text
}
