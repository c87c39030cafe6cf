// Import specifiers: relative, with `/`, and with the ending that the project's tools resolve.
import { expect, test } from 'vitest'
import { importSpecifier } from '../../../../codegen/render/registry/import-specifier.js'

test.each([
  ['/p/generated/registry.ts', '/p/migrations/001_a.ts', '../migrations/001_a.js'],
  ['/p/src/db/generated/registry.ts', '/p/migrations/001_a.ts', '../../../migrations/001_a.js'],
  ['/p/registry.ts', '/p/migrations/001_a.ts', './migrations/001_a.js'],
  ['/p/registry.ts', '/p/001_a.ts', './001_a.js'],
  ['/p/registry.ts', '/p/.db/001_a.ts', './.db/001_a.js'],
  ['/p/a b/registry.ts', "/p/it's/001_a.ts", "../it's/001_a.js"],
])('%s imports %s as %s', (importer, imported, specifier) => {
  expect(importSpecifier(importer, imported, 'js')).toBe(specifier)
})

test.each([
  ['.ts', { js: '.js', ts: '.ts', none: '' }],
  ['.mts', { js: '.mjs', ts: '.mts', none: '.mjs' }],
  ['.cts', { js: '.cjs', ts: '.cts', none: '.cjs' }],
  ['.js', { js: '.js', ts: '.js', none: '' }],
  ['.mjs', { js: '.mjs', ts: '.mjs', none: '.mjs' }],
] as const)('a file in %s ends in %o', (ending, expected) => {
  const specifier = (extension: 'js' | 'ts' | 'none') =>
    importSpecifier('/p/g/registry.ts', `/p/m/001_a.b${ending}`, extension)
  expect({ js: specifier('js'), ts: specifier('ts'), none: specifier('none') }).toEqual({
    js: `../m/001_a.b${expected.js}`,
    ts: `../m/001_a.b${expected.ts}`,
    none: `../m/001_a.b${expected.none}`,
  })
})
