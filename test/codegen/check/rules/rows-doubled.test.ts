// ROWS_DOUBLED
import { describe, expect, test } from 'vitest'
import type { RowsDoubled } from '../../../../codegen/model/evidence.js'
import { onlyFinding, placeIn, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const folder = (comment = '') => ({
  '001_a.sql': sqlFile('CREATE TABLE "log 1" (at TEXT, page TEXT);'),
  '002_b.sql': sqlFile(`${comment}SELECT 1;`),
})
const FACT: RowsDoubled = {
  kind: 'rows-doubled',
  at: placeIn(2, { statement: 'INSERT INTO n SELECT l.* FROM "log 1" l JOIN pages' }),
  table: 'log 1',
  more: 2,
  row: { at: '2001-01-01', page: null },
}

describe('valid', () => {
  test('no rows doubled', async () => expect(await placesAfterReplay(folder())).toEqual([]))
  test('acknowledged', async () => {
    const comment = '-- lockstep-ignore ROWS_DOUBLED "log 1": one for each page\n'
    expect(await placesAfterReplay(folder(comment), { facts: [FACT] })).toEqual([])
  })
})

test('invalid: says how many rows, in which statement, and shows one of them', async () => {
  const { message, fix, ...place } = await onlyFinding(folder(), { facts: [FACT] })
  expect(place).toMatchObject({ code: 'ROWS_DOUBLED', severity: 'error', line: 2, column: 1 })
  expect(message).toBe(
    '`up` of version 002 (migrations/002_b.sql) puts rows of log 1 into the new table more than once in `INSERT INTO n SELECT l.* FROM "log 1" l JOIN pages`: 2 rows more than before, and nothing but a number tells them from those that were there. One of them: at = \'2001-01-01\', page = NULL.',
  )
  expect(fix).toContain('`-- lockstep-ignore ROWS_DOUBLED "log 1": reason`')
})
