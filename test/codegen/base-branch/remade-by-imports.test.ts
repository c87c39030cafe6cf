// Released migrations whose own text is the same, and that make another schema because of what they import.
import { describe, expect, test } from 'vitest'
import type { Pins } from '../../../codegen/model/registry-item.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import { settingsFor, type Files } from '../../support/project.js'
import { generateHere } from '../proven/prove-project.js'
import { repository, table, type TestRepository } from './repository.js'
import { processesHere } from '../../support/processes-here.js'
import { testSome } from '../../support/some-of.js'

processesHere()

const importing = (specifier: string, more = ''): string => `import { column } from '${specifier}'
export const irreversible = 'no'
export function up(db: any) {
  db.exec(\`CREATE TABLE users (id INTEGER PRIMARY KEY, \${column})\`)${more}
}
`
const column = (text: string): string => `export const column = '${text}'\n`
const MAIN = {
  '.gitignore': 'node_modules\nbuilt\n',
  'package.json': '{}',
  'node_modules/column/main.cjs': "exports.column = ', b'\n",
  'node_modules/column/package.json': '{ "main": "main.cjs" }',
  'migrations/001_users.ts': importing('../src/column.js'),
  'migrations/002_b.sql': table('b'),
  'src/column.ts': column('a'),
  'src/other.ts': 'export {}\n',
}

const generate = (repo: TestRepository, settings: Partial<GenerateSettings> = {}) =>
  generateHere(settingsFor(repo.root, { replay: true, ...settings }), { write: true })

/** The branch of someone who has changed files; both branches have generated. */
async function changed(before: Files, after: Files): Promise<TestRepository> {
  const repo = repository({ ...MAIN, ...before })
  repo.git('checkout', '-q', 'main')
  await generate(repo)
  repo.commit()
  repo.git('checkout', '-q', '-B', 'work')
  repo.write(after)
  return repo
}

const EDITED = ['BASE_EDITED migrations/001_users.ts:1']
const OTHER = { 'src/column.ts': column('b') }

describe('what is imported has changed', () => {
  test('before and after generating, committed and not, is told once and with the file', async () => {
    const repo = await changed({}, OTHER)
    let pins: Pins | undefined
    const settings = settingsFor(repo.root, { replay: true })
    await generateHere(settings, { write: false, onPins: (one) => (pins = one) })
    expect(await repo.found()).toEqual([])
    const [found, ...more] = await repo.compare('main', {}, pins)
    expect(more).toEqual([])
    expect(found).toMatchObject({ code: 'BASE_EDITED', severity: 'error' })
    await generate(repo)
    expect(await repo.found()).toEqual(EDITED)
    repo.commit()
    expect(await repo.compare()).toEqual([found])
    expect(found?.message).toContain('it imports src/column.ts, which no checksum covers')
    expect(found?.message).not.toContain('other.ts')
    expect(found?.fix).toMatch(/`git show \w{12}:\.\/src\/column\.ts > src\/column-001\.ts`/)
  })

  test('the fix that is named settles it', async () => {
    const repo = await changed({}, OTHER)
    repo.write({
      'src/column-001.ts': repo.git('show', 'main:./src/column.ts'),
      'migrations/001_users.ts': importing('../src/column-001.js'),
    })
    await generate(repo)
    expect(await repo.found()).toEqual([])
  })

  const reexported = { 'src/index.ts': `export * from './column.js'\n` }
  testSome<[how: string, before: Files, after: Files]>([
    [
      'through another file',
      { ...reexported, 'migrations/001_users.ts': importing('../src/index.js') },
      OTHER,
    ],
    [
      'through a helper that passes it on',
      {
        'migrations/001_users.ts': importing('./_column.js'),
        'migrations/_column.ts': `export { column } from '../src/column.js'\n`,
      },
      OTHER,
    ],
    [
      'through an alias',
      {
        'tsconfig.json': '{ "compilerOptions": { "paths": { "@app/*": ["./src/*"] } } }',
        'migrations/001_users.ts': importing('@app/column'),
      },
      OTHER,
    ],
    [
      'in a file that git ignores',
      {
        'migrations/001_users.ts': importing('../built/column.js'),
        'built/column.js': column('a'),
      },
      { 'built/column.js': column('b') },
    ],
  ])('%s', async (_, before, after) => {
    const repo = await changed(before, after)
    await generate(repo)
    expect(await repo.found()).toEqual(EDITED)
  })
})

testSome([
  ['column', EDITED],
  ['node:fs', EDITED],
  ['node:path', []],
])('a digest differs where no file but `%s` is imported', async (name, found) => {
  const text = importing('../src/column.js').replace('{ column }', '* as more')
  const own = text.replace('../src/column.js', name).replace('${column}', 'n${typeof more}')
  const repo = await changed({ 'migrations/001_users.ts': own }, {})
  const registry = repo.git('show', 'main:./generated/registry.ts')
  repo.write({ 'generated/registry.ts': registry.replace(/(schemaDigest:\s*.1:)./, '$1z') })
  expect(await repo.found()).toEqual(found)
})

describe('what is no edit', () => {
  test('another file of the application has changed, or the same one without effect', async () => {
    const repo = await changed({}, { 'src/other.ts': 'export const x = 1\n' })
    repo.write({ 'src/column.ts': `// The column\n${column('a')}export const more = 1\n` })
    await generate(repo)
    expect(await repo.found()).toEqual([])
  })

  test('a digest differs although nothing that is imported does: another SQLite wrote it', async () => {
    const repo = await changed({}, {})
    const registry = repo.git('show', 'main:./generated/registry.ts')
    repo.write({ 'generated/registry.ts': registry.replace(/(schemaDigest:\s*.1:)./, '$1z') })
    expect(await repo.found()).toEqual([])
  })

  test('a digest of SQL differs, and those after it follow', async () => {
    const files = {
      'migrations/001_users.sql': table('users'),
      'migrations/002_b.ts': importing('../src/column.js').replace('users', 'b'),
    }
    const repo = repository({ 'package.json': '{}', 'src/column.ts': column('a'), ...files })
    repo.git('checkout', '-q', 'main')
    await generate(repo)
    repo.commit()
    repo.git('checkout', '-q', '-B', 'work')
    const registry = repo.git('show', 'main:./generated/registry.ts')
    repo.write({
      ...OTHER,
      'generated/registry.ts': registry.replaceAll(/(schemaDigest:\s*.1:)./g, '$1z'),
    })
    expect(await repo.found()).toEqual([])
  })

  test('one side was generated without replay, or is not committed', async () => {
    const repo = await changed({}, OTHER)
    await generate(repo, { replay: false })
    expect(await repo.found()).toEqual([])
    repo.remove('generated')
    expect(await repo.found()).toEqual([])
  })

  test('the migration itself was edited: that is told alone', async () => {
    const repo = await changed(
      {},
      {
        ...OTHER,
        'migrations/001_users.ts': importing('../src/column.js', '\n  db.exec("SELECT 1")'),
      },
    )
    await generate(repo)
    expect(
      (await repo.compare()).map(
        ({ code, message }) => `${code} ${message.includes('does something other than')}`,
      ),
    ).toEqual(['BASE_EDITED true'])
  })

  test('a migration of the branch itself', async () => {
    const repo = await changed(
      {},
      { 'migrations/003_c.ts': importing('../src/column.js').replace('users', 'c') },
    )
    await generate(repo)
    repo.commit()
    repo.write({
      'src/own.ts': column('a'),
      'migrations/003_c.ts': importing('../src/own.js').replace('users', 'c'),
    })
    await generate(repo)
    repo.write({ 'src/own.ts': column('b') })
    await generate(repo)
    expect(await repo.found()).toEqual([])
  })
})

describe('what `released` covers', () => {
  const codes = async (repo: TestRepository, released: number) => {
    const settings = settingsFor(repo.root, { replay: true, released })
    const { diagnostics, files } = await generateHere(settings, { write: true })
    return [...diagnostics.map(({ code }) => code), files.length]
  }

  test('is not written anew where what is imported has changed', async () => {
    const repo = await changed({}, OTHER)
    const before = repo.git('hash-object', 'generated/registry.ts')
    expect(await codes(repo, 1)).toEqual(expect.arrayContaining(['RELEASED_EDITED', 0]))
    expect(repo.git('hash-object', 'generated/registry.ts')).toBe(before)
    expect(await codes(repo, 0)).not.toContain('RELEASED_EDITED')
    expect(repo.git('hash-object', 'generated/registry.ts')).not.toBe(before)
    expect(await codes(repo, 1)).not.toContain('RELEASED_EDITED')
  })

  test('a digest of SQL that another version has written is written anew', async () => {
    const repo = await changed(
      {
        'migrations/001_users.ts':
          'export const irreversible = "no"\nexport const up = "CREATE TABLE users (id)"\n',
      },
      {},
    )
    const registry = repo.git('show', 'main:./generated/registry.ts')
    repo.write({ 'generated/registry.ts': registry.replaceAll(/(schemaDigest:\s*.1:)./g, '$1z') })
    expect(await codes(repo, 2)).not.toContain('RELEASED_EDITED')
    expect(repo.git('diff', '--stat', 'main')).toBe('')
  })
})
