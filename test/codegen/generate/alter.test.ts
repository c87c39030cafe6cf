// Declared changes on their whole way: expanded by the schema before them, kept in the registry, applied and undone.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Client from 'better-sqlite3'
import { expect, test } from 'vitest'
import { loadModule } from '../../../codegen/bundle/load-module.js'
import { digest, leaf } from '../../../codegen/checksum/digest.js'
import { lint } from '../../../codegen/lint.js'
import type { GenerateSettings } from '../../../codegen/model/settings.js'
import { migrate } from '../../../src/drivers/better-sqlite3.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Registry } from '../../../src/model/registry.js'
import { errorOf } from '../../support/error-of.js'
import { managerOf } from '../../support/manager-of.js'
import { addFiles } from '../../support/project.js'
import { placesOf } from '../check/check-folder.js'
import { generateHere } from '../proven/prove-project.js'
import { replayed } from '../replay/project.js'
import { processesHere } from '../../support/processes-here.js'
import { testSome } from '../../support/some-of.js'

processesHere()

const altering = (alter: string): string =>
  `import { defineMigration } from 'lockstep/better-sqlite3'\n\nexport default defineMigration({\n  alter: ${alter},\n  down: 'auto',\n})\n`

const FILES = {
  'migrations/001_a.sql':
    '-- down: auto\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, meta TEXT);\nCREATE INDEX users_name ON users (name);\n',
  'migrations/002_b.ts': altering(
    "{ users: { rename: { name: 'full_name' }, add: { email: \"TEXT NOT NULL DEFAULT ''\" } } }",
  ),
  'migrations/003_c.ts': altering(
    "{ users: { change: { meta: { notNull: true, default: \"'{}'\", using: \"coalesce(meta, '{}')\" } }, rename: { full_name: 'it`s' } } }",
  ),
}

const write = (settings: GenerateSettings) => generateHere(settings, { write: true })
const without = (settings: GenerateSettings): GenerateSettings => ({ ...settings, replay: false })
const pathOf = ({ out }: GenerateSettings): string => join(out, 'registry.ts')
const registryText = (settings: GenerateSettings): string => readFileSync(pathOf(settings), 'utf8')

async function generated(files: Record<string, string> = FILES): Promise<GenerateSettings> {
  const settings = replayed(files, { rules: { COLUMN_RENAMED: 'off' } })
  const { diagnostics } = await write(settings)
  expect(placesOf(diagnostics)).toEqual([])
  return settings
}

const registryIn = async ({ out, root }: GenerateSettings): Promise<Registry<Database>> =>
  (await loadModule(join(out, 'registry.ts'), root))['registry'] as Registry<Database>

test('the registry has SQL, or rebuilds where that takes more, and both run there and back', async () => {
  const settings = await generated()
  const [, second, third] = await registryIn(settings)
  expect(second?.source).toEqual({
    up: "ALTER TABLE users ADD COLUMN email TEXT NOT NULL DEFAULT '';\nALTER TABLE users RENAME COLUMN name TO full_name;",
    down: 'ALTER TABLE users RENAME COLUMN full_name TO name;\nALTER TABLE users DROP COLUMN email;',
  })
  expect(second?.toolkit).toBeUndefined()
  expect(third?.source).toMatchObject({ up: expect.any(Function), down: expect.any(Function) })
  const db = new Client(':memory:')
  const registry = await registryIn(settings)
  migrate(db, registry, { to: 1 })
  db.exec("INSERT INTO users VALUES (4, 'A', NULL)")
  migrate(db, registry)
  expect(db.prepare('SELECT * FROM users').get()).toEqual({
    id: 4,
    'it`s': 'A',
    meta: '{}',
    email: '',
  })
  managerOf(db, registry).rollback({ to: 1 })
  expect(db.prepare('SELECT * FROM users').get()).toEqual({ id: 4, name: 'A', meta: '{}' })
  db.close()
})

testSome([
  ['added', 'ALTER TABLE users ADD COLUMN mine TEXT', 'mine'],
  ['added as a generated one', 'ALTER TABLE users ADD COLUMN mine TEXT AS (meta)', 'mine'],
  ['renamed', 'ALTER TABLE users RENAME COLUMN meta TO "mëta"', 'mëta'],
])('a column that somebody has %s by hand is not dropped by a rebuild', async (_, sql, name) => {
  const registry = await registryIn(await generated())
  const refused = {
    code: 'REBUILD_INVALID',
    message: expect.stringContaining(`its column ${name}`),
  }
  const db = new Client(':memory:')
  migrate(db, registry, { to: 2 })
  db.exec(`INSERT INTO users (full_name) VALUES ('A'); ${sql}`)
  const before = db.prepare('SELECT * FROM users').all()
  expect(errorOf(() => migrate(db, registry))).toMatchObject(refused)
  expect(db.prepare('SELECT * FROM users').all()).toEqual(before)
  db.close()

  const other = new Client(':memory:')
  migrate(other, registry)
  other.exec(`INSERT INTO users (\`it\`\`s\`) VALUES ('A'); ${sql}`)
  expect(errorOf(() => managerOf(other, registry).rollback())).toMatchObject(refused)
  other.close()
})

test('what the registry has stays, also without replay, as long as the history up to there is the same', async () => {
  const settings = await generated()
  const text = registryText(settings)
  const [up, down] = [
    "ALTER TABLE users ADD COLUMN email TEXT NOT NULL DEFAULT '';\n-- as another version writes it\nALTER TABLE users RENAME COLUMN name TO full_name;",
    'ALTER TABLE users RENAME COLUMN full_name TO name;\nALTER TABLE users DROP COLUMN email;',
  ]
  const other = `1:${digest(['expansion', leaf('up', up), leaf('down', down)]).slice(2)}`
  const [, first] = /expanded: ["']([^"']*)/.exec(text)!
  const older = text
    .replace(first!, other)
    .replace("DEFAULT '';\nALTER", "DEFAULT '';\n-- as another version writes it\nALTER")
  writeFileSync(pathOf(settings), older)
  expect(placesOf((await write(without(settings))).diagnostics)).toEqual([])
  await write(settings)
  expect(registryText(settings)).toBe(older)

  addFiles(settings.root, {
    'migrations/001_a.sql': FILES['migrations/001_a.sql'].replace(
      'meta TEXT',
      'meta TEXT, more TEXT',
    ),
  })
  await write(settings)
  expect(registryText(settings)).not.toContain('another version')
})

test('what somebody has edited in the registry is made anew', async () => {
  const settings = await generated()
  const text = registryText(settings)
  writeFileSync(pathOf(settings), text.replaceAll("coalesce(meta, '{}')", "coalesce(meta, '[]')"))
  const { diagnostics } = await generateHere(settings, { write: false })
  expect(placesOf(diagnostics)).toEqual([expect.stringContaining('GENERATED_EDITED')])
  await write(settings)
  expect(registryText(settings)).toBe(text)
})

test('without replay a new declaration is refused, and lint says what it has not looked at', async () => {
  const settings = replayed(FILES, { rules: { COLUMN_RENAMED: 'off' } })
  expect(placesOf((await write(without(settings))).diagnostics)).toEqual([
    '002_b.ts:4:10 error ALTER_NOT_EXPANDED',
  ])
  expect(placesOf((await lint(without(settings))).diagnostics)).toEqual([
    '002_b.ts:4:10 info ALTER_UNCHECKED',
    '003_c.ts:4:10 info ALTER_UNCHECKED',
  ])
  await write(settings)
  expect(placesOf((await lint(without(settings))).diagnostics)).toEqual([])
})

test('names are looked up in the schema as it is then', async () => {
  const settings = replayed(
    {
      ...FILES,
      'migrations/004_d.ts': altering("{ users: { drop: ['full_name'] } }"),
      'migrations/005_e.ts': altering("{ users: { drop: ['nothing'] } }"),
    },
    { rules: { COLUMN_RENAMED: 'off' } },
  )
  const { diagnostics } = await write(settings)
  expect(placesOf(diagnostics)).toEqual(['004_d.ts:4:28 error ALTER_UNKNOWN'])
})

test('where what comes before does not run through, that alone is told', async () => {
  const settings = replayed({
    ...FILES,
    'migrations/001_a.sql': '-- down: auto\nCREATE TABLE users (id, id);\n',
  })
  const { diagnostics } = await write(settings)
  expect(placesOf(diagnostics)).toEqual(['001_a.sql:2:1 error REPLAY_UP_FAILED'])
})

test('nor is it told beside a number that is there twice, or missing', async () => {
  const files = { ...FILES, 'migrations/002_z.ts': altering("{ users: { add: { z: 'TEXT' } } }") }
  const twice = replayed(files)
  expect(placesOf((await write(twice)).diagnostics)).toEqual([
    '002_z.ts:1:1 error VERSION_DUPLICATE',
  ])
  const { 'migrations/003_c.ts': last, ...rest } = FILES
  const gap = replayed({ ...rest, 'migrations/004_c.ts': last })
  expect(placesOf((await write(gap)).diagnostics)).toEqual(['004_c.ts:1:1 error VERSION_GAP'])
})

test('what a change would lose is told, and may be said to be meant', async () => {
  const drop = altering("{ users: { drop: ['meta'] } }")
  const files = {
    'migrations/001_a.sql': FILES['migrations/001_a.sql'],
    'migrations/002_b.ts': drop,
  }
  const settings = replayed(files, { rules: { COLUMN_RENAMED: 'off' } })
  expect(placesOf((await write(settings)).diagnostics)).toEqual([
    '002_b.ts:4:28 error COLUMN_DROPPED',
  ])
  rmSync(settings.root, { recursive: true })
  await generated({
    ...files,
    'migrations/002_b.ts': `// lockstep-ignore COLUMN_DROPPED users.meta: nobody reads it\n${drop}`,
  })
})

test('another oldest SQLite makes other steps of what has not shipped, and says how where nobody tells', async () => {
  const files = {
    ...FILES,
    'migrations/003_c.ts': altering("{ users: { drop: ['meta'] } }"),
    'migrations/004_d.ts': altering("{ users: { add: { more: 'TEXT' } } }"),
  }
  const rules = { COLUMN_RENAMED: 'off', COLUMN_DROPPED: 'off' } as const
  const settings = replayed(files, { rules })
  await write(settings)
  const text = registryText(settings)
  const older = { ...settings, minimumSqlite: '3.30' }
  const found = (await write(older)).diagnostics
  expect(placesOf(found)).toEqual([
    '002_b.ts:4:10 error SQLITE_TOO_NEW',
    '003_c.ts:4:10 error SQLITE_TOO_NEW',
    '004_d.ts:4:10 error SQLITE_TOO_NEW',
  ])
  expect(found[1]?.message).toMatch(/^The steps that the registry has for `alter` in .*DROP COLUMN/)
  expect(found[1]?.fix).toMatch(/set `released` to .* 0 for none, and run `lockstep gen`/)
  expect(registryText(settings)).toBe(text)

  await write({ ...older, released: 4 })
  expect(registryText(settings)).toBe(text)
  const told = await lint({ ...without(older), released: 0 })
  expect(told.diagnostics[1]?.fix).toMatch(/^Run `lockstep gen`, which regenerates its steps/)

  expect(placesOf((await write({ ...older, released: 0 })).diagnostics)).toEqual([])
  const [, second, third, fourth] = await registryIn(settings)
  expect(second?.source).toMatchObject({ up: expect.any(String), down: expect.any(Function) })
  expect(third?.source).toMatchObject({ up: expect.any(Function), down: expect.any(Function) })
  expect(fourth?.source).toMatchObject({ up: expect.any(String), down: expect.any(Function) })
  expect(placesOf((await write(older)).diagnostics)).toEqual([])
})
