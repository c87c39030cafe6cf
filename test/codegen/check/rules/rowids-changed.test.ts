// ROWIDS_CHANGED
import { describe, expect, test } from 'vitest'
import type { RowidsChanged } from '../../../../codegen/evidence.js'
import { onlyFinding, placeIn, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const folder = (comment = ''): Record<string, string> => ({
  '001_a.sql': sqlFile('CREATE TABLE notes (id TEXT PRIMARY KEY, body);'),
  '002_b.sql': sqlFile(`${comment}CREATE TABLE fresh (id TEXT PRIMARY KEY, body);`),
})
const fact = (change: Partial<RowidsChanged> = {}): RowidsChanged => ({
  kind: 'rowids-changed',
  at: placeIn(2),
  table: 'notes',
  index: 'my search',
  ...change,
})

test('a comment with a reason', async () => {
  const comment = '-- lockstep-ignore ROWIDS_CHANGED: the application fills it at its start\n'
  expect(await placesAfterReplay(folder(comment), { facts: [fact()] })).toEqual([])
})

describe('invalid', () => {
  test('says what happens and how to mend it', async () => {
    const { message, fix, ...place } = await onlyFinding(folder(), { facts: [fact()] })
    expect(place).toMatchObject({ code: 'ROWIDS_CHANGED', severity: 'error' })
    expect(message).toContain(
      'gives rows of notes other rowids, and the full-text index my search looks for the old ones: a search answers with other rows.',
    )
    expect(fix).toContain('Copy `rowid` as well')
    expect(fix).toContain(`\`INSERT INTO "my search" ("my search") VALUES ('rebuild');\``)
  })
  test('by VACUUM, which copies nothing that one could write', async () => {
    const at = placeIn(2, { statement: 'VACUUM' })
    const { fix } = await onlyFinding(folder(), { facts: [fact({ at })] })
    expect(fix).toMatch(/^Give notes an INTEGER PRIMARY KEY, or make the index anew behind it/)
  })
})
