// The README's quick start, done as written in an empty folder with the packed package: every block, in order.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.js'
import { type Ended, runTool } from '../support/run-program.js'
import { type InstalledProject, installedProject } from './installed-project.js'
import { blocksOf, fileOf } from './readme-blocks.js'

const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8')
interface Step {
  readonly name: string
  act(): Promise<Ended>
}

const steps: readonly Step[] = blocksOf(readme, 'Quick start').flatMap(({ language, text }) =>
  language === 'sh' ? text.split('\n').map(typing) : [writing(text)],
)

/** The package under test is installed already, from its tarball. */
function typing(line: string): Step {
  const typed = line.replace(/^npm install .*/, 'npm ls lockstep')
  return { name: line, act: () => project.shell(typed) }
}

function writing(block: string): Step {
  const { file, text } = fileOf(block)
  return {
    name: file,
    async act() {
      project.write(file, text)
      return { code: 0, stdout: '', stderr: '' }
    },
  }
}

let project: InstalledProject
beforeAll(async () => void (project = await installedProject()))
afterAll(() => project.remove())

/** What a person has to see after some of the lines. */
const seen: Readonly<Record<string, RegExp>> = {
  'npx lockstep init': /migrations\/001_/,
  'npx lockstep create "add users table"': /migrations\/002_add_users_table\.ts/,
  'npm run gen': /registry/,
  'npx lockstep migrate': /002/,
  'npx lockstep status': /add_users_table/,
  'npx lockstep rollback': /002/,
  'node dist/app.mjs': /^applied 1, now at version 2\n$/,
}

describe('the quick start', () => {
  test('has the lines that are looked at here', () => {
    expect(steps.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(seen)))
  })

  test.each(steps)('$name', async ({ name, act }) => {
    const { code, stdout, stderr } = await act()
    expect(code, stdout + stderr).toBe(0)
    expect(stdout + stderr).toMatch(seen[name] ?? /^/)
  })

  test('leaves a project that compiles', async () => {
    const { stdout } = await runTool('typescript/bin/tsc', '-p', project.root)
    expect(stdout).toBe('')
  })
})

describe('the other TypeScript of the README', () => {
  const others = ['Configuration', 'In code']
    .flatMap((title) => blocksOf(readme, title))
    .map(({ text }) => fileOf(text))

  test('compiles in that project', async () => {
    expect(others.map(({ file }) => file)).toEqual(['lockstep.config.ts', 'src/inspect.ts'])
    for (const { file, text } of others) project.write(file, text)
    const { stdout } = await runTool('typescript/bin/tsc', '-p', project.root)
    expect(stdout).toBe('')
  })
  test('runs and says what it says', async () => {
    const bundle =
      'npx esbuild src/inspect.ts --bundle --platform=node --format=esm --external:better-sqlite3 --outfile=dist/inspect.mjs --log-level=error'
    const { stdout } = await project.shell(`${bundle} && node dist/inspect.mjs`)
    expect(stdout).toMatch(/^current 2 0\n002 add_users_table: \d+ ms\n$/)
  })
})
