// Migrations that were applied on another branch of git: told apart from edits, with the branch, in every command.
import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { at, table, type TestRepository } from '../codegen/base-branch/repository.js'
import { temporaryProject } from '../support/project.js'
import { runProgram } from './support/command-line.js'
import { copyOf, migrationProject } from './support/project.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const IGNORED = 'node_modules\ndata\n'
let prepared = ''

/** On `feature/x`, 003_t3 and 004_t4 are applied; `feature/y` has 003_other instead, and `main` ends at 002. */
beforeAll(async () => {
  prepared = migrationProject({ '001_a.sql': table('a'), '002_b.sql': table('b') })
  const repo = at(prepared)
  repo.git('init', '-q', '-b', 'main')
  await generated(repo, { '.gitignore': IGNORED })
  repo.git('checkout', '-q', '-b', 'feature/y')
  await generated(repo, { 'migrations/003_other.sql': table('other') })
  repo.git('checkout', '-q', '-b', 'feature/x', 'main')
  await generated(repo, {
    'migrations/003_t3.sql': table('t3'),
    'migrations/004_t4.sql': table('t4'),
  })
  expect((await runProgram(prepared, ['migrate', '-q'])).exitCode).toBe(0)
  repo.git('checkout', '-q', 'feature/y')
})

async function generated(
  repo: TestRepository,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  repo.write(files)
  expect(await runProgram(repo.root, ['gen', '-q', '--no-replay'])).toMatchObject({ exitCode: 0 })
  repo.commit()
}

const copied = (): TestRepository => at(copyOf(prepared))

async function obey({ root }: TestRepository, words: string): Promise<void> {
  const { exitCode, stderr } = await runProgram(root, words.split(' '))
  expect(exitCode, `${words}: ${stderr}`).toBe(0)
}

interface Told {
  readonly code: string
  readonly message: string
  readonly fix: string
}
interface Row {
  readonly id: string
  readonly origin?: { readonly refs: readonly string[]; readonly proven: boolean }
}

async function statusOf(root: string): Promise<{ applied: Row[]; problems: Told[] }> {
  const { stdout } = await runProgram(root, ['status', '--json'])
  return JSON.parse(stdout) as { applied: Row[]; problems: Told[] }
}

/** What is said of 003, in one line. */
async function said(root: string): Promise<string> {
  const { problems } = await statusOf(root)
  return problems.map(({ code, message }) => `${code} ${message}`).join('\n')
}

const ANOTHER = 'Migration 003 (t3) was applied, but the code has a different one under this number'

describe('another migration under the same number', () => {
  it('is told by status with its branch, row by row', async () => {
    const { root } = copied()
    const { exitCode, stdout } = await runProgram(root, ['status'])
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/003 +t3 .* from feature\/x\n/)
    expect(stdout).toMatch(/004 +t4 .* from feature\/x\n/)
    expect(stdout).toContain(`✗ HISTORY_ANOTHER  ${ANOTHER}: other. It comes from feature/x.\n`)
    expect(stdout).toContain(
      '→ Go back to the code that has it (`git switch feature/x`), or undo it with `lockstep rollback --to 2`, then apply what this branch has. If both are to stay, merge that branch and renumber the new one with `lockstep renumber --base feature/x`.',
    )
    expect(stdout).not.toContain('repair')
  })
  it('is told to programs', async () => {
    const { root } = copied()
    const { applied, problems } = await statusOf(root)
    const origin = { refs: ['refs/heads/feature/x'], proven: true }
    expect(applied.map((row) => row.origin)).toMatchObject([undefined, undefined, origin, origin])
    expect(problems).toMatchObject([
      { code: 'HISTORY_ANOTHER', facts: { version: 3, name: 't3', origins: { 3: origin } } },
      { code: 'DATABASE_AHEAD', facts: { versions: [4] } },
    ])
    expect(problems[1]?.message).toContain('004 (t4) comes from feature/x.')
  })
  testSome(['migrate', 'plan', 'verify', 'repair --yes', 'migrate --dry-run'])(
    'is told by %s, which changes nothing',
    async (words) => {
      const { root } = copied()
      const before = await statusOf(root)
      const { exitCode, stdout, stderr } = await runProgram(root, words.split(' '))
      expect(exitCode).toBe(1)
      expect(stdout + stderr).toContain(`${ANOTHER}: other.`)
      expect(stdout + stderr).toContain('comes from feature/x.')
      expect(stdout + stderr).toContain('`git switch feature/x`')
      expect(await statusOf(root)).toEqual(before)
    },
  )
  it('is told in JSON where a command refuses', async () => {
    const { root } = copied()
    const { stdout } = await runProgram(root, ['plan', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'HISTORY_ANOTHER',
        message: `${ANOTHER}: other. It comes from feature/x.`,
        facts: { origins: { 3: { refs: ['refs/heads/feature/x'], proven: true } } },
      },
    })
  })
  it('is gone on that branch', async () => {
    const repo = copied()
    repo.git('checkout', '-q', 'feature/x')
    expect(await runProgram(repo.root, ['status'])).toMatchObject({ exitCode: 0 })
  })
})

describe('where it is looked for', () => {
  it('includes branches of a remote, packed refs and a detached HEAD', async () => {
    const repo = copied()
    repo.git('checkout', '-q', '--detach')
    repo.git('update-ref', 'refs/remotes/origin/feature/x', 'feature/x')
    repo.git('branch', '-q', '-D', 'feature/x')
    repo.git('pack-refs', '--all')
    repo.git('reflog', 'expire', '--expire=now', '--all')
    const { stdout } = await runProgram(repo.root, ['status'])
    expect(stdout).toContain('It comes from origin/feature/x.')
    expect(stdout).toContain('`git switch feature/x`')
  })
  it('includes tags, from a worktree and from a shallow clone', async () => {
    const repo = copied()
    repo.git('tag', '-a', '-m', 'one', 'v1', 'feature/x')
    repo.git('branch', '-q', '-D', 'feature/x')
    const tree = join(temporaryProject(), 'tree')
    repo.git('worktree', 'add', '-q', '--detach', tree, 'feature/y')
    const clone = join(temporaryProject(), 'clone')
    const from = ['--depth', '1', '--no-single-branch', '-b', 'feature/y', `file://${repo.root}`]
    repo.git('clone', '-q', ...from, clone)
    for (const root of [tree, clone]) {
      for (const folder of ['data', 'node_modules'])
        cpSync(join(repo.root, folder), join(root, folder), {
          recursive: true,
          verbatimSymlinks: true,
        })
      expect(await said(root)).toContain('It comes from v1.')
    }
  })
  it('includes the last commit here', async () => {
    const repo = copied()
    repo.git('checkout', '-q', 'feature/x')
    repo.move('migrations/003_t3.sql', 'migrations/003_renamed.sql')
    repo.write({ 'migrations/003_renamed.sql': table('renamed') })
    expect(await runProgram(repo.root, ['gen', '-q', '--no-replay'])).toMatchObject({ exitCode: 0 })
    expect(await said(repo.root)).toContain(
      `${ANOTHER}: renamed. It is in the last commit here as it was applied: what has changed since is not committed.`,
    )
  })
  it('is not the last commit here where only a registry is there as it was applied', async () => {
    const repo = copied()
    repo.git('checkout', '-q', 'feature/x')
    repo.write({ 'migrations/004_t4.sql': table('t4').replace('id', 'number') })
    repo.commit()
    await obey(repo, 'gen -q --no-replay')
    const edited = await said(repo.root)
    expect(edited).toContain('HISTORY_EDITED')
    expect(edited).not.toContain('as it was applied')
    expect(edited).toContain('A file of that number and name is in the last commit here')
    repo.git('branch', '-q', 'elsewhere', 'HEAD~1')
    expect(await said(repo.root)).toContain('It was applied as it is in elsewhere:')
    repo.remove('migrations/004_t4.sql')
    repo.git('commit', '-q', '--amend', '-m', 'without', 'migrations')
    repo.git('branch', '-q', '-D', 'elsewhere')
    await obey(repo, 'gen -q --no-replay')
    const gone = await said(repo.root)
    expect(gone).toContain('DATABASE_AHEAD')
    expect(gone).not.toContain('last commit')
  })
  it('includes each stash, with the command that brings it back', async () => {
    const repo = copied()
    repo.git('checkout', '-q', 'feature/x')
    repo.write({ 'migrations/005_t5.sql': table('t5') })
    for (const words of ['gen -q --no-replay', 'migrate -q']) await obey(repo, words)
    repo.git('stash', '-q', '--include-untracked')
    const fixOf = async (): Promise<string> => (await statusOf(repo.root)).problems[0]!.fix
    expect(await said(repo.root)).toContain('005 (t5) comes from stash@{0}.')
    expect(await fixOf()).toContain('(`git stash pop`)')
    repo.write({ '.gitignore': `${IGNORED}more\n` })
    repo.git('stash', '-q')
    expect(await said(repo.root)).toContain('005 (t5) comes from stash@{1}.')
    expect(await fixOf()).toContain('(`git stash pop 1`)')
    repo.git('stash', 'pop', '-q', '1')
    await obey(repo, 'status')
  })
  it('includes a branch that another working tree has checked out: its commit is switched to', async () => {
    const repo = copied()
    repo.git('worktree', 'add', '-q', join(repo.root, 'beside'), 'feature/x')
    const { stdout } = await runProgram(repo.root, ['status'])
    expect(stdout).toContain('`git switch --detach feature/x`')
    repo.git('switch', '-q', '--detach', 'feature/x')
  })
  it('includes commits that no branch has any more', async () => {
    const repo = copied()
    const commit = repo.git('rev-parse', 'feature/x').trim().slice(0, 12)
    repo.git('branch', '-q', '-D', 'feature/x')
    expect(await said(repo.root)).toContain(`It comes from the older commit ${commit}.`)
    expect((await runProgram(repo.root, ['status'])).stdout).toContain(
      `\`git switch --detach ${commit}\``,
    )
  })
  it('includes commits before one that took it away', async () => {
    const repo = copied()
    repo.git('checkout', '-q', 'feature/x')
    const commit = repo.git('rev-parse', 'HEAD').trim().slice(0, 12)
    repo.remove('migrations/003_t3.sql', 'migrations/004_t4.sql')
    await generated(repo, {})
    repo.git('checkout', '-q', 'feature/y')
    expect(await said(repo.root)).toContain(`It comes from the older commit ${commit}.`)
  })
  it('is the names of files where generated files are not committed', async () => {
    const repo = copied()
    for (const branch of ['feature/x', 'feature/y']) {
      repo.git('checkout', '-q', branch)
      repo.git('rm', '-q', '-r', '--cached', 'generated')
      repo.commit({ '.gitignore': `${IGNORED}generated\n` })
      // What belongs to the branch before is left behind by git.
      rmSync(join(repo.root, 'generated'), { recursive: true, force: true })
    }
    repo.git('reflog', 'expire', '--expire=now', '--all')
    await runProgram(repo.root, ['gen', '-q', '--no-replay'])
    const { applied } = await statusOf(repo.root)
    expect(applied[2]?.origin).toMatchObject({ refs: ['refs/heads/feature/x'], proven: false })
    expect(await said(repo.root)).toContain('A file of that number and name is in feature/x.')
  })
  it('is not a file of that name alone where a registry says what it means', async () => {
    const repo = copied()
    repo.git('checkout', '-q', '-b', 'feature/z', 'main')
    await generated(repo, { 'migrations/003_t3.sql': table('something_else') })
    repo.git('checkout', '-q', 'feature/y')
    expect(await said(repo.root)).toContain('It comes from feature/x.')
  })
  it('is nowhere without a repository, or where the names are no names', async () => {
    const repo = copied()
    rmSync(join(repo.root, '.git'), { recursive: true })
    expect(await said(repo.root)).toContain(`HISTORY_ANOTHER ${ANOTHER}: other.\n`)
    writeFileSync(join(repo.root, '.git'), 'gitdir: nowhere\n')
    expect(await said(repo.root)).toContain(`HISTORY_ANOTHER ${ANOTHER}: other.\n`)
  })
  it('is offered as no command where a shell would read more into the name', async () => {
    const repo = copied()
    repo.git('branch', '-q', '-m', 'feature/x', 'x$(touch${IFS}pwned)')
    const { stdout } = await runProgram(repo.root, ['status'])
    expect(stdout).toContain('It comes from x$(touch${IFS}pwned).')
    expect(stdout).toMatch(/`git switch --detach [\da-f]{12}`/)
    expect(stdout).toContain('`lockstep renumber`')
  })
})

describe('what was deleted after it was applied', () => {
  testSome([
    ['never committed', () => {}],
    ['in the last commit', (repo: TestRepository) => repo.commit()],
  ])('can be undone, %s', async (_, settle) => {
    const repo = copied()
    repo.git('checkout', '-q', 'feature/x')
    repo.write({ 'migrations/005_t5.sql': table('t5') })
    for (const words of [
      ['gen', '-q', '--no-replay'],
      ['migrate', '-q'],
    ])
      expect(await runProgram(repo.root, words)).toMatchObject({ exitCode: 0 })
    settle(repo)
    repo.remove('migrations/005_t5.sql')
    expect(await runProgram(repo.root, ['gen', '-q', '--no-replay'])).toMatchObject({ exitCode: 0 })
    const [problem] = (await statusOf(repo.root)).problems
    expect(problem?.fix).toMatch(
      /If it was deleted here, undo it with `lockstep rollback --to 4`\.$/,
    )
    expect(await runProgram(repo.root, ['rollback', '--to', '4'])).toMatchObject({ exitCode: 0 })
    expect(await runProgram(repo.root, ['status'])).toMatchObject({ exitCode: 0 })
  })
})

describe('what cannot be undone', () => {
  const KEPT = '003 has no down; to get back before it, use `lockstep reset`, if its data may go'
  const fixes = async (root: string): Promise<string> =>
    (await statusOf(root)).problems.map(({ fix }) => fix).join('\n')

  it('is not advised to be', async () => {
    const repo = copied()
    repo.git('checkout', '-q', '-b', 'feature/kept', 'main')
    await obey(repo, 'reset --yes -q')
    const kept = table('kept').replace(/-- migrate:down[^]*/, '')
    await generated(repo, {
      'migrations/003_kept.sql': `-- irreversible: its rows are moved\n${kept}`,
      'migrations/004_more.sql': table('more'),
    })
    await obey(repo, 'migrate -q')
    repo.git('checkout', '-q', 'feature/y')
    const another = await fixes(repo.root)
    expect(another).toContain(
      `Go back to the code that has it (\`git switch feature/kept\`): ${KEPT}.`,
    )
    expect(another).not.toContain('lockstep rollback')
    repo.git('checkout', '-q', 'main')
    expect(await fixes(repo.root)).toContain(`feature/kept\`): ${KEPT}.`)
    repo.git('branch', '-q', '-D', 'feature/kept')
    repo.git('reflog', 'expire', '--expire=now', '--all')
    repo.git('gc', '-q', '--prune=now')
    expect(await fixes(repo.root)).toMatch(/restore its file: 003 has no down/)
    expect(await fixes(repo.root)).not.toContain('rollback')
    repo.git('checkout', '-q', 'feature/y')
    expect(await fixes(repo.root)).toContain(
      'Go back to the code that has kept, or start over with `lockstep reset`, if its data may go.',
    )
  })
})

describe('what is something else', () => {
  it('an edit here, of which the branch has the applied meaning', async () => {
    const repo = copied()
    repo.git('checkout', '-q', '-b', 'feature/z', 'main')
    await generated(repo, { 'migrations/003_t3.sql': table('t3').replace('id', 'number') })
    const text = await said(repo.root)
    expect(text).toContain('HISTORY_EDITED')
    expect(text).toContain(
      'It was applied as it is in feature/x: it may be another migration of the same name.',
    )
    const [edited] = (await statusOf(repo.root)).problems
    expect(edited?.fix).toMatch(
      /^To continue with it as it was applied: `git switch feature\/x`\. If it is the same migration and was edited here, do this instead\. Restore /,
    )
  })
  it('a renamed file', async () => {
    const repo = copied()
    repo.git('checkout', '-q', 'feature/x')
    repo.move('migrations/003_t3.sql', 'migrations/003_t_three.sql')
    await generated(repo, {})
    const { problems, applied } = await statusOf(repo.root)
    expect(problems.map(({ code }) => code)).toEqual(['HISTORY_RENAMED'])
    expect(applied.filter(({ origin }) => origin)).toEqual([])
  })
  it('a renumbered migration', async () => {
    const repo = copied()
    repo.git('checkout', '-q', '-b', 'moved', 'feature/x')
    repo.move('migrations/004_t4.sql', 'migrations/005_t4.sql')
    await generated(repo, { 'migrations/004_between.sql': table('between') })
    const text = await said(repo.root)
    expect(text).toContain('HISTORY_RENUMBERED Migration 004 (t4) was applied under this number')
    expect(text).toContain('It comes from feature/x.')
  })
  it('migrations that this branch does not have at all', async () => {
    const repo = copied()
    repo.git('checkout', '-q', 'main')
    const { stdout } = await runProgram(repo.root, ['status'])
    expect(stdout).toContain('003 (t3) comes from feature/x. 004 (t4) comes from feature/x.')
    expect(stdout).toContain('`lockstep rollback --to 2`')
  })
})
