// An application without a migration that declares batches carries nothing of what runs them.
import { build } from 'esbuild'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.js'

async function bundleOf(names: string): Promise<string> {
  const path = JSON.stringify(join(projectRoot, 'src/drivers/better-sqlite3.ts'))
  const { outputFiles } = await build({
    stdin: { contents: `export { ${names} } from ${path}`, resolveDir: projectRoot },
    tsconfigRaw: { compilerOptions: { target: 'ES2022' } },
    bundle: true,
    format: 'esm',
    write: false,
  })
  return outputFiles[0]!.text
}

test.each([
  ['migrate', false],
  ['migrate, toolkit', false],
  ['migrate, resumable', true],
])('%s: %s', async (names, isCarried) => {
  const text = await bundleOf(names)
  expect(text.includes('CREATE TEMP TRIGGER')).toBe(isCarried)
})
