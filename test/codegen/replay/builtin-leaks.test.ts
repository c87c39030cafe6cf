// Modules of Node that a migration reaches through files beside it and through those of the application.
import { isBuiltin } from 'node:module'
import { expect, test } from 'vitest'
import { builtinLeaks } from '../../../codegen/replay/builtin-leaks.js'

const inside = (...paths: string[]) => paths.map((path) => ({ path, external: false }))
const outside = (...paths: string[]) => paths.map((path) => ({ path, external: true }))
const MIGRATION = '/app/migrations/001_a.ts'

const leaks = (imports: Record<string, { path: string; external: boolean }[]>) =>
  builtinLeaks(MIGRATION, new Map(Object.entries(imports)), isBuiltin)

test('what a file of the application imports is told with that file', () => {
  const imports = {
    [MIGRATION]: inside('/app/src/hash.ts'),
    '/app/src/hash.ts': outside('node:fs'),
  }
  expect(leaks(imports)).toEqual([{ module: 'node:fs', through: '/app/src/hash.ts' }])
})

test('what a helper of the migrations imports is told by the rule that looks at helpers', () => {
  const helper = '/app/migrations/_hash.ts'
  const imports = {
    [MIGRATION]: inside(helper),
    [helper]: [...inside('/app/migrations/_lib/more.ts'), ...outside('node:crypto')],
    '/app/migrations/_lib/more.ts': outside('node:fs'),
  }
  expect(leaks(imports)).toEqual([])
})

test('what lies behind a helper is told with the file that it imports', () => {
  const helper = '/app/migrations/_hash.ts'
  const imports = {
    [MIGRATION]: inside(helper),
    [helper]: inside('/app/src/_hash.ts'),
    '/app/src/_hash.ts': outside('node:crypto'),
  }
  expect(leaks(imports)).toEqual([{ module: 'node:crypto', through: '/app/src/_hash.ts' }])
})

test('a file deeper in the folder is none of the helpers', () => {
  const deep = '/app/migrations/lib/_more.ts'
  const imports = { [MIGRATION]: inside(deep), [deep]: outside('node:fs') }
  expect(leaks(imports)).toEqual([{ module: 'node:fs', through: deep }])
})
