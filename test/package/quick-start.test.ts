// The quick start of the README, and with it the page about getting started, done as written in an empty folder with the
// packed package: every block, in order.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.js'
import { processesHere } from '../support/processes-here.js'
import { type Ended, runTool } from '../support/run-program.js'
import { type InstalledProject, installedProject } from './installed-project.js'
import { allBlocksOf, blocksOf, fileOf, type Block } from './readme-blocks.js'

processesHere()

const page = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')

/** What a person has to see after some of the lines. */
const seen: Readonly<Record<string, RegExp>> = {
  'npx lockstep init': /migrations\/001_/,
  'npx lockstep create "add users table"': /migrations\/002_add_users_table\.ts/,
  'npm run gen': /registry/,
  'npx lockstep migrate': /002/,
  'npx lockstep status': /add_users_table/,
  'npx lockstep rollback': /002/,
  'npx lockstep redo': /1 migration redone/,
  'npx lockstep seed': /1 seed written: 1 row/,
  'npx lockstep reset --seed --yes': /2 migrations applied[^]*1 seed written: 1 row/,
  'npx lockstep check': /2 migrations checked/,
  'node dist/app.mjs': /^applied 1, now at version 2\n$/,
}

/** A file to write, or a line to type. */
interface Step {
  readonly name: string
  readonly text: string | null
}

/** The package under test is installed already, from its tarball, with the types. */
const typed = (line: string): string =>
  line.replace(/^npm install .*/, 'test -d node_modules/lockstep').replace(/^npx (?!lockstep)/, '')

/** That npx finds the program, and that it works as a process, is shown by the first of its lines. */
const isCommand = (line: string): boolean => /^npx lockstep (?!init)/.test(line)

const stepsOf = (blocks: readonly Block[]): Step[] =>
  blocks.flatMap(({ language, text }): Step[] => {
    if (language === 'sh') return text.split('\n').map((line) => ({ name: line, text: null }))
    const { file, text: written } = fileOf(text)
    return [{ name: file, text: written }]
  })

describe('the README', () => {
  let project: InstalledProject
  beforeAll(async () => void (project = await installedProject()))

  /** The same inside this process. */
  async function commanded(line: string): Promise<Ended> {
    const words = line.replace('npx lockstep ', '').replaceAll('"', '')
    const { exitCode, ...printed } = await project.lockstep(words)
    return { code: exitCode, ...printed }
  }

  const readme = stepsOf(blocksOf(page('README.md'), 'Quick start'))
  const steps = stepsOf(allBlocksOf(page('docs/getting-started.md')))

  test('has the lines that are looked at here', () => {
    expect(steps.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(seen)))
  })

  test('has the first steps of the page about getting started', () => {
    expect(steps.slice(0, readme.length)).toEqual(readme)
  })

  test.each(steps)('$name', async ({ name, text }) => {
    if (text !== null) return project.write(name, text)
    const { code, stdout, stderr } = isCommand(name)
      ? await commanded(name)
      : await project.shell(typed(name))
    expect(code, stdout + stderr).toBe(0)
    expect(stdout + stderr).toMatch(seen[name] ?? /^/)
  })

  test('leaves a project that compiles', async () => {
    const { stdout } = await runTool('typescript/bin/tsc', '-p', project.root)
    expect(stdout).toBe('')
  })

  test('starts on a machine that has no folder for the database', async () => {
    const { code, stdout, stderr } = await project.shell('rm -r data && node dist/app.mjs')
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'applied 2, now at version 2\n',
      stderr: '',
    })
  })
})
