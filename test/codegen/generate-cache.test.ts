// The memory of the last generation: valid for exactly one state of the files, and never in the way.
import { mkdirSync, readdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openGenerateCache, type Remembered } from '../../codegen/generate-cache.js'
import type { GenerateSettings } from '../../codegen/model/settings.js'
import { migrationsInput } from '../../codegen/project/fingerprint.js'
import { addFiles, settingsFor, temporaryProject } from '../support/project.js'

const RESULT: Remembered = {
  diagnostics: [
    { code: 'A_B', severity: 'warning', message: 'm', fix: 'f', file: 'x', line: 1, column: 2 },
  ],
  migrations: 2,
  head: 2,
  files: ['generated/registry.ts'],
  drafts: [],
  replayed: false,
  made: { objects: {}, needs: [] },
}

const FILES = {
  'node_modules/.keep': '',
  'migrations/001_a.ts': 'a',
  'migrations/002_b.sql': 'b',
  'migrations/_shared.ts': 'shared',
  'migrations/_more/deep/er.ts': 'deep',
  'core/001_a.sql': 'of another history',
  'core/_shared.ts': 'its helper',
  'generated/registry.ts': 'registry',
  'tsconfig.json': '{}',
}

/** A project for whose present state a result is remembered, with two files watched, one there, one missing, and a history. */
function remembering(stated: Partial<GenerateSettings> = {}) {
  const root = temporaryProject(FILES)
  const settings = settingsFor(root, stated)
  const watched = ['generated/tsconfig.json', 'tsconfig.json'].map((path) => join(root, path))
  const history = migrationsInput(join(root, 'core'))
  openGenerateCache(settings).remember(RESULT, [...watched, history])
  return { root, settings, cache: join(root, 'node_modules/.cache/lockstep') }
}

const recall = (settings: GenerateSettings): Remembered | null =>
  openGenerateCache(settings).recall()

test('what was remembered is recalled', () => {
  const { settings } = remembering()
  expect(recall(settings)).toMatchObject(RESULT)
})

describe('is forgotten', () => {
  const changes: Record<string, (root: string) => void> = {
    'when a migration changes': (root) => addFiles(root, { 'migrations/001_a.ts': 'A' }),
    'when a migration is added': (root) => addFiles(root, { 'migrations/003_c.ts': '' }),
    'when a migration goes': (root) => unlinkSync(join(root, 'migrations/002_b.sql')),
    'when a migration is renamed': (root) =>
      renameSync(join(root, 'migrations/001_a.ts'), join(root, 'migrations/001_b.ts')),
    'when a helper changes': (root) => addFiles(root, { 'migrations/_shared.ts': '' }),
    'when a helper deeper down changes': (root) =>
      addFiles(root, { 'migrations/_more/deep/er.ts': '' }),
    'when a folder appears': (root) => mkdirSync(join(root, 'migrations/folder')),
    'when text moves from one file to the next': (root) =>
      addFiles(root, { 'migrations/001_a.ts': 'ab', 'migrations/002_b.sql': '' }),
    'when the generated file changes': (root) => addFiles(root, { 'generated/registry.ts': '' }),
    'when the generated file goes': (root) => unlinkSync(join(root, 'generated/registry.ts')),
    'when a watched file changes': (root) => addFiles(root, { 'tsconfig.json': '{} ' }),
    'when a watched file appears': (root) => addFiles(root, { 'generated/tsconfig.json': '{}' }),
    'when another history gets a migration': (root) => addFiles(root, { 'core/002_b.sql': '' }),
    'when one of another history changes': (root) => addFiles(root, { 'core/001_a.sql': '' }),
    'when a helper of another history changes': (root) => addFiles(root, { 'core/_shared.ts': '' }),
    'when another history goes': (root) => rmSync(join(root, 'core'), { recursive: true }),
    'when the migrations folder goes': (root) =>
      rmSync(join(root, 'migrations'), { recursive: true }),
  }
  test.each(Object.entries(changes))('%s', (_, change) => {
    const { root, settings } = remembering()
    change(root)
    expect(recall(settings)).toBeNull()
  })

  const other: Partial<GenerateSettings>[] = [
    { driver: 'node-sqlite' },
    { mode: 'async' },
    { language: 'js' },
    { importExtension: 'ts' },
    { rules: { UP_ASYNC: 'off' } },
  ]
  test.each(other)('with the settings %o', (stated) => {
    const { settings } = remembering()
    expect(recall({ ...settings, ...stated })).toBeNull()
  })

  test.each(['', '{', 'null', '{}', '{"key":1}', '\0\0\0\0'])('when its file holds %j', (text) => {
    const { settings, cache } = remembering()
    for (const name of readdirSync(cache)) writeFileSync(join(cache, name), text)
    expect(recall(settings)).toBeNull()
  })
})

describe('is kept', () => {
  test('when the project moves', () => {
    const { root } = remembering()
    const moved = join(temporaryProject(), 'moved')
    renameSync(root, moved)
    expect(recall(settingsFor(moved))).toMatchObject(RESULT)
  })

  test('when rules are stated in another order', () => {
    const { settings } = remembering({ rules: { A: 'off', B: 'error' } })
    expect(recall({ ...settings, rules: { B: 'error', A: 'off' } })).toMatchObject(RESULT)
  })

  test('when the files of another database are remembered beside it', () => {
    const { root, settings, cache } = remembering()
    const second = { ...settings, out: join(root, 'generated/second') }
    openGenerateCache(second).remember({ ...RESULT, head: 1 }, [])
    expect([recall(settings)?.head, recall(second)?.head]).toEqual([2, 1])
    expect(readdirSync(cache)).toHaveLength(2)
  })
})

test('a file that changes between opening and remembering is seen the next time', () => {
  const { root, settings } = remembering()
  const cache = openGenerateCache(settings)
  addFiles(root, { 'migrations/001_a.ts': 'changed meanwhile' })
  cache.remember(RESULT, [])
  expect(recall(settings)).toBeNull()
})

test('nothing is remembered without a node_modules folder, and none is made', () => {
  const root = temporaryProject({ 'migrations/001_a.ts': '' })
  openGenerateCache(settingsFor(root)).remember(RESULT, [])
  expect(recall(settingsFor(root))).toBeNull()
  expect(readdirSync(root)).toEqual(['migrations'])
})

test('a cache that cannot be written is no failure', () => {
  const root = temporaryProject({ ...FILES, 'node_modules/.cache': 'a file' })
  openGenerateCache(settingsFor(root)).remember(RESULT, [])
  expect(recall(settingsFor(root))).toBeNull()
})
