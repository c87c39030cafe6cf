// Which ending imports get, by settings and by the tsconfig that holds for the generated folder.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { discover } from '../../../../codegen/discover/discover.js'
import { readMigrations } from '../../../../codegen/parse/read-migrations.js'
import { resolveImportExtension } from '../../../../codegen/render/registry/resolve-import-extension.js'
import { settingsFor, temporaryProject } from '../../../support/project.js'

const tsconfig = (compilerOptions: object, others: object = {}): string =>
  JSON.stringify({ compilerOptions, ...others })

const resolve = (files: Record<string, string>) =>
  resolveImportExtension(settingsFor(temporaryProject(files)))

describe('auto', () => {
  const cases: Record<string, [Record<string, string>, 'js' | 'ts']> = {
    'no tsconfig, so that no compiler refuses what runs as it is': [{}, 'ts'],
    'a tsconfig without the options': [{ 'tsconfig.json': tsconfig({ strict: true }) }, 'js'],
    allowImportingTsExtensions: [
      { 'tsconfig.json': tsconfig({ allowImportingTsExtensions: true, noEmit: true }) },
      'ts',
    ],
    rewriteRelativeImportExtensions: [
      { 'tsconfig.json': tsconfig({ rewriteRelativeImportExtensions: true }) },
      'ts',
    ],
    'an option that is switched off': [
      { 'tsconfig.json': tsconfig({ allowImportingTsExtensions: false }) },
      'js',
    ],
    'comments and trailing commas': [
      { 'tsconfig.json': '// x\n{ "compilerOptions": { "allowImportingTsExtensions": true, }, }' },
      'ts',
    ],
    'an option that is inherited': [
      {
        'tsconfig.json': tsconfig({}, { extends: './config/base' }),
        'config/base.json': tsconfig({}, { extends: ['@example/base/tsconfig.json'] }),
        'node_modules/@example/base/tsconfig.json': tsconfig({ allowImportingTsExtensions: true }),
      },
      'ts',
    ],
    'an inherited option that is switched off': [
      {
        'tsconfig.json': tsconfig(
          { allowImportingTsExtensions: false },
          { extends: './base.json' },
        ),
        'base.json': tsconfig({ allowImportingTsExtensions: true }),
      },
      'js',
    ],
    'a nearer tsconfig': [
      {
        'tsconfig.json': tsconfig({ allowImportingTsExtensions: true }),
        'generated/tsconfig.json': tsconfig({}),
      },
      'js',
    ],
    'references, of which the second compiles the migrations': [
      {
        'tsconfig.json':
          '{ "files": [], "references": [{ "path": "./web" }, { "path": "./tsconfig.app.json" }] }',
        'web/tsconfig.json': tsconfig({ allowImportingTsExtensions: false }),
        'web/a.ts': '',
        'tsconfig.app.json': tsconfig(
          { allowImportingTsExtensions: true },
          { include: ['migrations', 'src'] },
        ),
        'migrations/001_a.ts': '',
      },
      'ts',
    ],
    'references that do not compile the migrations': [
      {
        'tsconfig.json': '{ "files": [], "references": [{ "path": "./web" }] }',
        'web/tsconfig.json': tsconfig({ allowImportingTsExtensions: true }),
        'web/a.ts': '',
        'migrations/001_a.ts': '',
      },
      'js',
    ],
  }
  test.each(Object.entries(cases))('%s', (_, [files, expected]) => {
    expect(resolve(files)).toMatchObject({ extension: expected, diagnostics: [] })
  })

  test('an option that this TypeScript does not know is no finding', () => {
    const files = { 'tsconfig.json': tsconfig({ target: 'es2099', fromTheFuture: true }) }
    expect(resolve(files)).toMatchObject({ extension: 'js', diagnostics: [] })
  })

  test.each([
    ['a syntax error', '{ "compilerOptions": '],
    ['a base that is missing', tsconfig({}, { extends: './gone.json' })],
    ['a base package that is not installed', tsconfig({}, { extends: '@example/gone' })],
    ['a circle', tsconfig({}, { extends: './tsconfig.json' })],
    ['a reference that is missing', '{ "files": [], "references": [{ "path": "./gone" }] }'],
  ])('%s is a warning', (_, text) => {
    const { extension, diagnostics } = resolve({ 'tsconfig.json': text })
    expect(extension).toBe('js')
    expect(diagnostics).toMatchObject([
      { code: 'TSCONFIG_UNREADABLE', severity: 'warning', file: 'tsconfig.json', line: 1 },
    ])
  })

  test('every file that was asked is named, also those looked for in vain', () => {
    const root = temporaryProject({
      'tsconfig.json': tsconfig({}, { extends: './base.json' }),
      'base.json': tsconfig({}),
    })
    const { consulted } = resolveImportExtension(settingsFor(root))
    expect(consulted).toEqual(
      ['generated/tsconfig.json', 'tsconfig.json', 'base.json'].map((path) => join(root, path)),
    )
  })

  test('a tsconfig above the repository does not count', () => {
    const above = temporaryProject({
      'tsconfig.json': tsconfig({ allowImportingTsExtensions: true }),
      'repository/package.json': '{}',
    })
    expect(resolveImportExtension(settingsFor(join(above, 'repository')))).toMatchObject({
      extension: 'ts',
      consulted: expect.not.arrayContaining([join(above, 'tsconfig.json')]) as unknown,
    })
  })

  test('a tsconfig at the root of a repository of several projects counts', () => {
    const repository = temporaryProject({
      '.git/HEAD': '',
      'tsconfig.json': tsconfig({ allowImportingTsExtensions: true }),
      'packages/app/package.json': '{}',
    })
    const root = join(repository, 'packages', 'app')
    expect(resolveImportExtension(settingsFor(root)).extension).toBe('ts')
  })
})

test('a stated extension is not asked about', () => {
  const root = temporaryProject({ 'tsconfig.json': '{' })
  for (const importExtension of ['js', 'ts', 'none'] as const) {
    expect(resolveImportExtension(settingsFor(root, { importExtension }))).toEqual({
      extension: importExtension,
      modules: 'esm',
      consulted: [],
      diagnostics: [],
    })
  }
})

test('a folder of SQL alone needs no extension, so that no tsconfig is read', async () => {
  const root = temporaryProject({ 'tsconfig.json': '{', 'migrations/001_a.sql': 'SELECT 1' })
  const { files } = await discover(root, join(root, 'migrations'))
  expect(resolveImportExtension(settingsFor(root), files)).toMatchObject({
    consulted: [],
    diagnostics: [],
  })
})

test('a reference that is missing is named', () => {
  const { diagnostics } = resolve({
    'tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }',
  })
  expect(diagnostics[0]?.message).toContain('refers to ./tsconfig.app.json, which is not there')
})

describe('a registry in JavaScript', () => {
  const MODULE = `export const up = 'SELECT 1'\n`
  const COMMON = `exports.up = 'SELECT 1'\n`
  test.each<[manifest: string | null, migrations: Record<string, string>, modules: string]>([
    ['{ "type": "module" }', { '001_a.mjs': MODULE }, 'esm'],
    ['{ "type": "module" }', { '001_a.cjs': COMMON }, 'esm'],
    ['{ "type": "module" }', { '001_a.js': COMMON }, 'esm'],
    ['{ "type": "commonjs" }', { '001_a.js': COMMON }, 'commonjs'],
    ['{ "type": "commonjs" }', { '001_a.sql': '' }, 'commonjs'],
    ['{ "type": "commonjs" }', { '001_a.mjs': MODULE, '002_b.js': COMMON }, 'commonjs'],
    ['{ "type": "commonjs" }', { '001_a.js': MODULE }, 'esm'],
    ['{}', { '001_a.js': COMMON }, 'commonjs'],
    ['{}', { '001_a.js': MODULE }, 'esm'],
    ['{}', { '001_a.sql': '' }, 'esm'],
    ['no JSON', { '001_a.js': COMMON }, 'commonjs'],
    [null, { '001_a.js': COMMON }, 'commonjs'],
  ])('beside %s and %j is %s', async (manifest, migrations, modules) => {
    const texts = Object.entries(migrations).map(([name, text]) => [`migrations/${name}`, text])
    const root = temporaryProject({
      ...(manifest !== null && { 'package.json': manifest }),
      ...Object.fromEntries(texts),
    })
    const { discovery } = readMigrations(await discover(root, join(root, 'migrations')))
    const settings = settingsFor(root, { language: 'js' })
    const decision = resolveImportExtension(settings, discovery.files)
    expect(decision).toMatchObject({ extension: 'js', modules })
    expect(decision.consulted).toContain(join(root, 'package.json'))
  })
})

test('a JavaScript project imports files under their own name', () => {
  const root = temporaryProject({ 'tsconfig.json': tsconfig({ allowImportingTsExtensions: true }) })
  expect(resolveImportExtension(settingsFor(root, { language: 'js' })).extension).toBe('js')
})

describe('auto follows what the migrations write themselves', () => {
  const ALLOWED = tsconfig({ allowImportingTsExtensions: true, noEmit: true })
  const of = async (imports: readonly string[], config: string): Promise<string> => {
    const migrations = imports.map((text, at) => [`migrations/00${at + 1}_a.ts`, text])
    const root = temporaryProject({
      'tsconfig.json': config,
      'migrations/_shared.ts': '',
      'migrations/_plain.js': '',
      ...Object.fromEntries(migrations),
    })
    const { files } = await discover(root, join(root, 'migrations'))
    return resolveImportExtension(settingsFor(root), files).extension
  }
  const from = (specifier: string): string => `import { a } from '${specifier}'\n`

  test.each([
    [['./_shared.js'], ALLOWED, 'js'],
    [['./_shared.ts'], tsconfig({}), 'ts'],
    [['./_shared'], ALLOWED, 'none'],
    [['./_shared.ts', './_shared.js'], ALLOWED, 'ts'],
    [['./_plain.js', 'lockstep', './gone'], ALLOWED, 'ts'],
    [['./_plain.js', './_shared'], tsconfig({}), 'none'],
    [[], ALLOWED, 'ts'],
  ])('%j', async (specifiers, config, extension) => {
    expect(await of(specifiers.map(from), config)).toBe(extension)
  })
})
