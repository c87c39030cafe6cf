// Where the memory of a project is: one for each project and checkout, though several may share one `node_modules` folder.
import { mkdirSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openBundleCache } from '../../../codegen/bundle/bundle-cache.js'
import { memoryFile, placedMemoryFile } from '../../../codegen/project/memory-file.js'
import { settingsFor, temporaryProject } from '../../support/project.js'

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

describe('in a workspace that has its packages at the top', () => {
  const workspace = (files: Readonly<Record<string, string>> = {}): string =>
    temporaryProject({ '.git/HEAD': '', 'node_modules/.keep': '', 'apps/a/b': '', ...files })
  const fileOf = (root: string) => memoryFile(settingsFor(root), 'generate')

  test('each project is remembered there, by its place', () => {
    const top = workspace({ 'apps/b/b': '' })
    const first = fileOf(join(top, 'apps/a'))
    expect(dirname(first ?? '')).toBe(join(top, 'node_modules/.cache/lockstep'))
    expect(fileOf(join(top, 'apps/b'))).not.toBe(first)
    expect(fileOf(top)).not.toBe(first)
    expect(basename(fileOf(join(workspace(), 'apps/a')) ?? '')).toBe(basename(first ?? ''))
  })

  test('a folder of the project itself goes first', () => {
    const root = join(workspace({ 'apps/a/node_modules/.keep': '' }), 'apps/a')
    expect(fileOf(root)).toContain(join(root, 'node_modules'))
    expect(basename(fileOf(root) ?? '')).toBe(basename(fileOf(workspace()) ?? ''))
  })

  test('nothing is written above the repository', () => {
    const top = temporaryProject({ 'node_modules/.keep': '', 'app/.git/HEAD': '' })
    expect(fileOf(join(top, 'app'))).toBeNull()
  })

  test('bundles are remembered there as well', () => {
    const root = join(workspace(), 'apps/a')
    openBundleCache(join(root, 'a.ts'), root).remember('code', [])
    expect(openBundleCache(join(root, 'a.ts'), root).recall()).toMatchObject({ code: 'code' })
  })
})
