// The packed package in an empty folder: what a person does in the first hour.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { processesHere } from '../support/processes-here.js'
import { type InstalledProject, installedProject } from './installed-project.js'

processesHere()

let project: InstalledProject
beforeAll(async () => {
  project = await installedProject()
  await done('init')
  await done('create add users table --sql')
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
  const { exitCode, stdout, stderr } = await project.lockstep(line)
  expect(exitCode, `${line}\n${stdout}${stderr}`).toBe(0)
  return stdout
}

const status = async () =>
  JSON.parse(await done('status --json')) as {
    readonly state: string
    readonly exists: boolean
    readonly version: number
    readonly pending: readonly { readonly id: string }[]
  }

describe('the first hour', () => {
  test('status looks at a database that is not there, and leaves it so', async () => {
    await done('gen')
    expect(await status()).toMatchObject({ state: 'empty', exists: false, version: 0 })
    expect(existsSync(join(project.root, 'data'))).toBe(false)
  })
  test('migrate applies, status tells, rollback undoes the last', async () => {
    expect(await done('migrate')).toMatch(/004/)
    expect(await status()).toMatchObject({
      state: 'current',
      exists: true,
      version: 4,
      pending: [],
    })
    expect(await done('rollback')).toMatch(/004/)
    expect(await status()).toMatchObject({ state: 'pending', version: 3, pending: [{ id: '004' }] })
    expect(await done('version')).toBe('3\n')
  })
  test('a migration that fails names its file, line and column', async () => {
    const good = project.read('migrations/004_add_posts.sql')
    project.write(
      'migrations/004_add_posts.sql',
      good.replace('CREATE TABLE posts', 'CREATE TABLE users'),
    )
    const generated = await project.lockstep('gen')
    await done('gen --no-replay')
    const migrated = await project.lockstep('migrate')
    for (const { exitCode, stderr } of [generated, migrated]) {
      expect(exitCode).toBe(1)
      expect(stderr).toContain('migrations/004_add_posts.sql:2:1')
      expect(stderr).toContain('already exists')
    }
    project.write('migrations/004_add_posts.sql', good)
    await done('gen')
  })
})

test('a project of SQL alone is generated without the compiler', async () => {
  const other = await installedProject()
  other.write(
    'no-compiler.cjs',
    `const Module = require('node:module')
const load = Module._load
Module._load = function (name) {
  if (name === 'ts-morph') throw new Error('the compiler was loaded')
  return load.apply(this, arguments)
}
`,
  )
  other.write(
    'migrations/001_notes.sql',
    '-- migrate:up\nCREATE TABLE notes (id INTEGER);\n-- migrate:down\nDROP TABLE notes;\n',
  )
  const program = 'node_modules/lockstep/dist/src/cli/main.js'
  const { code, stderr } = await other.shell(`node --require ./no-compiler.cjs ${program} gen`)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

test('the project holds what was asked for and nothing else', () => {
  const entries = readdirSync(project.root).filter((name) => !name.endsWith('.tgz'))
  expect(entries.toSorted()).toEqual([
    '.gitignore',
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
