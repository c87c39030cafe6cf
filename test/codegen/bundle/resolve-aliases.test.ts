// Code behind an alias of tsconfig or package.json is read as the bundle takes it: helpers of the folder are digested,
// the application's own code is told of, packages are left alone.
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { withAliases } from '../../../codegen/bundle/resolve-aliases.js'
import { discover } from '../../../codegen/discover/discover.js'
import { addFiles, settingsFor, temporaryProject, type Files } from '../../support/project.js'
import { generateHere, readAndProveHere } from '../proven/prove-project.js'

const tsconfig = (compilerOptions: object): Files => ({
  'tsconfig.json': JSON.stringify({ compilerOptions }),
})
const imports = (map: object): Files => ({
  'package.json': JSON.stringify({ imports: map }),
})
const migration = (specifier: string): string => `import { name } from '${specifier}'
export const irreversible = 'no'
export function up(db: any) {
  db.exec(\`CREATE TABLE \${name} (a TEXT)\`)
}
`

const projectWith = (specifier: string, files: Files): string =>
  temporaryProject({
    'package.json': '{}',
    'migrations/001_a.ts': migration(specifier),
    'migrations/_names.ts': `export const name = 't'\n`,
    'src/names.ts': `export const name = 'x'\n`,
    ...files,
  })

async function read(root: string) {
  const { items, diagnostics } = await readAndProveHere(settingsFor(root, { replay: true }))
  const [item] = items
  return {
    checksum: item?.checksums.up,
    formerly: item?.formerly,
    codes: diagnostics.map(({ code }) => code),
  }
}

describe('a helper of the folder', () => {
  test.each<[specifier: string, files: Files]>([
    ['@m/_names', tsconfig({ paths: { '@m/*': ['./migrations/*'] } })],
    ['@m/_names.js', tsconfig({ paths: { '@m/*': ['./migrations/*'] } })],
    ['@names', tsconfig({ paths: { '@names': ['./migrations/_names.ts'] } })],
    ['@/migrations/_names', tsconfig({ paths: { '@/*': ['./*'] } })],
    ['migrations/_names', tsconfig({ baseUrl: '.' })],
    ['#names', imports({ '#names': './migrations/_names.ts' })],
    [
      '@m/_names',
      {
        'tsconfig.json': '{ "extends": "./base.json" }',
        'base.json': tsconfig({ paths: { '@m/*': ['./migrations/*'] } })['tsconfig.json']!,
      },
    ],
  ])('by %s is digested, as by its path', async (specifier, files) => {
    const root = projectWith(specifier, files)
    const plain = await read(projectWith('./_names.js', {}))
    const found = await read(root)
    expect(found).toMatchObject({ checksum: plain.checksum, codes: [] })
    addFiles(root, { 'migrations/_names.ts': `export const name = 'u'\n` })
    const changed = await read(root)
    expect(changed.checksum).not.toBe(found.checksum)
    // What earlier builds, which did not look into it, have given.
    expect(found.formerly).toHaveLength(1)
    expect(changed.formerly).toEqual(found.formerly)
    expect(plain.formerly).toEqual([])
  })

  test('may pass on what is found by another alias', async () => {
    const files = {
      ...tsconfig({ paths: { '@m/*': ['./migrations/*'] } }),
      'migrations/_index.ts': `export * from '@m/_names'\n`,
    }
    const root = projectWith('@m/_index', files)
    const { checksum, codes } = await read(root)
    addFiles(root, { 'migrations/_names.ts': `export const name = 'u'\n` })
    expect(codes).toEqual([])
    expect((await read(root)).checksum).not.toBe(checksum)
  })
})

test.each<[specifier: string, files: Files]>([
  ['@app/names', tsconfig({ paths: { '@app/*': ['./src/*'] } })],
  ['src/names', tsconfig({ baseUrl: '.' })],
  ['#names', imports({ '#names': './src/names.ts' })],
  ['../src/names.js', {}],
])('the application by %s is told of', async (specifier, files) => {
  expect((await read(projectWith(specifier, files))).codes).toEqual(['IMPORT_APPLICATION'])
})

test.each([
  ['by its name', '@acme/names', 'packages/names/main.js'],
  ['by a file of it', '@acme/names/deep.js', 'packages/names/deep.js'],
  ['with what is built in it', '@acme/names/dist/built.js', 'packages/names/dist/built.js'],
])('a package of the workspace %s is code of the application', async (_, specifier, file) => {
  const root = projectWith(specifier, {
    '.git/HEAD': '',
    'packages/names/package.json': '{ "main": "main.js" }',
    [file]: `exports.name = 't'\n`,
  })
  mkdirSync(join(root, 'node_modules/@acme'), { recursive: true })
  symlinkSync(join(root, 'packages/names'), join(root, 'node_modules/@acme/names'))
  expect((await read(root)).codes).toEqual(['IMPORT_APPLICATION'])
})

test('another migration by an alias is told of', async () => {
  const root = projectWith('@m/002_b', tsconfig({ paths: { '@m/*': ['./migrations/*'] } }))
  addFiles(root, {
    'migrations/001_a.ts': migration('@m/002_b').replaceAll('name', 'other'),
    'migrations/002_b.ts': `export const other = 'v'\n${migration('./_names.js')}`,
  })
  expect((await read(root)).codes).toEqual(['IMPORT_MIGRATION'])
})

describe('a package is left alone', () => {
  const source = { 'package.json': '{ "main": "main.js" }', 'main.js': `exports.name = 't'\n` }
  const packaged = (folder: string): Files =>
    Object.fromEntries(Object.entries(source).map(([name, text]) => [`${folder}/${name}`, text]))

  test('that is installed', async () => {
    const root = projectWith('@acme/names', packaged('node_modules/@acme/names'))
    expect((await read(root)).codes).toEqual([])
  })

  test('that is linked from another repository, also where tsconfig knows its sources', async () => {
    const root = projectWith('@acme/names', {
      ...packaged('packages/names'),
      ...tsconfig({ paths: { '@acme/*': ['./packages/*/main.js'] } }),
    })
    mkdirSync(join(root, 'node_modules/@acme'), { recursive: true })
    symlinkSync(join(root, 'packages/names'), join(root, 'node_modules/@acme/names'))
    mkdirSync(join(root, 'migrations/.git'))
    expect((await read(root)).codes).toEqual([])
  })
})

test('another meaning of an alias is seen by a build that remembers the last one', async () => {
  const root = projectWith('@m/_names', {
    'node_modules/.keep': '',
    'tsconfig.json': '{ "extends": "./base.json" }',
    'base.json': tsconfig({ paths: { '@m/*': ['./migrations/*'] } })['tsconfig.json']!,
  })
  const settings = settingsFor(root)
  const generate = async () => {
    const { files } = await generateHere(settings, { write: true })
    return files.map(({ state }) => state)
  }
  expect(await generate()).toEqual(['written'])
  expect(await generate()).toEqual(['unchanged'])
  expect(await generate()).toEqual(['unchanged'])
  addFiles(root, {
    'base.json': tsconfig({ paths: { '@m/*': ['./migrations/_other/*'] } })['tsconfig.json']!,
    'migrations/_other/_names.ts': `export const name = 'other'\n`,
  })
  expect(await generate()).toEqual(['written'])
})

test('the folder of another commit has helpers of its own', async () => {
  const root = projectWith('@m/_names', {
    ...tsconfig({ paths: { '@m/*': ['./migrations/*'] } }),
    'elsewhere/001_a.ts': migration('@m/_names'),
    'elsewhere/_names.ts': '',
  })
  const elsewhere = await discover(root, join(root, 'elsewhere'))
  const { aliases } = await withAliases(elsewhere, join(root, 'migrations'))
  expect([...(aliases?.paths ?? [])]).toEqual([['@m/_names', join(root, 'elsewhere/_names.ts')]])
})
