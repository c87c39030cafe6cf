// The published package: every door of the exports map is built and typed, every door file is in the map, and the
// tarball holds what is needed and nothing else.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import type * as MainDoor from '../../src/index.js'
import { builtPackage } from '../support/built-package.js'
import { projectRoot } from '../support/project-root.js'
import { run } from '../support/run-program.js'

interface Conditions {
  readonly types: string
  readonly default: string
}

type Door = string | (Conditions & { readonly require: Conditions; readonly module: string })

interface Manifest {
  readonly name: string
  readonly main: string
  readonly types: string
  readonly typesVersions: { readonly '*': Readonly<Record<string, readonly string[]>> }
  readonly exports: Readonly<Record<string, Door>>
  readonly bin: Readonly<Record<string, string>>
}

const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as Manifest
type Main = Pick<typeof MainDoor, 'LockstepError' | 'isLockstepError'>

const doors = Object.entries(manifest.exports).flatMap(([name, door]) =>
  typeof door === 'string' ? [] : [{ name, ...door }],
)

beforeAll(async () => void (await builtPackage()))

describe.each(doors)('the door $name', (door) => {
  test('is built and has types', () => {
    expect(existsSync(join(projectRoot, door.default))).toBe(true)
    expect(readFileSync(join(projectRoot, door.types), 'utf8')).toContain('export')
  })
  test('can be imported and exports something', async () => {
    const built = (await import(pathToFileURL(join(projectRoot, door.default)).href)) as object
    expect(Object.keys(built)).not.toEqual([])
  })
  test('is the same for `require`, types included', async () => {
    const built = (await import(pathToFileURL(join(projectRoot, door.default)).href)) as object
    const required = createRequire(import.meta.url)(join(projectRoot, door.require.default))
    expect(Object.keys(required).toSorted()).toEqual(Object.keys(built).toSorted())
    const types = [door.require.types, door.types].map((file) =>
      readFileSync(join(projectRoot, file), 'utf8'),
    )
    expect(types[0]).toBe(types[1])
  })
  test('has types for programs that know no exports map', () => {
    const { types, typesVersions } = manifest
    const [, subpath] = door.name.split('./')
    const found = subpath === undefined ? types : typesVersions['*'][subpath]?.join()
    expect(found).toBe(door.require.types)
  })
})

test.each(['require', 'default'] as const)(
  'the doors for %s share what is behind them',
  async (way) => {
    const opened = doors.map(async (door) => {
      const file = join(projectRoot, way === 'require' ? door.require.default : door.default)
      if (way === 'require') return createRequire(import.meta.url)(file) as Record<string, unknown>
      return (await import(pathToFileURL(file).href)) as Record<string, unknown>
    })
    const classes = (await Promise.all(opened)).flatMap(({ LockstepError }) => LockstepError ?? [])
    expect(classes.length).toBeGreaterThan(2)
    expect(new Set(classes).size).toBe(1)
  },
)

test('an error of one copy of the package is understood by the other', async () => {
  const main = doors.find(({ name }) => name === '.')
  const imported = (await import(pathToFileURL(join(projectRoot, main!.default)).href)) as Main
  const required = createRequire(import.meta.url)(join(projectRoot, main!.require.default)) as Main
  for (const [one, other] of [
    [imported, required],
    [required, imported],
  ] as const) {
    const cause = { code: 'RUN_ABORTED', message: 'Stopped.', fix: 'Go on.', state: 'Half done.' }
    const error = new one.LockstepError(cause)
    expect(error).not.toBeInstanceOf(other.LockstepError)
    expect(other.isLockstepError(error, 'RUN_ABORTED')).toBe(true)
    expect(other.isLockstepError(error, 'RUN_KILLED')).toBe(false)
    expect(error.message).toBe('Stopped. Half done.')
    expect(other.LockstepError.partsOf(error)).toEqual(cause)
  }
})

/** The files of a folder of doors; what stands in folders below is behind the door. */
function doorFilesIn(folder: string): string[] {
  const path = join(projectRoot, 'src', folder)
  const entries = existsSync(path) ? readdirSync(path, { withFileTypes: true }) : []
  return entries.filter(({ name }) => name.endsWith('.ts')).map(({ name }) => `${folder}/${name}`)
}

test('every door file of the sources is in the exports map', () => {
  const files = ['index.ts', ...doorFilesIn('drivers'), ...doorFilesIn('testing')]
  const mapped = doors.map(({ module }) => module)
  expect(missingDoors(files, mapped)).toEqual([])
})

test('a door file that is not in the exports map is found', () => {
  const mapped = ['./dist/src/index.js']
  expect(missingDoors(['index.ts', 'drivers/d1.ts'], mapped)).toEqual(['src/drivers/d1.ts'])
})

test('the package tells its own version', () => {
  expect(manifest.exports['./package.json']).toBe('./package.json')
})

test('the program can be run', () => {
  const program = readFileSync(join(projectRoot, manifest.bin['lockstep'] ?? ''), 'utf8')
  expect(program).toMatch(/^#!\/usr\/bin\/env node\n/)
})

interface Packed {
  readonly files: readonly { readonly path: string }[]
}

test('the tarball holds the built code, the documentation, the licence and package.json, and nothing else', async () => {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'])
  const [packed] = JSON.parse(stdout) as [Packed]
  const files = packed.files.map(({ path }) => path)
  expect(strayFiles(files)).toEqual([])
  const doorsAndTypes = doors.flatMap(({ require, ...door }) => [
    door.module,
    ...[door, require].flatMap((one) => [one.default, one.types]),
  ])
  const needed = [
    ...doorsAndTypes,
    manifest.main,
    'dist/cjs/package.json',
    ...Object.values(manifest.bin),
  ]
  for (const file of needed) expect(files).toContain(file.replace(/^\.\//, ''))
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
})

const chunks = join(projectRoot, 'dist/chunks')

/** The packages that a built file loads at once, by itself and through others. */
function loadedBy(start: string): string[] {
  const files = new Set([start])
  const packages = new Set<string>()
  for (const file of files)
    for (const [, name = ''] of readFileSync(join(chunks, file), 'utf8').matchAll(
      /^(?:import|export)\b[^'"\n]*["']([^"'\n]+)["'];?$/gm,
    ))
      if (name.startsWith('.')) files.add(name.replace(/^\.\//, ''))
      else packages.add(name)
  return [...packages].filter((name) => !name.startsWith('node:'))
}

test('what commands load together waits for no package that takes long to load', () => {
  const parts = readdirSync(chunks).filter((file) => file.startsWith('part-'))
  expect(parts.length).toBeGreaterThan(5)
  const loaded = new Set(parts.flatMap(loadedBy))
  expect(loaded).toContain('commander')
  for (const slow of ['ts-morph', 'prettier', 'esbuild', 'better-sqlite3'])
    expect(loaded).not.toContain(slow)
})

test('the compiler is not imported: Node would read all of it to learn its names', () => {
  const all = readdirSync(chunks).map((file) => readFileSync(join(chunks, file), 'utf8'))
  expect(all.filter((text) => /from ["']ts-morph["']/.test(text))).toEqual([])
  expect(all.some((text) => /\(["']ts-morph["']\)/.test(text))).toBe(true)
})

test.each([
  'src/index.ts',
  'test/a.test.ts',
  'dist/test/a.test.js',
  'dist/src/a.ts',
  'dist/cjs/a.js',
  'data/app.db',
  '.npmrc',
  'docs/notes.txt',
  'src/errors/README.md',
])('%s in the tarball is found', (file) => {
  expect(strayFiles(['dist/src/index.js', 'dist/src/index.d.ts', file])).toEqual([file])
})

/** Door files of the sources (`index.ts`, `drivers/…`) that no entry of the exports map leads to. */
const missingDoors = (files: readonly string[], mapped: readonly string[]): string[] =>
  files
    .filter((file) => !mapped.includes(`./dist/src/${file.replace(/\.ts$/, '.js')}`))
    .map((file) => `src/${file}`)

const wanted =
  /^(?:dist\/(?:src|codegen|chunks|doors|cjs\/(?:src|codegen))\/(?:.+\/)?[\w.-]+?(?:\.js|\.d\.ts)|docs\/(?:.+\/)?[\w-]+\.md|(?:dist\/cjs\/)?package\.json|(?:README|CHANGELOG|CONTRIBUTING)\.md|LICENSE)$/

/** Files of the tarball that nobody needs who installs the package. */
const strayFiles = (files: readonly string[]): string[] =>
  files.filter((file) => !wanted.test(file) || /\.test\./.test(file))
