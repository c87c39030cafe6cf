// Where the memory of a project is: one for each checkout, though several may share one `node_modules` folder.
import { mkdirSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { openBundleCache } from '../../../codegen/bundle/bundle-cache.js'
import { placedMemoryFile } from '../../../codegen/cache/memory-file.js'
import { settingsFor, temporaryProject } from '../generate/temporary-project.js'

/** Two checkouts of one project; the second uses the packages of the first. */
function checkouts() {
  const folder = temporaryProject({ 'first/node_modules/.keep': '' })
  const roots = [join(folder, 'first'), join(folder, 'second')] as const
  mkdirSync(roots[1])
  symlinkSync(join(roots[0], 'node_modules'), join(roots[1], 'node_modules'))
  return { folder, first: roots[0], second: roots[1] }
}

const nameFor = (root: string): string =>
  basename(placedMemoryFile(settingsFor(root), 'proof') ?? '')

test('checkouts that share their packages remember apart', () => {
  const { first, second } = checkouts()
  expect(nameFor(first)).toMatch(/^proof-[0-9a-f]{12}\.json$/)
  expect(nameFor(second)).not.toBe(nameFor(first))
})

test('a checkout that is entered by a link is the same', () => {
  const { folder, first } = checkouts()
  symlinkSync(first, join(folder, 'link'))
  expect(nameFor(join(folder, 'link'))).toBe(nameFor(first))
})

test('a bundle, which may know where its file is, is not recalled in the other checkout', () => {
  const { first, second } = checkouts()
  openBundleCache(join(first, 'a.ts'), first).remember('code', [])
  expect(openBundleCache(join(first, 'a.ts'), first).recall()).toMatchObject({ code: 'code' })
  expect(openBundleCache(join(second, 'a.ts'), second).recall()).toBeNull()
})
