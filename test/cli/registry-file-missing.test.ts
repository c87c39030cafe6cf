// A migration whose file is gone, after a branch was switched or a file deleted: what is known is said, and how it comes back.
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { missingFiles } from '../../src/cli/database/load-without.js'
import { at, type TestRepository } from '../codegen/base-branch/repository.js'
import { temporaryProject } from '../support/project.js'
import { runProgram } from './support/command-line.js'
import { copyOf, migrationProject } from './support/project.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const step = (table: string): string =>
  `export default { up: 'CREATE TABLE ${table} (a)', down: 'DROP TABLE ${table}' }\n`
const SECOND = 'migrations/002_b.ts'
let applied = ''

/** Three of which two are applied, committed. */
beforeAll(async () => {
  applied = migrationProject({
    '001_a.ts': step('a'),
    '002_b.ts': step('b'),
    '003_c.ts': step('c'),
  })
  writeFileSync(join(applied, '.gitignore'), 'node_modules\ndata\n')
  await runProgram(applied, ['gen'])
  await runProgram(applied, ['migrate', '--to', '2'])
  const repo = at(applied)
  repo.git('init', '-q', '-b', 'main')
  repo.commit()
})

const copied = (change: (repo: TestRepository) => unknown): string => {
  const root = copyOf(applied)
  change(at(root))
  return root
}

describe('where the registry names it', () => {
  it('status tells what is applied, what is pending, and which file is gone', async () => {
    const root = copied((repo) => repo.remove(SECOND))
    const { exitCode, stdout } = await runProgram(root, ['status', '--json'])
    expect(exitCode).toBe(1)
    const { applied, pending, problems } = JSON.parse(stdout) as Record<string, unknown>
    const version = (one: number) => ({ version: one })
    expect(applied).toMatchObject([version(1), version(2)])
    expect(pending).toMatchObject([version(3)])
    expect(problems).toMatchObject([
      {
        code: 'REGISTRY_FILE_MISSING',
        message: expect.stringContaining(`names ${SECOND}, but there is no such file`),
        fix: expect.stringMatching(/`git restore migrations\/002_b\.ts`.*run `lockstep gen`/),
        facts: { missing: [SECOND] },
      },
    ])
  })

  testSome<[string, (repo: TestRepository) => unknown, string]>([
    [
      'deleted with git',
      (repo) => repo.git('rm', '-q', SECOND),
      `git restore --source=HEAD ${SECOND}`,
    ],
    [
      'renamed',
      ({ root }) => renameSync(join(root, SECOND), join(root, 'migrations/b.txt')),
      `git restore ${SECOND}`,
    ],
    [
      'not in a repository',
      (repo) => repo.remove(SECOND, '.git'),
      'Restore it from version control.',
    ],
  ])('verify says how it comes back that was %s', async (_, change, way) => {
    const { exitCode, stdout } = await runProgram(copied(change), ['verify'])
    expect(exitCode).toBe(1)
    expect(stdout).toContain('REGISTRY_FILE_MISSING')
    expect(stdout).not.toContain('REPLAY_FAILED')
    expect(stdout).toContain(way)
  })

  it('nothing is applied without it', async () => {
    const root = copied((repo) => repo.remove('migrations/003_c.ts'))
    const { exitCode, stderr } = await runProgram(root, ['migrate'])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/REGISTRY_(?:STALE|FILE_MISSING)/)
  })

  it('what does not build otherwise is said as it was', async () => {
    const root = copied((repo) => repo.write({ [SECOND]: 'export default {' }))
    expect((await runProgram(root, ['status'])).stderr).toContain('MODULE_BROKEN')
  })
})

describe('where the folder lacks a version', () => {
  testSome<[string, (repo: TestRepository) => unknown, string]>([
    [
      'gen',
      (repo) => repo.remove(SECOND),
      `Bring back what was deleted with \`git restore ${SECOND}\`. If it never`,
    ],
    [
      'lint',
      (repo) => repo.git('rm', '-q', SECOND),
      `with \`git restore --source=HEAD ${SECOND}\``,
    ],
    ['lint', (repo) => repo.remove(SECOND, '.git'), 'Restore what is missing from version control'],
  ])('%s tells how it comes back', async (command, change, way) => {
    const { exitCode, stdout, stderr } = await runProgram(copied(change), [command])
    expect(exitCode).toBe(1)
    expect(stdout + stderr).toContain(way)
  })

  it('nothing is advised that git has deleted elsewhere', async () => {
    const root = copied((repo) => {
      repo.write({ 'migrations/004_d.ts': step('d'), 'migrations/006_f.ts': step('f') })
      repo.remove('migrations/004_d.ts')
    })
    const { stdout, stderr } = await runProgram(root, ['lint'])
    expect(stdout + stderr).not.toContain('git restore')
  })
})

it('finds the names in registries of each kind', () => {
  const root = temporaryProject({ 'm/001_a.ts': '' })
  const named = `  file: "m/001_a.ts",\n    file: "m/002_b.ts",\nfile: 'm/003_c.js'\n  profile: "m/x.ts"`
  expect(missingFiles(named, root)).toEqual(['m/002_b.ts', 'm/003_c.js'])
  rmSync(join(root, 'm'), { recursive: true })
  expect(missingFiles(named, root)).toHaveLength(3)
})
