// From `init` to the compiler, in each kind of project, with the packed package: what is written compiles with every
// TypeScript from 5.4 to 7, and what is loaded with `require` runs.
import { build } from 'esbuild'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from '../cli/support/command-line.js'
import { makeOnce } from '../support/make-once.js'
import { projectRoot } from '../support/project-root.js'
import { run, runNode, runTool } from '../support/run-program.js'
import { someOf } from '../support/some-of.js'
import { installedProject } from './installed-project.js'
import { application, FORMS } from './matrix/forms.js'
import { KINDS, type Compiler } from './matrix/kinds.js'
import { processesHere } from '../support/processes-here.js'

processesHere()

const RELEASES = { '5.4': '5.4.5', '5.9': '5.9.3', '6': '6.0.3' } as const
const typescripts = join(projectRoot, 'node_modules', '.cache', 'lockstep-typescripts')
const libraryOf = (release: keyof typeof RELEASES): string =>
  join(typescripts, 'node_modules', `typescript-${release}`)

/** Installs the compilers that the project does not have itself, once. */
const installCompilers = (): Promise<void> =>
  makeOnce({
    folder: typescripts,
    isStale: () => !existsSync(libraryOf('6')),
    async make(folder) {
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
      const wanted = Object.entries(RELEASES).map(
        ([release, version]) => `typescript-${release}@npm:typescript@${version}`,
      )
      const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--silent']
      const { code, stderr } = await run('npm', ['install', ...flags, ...wanted], { cwd: folder })
      if (code !== 0) throw new TypeError(`npm install failed:\n${stderr}`)
    },
  })

const kinds = Object.entries(KINDS)
const made = kinds.filter(([, { like }]) => like === undefined)
const copied = kinds.filter(([, { like }]) => like !== undefined)
const roots = new Map<string, string>()

/** The folder of a kind, in which its commands run. */
const rootOf = (name: string): string => roots.get(name)!

beforeAll(async () => {
  const [{ root }] = await Promise.all([installedProject(), installCompilers()])
  for (const [at, [name, kind]] of kinds.entries()) {
    const top = join(root, 'kinds', String(at))
    const app = join(top, kind.at ?? '')
    roots.set(name, app)
    if (kind.like !== undefined) continue
    write(top, kind.files)
    const ending = kind.forms === 'commonjs' ? 'js' : 'ts'
    write(app, { [`src/main.${ending}`]: applicationOf(name) })
  }
})

function applicationOf(name: string): string {
  const { sources, ...kind } = KINDS[name]!
  const text = application(kind)
  return sources === undefined ? text : text.replace('../generated', './generated')
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
}

const FIRST = 'migrations/001_initial'

describe.each(made)('%s', (name, kind) => {
  test('is set up, gets a migration, and migrates', async () => {
    const root = rootOf(name)
    const done = async (...argv: readonly string[]): Promise<void> => {
      const { exitCode, stdout, stderr } = await runProgram(root, argv)
      expect(exitCode, `${argv.join(' ')}\n${stdout}${stderr}`).toBe(0)
    }
    await done('init')
    write(join(root, kind.sources ?? '', 'migrations'), FORMS[kind.forms])
    await done('create', 'add users table')
    await done('migrate')
    const ending = kind.forms === 'commonjs' ? 'js' : 'ts'
    expect(existsSync(join(root, kind.sources ?? '', `${FIRST}.${ending}`))).toBe(true)
  })
})

/** Those that a compiler knows, with the paths of their settings. */
const compiledBy = (compiler: Compiler): (readonly [name: string, path: string])[] =>
  kinds
    .filter(([, { compilers }]) => compilers.includes(compiler))
    .map(([name]) => [name, join(rootOf(name), 'tsconfig.json')])

describe('what is written compiles', () => {
  beforeAll(() => {
    for (const [name, { like = '', files }] of copied) {
      cpSync(rootOf(like), rootOf(name), { recursive: true })
      write(rootOf(name), files)
    }
    // What is inferred from a door can be named by it, as declaration files need.
    const doors = readFileSync(join(projectRoot, 'test/fixtures/package/doors.ts'), 'utf8')
    for (const name of ['composite', 'nodenext']) write(rootOf(name), { 'src/doors.ts': doors })
  })

  // TypeScript 7 is tried below.
  test.each(someOf(['5.4', '5.9', '6'] as const, 3))('with TypeScript %s', async (release) => {
    const projects = compiledBy(release)
    const script = join(projectRoot, 'test/package/matrix/compile.cjs')
    const paths = projects.map(([, path]) => path)
    const { stdout, stderr } = await runNode(script, [libraryOf(release), ...paths])
    const found = JSON.parse(stdout || stderr) as string[][]
    expect(projects.map(([name], at) => [name, found[at]])).toEqual(
      projects.map(([name]) => [name, []]),
    )
  })
  test('with TypeScript 7', async () => {
    const paths = compiledBy('7').map(([, path]) => path)
    const { stdout, code } = await runTool('typescript/bin/tsc', '-b', ...paths)
    expect({ stdout, code }).toEqual({ stdout: '', code: 0 })
  })
})

const APPLIED = '9 9 function false\n'

describe('what is loaded with require', () => {
  test.each(['CommonJS of the old resolution', 'node16', 'nodenext'])('runs: %s', async (name) => {
    const { stdout, stderr } = await runNode(join(rootOf(name), 'out/src/main.js'))
    expect(stdout, stderr).toBe(APPLIED)
  })
  test('runs as it is written, in JavaScript', async () => {
    const main = join(rootOf('JavaScript as npm begins it'), 'src/main.js')
    const { stdout, stderr } = await runNode(main)
    expect(stdout, stderr).toBe(APPLIED)
  })
  test.each(['JavaScript as npm begins it', 'node16', 'no tsconfig'])(
    'runs as one file: %s',
    async (name) => {
      const root = rootOf(name)
      const ending = KINDS[name]!.forms === 'commonjs' ? 'js' : 'ts'
      const outfile = join(root, 'bundle.cjs')
      const entryPoints = [join(root, `src/main.${ending}`)]
      const external = ['better-sqlite3']
      await build({ entryPoints, outfile, bundle: true, format: 'cjs', platform: 'node', external })
      const { stdout, stderr } = await runNode(outfile)
      expect(stdout, stderr).toBe(APPLIED)
    },
  )
})

test('a migration has one checksum in every kind of project', () => {
  const checksums = made.map(([name, { sources = '', forms }]) => {
    const file = join(
      rootOf(name),
      sources,
      `generated/registry.${forms === 'commonjs' ? 'js' : 'ts'}`,
    )
    const text = readFileSync(file, 'utf8')
    return /001_initial[^]*?\bchecksum: ['"]([^'"]+)['"]/.exec(text)?.[1]
  })
  expect(checksums[0]).toMatch(/^1:/)
  expect(new Set(checksums).size).toBe(1)
})
