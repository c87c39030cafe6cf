// CONNECTION_CHANGED
import { describe, expect, test } from 'vitest'
import type { Fact } from '../../../../codegen/model/evidence.js'
import { migrationWith } from '../check-folder.js'
import { type Code, onlyFinding, placeIn, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const folder = { '001_a.sql': sqlFile('CREATE TABLE t (a);\nPRAGMA legacy_alter_table = ON;') }
const left = (more: object = {}): Fact => ({
  kind: 'connection-left',
  at: placeIn(1, { offset: 20, statement: 'PRAGMA legacy_alter_table = ON' }),
  setting: 'legacy_alter_table',
  before: 0,
  after: 1,
  ...more,
})
test.each([
  [{ setting: 'synchronous', before: 2, after: 0 }, 'PRAGMA synchronous = 2'],
  [{ setting: 'trusted_schema', before: 1, after: 0 }, 'PRAGMA trusted_schema = ON'],
  [{ setting: 'defaultSafeIntegers' }, 'db.defaultSafeIntegers(false)'],
])('the way back: %o', async (more, fix) =>
  expect((await onlyFinding(folder, { facts: [left(more)] })).fix).toContain(`\`${fix}\``),
)

describe('what was registered', () => {
  const facts = (version: number, type: 'function' | 'table' = 'function'): Fact => ({
    kind: 'registered',
    version,
    direction: 'up',
    type,
    name: 'slug',
  })
  const using = (sql: string) => ({
    '001_a.sql': sqlFile('CREATE TABLE t (a, slug);\nCREATE TABLE slug (a)'),
    '002_b.ts': migrationWith('up() {}'),
    '003_c.sql': sqlFile(sql),
  })
  const code: Code = { 2: (db) => void db.function('slug', String) }

  test.each([
    'UPDATE t SET slug = a',
    'INSERT INTO slug (a) VALUES (1)',
    'CREATE INDEX i ON slug (a)',
    'CREATE VIEW v AS SELECT slug(a) FROM t',
    "SELECT 'slug(' AS a, a -- slug(a)\n FROM slug",
  ])('valid: %s', async (sql) =>
    expect(await placesAfterReplay(using(sql), { facts: [facts(2)], code })).toEqual([]),
  )

  test('invalid: a later step uses it', async () => {
    const found = await onlyFinding(using('SELECT 1;\nSELECT Slug (1)'), {
      facts: [facts(2)],
      code,
    })
    expect(found).toMatchObject({
      code: 'CONNECTION_CHANGED',
      file: 'migrations/003_c.sql',
      line: 3,
    })
    expect(found.message).toContain('uses the function slug, which version 002 has registered')
  })

  test('valid: it registers it itself', async () =>
    expect(
      await placesAfterReplay(using('SELECT slug(1)'), { facts: [facts(2), facts(3)], code }),
    ).toEqual([]))

  test('invalid: reads a virtual table', async () =>
    expect(
      (await onlyFinding(using('SELECT * FROM slug'), { facts: [facts(2, 'table')], code }))
        .message,
    ).toContain('the table slug'))
})
