// UP_DEPENDS_ON_ROWS
import { expect, test } from 'vitest'
import type { Fact } from '../../../../codegen/model/evidence.js'
import { migrationWith } from '../check-folder.js'
import { onlyFinding } from '../replayed-folder.js'

const folder = {
  '001_a.ts': migrationWith('up(db) { if (db.name) db.exec(`CREATE TABLE a (b)`) }'),
}
const fact: Fact = {
  kind: 'uneven',
  version: 1,
  differences: [{ object: 'table a', change: 'lost', grade: 'differs', details: [] }],
}
test('valid: where `up` is not repeatable, which says it better', async () => {
  const again: Fact = { ...fact, kind: 'not-repeatable' }
  const { code } = await onlyFinding(folder, { facts: [fact, again] })
  expect(code).toBe('UP_NOT_REPEATABLE')
})
