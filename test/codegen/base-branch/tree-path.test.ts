// Paths of a commit that no checkout can have: nothing is written anywhere else, and what is only unusual passes.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { writeTree } from '../../../codegen/base-branch/discover-at.js'
import { dangerIn, isRead } from '../../../codegen/project/tree-path.js'
import type { LockstepError } from '../../../src/errors/lockstep-error.js'
import { temporaryProject } from '../../support/project.js'
import { repository, table, type TestRepository } from './repository.js'
import { setEnvironment } from '../../support/environment.js'
import { testSome } from '../../support/some-of.js'

const MAIN = { 'migrations/001_a.sql': table('a') }
const environment = { ...process.env }
afterEach(() => {
  setEnvironment(environment)
})

interface Planted {
  readonly path: string
  readonly mode?: string
  readonly text?: string
}

/** Makes objects that git's own commands would refuse: the bytes of a tree are put together here. */
function commitTree(repo: TestRepository, planted: readonly Planted[]): void {
  const git = (args: readonly string[], input: Buffer | string): string =>
    execFileSync('git', args, { cwd: repo.root, input, encoding: 'utf8' }).trim()
  const hash = (type: string, input: Buffer | string): string =>
    git(['hash-object', '-t', type, '-w', '--literally', '--stdin'], input)
  const treeOf = (entries: readonly (readonly [mode: string, name: string, id: string])[]) =>
    hash(
      'tree',
      Buffer.concat(
        entries.flatMap(([mode, name, id]) => [
          Buffer.from(`${mode} ${name}\0`),
          Buffer.from(id, 'hex'),
        ]),
      ),
    )
  const blobs = planted.map(({ path, mode = '100644', text = 'planted' }) => {
    const id = mode === '160000' ? repo.git('rev-parse', 'HEAD').trim() : hash('blob', text)
    return { parts: path.split('/'), mode, id }
  })
  const build = (level: readonly { parts: string[]; mode: string; id: string }[]): string =>
    treeOf(
      [...new Set(level.map(({ parts }) => parts[0] ?? ''))].flatMap((name) => {
        const group = level.filter(({ parts }) => parts[0] === name)
        const leaves = group.filter(({ parts }) => parts.length === 1)
        const below = group
          .filter(({ parts }) => parts.length > 1)
          .map((one) => ({ ...one, parts: one.parts.slice(1) }))
        return [
          ...leaves.map(({ mode, id }) => [mode, name, id] as const),
          ...(below.length > 0 ? [['40000', name, build(below)] as const] : []),
        ]
      }),
    )
  const tree = build(blobs)
  const commit = repo.git('commit-tree', tree, '-p', 'main', '-m', 'planted').trim()
  repo.git('update-ref', 'refs/heads/main', commit)
}

const RELEASED: Planted = { path: 'migrations/001_a.sql', text: table('a') }

/** Such a path looks like a text that is not finished, so the usual judgement of messages is left out. */
const failureOf = (work: () => Promise<unknown>): Promise<LockstepError> =>
  work().then(
    (answer) => Promise.reject(new Error(`nothing was thrown: ${JSON.stringify(answer)}`)),
    (error: LockstepError) => error,
  )

/** Everything in the folder of temporary files that bears the planted name. */
const strays = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('planted-'))

describe('a commit with a path that leads out', () => {
  testSome([
    'migrations/../planted-1.sql',
    'migrations/../../planted-2.sql',
    'migrations/_x/../../../planted-3.ts',
    'migrations/..\\..\\planted-4.sql',
    'migrations/_a\\..\\..\\..\\planted-5.ts',
    'migrations/_x/.git/config.ts',
    'migrations/_x/.GIT/hooks/planted.ts',
    'migrations/C:\\planted-6.sql',
    'migrations/_x/./planted-7.ts',
    'migrations/002_a\u001b[2J.sql',
    'migrations/_a\u0007.ts',
    'migrations/002_a\n.sql',
    'migrations/002\n_a.sql',
    'migrations/\n002_a.sql',
    'migrations/002_a\u2028.sql',
  ])('%j is refused, and nothing is written', async (path) => {
    const repo = repository(MAIN)
    commitTree(repo, [RELEASED, { path }])
    const { code, message } = await failureOf(() => repo.compare())
    expect(code).toBe('GIT_PATH_UNSAFE')
    expect(message).not.toMatch(/\p{Cc}/u)
    expect(strays()).toEqual([])
    expect(existsSync(join(repo.root, 'planted-1.sql'))).toBe(false)
  })

  test('outside of the folder is no concern of it', async () => {
    const repo = repository(MAIN)
    commitTree(repo, [RELEASED, { path: '../planted' }, { path: 'src/../../planted' }])
    expect(await repo.found()).toEqual([])
  })

  test('is not followed while a folder that was moved is looked for', async () => {
    const repo = repository({ 'old/001_a.sql': table('a') })
    commitTree(repo, [
      { path: 'old/001_a.sql', text: table('a') },
      { path: 'old/../../001_a.sql', text: table('b') },
    ])
    repo.move('old', 'migrations')
    expect((await failureOf(() => repo.compare())).code).toBe('GIT_PATH_UNSAFE')
  })

  test('with two files of one name is refused rather than half read', async () => {
    const repo = repository(MAIN)
    const twice = { path: 'migrations/001_a.sql', text: table('b') }
    commitTree(repo, [RELEASED, twice])
    const { code, message } = await failureOf(() => repo.compare())
    expect({ code, told: message.includes('the same name') }).toEqual({
      code: 'GIT_PATH_UNSAFE',
      told: true,
    })
  })
})

describe('innocent neighbours', () => {
  test('names that are only unusual, links and submodules pass', async () => {
    const repo = repository(MAIN)
    commitTree(repo, [
      RELEASED,
      { path: 'migrations/Icon\r' },
      { path: 'migrations/notes\n.txt' },
      { path: 'migrations/a\\b.txt' },
      { path: 'migrations/a:b.txt' },
      { path: 'migrations/..hidden' },
      { path: 'migrations/_helpers/...rest.ts' },
      { path: 'migrations/_helpers/.gitignore' },
      { path: 'migrations/_link.ts', mode: '120000', text: '/etc/passwd' },
      { path: 'migrations/_up', mode: '120000', text: '../..' },
      { path: 'migrations/_module', mode: '160000' },
    ])
    expect(await repo.found()).toEqual([])
  })

  testSome([
    ['001_a.sql', true],
    ['_shared.ts', true],
    ['_shared/deep/sql.ts', true],
    ['README.md', false],
    ['seeds/data.sql', false],
    ['notes.txt', false],
    ['_rows.txt', true],
  ])('%s is read: %s', (path, read) => {
    expect({ danger: dangerIn(path), read: isRead(path) }).toEqual({ danger: null, read })
  })
})

testSome([
  ['../001_a.sql', 'leads out'],
  ['_x/.. /001_a.sql', 'leads out'],
  ['.../001_a.sql', 'leads out'],
  ['/001_a.sql', 'leads out'],
  ['C:\\001_a.sql', 'leads out'],
  ['./001_a.sql', 'is no name'],
  ['_x//001_a.sql', 'is no name'],
  ['_x/. /001_a.sql', 'is no name'],
])('%j is said to be what it is', (path, reason) => expect(dangerIn(path)).toContain(reason))

test('a link to a folder elsewhere is not written through', async () => {
  const folder = temporaryProject()
  const bytes = Buffer.from('x')
  mkdirSync(join(folder, 'other'))
  const { symlinkSync } = await import('node:fs')
  symlinkSync(join(folder, 'other/file'), join(folder, '001_a.sql'))
  const { code } = await failureOf(() => writeTree(folder, [{ path: '001_a.sql', bytes }]))
  expect(code).toBe('GIT_PATH_UNSAFE')
  expect(readdirSync(join(folder, 'other'))).toEqual([])
})

test('the environment of git: leads to no other repository, and makes no name a pattern', async () => {
  const repo = repository({ ...MAIN, 'migrations/002_[ab].sql': table('b') })
  const other = repository(MAIN)
  const foreign = join(other.root, '.git')
  Object.assign(process.env, {
    GIT_DIR: foreign,
    GIT_WORK_TREE: other.root,
    GIT_OBJECT_DIRECTORY: join(foreign, 'objects'),
    GIT_INDEX_FILE: join(foreign, 'index'),
    GIT_COMMON_DIR: foreign,
    GIT_ICASE_PATHSPECS: '1',
  })
  expect(await repo.found()).toEqual([])
  repo.write({ 'migrations/001_a.sql': table('z') })
  expect(await repo.found()).toEqual(['BASE_EDITED migrations/001_a.sql:2'])
})
