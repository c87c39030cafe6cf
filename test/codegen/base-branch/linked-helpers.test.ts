// Helpers in folders that are reached through symbolic links belong to the meaning of the migrations that import them, here and
// on the base branch.
import { mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { fingerprint } from '../../../codegen/project/fingerprint.js'
import { settingsFor } from '../../support/project.js'
import { repository, table, type TestRepository } from './repository.js'
import { testSome } from '../../support/some-of.js'

const using = (path: string): string =>
  `import { name } from '${path}'\nexport default { up: \`CREATE TABLE \${name} (a TEXT)\`, irreversible: 'no' }\n`

/** `main` has these links, each by its place, and migrations that use `shared/names.ts` through the second way. */
function linked(links: Readonly<Record<string, string>>, path: string): TestRepository {
  const repo = repository({
    'migrations/001_a.ts': using(path),
    'migrations/002_b.sql': table('b'),
    'shared/names.ts': `export const name = 'a'\n`,
    'shared/deep/names.ts': `export { name } from '../names.js'\n`,
  })
  repo.git('checkout', '-q', 'main')
  for (const [place, target] of Object.entries(links)) {
    mkdirSync(dirname(join(repo.root, place)), { recursive: true })
    symlinkSync(target, join(repo.root, place))
  }
  repo.commit()
  repo.git('checkout', '-q', '-B', 'work')
  return repo
}

testSome([
  ['a folder of helpers', { 'migrations/_lib': '../shared' }, './_lib/names.js'],
  ['a folder below', { 'migrations/_lib/sub': '../../shared' }, './_lib/sub/names.js'],
  ['a folder deep below', { 'migrations/_lib/a/sub': '../../../shared' }, './_lib/a/sub/names.js'],
  [
    'a link to a link',
    { 'migrations/_lib/sub': '../_all', 'migrations/_all': '../shared' },
    './_lib/sub/names.js',
  ],
  [
    'a folder in a linked one',
    { 'migrations/_lib': '../more', 'more/sub': '../shared' },
    './_lib/sub/deep/names.js',
  ],
  [
    'a folder that is linked into itself',
    { 'migrations/_lib/sub': '../../shared', 'migrations/_lib/again': '../_lib' },
    './_lib/sub/names.js',
  ],
  [
    'folders that are linked into each other',
    { 'migrations/_lib': '../shared', 'shared/on': '../other', 'other/back': '../shared' },
    './_lib/names.js',
  ],
])('%s that is a link', async (_, links, path) => {
  const repo = linked(links, path)
  expect(await repo.found()).toEqual([])
  const before = fingerprint(settingsFor(repo.root))
  repo.write({ 'shared/names.ts': `export const name = 'z'\n` })
  expect(await repo.found()).toEqual(['BASE_EDITED migrations/001_a.ts:2'])
  expect(fingerprint(settingsFor(repo.root))).not.toBe(before)
})
