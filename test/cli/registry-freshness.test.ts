// Whether a registry is fresh enough to migrate with: its migrations count, what only replay can tell does not.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { requireFresh } from '../../src/cli/database/registry-freshness.js'
import { loadSettings } from '../../src/cli/settings/load-settings.js'
import { failureOf } from '../support/error-of.js'
import { runProgram } from './support/command-line.js'
import { addFiles } from '../support/project.js'
import { migrationProject } from './support/project.js'
import { processesHere } from '../support/processes-here.js'

processesHere()

const table = (name: string): string =>
  `-- migrate:up\nCREATE TABLE ${name} (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE ${name};\n`

/** Ends the process of whoever runs it, so that a replay could not go unnoticed. */
const DEADLY = `export const irreversible = 'a test'\nexport function up() {\n  process.exit(9)\n}\n`

const settingsOf = (root: string) => loadSettings({ flags: {}, cwd: root, environment: {} })

const forget = (root: string): void =>
  rmSync(join(root, 'node_modules/.cache'), { recursive: true, force: true })

/** True, or the error of `requireFresh`. */
async function isFresh(root: string): Promise<boolean> {
  await requireFresh(await settingsOf(root))
  return true
}

async function generated(...flags: string[]): Promise<string> {
  const root = migrationProject({ '001_a.sql': table('a'), '002_b.sql': table('b') })
  expect((await runProgram(root, ['gen', ...flags])).exitCode).toBe(0)
  return root
}

test('a registry with digests is fresh, remembered or not', async () => {
  const root = await generated()
  expect(await isFresh(root)).toBe(true)
  forget(root)
  expect(await isFresh(root)).toBe(true)
})

test('a registry is fresh that says what was acknowledged of a way back, remembered or not', async () => {
  const root = await generated()
  const text = `${table('c').replace(/DROP.*/, 'SELECT 1;')}-- lockstep-ignore DOWN_NOT_INVERSE: a test\n-- lockstep-ignore REPLAY_UP_AGAIN_FAILED: a test\n`
  addFiles(root, { 'migrations/003_c.sql': text })
  const gen = await runProgram(root, ['gen'])
  expect(gen.exitCode, gen.stdout + gen.stderr).toBe(0)
  expect(readFileSync(join(root, 'generated/registry.ts'), 'utf8')).toContain('acknowledged: [')
  expect(await isFresh(root)).toBe(true)
  forget(root)
  expect(await isFresh(root)).toBe(true)
})

test('a registry without digests is fresh', async () => {
  const root = await generated('--no-replay')
  expect(await isFresh(root)).toBe(true)
  forget(root)
  expect(await isFresh(root)).toBe(true)
})

test('a migration that the registry lacks makes it stale', async () => {
  const root = await generated()
  addFiles(root, { 'migrations/003_c.sql': table('c') })
  const error = await failureOf(async () => requireFresh(await settingsOf(root)))
  expect(error.code).toBe('REGISTRY_STALE')
  expect(error.message).toContain('version 003')
})

test('a folder with errors is named as such', async () => {
  const root = await generated()
  addFiles(root, { 'migrations/003_c.txt': '' })
  const error = await failureOf(async () => requireFresh(await settingsOf(root)))
  expect(error.code).toBe('REGISTRY_STALE')
  expect(error.message).toContain('The migrations have errors')
  expect(error.message).toContain('migrations/003_c.txt:1:1')
})

test('no migration is run to find out', async () => {
  const root = migrationProject({ '001_a.ts': DEADLY })
  expect((await runProgram(root, ['gen', '--no-replay'])).exitCode).toBe(0)
  forget(root)
  expect(await isFresh(root)).toBe(true)
})

test('what a stale registry leads to is told by its digests, where its code was edited since', async () => {
  const step = (table: string): string =>
    `export const up = (db) => void db.exec('CREATE TABLE ${table} (id INTEGER PRIMARY KEY)')\nexport const down = (db) => void db.exec('DROP TABLE ${table}')\n`
  const root = migrationProject({ '001_a.sql': table('a'), '002_b.ts': step('b') })
  for (const words of [['gen'], ['migrate']])
    expect((await runProgram(root, words)).exitCode).toBe(0)
  addFiles(root, { 'migrations/002_b.ts': step('c') })
  const { problems } = JSON.parse((await runProgram(root, ['verify', '--json'])).stdout) as {
    readonly problems: readonly { readonly code: string }[]
  }
  expect(problems.map(({ code }) => code)).toEqual(['REGISTRY_STALE'])
})
