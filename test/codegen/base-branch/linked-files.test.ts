// Migrations that are reached through symbolic links: the command that brings one back names what holds its text.
import { execSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { repository, table, type TestRepository } from './repository.js'
import { testSome } from '../../support/some-of.js'

/** `main` has these links, each by its place, beside the files. */
function linked(
  links: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
): TestRepository {
  const repo = repository(files)
  repo.git('checkout', '-q', 'main')
  for (const [place, target] of Object.entries(links)) link(repo, place, target)
  repo.commit()
  repo.git('checkout', '-q', '-B', 'work')
  return repo
}

function link({ root }: TestRepository, place: string, target: string): void {
  mkdirSync(dirname(join(root, place)), { recursive: true })
  symlinkSync(target, join(root, place))
}

/** The command of the only finding, as somebody would paste it. */
async function adviceOf(repo: TestRepository): Promise<string> {
  const found = await repo.compare()
  expect(found.map(({ code }) => code)).toEqual(['BASE_EDITED'])
  return /`(git [^`]+)`/.exec(found[0]!.fix ?? '')?.[1] ?? ''
}

const CASES: readonly (readonly [string, Record<string, string>, string])[] = [
  ['a file', { 'migrations/001_a.sql': '../shared/001_a.sql' }, 'shared/001_a.sql'],
  [
    'a file through another link',
    { 'migrations/001_a.sql': '../other.sql', 'other.sql': 'shared/001_a.sql' },
    'shared/001_a.sql',
  ],
  ['the folder', { migrations: 'shared' }, 'shared/001_a.sql'],
]

testSome(CASES)('%s that is a link', async (_, links, target) => {
  const repo = linked(links, { 'shared/001_a.sql': table('a') })
  repo.write({ 'shared/001_a.sql': table('b') })
  const advice = await adviceOf(repo)
  expect(advice).toMatch(new RegExp(`-- ${target}$`))
  execSync(advice, { cwd: repo.root, stdio: 'ignore' })
  expect(readFileSync(join(repo.root, target), 'utf8')).toBe(table('a'))
  expect(await repo.found()).toEqual([])
})

test('a link that leads elsewhere now is itself brought back', async () => {
  const repo = linked(
    { 'migrations/001_a.sql': '../shared/001_a.sql' },
    { 'shared/001_a.sql': table('a'), 'shared/other.sql': table('b') },
  )
  rmSync(join(repo.root, 'migrations/001_a.sql'))
  link(repo, 'migrations/001_a.sql', '../shared/other.sql')
  const advice = await adviceOf(repo)
  expect(advice).toMatch(/-- migrations\/001_a\.sql$/)
  execSync(advice, { cwd: repo.root, stdio: 'ignore' })
  expect(await repo.found()).toEqual([])
})

test('a file that is a link only here is brought back as the file that it was', async () => {
  const repo = repository({ 'migrations/001_a.sql': table('a') })
  repo.write({ 'shared/001_a.sql': table('b') })
  rmSync(join(repo.root, 'migrations/001_a.sql'))
  link(repo, 'migrations/001_a.sql', '../shared/001_a.sql')
  const advice = await adviceOf(repo)
  expect(advice).toMatch(/-- migrations\/001_a\.sql$/)
  execSync(advice, { cwd: repo.root, stdio: 'ignore' })
  expect(await repo.found()).toEqual([])
})
