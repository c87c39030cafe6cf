// DOWN_SPELLED_DIFFERENTLY
import { expect, test } from 'vitest'
import type { NotInverse } from '../../../../codegen/model/evidence.js'
import { onlyFinding, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const folder = { '001_a.sql': sqlFile('CREATE TABLE t (a);', 'DROP TABLE t;') }
const spelled: NotInverse = {
  kind: 'not-inverse',
  version: 1,
  grade: 'spelled',
  differences: [
    {
      object: 'table t',
      change: 'changed',
      grade: 'spelled',
      details: [
        { change: 'lost', what: 'definition', expected: 'constraint c check (a > 0)', found: null },
        { change: 'added', what: 'definition', expected: null, found: 'check (a > 0)' },
      ],
    },
  ],
}

test('valid: the same, and what differs in meaning, which is told by another rule', async () => {
  expect(await placesAfterReplay(folder)).toEqual([])
  const differs = {
    ...spelled,
    grade: 'differs',
    differences: [{ ...spelled.differences[0]!, grade: 'differs' }],
  } as const
  expect(await placesAfterReplay(folder, { facts: [differs] })).toEqual([
    '001_a.sql:4:1 error DOWN_NOT_INVERSE',
  ])
})

test('invalid: a hint with both ways of writing', async () => {
  const { message, ...at } = await onlyFinding(folder, { facts: [spelled] })
  expect(at).toMatchObject({ code: 'DOWN_SPELLED_DIFFERENTLY', severity: 'info', line: 4 })
  expect(message).toBe(
    'After `down` of version 001 (migrations/001_a.sql) the schema means the same as before `up` and is written differently: table t: the definition `CONSTRAINT c CHECK (a > 0)` is missing, the definition `CHECK (a > 0)` is new.',
  )
})
