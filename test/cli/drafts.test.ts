// Empty migrations: they stop nothing but themselves and what comes after them, and every command says so.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addFiles } from '../support/project.js'
import { runProgram } from './support/command-line.js'
import { preparedProjects } from './support/prepared.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const prepared = preparedProjects()

const MORE = '-- migrate:up\nCREATE TABLE more (a);\n-- migrate:down\nDROP TABLE more;\n'
const EMPTY = '-- migrate:up\n-- Later.\n-- migrate:down\n-- Later.\n'
const LEFT_OUT =
  'Still empty, so left out of the registry: migrations/004_later.sql. Nothing else is affected.'

/** 003 is written, 004 is a draft; nothing of both is generated. */
function drafted(): string {
  const root = prepared.applied()
  addFiles(root, { 'migrations/003_more.sql': MORE, 'migrations/004_later.sql': EMPTY })
  return root
}

const forget = (root: string): void =>
  rmSync(join(root, 'node_modules/.cache'), { recursive: true, force: true })

const problemsOf = async (root: string, command: string): Promise<unknown> => {
  const { stdout } = await runProgram(root, [command, '--json'])
  const { problems, warnings } = JSON.parse(stdout) as Record<string, { code: string }[]>
  return (problems ?? warnings)?.map(({ code }) => code)
}

describe('an empty draft', () => {
  it('is left out of what is generated, which says so', async () => {
    const root = drafted()
    const { exitCode, stdout } = await runProgram(root, ['gen'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('MIGRATION_EMPTY')
    expect(stdout).toContain(
      'does nothing. It is left out for now: what stands before it is generated',
    )
    expect(stdout).toMatch(/registry\.ts +written +3 migrations/)
    const again = await runProgram(root, ['gen', '--check', '--json'])
    expect(JSON.parse(again.stdout)).toMatchObject({
      ok: true,
      drafts: ['migrations/004_later.sql'],
    })
  })

  testSome(['remembered', 'forgotten'])(
    'does not keep what stands before it from being planned and applied (%s)',
    async (how) => {
      const root = drafted()
      await runProgram(root, ['gen', '-q'])
      if (how === 'forgotten') forget(root)
      const plan = await runProgram(root, ['plan'])
      expect(plan).toMatchObject({ exitCode: 0, stderr: '' })
      expect(plan.stdout).toMatch(/1 step from 002 to 003:[^]*REGISTRY_DRAFT/)
      expect(plan.stdout).toContain(LEFT_OUT)
      const migrated = await runProgram(root, ['migrate'])
      expect(migrated.exitCode).toBe(0)
      expect(migrated.stderr).toContain(LEFT_OUT)
      expect((await runProgram(root, ['version'])).stdout).toBe('3\n')
      expect((await runProgram(root, ['rollback'])).exitCode).toBe(0)
    },
  )

  it('is told by status and verify, which find nothing wrong', async () => {
    const root = drafted()
    await runProgram(root, ['gen', '-q'])
    await runProgram(root, ['migrate', '-q'])
    expect(await problemsOf(root, 'plan')).toEqual(['REGISTRY_DRAFT'])
    for (const command of ['status', 'verify']) {
      const { exitCode, stdout } = await runProgram(root, [command])
      expect(exitCode).toBe(0)
      expect(stdout).toContain(`! REGISTRY_DRAFT  ${LEFT_OUT}`)
      expect(await problemsOf(root, command)).toEqual(['REGISTRY_DRAFT'])
    }
  })

  it('is none of the reasons for `gen`, where nothing is remembered, nor does it hide what is', async () => {
    const root = drafted()
    await runProgram(root, ['gen', '-q'])
    forget(root)
    expect(await problemsOf(root, 'status')).toEqual(['REGISTRY_DRAFT'])
    addFiles(root, { 'migrations/003_more.sql': MORE.replace('(a)', '(b)') })
    expect(await problemsOf(root, 'status')).toEqual(['REGISTRY_STALE', 'REGISTRY_DRAFT'])
  })

  it('is told where the configuration has several databases', async () => {
    const databases = {
      main: { database: 'data/app.db' },
      cache: { database: 'data/cache.db', migrations: 'cache', out: 'made' },
    }
    const root = drafted()
    const config = `export default ${JSON.stringify({ databases })}`
    addFiles(root, { 'lockstep.config.ts': config, 'cache/001_later.sql': EMPTY })
    await runProgram(root, ['gen', '-q'])
    for (const command of ['status', 'plan', 'status'])
      expect(await problemsOf(root, command)).toEqual(['REGISTRY_DRAFT'])
    const { stdout } = await runProgram(root, ['status', '--json', '--name', 'cache'])
    expect(JSON.parse(stdout)).toMatchObject({
      problems: [{ code: 'REGISTRY_DRAFT', facts: { files: ['cache/001_later.sql'] } }],
    })
  })

  it('may be one of several', async () => {
    const root = drafted()
    addFiles(root, { 'migrations/005_last.ts': DRAFT_IN_CODE })
    await runProgram(root, ['gen', '-q'])
    const { stdout } = await runProgram(root, ['status', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      latest: 3,
      problems: [{ facts: { files: ['migrations/004_later.sql', 'migrations/005_last.ts'] } }],
    })
  })

  it('is a migration as soon as it is written', async () => {
    const root = drafted()
    await runProgram(root, ['gen', '-q'])
    addFiles(root, { 'migrations/004_later.sql': MORE.replaceAll('more', 'later') })
    expect(await problemsOf(root, 'status')).toEqual(['REGISTRY_BEHIND'])
    expect((await runProgram(root, ['migrate'])).stderr).toContain('REGISTRY_STALE')
    await runProgram(root, ['gen', '-q'])
    expect((await runProgram(root, ['migrate'])).exitCode).toBe(0)
    expect((await runProgram(root, ['version'])).stdout).toBe('4\n')
  })

  testSome(['check', 'lint'])('is an error to %s, also where it was generated', async (command) => {
    const root = drafted()
    await runProgram(root, ['gen', '-q'])
    const { exitCode, stdout } = await runProgram(root, [command, '--json'])
    expect(exitCode).toBe(1)
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: Record<string, unknown>[] }
    const errors = diagnostics.filter(({ severity }) => severity === 'error')
    expect(errors.map(({ code, file }) => [code, file])).toEqual([
      ['MIGRATION_EMPTY', 'migrations/004_later.sql'],
    ])
  })

  it('is no reason for `check` to advise `gen`, but what is written beside it is', async () => {
    const root = drafted()
    const { stdout } = await runProgram(root, ['check'])
    expect(stdout).toContain('stale: version 003 is not in it')
  })
})

describe('an empty draft before a migration that is written', () => {
  const held = (): string => {
    const root = drafted()
    addFiles(root, { 'migrations/005_last.sql': MORE.replaceAll('more', 'last') })
    return root
  }
  const WAITS =
    'Still empty, so left out of the registry: migrations/004_later.sql, along with what comes after it: migrations/005_last.sql. Nothing before it is affected.'

  it('is an error of what is generated, which has what stands before it', async () => {
    const root = held()
    for (const words of [['gen'], ['gen'], ['gen', '--no-cache']]) {
      const { exitCode, stdout, stderr } = await runProgram(root, words)
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(/004_later\.sql:\d+:\d+ error MIGRATION_EMPTY/)
      expect(stderr).toContain(
        'It and what comes after it wait for that: migrations/005_last.sql. What stands before it is generated without it, once it has no other error.',
      )
      expect(stdout + stderr).not.toContain('Nothing was generated')
    }
    expect(readFileSync(join(root, 'generated/registry.ts'), 'utf8')).toContain('"more"')
  })

  testSome(['remembered', 'forgotten'])(
    'does not keep that from being planned and applied (%s)',
    async (how) => {
      const root = held()
      await runProgram(root, ['gen', '-q'])
      if (how === 'forgotten') forget(root)
      const plan = await runProgram(root, ['plan'])
      expect(plan).toMatchObject({ exitCode: 0, stderr: '' })
      expect(plan.stdout).toMatch(/1 step from 002 to 003:[^]*REGISTRY_DRAFT/)
      const { exitCode, stdout } = await runProgram(root, ['status'])
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining(WAITS) })
      const migrated = await runProgram(root, ['migrate'])
      expect(migrated).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(WAITS) })
      expect((await runProgram(root, ['version'])).stdout).toBe('3\n')
    },
  )

  it('lets it go on when it is written', async () => {
    const root = held()
    await runProgram(root, ['gen', '-q'])
    addFiles(root, { 'migrations/004_later.sql': MORE.replaceAll('more', 'later') })
    expect((await runProgram(root, ['plan'])).stderr).toContain('REGISTRY_STALE')
    expect((await runProgram(root, ['gen', '-q'])).exitCode).toBe(0)
    expect((await runProgram(root, ['migrate'])).exitCode).toBe(0)
    expect((await runProgram(root, ['version'])).stdout).toBe('5\n')
  })

  it('is stale all the same where something before it was changed', async () => {
    const root = held()
    await runProgram(root, ['gen', '-q'])
    addFiles(root, { 'migrations/003_more.sql': MORE.replace('(a)', '(b)') })
    expect((await runProgram(root, ['plan'])).stderr).toContain('stale: version 003 ')
  })
})

const DRAFT_IN_CODE = `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ up(db) {}, down(db) {} })
`

describe('what is no draft', () => {
  it('one that was generated with something in it, and is empty now', async () => {
    const root = prepared.applied()
    addFiles(root, { 'migrations/002_email.sql': EMPTY })
    const { exitCode, stderr } = await runProgram(root, ['gen'])
    expect(exitCode).toBe(1)
    expect(stderr).toContain('MIGRATION_EMPTY')
    expect((await runProgram(root, ['migrate'])).stderr).toContain('REGISTRY_STALE')
  })
  it('one that is meant to be empty', async () => {
    const root = drafted()
    const meant = `-- lockstep-ignore MIGRATION_EMPTY: the number is taken\n${EMPTY}`
    addFiles(root, { 'migrations/004_later.sql': meant })
    const { stdout } = await runProgram(root, ['gen', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ drafts: [], migrations: 4 })
  })
  it('one with something else in it that is wrong', async () => {
    const root = drafted()
    addFiles(root, { 'migrations/004_later.sql': '-- migrate:up\nCREATE TABL x;\n' })
    expect((await runProgram(root, ['gen'])).exitCode).toBe(1)
    expect((await runProgram(root, ['plan'])).stderr).toContain('REGISTRY_STALE')
  })
})
