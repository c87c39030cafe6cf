// `init` before the client is installed: the project is set up all the same, and what is missing is said.
import { expect, it, vi } from 'vitest'
import { answerOf } from './support/command-line.js'
import { filesIn, project } from './support/project.js'

vi.mock(import('../../codegen/client/load-client.js'), async (original) => ({
  ...(await original()),
  isClientInstalled: () => false,
}))

it.each([
  ['{}', 'npm install lockstep better-sqlite3'],
  ['{ "dependencies": { "lockstep": "*", "better-sqlite3": "*" } }', 'npm install'],
])('ends well without the proof, and says what to install (%s)', async (text, install) => {
  const root = project({ 'package.json': text })
  const { exitCode, stdout, stderr } = await answerOf(root, ['init'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(filesIn(root)).toEqual([
    'generated',
    'generated/registry.ts',
    'lockstep.config.ts',
    'migrations',
    'migrations/001_initial.ts',
    'package.json',
  ])
  expect(stdout).toContain('The package better-sqlite3 is not installed')
  expect(stdout).toContain(`Next:\n  ${install}\n  npx lockstep gen `)
  expect((await answerOf(root, ['gen', '--check', '--no-replay'])).exitCode).toBe(0)
})
