// FOREIGN_KEY_BROKEN
import { describe, expect, test } from 'vitest'
import type { ForeignKeyBroken, RowsLost } from '../../../../codegen/evidence.js'
import { onlyFinding, placeIn, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const folder = (comment = '') => ({
  '001_a.sql': sqlFile(
    'CREATE TABLE users (id INTEGER PRIMARY KEY);\nCREATE TABLE posts (author REFERENCES users);\nCREATE INDEX i ON posts (author);',
  ),
  '002_b.sql': sqlFile(`${comment}SELECT 1;`),
})
const fact = (change: Partial<ForeignKeyBroken> = {}): ForeignKeyBroken => ({
  kind: 'foreign-key-broken',
  at: placeIn(2),
  table: 'posts',
  columns: ['author'],
  parent: 'users',
  rows: 2,
  message: null,
  ...change,
})
const lost: RowsLost = {
  kind: 'rows-lost',
  at: placeIn(2),
  table: 'Users',
  before: 2,
  after: 0,
  through: null,
}

describe('valid', () => {
  test('no violations', async () => expect(await placesAfterReplay(folder())).toEqual([]))
  test('acknowledged', async () => {
    const comment = '-- lockstep-ignore FOREIGN_KEY_BROKEN: mended in 003\n'
    expect(await placesAfterReplay(folder(comment), { facts: [fact()] })).toEqual([])
  })
})

describe('invalid', () => {
  test('rows without a parent', async () => {
    const { message, fix, ...place } = await onlyFinding(folder(), { facts: [fact()] })
    expect(place).toMatchObject({
      code: 'FOREIGN_KEY_BROKEN',
      severity: 'error',
      line: 2,
      column: 1,
    })
    expect(message).toBe(
      'After `up` of version 002 (migrations/002_b.sql) 2 rows of posts have no row in users that author points at. On a real database the runner undoes such a migration.',
    )
    expect(fix).toContain(
      '`UPDATE posts SET author = NULL WHERE author NOT IN (SELECT … FROM users)`',
    )
  })

  test('one row', async () => {
    const { message } = await onlyFinding(folder(), { facts: [fact({ rows: 1 })] })
    expect(message).toContain('1 row of posts has no row in users')
  })

  test('a key that cannot be checked', async () => {
    const message = 'foreign key mismatch - "posts" referencing "users".'
    const found = await onlyFinding(folder(), { facts: [fact({ rows: 0, message })] })
    expect(found.message).toContain(
      'the foreign key of posts (author) to users cannot be checked (foreign key mismatch - "posts" referencing "users"): the table users is missing, or',
    )
  })
})

test('where only the step is known, the statement that changes the parent', async () => {
  const at = placeIn(2, { script: null, offset: null })
  const up = 'SELECT 1;\nCREATE TABLE n (id);\nDROP TABLE users;\nALTER TABLE n RENAME TO users;'
  const facts = [fact({ at, rows: 0, columns: [] })]
  const found = await onlyFinding(
    { ...folder(), '002_b.sql': sqlFile(up) },
    { facts, settings: { rules: { COLUMN_TYPE_CHANGED: 'off' } } },
  )
  expect(found.line).toBe(3)
  expect(found.message).toContain('the foreign key of posts to users cannot be checked')
})

describe('one cause is one finding', () => {
  test('rows of the history and generated ones', async () => {
    const facts = [fact(), fact({ rows: 5, columns: ['AUTHOR'] }), fact({ rows: 5 })]
    expect((await onlyFinding(folder(), { facts })).message).toContain('5 rows of posts')
  })

  test('a parent that loses its rows', async () => {
    expect((await onlyFinding(folder(), { facts: [fact(), lost] })).code).toBe('ROWS_LOST')
  })

  test('told after all where that loss is acknowledged, or in the other half', async () => {
    const comment = '-- lockstep-ignore ROWS_LOST: on purpose\n'
    expect((await onlyFinding(folder(comment), { facts: [fact(), lost] })).code).toBe(
      'FOREIGN_KEY_BROKEN',
    )
    const down = { ...lost, at: placeIn(2, { direction: 'down' }) }
    expect(await placesAfterReplay(folder(), { facts: [fact(), down] })).toEqual([
      '002_b.sql:2:1 error FOREIGN_KEY_BROKEN',
      '002_b.sql:4:1 error ROWS_LOST',
    ])
  })
})
