// UP_NOT_REPEATABLE
import { expect, test } from 'vitest'
import type { Fact } from '../../../../codegen/model/evidence.js'
import { onlyFinding, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const folder = (comment = '') => ({
  '001_a.sql': sqlFile(`${comment}CREATE TABLE t (a);`, 'DROP TABLE t;'),
})
const differences = [{ object: 'index i', change: 'added', grade: 'differs', details: [] }] as const
const fact: Fact = { kind: 'not-repeatable', version: 1, differences }
const left: Fact = { kind: 'not-inverse', version: 1, grade: 'differs', differences }

test('valid: none, and one with a reason', async () => {
  expect(await placesAfterReplay(folder())).toEqual([])
  const comment = '-- lockstep-ignore UP_NOT_REPEATABLE: the index is made by hand\n'
  expect(await placesAfterReplay(folder(comment), { facts: [fact] })).toEqual([])
})

test('invalid: says what differs the second time', async () => {
  const { message, ...at } = await onlyFinding(folder(), { facts: [fact] })
  expect(at).toMatchObject({ code: 'UP_NOT_REPEATABLE', severity: 'error', line: 2 })
  expect(message).toContain(
    '`up` of version 001 (migrations/001_a.sql) leads to another schema the second time, after a rollback: index i is there as well.',
  )
})

test('one cause is one finding: what `down` leaves behind', async () => {
  expect((await onlyFinding(folder(), { facts: [fact, left] })).code).toBe('DOWN_NOT_INVERSE')
  const settings = { rules: { DOWN_NOT_INVERSE: 'off' } } as const
  const found = await onlyFinding(folder(), { facts: [fact, left], settings })
  expect(found.code).toBe('UP_NOT_REPEATABLE')
})
