// A migrations folder that is a link on the base branch: what it leads to is compared, and never nothing in silence.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { failureOf } from '../../support/error-of.js'
import { repository, table, type TestRepository } from './repository.js'
import { testSome } from '../../support/some-of.js'

/** `main` has a link at `migrations`; the branch has a folder there, with these migrations. */
function unlinked(target: string, files: Readonly<Record<string, string>>): TestRepository {
  const repo = repository({ 'db/migrations/001_a.sql': table('a'), 'a-file': '' })
  repo.git('checkout', '-q', 'main')
  symlinkSync(target, join(repo.root, 'migrations'))
  repo.commit()
  repo.git('checkout', '-q', '-B', 'work')
  rmSync(join(repo.root, 'migrations'))
  mkdirSync(join(repo.root, 'migrations'))
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(repo.root, 'migrations', name), text)
  return repo
}

test('that leads to a folder of the commit is read through it', async () => {
  expect(await unlinked('db/migrations', { '001_a.sql': table('a') }).found()).toEqual([])
  const edited = unlinked('db/migrations', { '001_a.sql': table('b') })
  expect(await edited.found()).toEqual(['BASE_EDITED migrations/001_a.sql:2'])
})

testSome([['../elsewhere'], ['/srv/migrations'], ['nowhere'], ['a-file'], ['migrations']])(
  'that leads to %s cannot be compared, and that is said',
  async (target) => {
    const repo = unlinked(target, { '001_a.sql': table('b') })
    const { code, message } = await failureOf(() => repo.compare())
    expect(code).toBe('GIT_PATH_UNSAFE')
    expect(message).toContain('the path "migrations"')
    expect(message).toContain('the migrations could not be compared')
  },
)

test('a submodule cannot be compared either', async () => {
  const repo = repository({ 'a-file': '' })
  repo.git('checkout', '-q', 'main')
  const head = repo.git('rev-parse', 'HEAD').trim()
  repo.git('update-index', '--add', '--cacheinfo', `160000,${head},migrations`)
  repo.git('commit', '-qm', 'a submodule')
  repo.git('checkout', '-q', '-B', 'work')
  repo.write({ 'migrations/001_a.sql': table('a') })
  expect((await failureOf(() => repo.compare())).code).toBe('GIT_PATH_UNSAFE')
})

test('a folder that is not there yet is none', async () => {
  const repo = repository({ 'a-file': '' })
  repo.write({ 'migrations/001_a.sql': table('a') })
  expect(await repo.found()).toEqual([])
})
