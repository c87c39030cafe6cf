// REPLAY_UP_AGAIN_FAILED
import { describe, expect, test } from 'vitest'
import type { NotInverse, StepFailed } from '../../../../codegen/model/evidence.js'
import { onlyFinding, placeIn, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const INSERT = "INSERT INTO kinds VALUES (1, 'a')"
const failed: StepFailed = {
  kind: 'step-failed',
  at: placeIn(2, { statement: INSERT }),
  stage: 'again',
  cause: 'sqlite',
  message: 'UNIQUE constraint failed: kinds.id',
  schema: [],
  table: 'kinds',
  row: null,
}
const left: NotInverse = {
  kind: 'not-inverse',
  version: 2,
  grade: 'differs',
  differences: [{ object: 'table t', change: 'added', grade: 'differs', details: [] }],
}
const folder = (comment = '') => ({
  '001_a.sql': sqlFile('CREATE TABLE kinds (id INTEGER PRIMARY KEY, name TEXT);'),
  '002_b.sql': sqlFile(`${comment}${INSERT};`),
})
describe('invalid', () => {
  test('one cause is one finding: what `down` leaves behind', async () => {
    expect((await onlyFinding(folder(), { facts: [failed, left] })).code).toBe('DOWN_NOT_INVERSE')
  })

  test('said after all where that is acknowledged, or only spelled differently', async () => {
    const comment = '-- lockstep-ignore DOWN_NOT_INVERSE: kept on purpose\n'
    const told = await onlyFinding(folder(comment), { facts: [failed, left] })
    expect(told.code).toBe('REPLAY_UP_AGAIN_FAILED')
    const spelled: NotInverse = {
      ...left,
      grade: 'spelled',
      differences: [{ ...left.differences[0]!, change: 'changed', grade: 'spelled' }],
    }
    expect(await placesAfterReplay(folder(), { facts: [failed, spelled] })).toEqual([
      '002_b.sql:2:1 error REPLAY_UP_AGAIN_FAILED',
      '002_b.sql:4:1 info DOWN_SPELLED_DIFFERENTLY',
    ])
  })
})
