// What files of another commit reach when they are bundled: each other and packages, and nothing that lies on a disk.
import { mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { buildEach } from '../../../codegen/bundle/build-module.js'
import { evaluateModule } from '../../../codegen/bundle/evaluate-module.js'
import { givenFiles } from '../../../codegen/bundle/given-files.js'
import { withAliases } from '../../../codegen/bundle/resolve-aliases.js'
import type { Discovery } from '../../../codegen/model/migration.js'
import { temporaryProject } from '../../support/project.js'

const PLANTED = "export const name = 'planted'\n"

/** A project in which every way out of the tree leads to something. */
const root = temporaryProject({
  'package.json': JSON.stringify({
    name: 'own',
    type: 'module',
    imports: { '#names': './src/names.js' },
    exports: { './names': './src/names.js' },
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      paths: { '@app/*': ['./src/*'], '@m/*': ['./migrations/*'], naming2: ['./src/names'] },
    },
  }),
  'src/names.js': PLANTED,
  'migrations/_names.ts': PLANTED,
  'migrations/_planted.ts': PLANTED,
  'workspace/names.js': PLANTED,
  'workspace/package.json': JSON.stringify({ name: 'workspace', main: 'names.js' }),
  'node_modules/naming/package.json': JSON.stringify({ name: 'naming', main: 'index.js' }),
  'node_modules/naming/index.js': "exports.name = 'package'\n",
})
symlinkSync(join(root, 'workspace'), join(root, 'node_modules/workspace'))
mkdirSync(join(root, '.git'))
const migrations = join(root, 'migrations')

/** What a migration of another commit gets by an import, or null where it is not taken. */
async function named(specifier: string): Promise<unknown> {
  const text = `import { name } from '${specifier}'\nexport default name\n`
  const discovery: Discovery = {
    files: [{ ...FILE, path: '/elsewhere/001_a.ts', text }],
    helpers: new Map([
      ['/elsewhere/_names.ts', "export { name } from './_more/name.js'\n"],
      ['/elsewhere/_more/name.ts', "export const name = 'given'\n"],
      ['/elsewhere/_place.ts', '#!/bin/node\nexport const name = import.meta.dirname\n'],
      ['/elsewhere/_rows.json', '{ "name": "row" }'],
    ]),
    diagnostics: [],
  }
  const given = givenFiles(await withAliases(discovery, migrations), migrations)
  const entry = "import name from './001_a.ts'\nexport { name }\n"
  const built = await buildEach([entry], { folder: migrations, root, given })
  return built && evaluateModule(built[0]!.code, join(migrations, '001_a.ts'))['name']
}

const FILE = {
  file: 'migrations/001_a.ts',
  kind: 'script',
  from: 1,
  to: 1,
  name: 'a',
} as const

test.each([
  ['a helper', './_names.js', 'given'],
  ['a helper by an alias', '@m/_names', 'given'],
  ['data', './_rows.json', 'row'],
  ['its place in the project', './_place.js', migrations],
  ['a package', 'naming', 'package'],
])('%s is taken', async (_, specifier, name) => {
  expect(await named(specifier)).toBe(name)
})

test.each([
  '../src/names.js',
  '../../src/names.js',
  './_planted.js',
  join(root, 'src/names.js'),
  `file://${root}/src/names.js`,
  '@m/_planted',
  '@app/names',
  'naming2',
  '#names',
  'own/names',
  'workspace',
])('%s is not taken, though it is there', async (specifier) => {
  expect(await named(specifier)).toBeNull()
})

test('a name that nothing knows here is that of a package, which is missing', async () => {
  await expect(named('@other/names')).rejects.toThrow("Cannot find module '@other/names'")
})

test('a file beside the project is not taken', async () => {
  expect(await named(`../../${root.slice(dirname(root).length + 1)}/src/names.js`)).toBeNull()
})
