// Which migration moves where nobody names a base branch, in every state that git can be in.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { prepareRenumber } from '../../../codegen/renumber/renumber.js'
import { failureOf } from '../../support/error-of.js'
import { settingsFor } from '../../support/project.js'
import { repository, table, type TestRepository } from '../base-branch/repository.js'
import { testSome } from '../../support/some-of.js'

/** What would be renamed. */
async function moves({ root }: TestRepository, base?: string): Promise<string[]> {
  const { renumberings } = await prepareRenumber(settingsFor(root), base)
  return renumberings.flatMap((one) =>
    one.moves.map(({ file, becomes }) => `${file} → ${becomes}`.replaceAll('migrations/', '')),
  )
}

/** Both branches have a 002, and something else over which git stops. */
function parting(): TestRepository {
  const repo = repository({ 'migrations/001_a.sql': table('a'), text: 'a' })
  repo.git('checkout', '-q', 'main')
  repo.commit({ 'migrations/002_theirs.sql': table('theirs'), text: 'theirs' })
  repo.git('checkout', '-q', 'work')
  repo.commit({ 'migrations/002_mine.sql': table('mine'), text: 'mine' })
  return repo
}

describe('between two branches the base branch is asked for', () => {
  testSome([
    ['while the base branch is merged', 'work', ['merge', 'main']],
    ['while this one is merged into it', 'main', ['merge', 'work']],
    ['while a commit is picked', 'work', ['cherry-pick', 'main']],
    ['while a commit is replayed', 'work', ['rebase', 'main']],
    ['where one was taken over without its history', 'work', ['merge', '--squash', 'main']],
  ])('%s', async (_, branch, command) => {
    const repo = parting()
    repo.git('checkout', '-q', branch)
    expect(() => repo.git(...command)).toThrow('Command failed')
    await expectUndecided(repo)
  })

  test('after the merge, whichever commit is younger', async () => {
    const repo = parting()
    expect(() => repo.git('merge', 'main')).toThrow('Command failed')
    repo.commit({ text: 'both' })
    await expectUndecided(repo)
  })

  async function expectUndecided(repo: TestRepository): Promise<void> {
    const files = readdirSync(join(repo.root, 'migrations'))
    expect(files).toEqual(['001_a.sql', '002_mine.sql', '002_theirs.sql'])
    const { code, message, fix } = await failureOf(() => moves(repo))
    expect(code).toBe('RENUMBER_UNDECIDED')
    expect(message).toContain('they come from two branches')
    expect(fix).toContain('`lockstep renumber --base <branch>`')
    expect(await moves(repo, 'main')).toEqual(['002_mine.sql → 003_mine.sql'])
  }
})

describe('on one branch the newer one moves', () => {
  test('what is not committed', async () => {
    const repo = repository({ 'migrations/001_b.sql': table('b') })
    repo.write({ 'migrations/001_a.sql': table('a') })
    expect(await moves(repo)).toEqual(['001_a.sql → 002_a.sql'])
  })

  test('what was committed on top, with what was committed on top of that', async () => {
    const repo = repository({ 'migrations/001_b.sql': table('b') })
    repo.commit({ 'migrations/001_a.sql': table('a') })
    repo.commit({ 'migrations/002_c.sql': table('c') })
    expect(await moves(repo)).toEqual(['001_a.sql → 002_a.sql', '002_c.sql → 003_c.sql'])
  })

  test('what a merge itself has added', async () => {
    const repo = repository({ 'migrations/001_b.sql': table('b') })
    repo.git('checkout', '-q', 'main')
    repo.commit({ text: 'main' })
    repo.git('checkout', '-q', 'work')
    repo.commit({ other: 'work' })
    repo.git('merge', '-q', '--no-commit', 'main')
    repo.commit({ 'migrations/001_a.sql': table('a') })
    expect(await moves(repo)).toEqual(['001_a.sql → 002_a.sql'])
  })

  test('before the first commit nothing tells', async () => {
    const repo = repository({})
    repo.git('checkout', '-q', '--orphan', 'fresh')
    repo.write({ 'migrations/001_a.sql': table('a'), 'migrations/001_b.sql': table('b') })
    expect((await failureOf(() => moves(repo))).message).toContain('neither is committed')
  })
})

test('what the base branch has dropped must be gone before its number is given away', async () => {
  const repo = repository({
    'migrations/001_a.sql': table('a'),
    'migrations/002_x.sql': table('x'),
  })
  repo.commit({ 'migrations/003_mine.sql': table('mine') })
  repo.git('checkout', '-q', 'main')
  repo.remove('migrations/002_x.sql')
  repo.commit()
  repo.git('checkout', '-q', 'work')
  const { code, message } = await failureOf(() => moves(repo, 'main'))
  expect(code).toBe('RENUMBER_DROPPED')
  expect(message).toContain('has dropped migrations/002_x.sql since')
  repo.git('merge', '-q', '--no-commit', 'main')
  expect(await moves(repo, 'main')).toEqual(['003_mine.sql → 002_mine.sql'])
  repo.git('commit', '-q', '-m', 'merge')
  expect(await moves(repo, 'main')).toEqual(['003_mine.sql → 002_mine.sql'])
})

test('a list that has grown stays where its numbers are free, and others go behind it', async () => {
  const list = (...names: string[]): string =>
    `export default [${names.map((name, index) => `{ version: ${index + 1}, name: '${name}', sql: 'CREATE TABLE ${name} (x TEXT)', down: 'DROP TABLE ${name}' }`).join(', ')}]\n`
  const repo = repository({ 'migrations/001-002_list.ts': list('a', 'b') })
  repo.move('migrations/001-002_list.ts', 'migrations/001-003_list.ts')
  repo.commit({ 'migrations/001-003_list.ts': list('a', 'b', 'c') })
  expect(await moves(repo, 'main')).toEqual([])
  repo.commit({ 'migrations/003_mine.sql': table('mine') })
  expect(await moves(repo, 'main')).toEqual(['003_mine.sql → 004_mine.sql'])
})

test('one of the base branch is not moved further, where it was moved by mistake', async () => {
  const repo = parting()
  expect(() => repo.git('merge', 'main')).toThrow('Command failed')
  repo.move('migrations/002_theirs.sql', 'migrations/003_theirs.sql')
  const { code, message, fix } = await failureOf(() => moves(repo, 'main'))
  expect(code).toBe('RENUMBER_KNOWN')
  expect(message).toContain('migrations/003_theirs.sql: it is migrations/002_theirs.sql on main')
  expect(fix).toContain('Give it its name back (migrations/002_theirs.sql)')
})
