// Generating as a whole: what is written and what is left alone. What the text looks like is in the golden fixtures.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { generate } from '../../../codegen/generate.js'
import { discover } from '../../../codegen/discover/discover.js'
import { readMigrations } from '../../../codegen/parse/read-migrations.js'
import { registryItems } from '../../../codegen/render/registry/registry-items.js'
import { renderRegistry } from '../../../codegen/render/registry/render-registry.js'
import { lint } from '../../../codegen/lint.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import { addFiles, settingsFor, temporaryProject } from '../../support/project.js'
import { testSome } from '../../support/some-of.js'

const sql = (table: string): string =>
  `-- migrate:up\nCREATE TABLE ${table} (id INTEGER PRIMARY KEY);\n-- migrate:down\nDROP TABLE ${table};\n`

const MIGRATIONS = {
  'migrations/001_a.sql': sql('a'),
  'migrations/002_b.sql': sql('b'),
  'migrations/003_c.sql': sql('c'),
}

const WARNED = {
  'migrations/004_d.ts':
    `import { name } from '../src/name.js'\n` +
    `export const up = (db) => db.exec(name)\nexport const irreversible = 'no'\n`,
}

async function generated(files: Record<string, string> = MIGRATIONS) {
  const root = temporaryProject(files)
  const settings = settingsFor(root)
  const path = join(settings.out, 'registry.ts')
  const result = await generate(settings, { write: true })
  return { root, settings, path, result, read: () => readFileSync(path, 'utf8') }
}

const codes = ({ diagnostics }: { diagnostics: readonly { code: string }[] }): string[] =>
  diagnostics.map(({ code }) => code)

describe('writing', () => {
  test('tells what it did', async () => {
    const { settings, result } = await generated()
    const summary = {
      ok: true,
      diagnostics: [],
      migrations: 3,
      replayed: 0,
      replayedNow: 0,
      obstacles: [],
      made: { objects: {}, needs: [] },
      scaled: [],
      drafts: [],
      head: 3,
    }
    const file = 'generated/registry.ts'
    expect(result).toEqual({ ...summary, files: [{ file, state: 'written' }] })
    expect(await generate(settings, { write: true })).toEqual({
      ...summary,
      files: [{ file, state: 'unchanged' }],
    })
  })

  test('leaves nothing but the registry', async () => {
    const { root, settings } = await generated()
    expect(readdirSync(settings.out)).toEqual(['registry.ts'])
    expect(readdirSync(root).sort()).toEqual(['generated', 'migrations'])
  })

  test('does not touch the registry when there is an error, and finds all errors in one run', async () => {
    const { root, settings, read, path } = await generated()
    const before = { text: read(), time: statSync(path).mtimeMs }
    unlinkSync(join(root, 'migrations/002_b.sql'))
    addFiles(root, { 'migrations/notes.txt': '' })
    const result = await generate(settings, { write: true })
    expect(result).toMatchObject({ ok: false, files: [], migrations: 2, head: 3 })
    expect(result.diagnostics).toHaveLength(2)
    expect({ text: read(), time: statSync(path).mtimeMs }).toEqual(before)
  })

  test('makes nothing when there is an error from the start', async () => {
    const { settings, result } = await generated({ 'migrations/002_b.sql': sql('b') })
    expect(result.ok).toBe(false)
    expect(existsSync(settings.out)).toBe(false)
  })

  test('a missing migrations folder is a finding', async () => {
    const { result } = await generated({ 'package.json': '{}' })
    expect(result).toMatchObject({ ok: false, files: [], migrations: 0, head: 0 })
    expect(result.diagnostics[0]?.fix).toContain('lockstep init')
  })

  test('rewrites positions that moved', async () => {
    const { root, settings, read } = await generated()
    expect(read()).toContain('up: ["2:1"]')
    addFiles(root, { 'migrations/001_a.sql': `-- a\n\n${sql('a')}` })
    expect(await generate(settings, { write: false })).toMatchObject({ ok: true })
    expect(read()).toContain('up: ["2:1"]')
    expect(await generate(settings, { write: true })).toMatchObject({
      files: [{ state: 'written' }],
    })
    expect(read()).toContain('up: ["4:1"]')
  })

  test('the same migrations give the same bytes in another place', async () => {
    const [one, other] = [await generated(), await generated()]
    expect(one.root).not.toBe(other.root)
    expect(one.read()).toBe(other.read())
  })

  test('one changed digit changes that checksum, and every lineage from there on', async () => {
    const digests = (text: string, field: string): string[] =>
      [...text.matchAll(new RegExp(`\\b${field}: "(.*)"`, 'g'))].map((match) => match[1]!)
    const before = (await generated()).read()
    const changed = sql('b').replace('KEY)', 'KEY, n DEFAULT 1)')
    const after = (await generated({ ...MIGRATIONS, 'migrations/002_b.sql': changed })).read()
    const differing = (field: string): boolean[] =>
      digests(before, field).map((digest, index) => digest !== digests(after, field)[index])
    expect(differing('checksum')).toEqual([false, true, false])
    expect(differing('lineage')).toEqual([false, true, true])
    expect(differing('downChecksum')).toEqual([false, false, false])
  })
})

test('a migration whose digest was another one in earlier builds carries that, and no other does', async () => {
  const acting = `const tables: string[] = []
const define = (text: string): number => tables.push(text)
export const users = define('CREATE TABLE users (id INTEGER PRIMARY KEY)')
export const up = (db: { exec(sql: string): void }): void => tables.forEach((one) => db.exec(one))
export const irreversible = 'example'
`
  const { read } = await generated({ ...MIGRATIONS, 'migrations/004_d.ts': acting })
  const digest = '"1:[0-9a-f]{32}"'
  const carried = [...read().matchAll(new RegExp(`formerly: \\[${digest}\\],\\s+lineage: `, 'g'))]
  expect(carried).toHaveLength(1)
  expect(read().slice(0, carried[0]!.index)).toContain('version: 4')
})

describe('settings', () => {
  const script = "export const up = 'SELECT 1'\nexport const irreversible = 'example'\n"
  const broken = {
    ...MIGRATIONS,
    'migrations/004_d.ts': script,
    'tsconfig.json': '{ "compilerOptions": ',
    '.prettierrc': '{',
  }
  const found = async (rules: GenerateSettings['rules']) => {
    const result = await generate(settingsFor(temporaryProject(broken), { rules }), { write: true })
    return { ok: result.ok, codes: codes(result), state: result.files[0]?.state }
  }

  test('leave warnings about the tools as they are, unless they say otherwise', async () => {
    const both = ['FORMATTER_FAILED', 'TSCONFIG_UNREADABLE']
    expect(await found({})).toEqual({ ok: true, codes: both, state: 'written' })
    expect(await found({ FORMATTER_FAILED: 'off', TSCONFIG_UNREADABLE: 'error' })).toEqual({
      ok: false,
      codes: ['TSCONFIG_UNREADABLE'],
      state: 'written',
    })
  })

  test('cannot make a generated file right that is not', async () => {
    const rules = { GENERATED_MISSING: 'off' } as const
    const settings = settingsFor(temporaryProject(MIGRATIONS), { rules })
    expect(await generate(settings, { write: false })).toMatchObject({ ok: false })
  })
})

describe('checking', () => {
  test('finds a registry that is up to date, and writes nothing', async () => {
    const { settings, path } = await generated()
    const time = statSync(path).mtimeMs
    expect(await generate(settings, { write: false })).toMatchObject({
      ok: true,
      files: [{ state: 'unchanged' }],
    })
    expect(statSync(path).mtimeMs).toBe(time)
  })

  test('finds one that is missing, and does not make its folder', async () => {
    const settings = settingsFor(temporaryProject(MIGRATIONS))
    const result = await generate(settings, { write: false })
    expect(result).toMatchObject({ ok: false, files: [{ state: 'stale' }] })
    expect(codes(result)).toEqual(['GENERATED_MISSING'])
    expect(existsSync(settings.out)).toBe(false)
  })

  test('finds one that is stale, and leaves it', async () => {
    const { root, settings, read } = await generated()
    const before = read()
    addFiles(root, { 'migrations/004_d.sql': sql('d') })
    const result = await generate(settings, { write: false })
    expect(codes(result)).toEqual(['GENERATED_STALE'])
    expect(result.diagnostics[0]?.message).toBe(
      'generated/registry.ts is stale: version 004 is not in it.',
    )
    expect(read()).toBe(before)
  })

  testSome([
    ['a blank', (text: string) => text.replace('(id', '( id')],
    ['a comment', (text: string) => text.replace('(id', '(/* the key */ id')],
    [
      'a description',
      (text: string) => text.replace('-- migrate:up', '-- description: the second\n-- migrate:up'),
    ],
    ['a name', (text: string) => text],
  ])(
    'tells that %s of a migration has changed, which nobody edited in the registry',
    async (what, change) => {
      const { root, settings } = await generated()
      const file = join(root, 'migrations/002_b.sql')
      const text = change(readFileSync(file, 'utf8'))
      unlinkSync(file)
      addFiles(root, { [`migrations/${what === 'a name' ? '002_c' : '002_b'}.sql`]: text })
      const { diagnostics } = await generate(settings, { write: false })
      expect(diagnostics).toMatchObject([{ code: 'GENERATED_STALE', severity: 'error' }])
      expect(diagnostics[0]?.message).toBe(
        'generated/registry.ts is stale: version 002 has another text, name or description in it than in the folder.',
      )
    },
  )

  test('finds one that was edited by hand', async () => {
    const { root, settings, read } = await generated()
    addFiles(root, {
      'generated/registry.ts': read().replace('export const registry', 'export const other'),
    })
    expect(codes(await generate(settings, { write: false }))).toEqual(['GENERATED_EDITED'])
  })

  test('findings about migrations and about generated files come in one order', async () => {
    const settings = settingsFor(temporaryProject({ ...MIGRATIONS, ...WARNED }))
    const result = await generate(settings, { write: false })
    expect(codes(result)).toEqual(['GENERATED_MISSING', 'IMPORT_APPLICATION'])
  })
})

describe('remembering', () => {
  const remembered = () => generated({ ...MIGRATIONS, ...WARNED, 'node_modules/.keep': '' })

  test('an unchanged run gives the same findings', async () => {
    const { settings, result } = await remembered()
    const again = await generate(settings, { write: true })
    expect(codes(again)).toEqual(['IMPORT_APPLICATION'])
    expect(again).toEqual({
      ...result,
      files: [{ file: 'generated/registry.ts', state: 'unchanged' }],
    })
    expect(await generate(settings, { write: false })).toEqual(again)
  })

  test('gives the same result with the memory and without', async () => {
    const { root, settings } = await remembered()
    const again = await generate(settings, { write: true })
    rmSync(join(root, 'node_modules'), { recursive: true })
    expect(await generate(settings, { write: true })).toEqual(again)
  })

  test('notices a generated file that was edited, and fixes it', async () => {
    const { root, settings, read } = await remembered()
    const before = read()
    addFiles(root, { 'generated/registry.ts': before.replace('name: "b"', 'name: "x"') })
    expect(await generate(settings, { write: false })).toMatchObject({ ok: false })
    expect(await generate(settings, { write: true })).toMatchObject({
      files: [{ state: 'written' }],
    })
    expect(read()).toBe(before)
  })

  test('a check that forgave moved positions does not keep them from being written', async () => {
    const { root, settings, read } = await remembered()
    addFiles(root, { 'migrations/001_a.sql': `-- a\n\n${sql('a')}` })
    expect(await generate(settings, { write: false })).toMatchObject({ ok: true })
    await generate(settings, { write: true })
    expect(read()).toContain('up: ["4:1"]')
  })

  test('an error is found again', async () => {
    const { root, settings } = await remembered()
    unlinkSync(join(root, 'migrations/002_b.sql'))
    const first = await generate(settings, { write: true })
    expect(first.ok).toBe(false)
    expect(await generate(settings, { write: true })).toEqual(first)
  })
})

test('more than 999 migrations keep their numeric order', async () => {
  const files = Array.from({ length: 1005 }, (_, index) => {
    const id = String(index + 1).padStart(3, '0')
    return [`migrations/${id}_t${id}.sql`, sql(`t${id}`)]
  })
  const { root, migrations, out } = settingsFor(temporaryProject(Object.fromEntries(files)))
  const items = registryItems(readMigrations(await discover(root, migrations)))
  const place = { path: join(out, 'registry.ts'), migrations: 'migrations' }
  const form = { driver: 'better-sqlite3', extension: 'js', language: 'ts' } as const
  const text = renderRegistry(items, { ...place, ...form })
  const versions = [...text.matchAll(/^version: (\d+),$/gm)].map((match) => Number(match[1]))
  expect(versions).toEqual(Array.from({ length: 1005 }, (_, index) => index + 1))
  expect(text).toMatch(/export const head = '1005 1:[0-9a-f]{32}'\n$/)
})

describe('linting', () => {
  test('finds what generating finds, and neither looks at generated files nor writes them', async () => {
    const settings = settingsFor(temporaryProject({ ...MIGRATIONS, ...WARNED }))
    const result = await lint(settings)
    expect(result).toMatchObject({ ok: true, migrations: 4, head: 4 })
    expect(codes(result)).toEqual(['IMPORT_APPLICATION'])
    expect(existsSync(settings.out)).toBe(false)
  })

  test('fails on an error', async () => {
    const settings = settingsFor(temporaryProject({ 'migrations/002_b.sql': sql('b') }))
    const result = await lint(settings)
    expect(result.ok).toBe(false)
    expect(result.diagnostics[0]?.severity).toBe('error')
  })
})
