// Bundling a text in the place of a file whose folder does not exist yet: the first generation of a project.
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tryBuild } from '../../../codegen/bundle/build-module.js'

const root = mkdtempSync(join(tmpdir(), 'lockstep-stand-in-'))

test('finds files beside a folder that is not there, and still tells what is missing', async () => {
  mkdirSync(join(root, 'migrations'), { recursive: true })
  writeFileSync(join(root, 'migrations/a.ts'), "export const a = 'found'\n")
  const text = (name: string): string => `export { a } from '../migrations/${name}.ts'\n`
  const file = join(root, 'generated/registry.ts')
  const built = await tryBuild({ file, root, text: text('a') })
  expect(built).toMatchObject({ code: expect.stringContaining('found') })
  const failed = await tryBuild({ file, root, text: text('b') })
  expect(failed).toMatchObject({
    problems: [{ message: expect.stringContaining('Could not resolve') }],
  })
  expect(existsSync(join(root, 'generated'))).toBe(false)
})
