// An application with one history without a name carries nothing of what sees to several.
import { build } from 'esbuild'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.js'

test.each([
  ['migrate', false],
  ['migrate, dependencies', 'needs'],
  ['migrate, together', 'histories'],
])('%s: %s', async (names, carried) => {
  const path = JSON.stringify(join(projectRoot, 'src/drivers/better-sqlite3.ts'))
  const { outputFiles } = await build({
    stdin: { contents: `export { ${names} } from ${path}`, resolveDir: projectRoot },
    tsconfigRaw: { compilerOptions: { target: 'ES2022' } },
    bundle: true,
    format: 'esm',
    write: false,
  })
  const { text } = outputFiles[0]!
  expect(text.includes('ADD COLUMN needs')).toBe(carried === 'needs')
  expect(text.includes('NEEDED_ELSEWHERE')).toBe(false)
  expect(text.includes('as its registry says')).toBe(carried === 'histories')
})
