// `init` before the client is installed: the project is set up all the same, and what is missing is said.
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect } from 'vitest'
import { builtPackage } from '../support/built-package.js'
import { projectRoot } from '../support/project-root.js'
import { runNode } from '../support/run-program.js'
import { filesIn, temporaryProject } from '../support/project.js'
import { testSome } from '../support/some-of.js'

const CLIENT = 'better-sqlite3'
let installed = ''

/** The package with all that it needs beside it, but for the client. */
beforeAll(async () => {
  installed = join(temporaryProject(), 'node_modules')
  const lockstep = join(installed, 'lockstep')
  mkdirSync(lockstep, { recursive: true })
  cpSync(await builtPackage(), join(lockstep, 'dist'), { recursive: true })
  cpSync(join(projectRoot, 'package.json'), join(lockstep, 'package.json'))
  const all = join(projectRoot, 'node_modules')
  for (const name of readdirSync(all))
    if (name !== CLIENT && !name.startsWith('.'))
      symlinkSync(join(all, name), join(installed, name), 'junction')
})

const lockstep = (cwd: string, ...argv: readonly string[]) =>
  runNode(join(installed, 'lockstep/dist/src/cli/main.js'), argv, { cwd })

testSome([
  ['{}', 'npm install lockstep better-sqlite3'],
  ['{ "dependencies": { "lockstep": "*", "better-sqlite3": "*" } }', 'npm install'],
])('ends well without the proof, and says what to install (%s)', async (text, install) => {
  const root = temporaryProject({ 'package.json': text })
  const { code, stdout, stderr } = await lockstep(root, 'init')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(filesIn(root)).toEqual([
    '.gitignore',
    'generated',
    'generated/registry.ts',
    'lockstep.config.ts',
    'migrations',
    'migrations/001_initial.ts',
    'package.json',
  ])
  expect(stdout).toContain('The package better-sqlite3 is not installed')
  expect(stdout).toContain(`Next:\n  ${install}\n  npx lockstep gen `)
  expect((await lockstep(root, 'gen', '--check', '--no-replay')).code).toBe(0)
})
