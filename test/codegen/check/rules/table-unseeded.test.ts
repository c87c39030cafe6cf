// TABLE_UNSEEDED
import { describe, expect, test } from 'vitest'
import { foundIn } from '../../proven/prove-project.js'
import type { Unseeded } from '../../../../codegen/model/evidence.js'
import {
  onlyFinding,
  placeIn,
  placesAfterReplay,
  replayFolder,
  sqlFile,
} from '../replayed-folder.js'

const folder = {
  '001_a.sql': sqlFile('CREATE TABLE "my t" (a CHECK (a = 5));'),
  '002_b.sql': sqlFile('SELECT 1;'),
  '003_c.sql': sqlFile('SELECT 1;'),
  '004_d.sql': sqlFile('SELECT 1;'),
}
const unseeded = (version: number, table = 'my t'): Unseeded => ({
  kind: 'unseeded',
  version,
  table,
  reason: 'CHECK (is_ours(a)) was never satisfied.',
})

test('valid: rows could be made', async () => expect(await placesAfterReplay(folder)).toEqual([]))

describe('invalid', () => {
  test('a hint with the reason and the setting', async () => {
    const { message, fix, ...place } = await onlyFinding(folder, { facts: [unseeded(2)] })
    expect(place).toMatchObject({
      code: 'TABLE_UNSEEDED',
      severity: 'info',
      file: 'migrations/002_b.sql',
      line: 2,
    })
    expect(message).toBe(
      'No rows could be generated for my t as it is after version 002 (migrations/002_b.sql): CHECK (is_ours(a)) was never satisfied. From then on, nothing is proven about its rows.',
    )
    expect(fix).toBe('Give real rows in the configuration: `seeds: { "my t": [{ … }] }`.')
  })

  test.each([
    [
      'DROP TABLE "my t";',
      /Version 003 drops it: which rows are lost with it, .* was not tried\.$/,
    ],
    [
      'CREATE TABLE n (a, b); INSERT INTO n (a) SELECT a FROM "my t"; DROP TABLE "my t"; ALTER TABLE n RENAME TO "my t";',
      /Version 003 rebuilds it: whether all rows and values survive that was not tried\.$/,
    ],
  ])('a warning where its rows are at risk: %s', async (up, words) => {
    const found = await replayFolder(
      { ...folder, '003_c.sql': sqlFile(up) },
      { facts: [unseeded(1)] },
    )
    const own = found.find(({ code }) => code === 'TABLE_UNSEEDED')
    expect(own).toMatchObject({ severity: 'warning', file: 'migrations/001_a.sql' })
    expect(own!.message).toMatch(words)
  })

  test('still a hint where another table is made anew, or a column added', async () => {
    const up = 'CREATE TABLE x (a); DROP TABLE x; ALTER TABLE "my t" ADD COLUMN b;'
    const facts = [unseeded(1)]
    const found = await onlyFinding({ ...folder, '003_c.sql': sqlFile(up) }, { facts })
    expect(found).toMatchObject({ code: 'TABLE_UNSEEDED', severity: 'info' })
  })

  test('says that it is the rows of the configuration that do not fit', async () => {
    const seeds = { 'MY T': [{ a: 'string x' }] }
    const { message, fix } = await onlyFinding(folder, {
      facts: [unseeded(2)],
      settings: { seeds },
    })
    expect(message).toMatch(/^None of the rows in `seeds` could be used for my t as it is after /)
    expect(fix).toBe('Correct the rows in the configuration: `seeds: { "my t": [{ … }] }`.')
  })

  test('though a foreign key is broken, where that is not the reason', async () => {
    const broken = {
      kind: 'foreign-key-broken',
      at: placeIn(2),
      table: 'my t',
      columns: ['a'],
      parent: 'p',
      rows: 0,
      message: null,
    } as const
    expect(await placesAfterReplay(folder, { facts: [unseeded(2), broken] })).toEqual([
      '002_b.sql:2:1 error FOREIGN_KEY_BROKEN',
      '002_b.sql:2:1 info TABLE_UNSEEDED',
    ])
    const reason = 'FOREIGN KEY constraint failed: P has no row for a'
    const facts = [{ ...unseeded(3), reason }, broken]
    expect((await onlyFinding(folder, { facts })).code).toBe('FOREIGN_KEY_BROKEN')
  })

  test('once for a table, whatever the number of versions', async () => {
    const facts = [unseeded(2), unseeded(3, 'MY T'), unseeded(4)]
    expect((await onlyFinding(folder, { facts })).file).toBe('migrations/002_b.sql')
    expect(await placesAfterReplay(folder, { facts: [unseeded(2), unseeded(3, 'u')] })).toEqual([
      '002_b.sql:2:1 info TABLE_UNSEEDED',
      '003_c.sql:2:1 info TABLE_UNSEEDED',
    ])
  })
})

test('where rows have no parents, these need some as well', async () => {
  const keyed = (name: string, tenant: string): string =>
    `CREATE TABLE ${name} (tenant TEXT NOT NULL CHECK (tenant = '${tenant}'), id TEXT NOT NULL, PRIMARY KEY (tenant, id));`
  const found = await foundIn(`${keyed('room', 'a')} ${keyed('"a person"', 'b')}
CREATE TABLE message (id INTEGER PRIMARY KEY, reply INTEGER REFERENCES message (id), tenant TEXT NOT NULL, room TEXT NOT NULL, sender TEXT NOT NULL,
FOREIGN KEY (tenant, room) REFERENCES room (tenant, id), FOREIGN KEY (tenant, sender) REFERENCES "a person" (tenant, id));`)
  const { fix = '' } = found.find(({ code }) => code === 'TABLE_UNSEEDED') ?? {}
  expect(fix).toContain('`seeds: {')
  for (const name of ['room', '"a person"', 'message']) expect(fix).toContain(`${name}: [{ … }]`)
})

test.each([["IN ('a', 'b')"], ["= 'a'"]])(
  'valid: parents are made with what the table requires of its key: %s',
  async (list) => {
    const found = await foundIn(
      `CREATE TABLE k (name TEXT PRIMARY KEY NOT NULL, n INTEGER);
CREATE TABLE t (id INTEGER PRIMARY KEY, kind TEXT NOT NULL REFERENCES k (name) CHECK (kind ${list}));
CREATE INDEX t_kind ON t (kind);`,
      'UPDATE t SET id = NULL WHERE id > 0;',
    )
    expect(found.map(({ code }) => code)).toEqual(['REPLAY_FAILS_ON_ROWS'])
  },
)
