// The configuration says what types columns have in the generated file.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryProject } from '../support/project.js'
import { runProgram } from './support/command-line.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const projectWith = (types: string): string =>
  temporaryProject({
    'package.json': '{ "type": "module" }',
    'lockstep.config.ts': `export default { types: ${types} }\n`,
    'migrations/001_users.sql':
      '-- migrate:up\nCREATE TABLE users (id INTEGER PRIMARY KEY, meta JSON NOT NULL, more JSON);\n-- migrate:down\nDROP TABLE users;\n',
  })

it('writes them into schema.ts, for rows, new rows and Kysely', async () => {
  const root = projectWith(`{ 'users.meta': "import('../src/meta.js').Meta", JSON: 'unknown' }`)
  expect(await runProgram(root, ['gen'])).toMatchObject({ exitCode: 0, stderr: '' })
  const text = readFileSync(join(root, 'generated/schema.ts'), 'utf8')
  expect(text.match(/meta: import\(['"]..\/src\/meta\.js['"]\)\.Meta/g)).toHaveLength(3)
  expect(text).toMatch(/more\?: unknown \| null/)
  expect((await runProgram(root, ['gen', '--check'])).exitCode).toBe(0)
})

it('warns of those that say nothing', async () => {
  const root = projectWith(`{ 'user.meta': 'unknown' }`)
  const { exitCode, stdout, stderr } = await runProgram(root, ['gen'])
  expect(exitCode).toBe(0)
  expect(stdout + stderr).toMatch(/lockstep\.config\.ts:1:1 warning TYPE_UNUSED/)
})

testSome([`'unknown'`, `{ JSON: 1 }`, `['users.meta']`])('refuses %s', async (types) => {
  const { exitCode, stderr } = await runProgram(projectWith(types), ['gen'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('`types` must be an object with a type for each column')
})
