// UP_NOT_REPEATABLE
import { expect, test } from 'vitest'
import type { Fact } from '../../../../codegen/model/evidence.js'
import { onlyFinding, sqlFile } from '../replayed-folder.js'

const folder = {
  '001_a.sql': sqlFile(`CREATE TABLE t (a);`, 'DROP TABLE t;'),
}
const differences = [{ object: 'index i', change: 'added', grade: 'differs', details: [] }] as const
const fact: Fact = { kind: 'not-repeatable', version: 1, differences }
const left: Fact = { kind: 'not-inverse', version: 1, grade: 'differs', differences }
test('one cause is one finding: what `down` leaves behind', async () => {
  expect((await onlyFinding(folder, { facts: [fact, left] })).code).toBe('DOWN_NOT_INVERSE')
  const settings = { rules: { DOWN_NOT_INVERSE: 'off' } } as const
  const found = await onlyFinding(folder, { facts: [fact, left], settings })
  expect(found.code).toBe('UP_NOT_REPEATABLE')
})
