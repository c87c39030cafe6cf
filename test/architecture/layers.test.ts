// The walls between the layers stand: in the project, and proven by violations planted in an imaginary one.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.js'
import { type Sources, sourcesIn } from './source-files.js'
import * as walls from './walls.js'

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Manifest
const commands = readdirSync(join(projectRoot, 'src/cli/commands'))
const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })

describe('the project', () => {
  const sources = sourcesIn('src', 'codegen')

  test('has files in every folder that was looked at', () => {
    expect(sources.size).toBeGreaterThan(50)
  })
  test('has every file in a layer', () => expect(walls.outsideTheLayers(sources)).toEqual([]))
  test('imports downwards only', () => expect(walls.upwardImports(sources)).toEqual([]))
  test('has no circle of imports', () => expect(walls.circles(sources)).toEqual([]))
  test('has no circle of folders', () => expect(walls.folderCircles(sources)).toEqual([]))
  test('has no chain of imports that is longer than 23 files', () => {
    const chain = walls.longestChain(sources)
    expect(chain.length, chain.join('\n')).toBeLessThan(24)
    expect(chain.length).toBeGreaterThan(10)
  })
  test('imports no package in the runtime', () => {
    expect(walls.packagesInTheRuntime(sources)).toEqual([])
  })
  test('takes nothing from the air in the runtime', () => {
    expect(walls.globalsInTheRuntime(sources)).toEqual([])
  })
  test('names every package that it imports', () => {
    expect(walls.undeclaredPackages(sources, declared)).toEqual([])
  })
  test('starts with the parser of the command line and little more', () => {
    const light = new Set(['commander', 'fastest-levenshtein'])
    const loaded = [...walls.loadedPackages(sources, 'src/cli/main.ts').keys()]
    expect(loaded).toContain('commander')
    expect(loaded.filter((name) => !light.has(name))).toEqual([])
  })
  test.each(commands)('loads neither compiler nor formatter with the command %s', (command) => {
    const loaded = walls.loadedPackages(sources, `src/cli/commands/${command}`)
    const slow = ['ts-morph', 'prettier', 'better-sqlite3'].map((name) => loaded.get(name))
    expect(slow.filter((path) => path !== undefined)).toEqual([])
  })
})

/** An imaginary project in which everything is allowed, with one file added. */
const planted = (file: string, text: string): Map<string, string> =>
  new Map([
    ['src/model/version.ts', 'export const versionId = 1\n'],
    [
      'src/plan/plan.ts',
      "import { versionId } from '../model/version.js'\nexport const plan = versionId\n",
    ],
    ['src/manager.ts', "import { plan } from './plan/plan.js'\nexport const manager = plan\n"],
    ['codegen/generate.ts', "import { ts } from 'ts-morph'\nexport const generate = ts\n"],
    ['src/cli/main.ts', "export const main = () => import('../../codegen/generate.js')\n"],
    [file, text],
  ])

/** Every wall at once; in the imaginary project as it is, none has anything to say. */
const everything = (sources: Sources): string[] => [
  ...walls.outsideTheLayers(sources),
  ...walls.upwardImports(sources),
  ...walls.circles(sources),
  ...walls.packagesInTheRuntime(sources),
  ...walls.globalsInTheRuntime(sources),
  ...walls.undeclaredPackages(sources, ['ts-morph', '@inquirer/prompts']),
]

test('the imaginary project stands within all walls', () => {
  expect(everything(planted('src/plan/other.ts', 'export const other = 1\n'))).toEqual([])
})

test.each([
  ['src/extra/thing.ts', 'export const a = 1', 'src/extra/thing.ts'],
  [
    'src/plan/a.ts',
    "import { manager } from '../manager.js'",
    'src/plan/a.ts:1 (plan) imports src/manager.ts (manager), which lies above it',
  ],
  [
    'src/plan/a.ts',
    "import type { manager } from '../manager.js'",
    'src/plan/a.ts:1 (plan) imports src/manager.ts (manager), which lies above it',
  ],
  [
    'src/plan/a.ts',
    "export * from '../manager.js'",
    'src/plan/a.ts:1 (plan) imports src/manager.ts (manager), which lies above it',
  ],
  [
    'src/plan/a.ts',
    "\nexport type A = import('../manager.js').manager",
    'src/plan/a.ts:2 (plan) imports src/manager.ts (manager), which lies above it',
  ],
  [
    'src/plan/a.ts',
    "const a = await import('../manager.js')",
    'src/plan/a.ts:1 (plan) imports src/manager.ts (manager), which lies above it',
  ],
  [
    'src/plan/a.ts',
    "const a = require('../manager.js')",
    'src/plan/a.ts:1 (plan) imports src/manager.ts (manager), which lies above it',
  ],
  [
    'src/manager.ts',
    "import '../codegen/generate.js'",
    'src/manager.ts:1 (manager) imports codegen/generate.ts (pipeline), which lies above it',
  ],
  [
    'codegen/a.ts',
    "import '../src/cli/main.js'",
    'codegen/a.ts:1 (pipeline) imports src/cli/main.ts (command line), which lies above it',
  ],
  [
    'codegen/parse/a.ts',
    "import type { generate } from '../generate.js'",
    'codegen/parse/a.ts:1 (parse) imports codegen/generate.ts (pipeline), which lies above it',
  ],
  ['codegen/extra/a.ts', 'export const a = 1', 'codegen/extra/a.ts'],
  ['src/plan/a.ts', "import './gone.js'", 'src/plan/a.ts:1 imports ./gone.js, which is not there'],
  [
    'src/plan/a.ts',
    "import { ts } from 'ts-morph'",
    'src/plan/a.ts:1 imports ts-morph; the runtime imports no package',
  ],
  [
    'src/plan/a.ts',
    "import type { ts } from 'ts-morph'",
    'src/plan/a.ts:1 imports ts-morph; the runtime imports no package',
  ],
  [
    'src/plan/a.ts',
    "import { existsSync, readFileSync, readdirSync } from 'node:fs'",
    'src/plan/a.ts:1 imports node:fs; the runtime imports no package',
  ],
  ['src/plan/a.ts', 'export const now = Date.now()', 'src/plan/a.ts:1 takes Date from the air'],
  [
    'src/database/a/driver.ts',
    'export const now = new Date()',
    'src/database/a/driver.ts:1 takes Date from the air',
  ],
  [
    'src/database/a/b.ts',
    'export const now = Date.now()',
    'src/database/a/b.ts:1 takes Date from the air',
  ],
  ['src/plan/a.ts', 'export const now = new Date()', 'src/plan/a.ts:1 takes Date from the air'],
  ['src/plan/a.ts', 'console.log(1)', 'src/plan/a.ts:1 takes console from the air'],
  ['src/plan/a.ts', 'setTimeout(() => {}, 1)', 'src/plan/a.ts:1 takes setTimeout from the air'],
  ['src/plan/a.ts', 'export const a = { process }', 'src/plan/a.ts:1 takes process from the air'],
  [
    'codegen/a.ts',
    "import lodash from 'lodash/get'",
    'codegen/a.ts:1 imports lodash/get, which package.json does not name',
  ],
  [
    'codegen/a.ts',
    "import x from '@inquirer/core'",
    'codegen/a.ts:1 imports @inquirer/core, which package.json does not name',
  ],
  ['src/model/version.ts', "import './version.js'", 'src/model/version.ts → src/model/version.ts'],
  [
    'src/model/version.ts',
    "import type { plan } from '../plan/plan.js'",
    'src/model/version.ts → src/plan/plan.ts → src/model/version.ts',
  ],
])('planted in %s: %s', (file, text, finding) => {
  expect(everything(planted(file, text))).toContain(finding)
})

test.each([
  ['src/cli/a.ts', "import type { generate } from '../../codegen/generate.js'"],
  ['src/cli/a.ts', "const a = await import('../../codegen/generate.js')"],
  ['src/cli/a.ts', "import { input } from '@inquirer/prompts/deep'\nconsole.log(Date.now())"],
  [
    'codegen/a.ts',
    "import { existsSync, readFileSync, readdirSync } from 'node:fs'\nexport const now = Date.now()",
  ],
  ['src/plan/a.ts', 'export const a = (driver: { console: 1 }) => ({ Date: driver.console })'],
  ['src/database/a/driver.ts', 'export const now = () => Date.now()'],
  ['src/plan/a.ts', 'export const ms = (iso: string) => Date.parse(iso)'],
  ['src/plan/a.ts', 'export const iso = (ms: number) => new Date(ms).toISOString()'],
  ['src/plan/a.ts', "// import '../manager.js'\nexport const a = \"import 'ts-morph'; Date\""],
])('allowed in %s: %s', (file, text) => expect(everything(planted(file, text))).toEqual([]))

describe('what a file loads', () => {
  const sources = planted('src/cli/a.ts', "import { b } from './b.js'")
    .set(
      'src/cli/b.ts',
      "import type { ts } from 'ts-morph'\nexport const b = () => import('prettier')",
    )
    .set('src/cli/c.ts', "import './a.js'\nimport { generate } from '../../codegen/generate.js'")

  test('is nothing that is imported for its types or when it is called', () => {
    expect(walls.loadedPackages(sources, 'src/cli/a.ts')).toEqual(new Map())
  })
  test('is every package on the way, with the way to it', () => {
    const path = 'src/cli/c.ts → codegen/generate.ts'
    expect(walls.loadedPackages(sources, 'src/cli/c.ts')).toEqual(new Map([['ts-morph', path]]))
  })
})

test('a circle of folders is found, also where no file is in one', () => {
  const folders = new Map([
    ['codegen/a/one.ts', "import '../b/one.js'"],
    ['codegen/a/two.ts', ''],
    ['codegen/b/one.ts', ''],
    ['codegen/b/two.ts', "import '../a/two.js'"],
  ])
  expect(walls.circles(folders)).toEqual([])
  expect(walls.folderCircles(folders)).toEqual(['codegen/a → codegen/b → codegen/a'])
})

describe('the documentation', () => {
  const page = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')

  test('has every layer, in order', () => {
    const rows = page('docs/architecture.md')
      .split('\n')
      .filter((line) => line.startsWith('| '))
    const places = rows.slice(2).map((row) => row.split('|')[2]?.match(/(?<=`)[^`,]+(?=`)/g))
    expect(places, 'docs/architecture.md').toEqual(walls.layers.map(([, ...prefixes]) => prefixes))
  })
  test.each(['CONTRIBUTING.md', 'docs/architecture.md'])(
    '%s names nothing that is gone',
    (path) => {
      const named = page(path).match(/(?<=`)(?:src|codegen|test|docs|\.ci)\/[^`*<‹]*(?=`)/g) ?? []
      expect(named.length).toBeGreaterThan(10)
      expect(named.filter((file) => !existsSync(join(projectRoot, file)))).toEqual([])
    },
  )
})
