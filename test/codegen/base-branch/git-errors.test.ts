// Repositories in which the base branch cannot be read, and unusual ones in which it can.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { compareWithBase } from '../../../codegen/base-branch/compare-base.js'
import { failureOf } from '../../support/error-of.js'
import { settingsFor, temporaryProject } from '../../support/project.js'
import { at, repository, table } from './repository.js'
import { setEnvironment } from '../../support/environment.js'
import { testSome } from '../../support/some-of.js'

const MAIN = { 'migrations/001_a.sql': table('a') }

const environment = { ...process.env }
afterEach(() => {
  setEnvironment(environment)
})

describe('cannot be compared', () => {
  test('outside of a repository', async () => {
    const folder = at(temporaryProject())
    folder.write(MAIN)
    // The folder of temporary files may itself be in one.
    process.env['GIT_CEILING_DIRECTORIES'] = folder.root
    const { code, message } = await failureOf(() => folder.compare())
    expect(code).toBe('GIT_NO_REPOSITORY')
    expect(message).toContain(join(folder.root, 'migrations'))
  })

  test('without git', async () => {
    const repo = repository(MAIN)
    process.env['PATH'] = repo.root
    expect((await failureOf(() => repo.compare())).code).toBe('GIT_MISSING')
  })

  test('with a ref that is not there: the nearest is named', async () => {
    const upstream = repository(MAIN)
    const clone = at(temporaryProject())
    clone.git('clone', '-q', '--branch', 'work', `file://${upstream.root}`, '.')
    const { code, fix } = await failureOf(() => clone.compare('main'))
    expect(code).toBe('GIT_REF_UNKNOWN')
    expect(fix).toContain('Did you mean origin/main?')
    expect(await clone.found('origin/main')).toEqual([])
    for (const ref of ['nowhere', '', '--output=x', 'HEAD:migrations'])
      expect((await failureOf(() => clone.compare(ref))).code).toBe('GIT_REF_UNKNOWN')
  })

  test('in a clone of one branch: the advice brings the other one', async () => {
    const upstream = repository(MAIN)
    const clone = at(temporaryProject())
    const one = ['--single-branch', '--branch', 'work']
    clone.git('clone', '-q', ...one, `file://${upstream.root}`, '.')
    const { code, fix } = await failureOf(() => clone.compare('main'))
    expect(code).toBe('GIT_REF_UNKNOWN')
    const [, advice = ''] = /`git ([^`]+)`/.exec(fix) ?? []
    clone.git(...advice.split(' '))
    expect(await clone.found('origin/main')).toEqual([])
  })

  const cloned = (): ReturnType<typeof repository> => {
    const repo = repository(MAIN)
    repo.git('remote', 'add', 'origin', '.')
    return repo
  }

  test('a commit that is not there is fetched by its name', async () => {
    const commit = '0123456789abcdef0123456789abcdef01234567'
    const { fix } = await failureOf(() => cloned().compare(commit))
    expect(fix).toContain(`\`git fetch origin ${commit}\``)
    expect(fix).not.toContain('origin/')
  })

  test('what was typed is not what was meant', async () => {
    const repo = repository(MAIN)
    repo.git('update-ref', 'refs/heads/-q', 'HEAD')
    const { fix, facts } = await failureOf(() => repo.compare('-q'))
    expect(facts['meant']).toEqual(['refs/heads/-q'])
    expect(fix).toContain('Did you mean refs/heads/-q?')
    expect(await repo.found('refs/heads/-q')).toEqual([])
  })

  test('a range is no commit', async () => {
    const range = repository(MAIN).compare('main..work')
    await expect(range).rejects.toMatchObject({ code: 'GIT_REF_UNKNOWN' })
  })

  testSome(['', '-x', '--output=x', 'a\nb', 'x;ls', '$(ls)', 'HEAD:migrations', '@{9}'])(
    'what is no name of a branch, %j, stands in no command to be copied',
    async (ref) => {
      const { code, fix } = await failureOf(() => repository(MAIN).compare(ref))
      expect(code).toBe('GIT_REF_UNKNOWN')
      expect(fix).not.toContain('git fetch')
      expect(fix).toContain('Name one branch, tag or commit with --base')
    },
  )

  testSome(['feature/a-1', 'v1.2.x', 'übung', 'origin/next'])(
    'a branch that is new, %s, is fetched',
    async (ref) => {
      const name = ref.replace('origin/', '')
      const { fix } = await failureOf(() => cloned().compare(ref))
      expect(fix).toContain(`\`git fetch origin ${name}:refs/remotes/origin/${name}\``)
    },
  )

  test('what is unknown where nothing was cloned cannot be fetched', async () => {
    const { fix } = await failureOf(() => repository(MAIN).compare('next'))
    expect(fix).toBe(
      'Name one branch, tag or commit with --base; `git branch --all` lists the branches.',
    )
  })

  test('in a repository without commits', async () => {
    const repo = at(temporaryProject())
    repo.git('init', '-q', '-b', 'main')
    repo.write(MAIN)
    const { code, fix } = await failureOf(() => repo.compare())
    expect(code).toBe('GIT_REF_UNKNOWN')
    expect(fix).toBe('This repository has no commits yet: commit first, or leave --base out.')
  })

  test('in a shallow clone that ends too early: how to get the rest', async () => {
    const upstream = repository(MAIN)
    for (const branch of ['main', 'work']) {
      upstream.git('checkout', '-q', branch)
      upstream.commit({ [branch]: 'x' })
    }
    const clone = at(temporaryProject())
    const shallow = ['--depth', '1', '--no-single-branch', '--branch', 'work']
    clone.git('clone', '-q', ...shallow, `file://${upstream.root}`, '.')
    const { code, fix } = await failureOf(() => clone.compare('origin/main'))
    expect(code).toBe('GIT_SHALLOW')
    expect(fix).toContain('fetch-depth: 0')
    clone.git('fetch', '-q', '--unshallow')
    expect(await clone.found('origin/main')).toEqual([])
  })

  test('with a branch that has no commit in common', async () => {
    const repo = repository(MAIN)
    repo.git('checkout', '-q', '--orphan', 'other')
    repo.commit({ other: 'x' })
    expect((await failureOf(() => repo.compare())).code).toBe('GIT_UNRELATED')
  })

  test('where objects are missing', async () => {
    const repo = repository(MAIN)
    repo.write({ 'migrations/001_a.sql': table('b') })
    const id = repo.git('rev-parse', 'main:migrations/001_a.sql').trim()
    rmSync(join(repo.root, '.git/objects', id.slice(0, 2), id.slice(2)))
    const { code, message } = await failureOf(() => repo.compare())
    expect(code).toBe('GIT_FAILED')
    expect(message).toContain(`${id} missing`)
  })

  test('where git itself fails, its words are kept', async () => {
    const repo = repository(MAIN)
    repo.write({ '.git/config': '[broken' })
    const failed = await failureOf(() => repo.compare('work'))
    expect(failed.code).toBe('GIT_FAILED')
    expect(failed.message).toContain('bad config')
    expect(failed.message).not.toContain('fatal:')
  })
})

describe('can be compared', () => {
  const edited = ['BASE_EDITED migrations/001_a.sql:2']

  test('with a detached HEAD', async () => {
    const repo = repository(MAIN)
    repo.commit({ 'migrations/001_a.sql': table('b') })
    repo.git('checkout', '-q', '--detach')
    expect(await repo.found()).toEqual(edited)
  })

  test('in another working tree', async () => {
    const repo = repository(MAIN)
    const tree = at(join(temporaryProject(), 'tree'))
    repo.git('worktree', 'add', '-q', '-b', 'second', tree.root)
    tree.write({ 'migrations/001_a.sql': table('b') })
    expect(await tree.found()).toEqual(edited)
  })

  test('in a submodule, whose own branch is meant', async () => {
    const inner = repository(MAIN)
    const outer = repository({ 'package.json': '{}' })
    outer.git('submodule', '--quiet', 'add', `file://${inner.root}`, 'db')
    outer.commit()
    outer.write({ 'db/migrations/001_a.sql': table('b') })
    const found = await outer.found('origin/main', {
      migrations: join(outer.root, 'db/migrations'),
    })
    expect(found).toEqual(['BASE_EDITED db/migrations/001_a.sql:2'])
  })

  test('inside a hook, where git has set its own variables', async () => {
    const repo = repository(MAIN)
    repo.write({ 'migrations/001_a.sql': table('b') })
    Object.assign(process.env, { GIT_DIR: '.git', GIT_INDEX_FILE: '.git/index', GIT_PREFIX: '' })
    const found = await compareWithBase(settingsFor(repo.root), 'main')
    expect(found).toMatchObject([{ code: 'BASE_EDITED' }])
  })

  test('with names that need care: blanks, quotes, other alphabets', async () => {
    const repo = repository({ 'my "db"/Üñî/001_a.sql': table('a') })
    repo.write({ 'my "db"/Üñî/001_a.sql': table('b') })
    const found = await repo.found('main', { migrations: join(repo.root, 'my "db"/Üñî') })
    expect(found).toEqual(['BASE_EDITED my "db"/Üñî/001_a.sql:2'])
  })

  test('where the objects are packed', async () => {
    const repo = repository(MAIN)
    execFileSync('git', ['gc', '-q'], { cwd: repo.root })
    repo.write({ 'migrations/001_a.sql': table('b') })
    expect(await repo.found()).toEqual(edited)
  })
})
