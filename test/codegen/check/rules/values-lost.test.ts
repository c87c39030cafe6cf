// VALUES_LOST
import { describe, expect, test } from 'vitest'
import type { ValuesChanged } from '../../../../codegen/model/evidence.js'
import {
  onlyFinding,
  placeIn,
  placesAfterReplay,
  replayFolder,
  sqlFile,
} from '../replayed-folder.js'

const rebuild = (type: string) =>
  sqlFile(`CREATE TABLE n (id INTEGER PRIMARY KEY, a ${type}, b TEXT);
INSERT INTO n (id, a) SELECT id, a FROM t;
DROP TABLE t;
ALTER TABLE n RENAME TO t;`)
const folder = (type = 'TEXT') => ({
  '001_a.sql': sqlFile('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);'),
  '002_b.sql': rebuild(type),
})
const changed = (column: string, change: Partial<ValuesChanged> = {}): ValuesChanged => ({
  kind: 'values-changed',
  at: placeIn(2, { statement: 'INSERT INTO n (id, a) SELECT id, a FROM t' }),
  table: 't',
  column,
  from: null,
  before: 'x',
  after: null,
  ...change,
})

test('valid: a column whose type changes is told with it', async () => {
  const { code } = await onlyFinding(folder('INTEGER'), { facts: [changed('a', { after: 0 })] })
  expect(code).toBe('COLUMN_TYPE_CHANGED')
})

describe('invalid', () => {
  test('a part of values that a CAST drops is a warning', async () => {
    const facts = [changed('b', { lost: 'cast', type: 'INTEGER', before: '12a', after: 12 })]
    const { severity, message, fix } = await onlyFinding(folder(), { facts })
    expect(severity).toBe('warning')
    expect(message).toContain(
      "in the CAST of b in `INSERT INTO n (id, a) SELECT id, a FROM t`: in one row of t it goes from '12a' to 12",
    )
    expect(fix).toContain('SELECT b FROM t WHERE CAST(b AS INTEGER) <> b')
  })
  test('what a CAST cuts off a product is a warning', async () => {
    const facts = [changed('b', { lost: 'cast', factor: 100, before: 19.99, after: 1998 })]
    const { severity, message, fix } = await onlyFinding(folder(), { facts })
    expect(severity).toBe('warning')
    expect(message).toContain('cuts b * 100 down to one less than intended in ')
    expect(message).toContain('from 19.99 to 1998, because 19.99 * 100 is slightly less than 1999')
    expect(fix).toContain('CAST(round(b * 100) AS INTEGER)')
  })
  test.each([
    ['CAST(coalesce(b, 0) * 100 AS INTEGER)', 'CAST(round(coalesce(b, 0) * 100) AS INTEGER)'],
    ['CAST(a AS TEXT), floor(100.0 * t.B)', 'CAST(round(100.0 * t.B) AS INTEGER)'],
    ['CAST((ifnull(b, 0)\n  * 100) AS INT)', 'CAST(round((ifnull(b, 0) * 100)) AS INTEGER)'],
    ['CAST(a * 100 AS INTEGER), b * 100', 'CAST(round(b * 100) AS INTEGER)'],
    ['CAST(coalesce(b, 0) * 100 AS INTEG', 'CAST(round(b * 100) AS INTEGER)'],
  ])('%s is rounded as it is written', async (item, rounded) => {
    const at = placeIn(2, { statement: `INSERT INTO n (id, a) SELECT id, ${item} FROM t` })
    const facts = [changed('b', { at, lost: 'cast', factor: 100, before: 19.99, after: 1998 })]
    expect((await onlyFinding(folder(), { facts })).fix).toContain(`Round first: \`${rounded}\``)
  })
  test('each column is a finding', async () => {
    const facts = [changed('a', { before: 1, after: 2.5 }), changed('b')]
    const [found, other] = await replayFolder(folder(), { facts })
    const { message = '', fix = '', ...place } = found ?? {}
    expect(other).toMatchObject({ code: 'VALUES_LOST', subject: 't.b' })
    expect(place).toMatchObject({ code: 'VALUES_LOST', severity: 'warning', line: 2, column: 1 })
    expect(message).toBe(
      '`up` of version 002 (migrations/002_b.sql) changes values of t in `INSERT INTO n (id, a) SELECT id, a FROM t`, although no UPDATE sets them: in one row, a goes from 1 to 2.5.',
    )
    expect(fix).toContain('Copy a as it is')
  })

  test('code is told to name the column', async () => {
    const at = placeIn(2, { statement: 'INSERT INTO n (id, a) VALUES (?, ?)' })
    const { fix } = await onlyFinding(folder(), { facts: [changed('b', { at })] })
    expect(fix).toMatch(/^Name b in the INSERT, and pass the value of the old row\. /)
  })

  test('a lookup by columns that are not unique', async () => {
    const facts = [changed('b', { lost: 'mixed', agreeing: ['name'], before: 1, after: 25 })]
    const { severity, message, fix } = await onlyFinding(folder(), { facts })
    expect(severity).toBe('error')
    expect(message).toContain('looks up b of t by name in ')
    expect(message).toMatch(
      /a row then gets the value of another one, in a trial it goes from 1 to 25\.$/,
    )
    expect(fix).toMatch(/^Look it up by the key of t, /)
  })

  test.each([
    ['mixed', 'error', /^Take b from the row itself: /],
    ['left-out', 'error', /^Copy b as it is: /],
    ['constant', 'warning', /^Copy b as it is: /],
  ] as const)('%s', async (lost, severity, start) => {
    const found = await onlyFinding(folder(), { facts: [changed('b', { lost })] })
    expect(found).toMatchObject({ code: 'VALUES_LOST', severity })
    expect(found.fix).toMatch(start)
  })

  test('another column than the one whose type changes', async () => {
    expect(await placesAfterReplay(folder('INTEGER'), { facts: [changed('b')] })).toEqual([
      '002_b.sql:2:1 warning COLUMN_TYPE_CHANGED',
      '002_b.sql:2:1 warning VALUES_LOST',
    ])
  })
})
