// SEQUENCE_LOST
import { describe, expect, test } from 'vitest'
import type { WatermarkLost } from '../../../../codegen/model/evidence.js'
import { onlyFinding, placeIn, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const rebuild = (key: string) => ({
  '001_a.sql': sqlFile('CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);'),
  '002_b.sql': sqlFile(`CREATE TABLE "it's new" (id ${key}, a TEXT);
INSERT INTO "it's new" (id, a) SELECT id, a FROM t;
DROP TABLE t;
ALTER TABLE "it's new" RENAME TO t;`),
})
const COUNTING = 'INTEGER PRIMARY KEY AUTOINCREMENT'
const fact = (change: Partial<WatermarkLost> = {}): WatermarkLost => ({
  kind: 'watermark-lost',
  at: placeIn(2),
  table: 't',
  before: 12,
  after: 3,
  ...change,
})

describe('valid', () => {
  test('in `down`', async () => {
    const facts = [fact({ at: placeIn(2, { direction: 'down' }) })]
    expect(await placesAfterReplay(rebuild(COUNTING), { facts })).toEqual([])
  })
  test.each(['TEXT PRIMARY KEY', 'varchar(36) PRIMARY KEY NOT NULL'])(
    'ids that are texts now: %s',
    async (key) => {
      const folder = rebuild(key)
      folder['002_b.sql'] = folder['002_b.sql'].replace('SELECT id,', 'SELECT CAST(id AS TEXT),')
      expect(await placesAfterReplay(folder, { facts: [fact({ after: null })] })).toEqual([])
    },
  )
})

describe('invalid', () => {
  test('says what it was and is, and gives the SQL that carries it over', async () => {
    const { message, fix, ...place } = await onlyFinding(rebuild(COUNTING), { facts: [fact()] })
    expect(place).toMatchObject({ code: 'SEQUENCE_LOST', severity: 'info', line: 2, column: 1 })
    expect(message).toBe(
      '`up` of version 002 (migrations/002_b.sql) loses the highest number that AUTOINCREMENT has assigned in t: it was 12, and it is 3 now. Ids of deleted rows will be reused for new ones.',
    )
    expect(fix).toContain(
      "`DELETE FROM main.sqlite_sequence WHERE name = 'it''s new'; INSERT INTO main.sqlite_sequence (name, seq) SELECT 'it''s new', seq FROM main.sqlite_sequence WHERE name = 't';`",
    )
  })

  test('a new table without AUTOINCREMENT', async () => {
    const { message, fix, severity } = await onlyFinding(rebuild('INTEGER PRIMARY KEY'), {
      facts: [fact({ after: null })],
    })
    expect(severity).toBe('warning')
    expect(message).toContain('it was 12, and it is no longer stored.')
    expect(fix).toMatch(/^Write INTEGER PRIMARY KEY AUTOINCREMENT in the new table t /)
  })

  test('in code, where no name can be read: the number is put aside', async () => {
    const { fix } = await onlyFinding(
      { ...rebuild(COUNTING), '002_b.sql': sqlFile('SELECT 1;') },
      { facts: [fact()] },
    )
    expect(fix).toContain('CREATE TEMP TABLE t_seq AS')
  })

  test.each([
    "DELETE FROM main.sqlite_sequence WHERE name = 't'",
    'update "sqlite_sequence" set seq = 0',
  ])('set back by name: %s', async (statement) => {
    const folder = { ...rebuild(COUNTING), '002_b.sql': sqlFile(`${statement};`) }
    const { fix } = await onlyFinding(folder, { facts: [fact({ at: placeIn(2, { statement }) })] })
    expect(fix).toMatch(/^Leave out this statement; .*`DELETE FROM t` in the same migration/)
  })

  test('one cause is one finding: the rows that are lost', async () => {
    const lost = {
      kind: 'rows-lost',
      at: placeIn(2),
      table: 'T',
      before: 2,
      after: 0,
      through: null,
    } as const
    expect((await onlyFinding(rebuild(COUNTING), { facts: [fact(), lost] })).code).toBe('ROWS_LOST')
  })
})
