// UP_DEPENDS_ON_ROWS
import { expect, test } from 'vitest'
import type { Fact } from '../../../../codegen/model/evidence.js'
import { migrationWith } from '../check-folder.js'
import { onlyFinding, placesAfterReplay } from '../replayed-folder.js'

const folder = {
  '001_a.ts': migrationWith('up(db) { if (db.name) db.exec(`CREATE TABLE a (b)`) }'),
}
const fact: Fact = {
  kind: 'uneven',
  version: 1,
  differences: [{ object: 'table a', change: 'lost', grade: 'differs', details: [] }],
}

test('valid: the same schema, with rows and without', async () => {
  expect(await placesAfterReplay(folder)).toEqual([])
})

test('valid: where `up` is not repeatable, which says it better', async () => {
  const again: Fact = { ...fact, kind: 'not-repeatable' }
  const { code } = await onlyFinding(folder, { facts: [fact, again] })
  expect(code).toBe('UP_NOT_REPEATABLE')
})

test('invalid: says what is other with rows', async () => {
  const { message, fix, ...at } = await onlyFinding(folder, { facts: [fact] })
  expect(at).toMatchObject({ code: 'UP_DEPENDS_ON_ROWS', severity: 'warning', line: 3, column: 3 })
  expect(message).toContain(
    '`up` of version 001 (migrations/001_a.ts) makes another schema when the tables have rows than when they are empty: table a is missing.',
  )
  expect(fix).toContain('`// lockstep-ignore UP_DEPENDS_ON_ROWS: reason`')
})
