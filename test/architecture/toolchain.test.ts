// What the tools say about the project, as tests; and that the tools would say something.
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { builtProgram } from '../support/built-package.js'
import { projectRoot } from '../support/project-root.js'
import { runNode, runTool } from '../support/run-program.js'

const tsc = 'typescript/bin/tsc'
const oxlint = 'oxlint/bin/oxlint'

/** Compiles what a configuration names; files that have not changed since the last time are not looked at again. */
const compile = (config: string) => {
  const memory = join('node_modules/.cache', `${config}.tsbuildinfo`)
  return runTool(tsc, '-p', config, '--incremental', '--tsBuildInfoFile', memory)
}

/** Each looks at the whole project, which takes its time on a busy machine. */
describe('the project', { timeout: 300_000 }, () => {
  test('compiles', async () => {
    expect(await compile('tsconfig.json')).toMatchObject({ stdout: '', code: 0 })
  })
  test('has a runtime that compiles without the types of any platform', async () => {
    expect(await compile('tsconfig.runtime.json')).toMatchObject({ stdout: '', code: 0 })
  })
  test('passes the linter', async () => {
    const { stdout, code } = await runTool(oxlint, '--deny-warnings', '--format', 'unix')
    expect(code, stdout).toBe(0)
  })
  test('has a generated registry that is up to date', async () => {
    const { stdout, stderr, code } = await runNode(await builtProgram(), ['gen', '--check'])
    expect(code, stdout + stderr).toBe(0)
  })
})

const folder = mkdtempSync(join(tmpdir(), 'lockstep-toolchain-'))

/**
 * Writes files into an imaginary project with the linter's settings, each in a folder of its own below the one that it names, and
 * answers what codes the linter reports of each.
 */
async function lint(
  texts: readonly (readonly [file: string, text: string])[],
): Promise<string[][]> {
  const root = mkdtempSync(join(folder, 'lint-'))
  const files = texts.map(([file, text], at) => {
    const path = join(dirname(file), `case-${at}`, basename(file))
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    return path
  })
  const script = join(projectRoot, 'node_modules', oxlint)
  copyFileSync(join(projectRoot, '.oxlintrc.json'), join(root, '.oxlintrc.json'))
  const { stdout } = await runNode(script, ['--format', 'json'], { cwd: root })
  const { diagnostics } = JSON.parse(stdout) as {
    readonly diagnostics: readonly { readonly code: string; readonly filename: string }[]
  }
  return files.map((path) =>
    diagnostics.filter(({ filename }) => filename === path).map(({ code }) => code),
  )
}

const long = (lines: number): string => Array(lines).fill('  a.push(1)').join('\n')

const VIOLATIONS = [
  ['src/run/a.ts', 'export const a = () => console.log(1)\n', 'eslint(no-console)'],
  [
    'src/run/a.ts',
    'export const a = () => setTimeout(() => 1, 1)\n',
    'eslint(no-restricted-globals)',
  ],
  ['src/run/a.ts', 'export default 1\n', 'import(no-default-export)'],
  ['src/cli/a.ts', 'export const a = () => process.exit(1)\n', 'unicorn(no-process-exit)'],
  [
    'src/run/a.ts',
    `export function f(a: number[]) {\n${long(39)}\n}\n`,
    'eslint(max-lines-per-function)',
  ],
  ['src/run/a.ts', `const a: number[] = []\n${long(261)}\nexport { a }\n`, 'eslint(max-lines)'],
  [
    'src/run/a.ts',
    'export const a = (b = 1, c = 1, d = 1, e = 1, f = 1) => b + c + d + e + f\n',
    'eslint(max-params)',
  ],
  ['src/run/a.ts', 'export const a = (b: any) => b\n', 'typescript(no-explicit-any)'],
  ['src/run/aB.ts', 'export const a = 1\n', 'unicorn(filename-case)'],
  [
    'test/a.test.ts',
    "import { test } from 'vitest'\ntest.only('a', () => {})\n",
    'vitest(no-focused-tests)',
  ],
] as const

const RIGHT = [
  ['src/cli/a.ts', 'export const a = () => setTimeout(() => 1, 1)\n'],
  ['migrations/001_a.ts', 'export default { up: 1 }\n'],
  ['src/run/a.ts', `export function f(a: number[]) {\n${long(38)}\n}\n`],
] as const

test('the linter finds each planted violation, and allows what is right', async () => {
  const found = await lint([...VIOLATIONS.map(([file, text]) => [file, text] as const), ...RIGHT])
  for (const [at, [file, , code]] of VIOLATIONS.entries()) expect(found[at], file).toContain(code)
  expect(found.slice(VIOLATIONS.length)).toEqual(RIGHT.map(() => []))
})

const SLIPS = ['process.pid', 'console.log(1)', 'setTimeout(() => 1, 1)', "import('node:fs')"]

test('slips do not compile in the runtime', async () => {
  const root = mkdtempSync(join(folder, 'types-'))
  for (const [at, slip] of SLIPS.entries())
    writeFileSync(join(root, `slip-${at}.ts`), `export const slip = ${slip}\n`)
  const extending = {
    extends: join(projectRoot, 'tsconfig.runtime.json'),
    include: ['*.ts'],
    exclude: [],
  }
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify(extending))
  const { stdout, code } = await runTool(tsc, '-p', root)
  for (const [at, slip] of SLIPS.entries())
    expect(stdout, slip).toMatch(RegExp(`slip-${at}\\.ts\\(1,\\d+\\): error TS\\d+: Cannot find`))
  expect(code).not.toBe(0)
})
