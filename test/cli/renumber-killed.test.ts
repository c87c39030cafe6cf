// What the commands say of a renumbering that was killed, and how the next one ends it.
import { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository, table, type TestRepository } from '../codegen/base/repository.js'
import { projectRoot } from '../support/project-root.js'
import { answerOf } from './support/command-line.js'

/** Two migrations of which the second was on its way from 002 to 003. */
function killed(phase: 'undo' | 'finish'): TestRepository {
  const repo = repository({
    'package.json': '{ "type": "module" }\n',
    '.gitignore': 'node_modules\n',
    'migrations/001_a.sql': table('a'),
    'migrations/002_b.sql': table('b'),
    'migrations/002_mine.sql': table('mine'),
  })
  const folder = join(repo.root, 'migrations')
  renameSync(join(folder, '002_mine.sql'), join(folder, '.002_mine.sql.renumbering'))
  const moves = [{ from: '002_mine.sql', to: '003_mine.sql', text: null }]
  writeFileSync(join(folder, `.renumber-${phase}.json`), JSON.stringify(moves))
  mkdirSync(join(repo.root, 'node_modules'))
  symlinkSync(
    join(projectRoot, 'node_modules', 'better-sqlite3'),
    join(repo.root, 'node_modules', 'better-sqlite3'),
  )
  return repo
}
const filesOf = ({ root }: TestRepository): string[] => readdirSync(join(root, 'migrations')).sort()

describe.each(['lint', 'gen', 'check'])('%s', (command) => {
  it('fails, and says what to do', async () => {
    const repo = killed('undo')
    const { exitCode, stdout, stderr } = await answerOf(repo.root, [command])
    expect(exitCode).toBe(1)
    expect(stdout + stderr).toContain('RENUMBER_INTERRUPTED')
    expect(stdout + stderr).toContain('Run `lockstep renumber` again')
  })
})

it('a dry run changes nothing and refuses', async () => {
  const repo = killed('finish')
  const before = filesOf(repo)
  const { exitCode, stderr } = await answerOf(repo.root, ['renumber', '--dry-run'])
  expect(exitCode).toBe(1)
  expect(stderr).toContain('RENUMBER_UNFINISHED')
  expect(filesOf(repo)).toEqual(before)
})

it('what all had stepped aside for is finished, and generated', async () => {
  const repo = killed('finish')
  const { exitCode, stdout, stderr } = await answerOf(repo.root, ['renumber', '--yes'])
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: 'An earlier renumbering was broken off near its end. It is finished now.\n',
  })
  expect(stdout).toMatch(/nothing to renumber\.\n[^]*generated\/registry\.ts/)
  expect(filesOf(repo)).toEqual(['001_a.sql', '002_b.sql', '003_mine.sql'])
})

it('what had only begun is put back, and planned anew', async () => {
  const repo = killed('undo')
  const { exitCode, stderr } = await answerOf(repo.root, ['renumber', '--yes'])
  expect(stderr).toContain('Its files have their old names back.')
  // Both were committed together, so nothing tells which is new.
  expect(stderr).toContain('RENUMBER_UNDECIDED')
  expect(exitCode).toBe(1)
  expect(filesOf(repo)).toEqual(['001_a.sql', '002_b.sql', '002_mine.sql'])
})

it('without a journal nothing is planned', async () => {
  const repo = killed('undo')
  renameSync(join(repo.root, 'migrations', '.renumber-undo.json'), join(repo.root, 'journal.json'))
  const { exitCode, stderr } = await answerOf(repo.root, ['renumber', '--yes'])
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/RENUMBER_UNFINISHED[^]*its old name back \(002_mine\.sql\)/)
})
