// The packed package in an empty folder: what a person does in the first hour, and what is said to mistakes.
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type InstalledProject, installedProject } from './installed-project.js'

let project: InstalledProject
beforeAll(async () => {
  project = await installedProject()
  await done('lockstep init')
  for (const words of ['add users table', 'add email to users', 'add posts']) {
    await done(`lockstep create ${words} --sql`)
  }
  const add = (file: string, up: string, down: string) =>
    project.write(`migrations/${file}.sql`, `-- migrate:up\n${up};\n-- migrate:down\n${down};\n`)
  add('002_add_users_table', 'CREATE TABLE users (id INTEGER PRIMARY KEY)', 'DROP TABLE users')
  add(
    '003_add_email_to_users',
    'ALTER TABLE users ADD COLUMN email TEXT',
    'ALTER TABLE users DROP COLUMN email',
  )
  add('004_add_posts', 'CREATE TABLE posts (id INTEGER PRIMARY KEY)', 'DROP TABLE posts')
})

/** Runs a line that has to succeed, and answers what it printed on the standard output. */
async function done(line: string): Promise<string> {
  const { code, stdout, stderr } = await project.shell(line)
  expect(code, `${line}\n${stdout}${stderr}`).toBe(0)
  return stdout
}

const status = async () =>
  JSON.parse(await done('lockstep status --json')) as {
    readonly state: string
    readonly exists: boolean
    readonly version: number
    readonly pending: readonly { readonly id: string }[]
  }

describe('the first hour', () => {
  test('status looks at a database that is not there, and leaves it so', async () => {
    await done('npm run gen')
    expect(await status()).toMatchObject({ state: 'empty', exists: false, version: 0 })
    expect(existsSync(join(project.root, 'data'))).toBe(false)
  })
  test('migrate applies, status tells, rollback undoes the last', async () => {
    expect(await done('lockstep migrate')).toMatch(/004/)
    expect(await status()).toMatchObject({
      state: 'current',
      exists: true,
      version: 4,
      pending: [],
    })
    expect(await done('lockstep rollback')).toMatch(/004/)
    expect(await status()).toMatchObject({ state: 'pending', version: 3, pending: [{ id: '004' }] })
    expect(await done('lockstep version')).toBe('3\n')
  })
  test('a migration that fails names its file, line and column', async () => {
    const good = project.read('migrations/004_add_posts.sql')
    project.write(
      'migrations/004_add_posts.sql',
      good.replace('CREATE TABLE posts', 'CREATE TABLE users'),
    )
    const generated = await project.shell('npm run gen')
    await done('lockstep gen --no-replay')
    const migrated = await project.shell('lockstep migrate')
    for (const { code, stderr } of [generated, migrated]) {
      expect(code).toBe(1)
      expect(stderr).toContain('migrations/004_add_posts.sql:2:1')
      expect(stderr).toContain('already exists')
    }
    project.write('migrations/004_add_posts.sql', good)
    await done('npm run gen')
  })
})

describe.each(['lockstep lint', 'lockstep gen'])('%s', (line) => {
  /** Runs the line, which has to refuse without touching the registry, and answers what it said. */
  async function refused(): Promise<string> {
    const registry = project.read('generated/registry.ts')
    const { code, stdout, stderr } = await project.shell(line)
    expect(code).toBe(1)
    expect(project.read('generated/registry.ts')).toBe(registry)
    return stdout + stderr
  }

  test('names the version that is missing in the middle', async () => {
    const [from, aside] = ['migrations/003_add_email_to_users.sql', '003.sql'].map((file) =>
      join(project.root, file),
    )
    renameSync(from ?? '', aside ?? '')
    const said = await refused()
    renameSync(aside ?? '', from ?? '')
    expect(said).toContain('VERSION_GAP')
    expect(said).toContain('003')
  })
  test('names both files of a number that is used twice', async () => {
    const copy = 'migrations/003_copy.ts'
    project.write(copy, "export default { up: 'CREATE TABLE a (b)', down: 'DROP TABLE a' }\n")
    const said = await refused()
    rmSync(join(project.root, copy))
    expect(said).toContain('VERSION_DUPLICATE')
    expect(said).toContain(copy)
    expect(said).toContain('migrations/003_add_email_to_users.sql')
  })
  test('says nothing when all is well again', async () => {
    expect(await done(line)).not.toContain('VERSION_')
  })
})

test('the project holds what was asked for and nothing else', () => {
  const entries = readdirSync(project.root).filter((name) => !name.endsWith('.tgz'))
  expect(entries.toSorted()).toEqual([
    'data',
    'generated',
    'lockstep.config.ts',
    'migrations',
    'node_modules',
    'package-lock.json',
    'package.json',
    'tsconfig.json',
  ])
})
