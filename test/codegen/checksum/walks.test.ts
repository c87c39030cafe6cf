// The digests of what is done with the rows of each walk: those of another one differ, and how it is written does not count.
import { expect, test } from 'vitest'
import { Digester } from '../../../codegen/checksum/checksum.js'
import { readFolder } from '../parse/read-folder.js'

const EACH = 'each(db, rows) { for (const { id } of rows) add(db, id) }'
const UPDATE = "update: 'UPDATE t SET a = 1 WHERE id BETWEEN :from AND :to'"

function walksOf(...walks: readonly string[]): readonly string[] {
  const items = walks.map((walk) => `{ query: 'SELECT id FROM t', by: 'id', ${walk} }`)
  const { discovery, migrations } = readFolder({
    '001_a.ts': `import { defineMigration } from 'lockstep/better-sqlite3'
import { add } from './_add.js'
export default defineMigration({ batches: [${items.join(', ')}], irreversible: 'no' })`,
    '_add.ts':
      "export const add = (db, id) => db.prepare('UPDATE t SET a = 2 WHERE id = ?').run(id)",
  })
  return new Digester(discovery).walks(migrations[0]!)
}

test('each has one', () => {
  const [each, update, same] = walksOf(EACH, UPDATE, EACH)
  expect(new Set([each, update]).size).toBe(2)
  expect(same).toBe(each)
  expect([each, update].every((one) => /^\d+:[0-9a-f]{32}$/.test(one!))).toBe(true)
})

test.each([
  ['size: 5', EACH, `size: 5, ${EACH}`, true],
  ['formatting', EACH, EACH.replace('{ for', '{\n  // all of them\n  for'), true],
  ['other code', EACH, EACH.replace('add(db, id)', 'add(db, id + 1)'), false],
  ['another statement', UPDATE, UPDATE.replace('a = 1', 'a = 2'), false],
])('%s', (_, before, after, isSame) => {
  expect(walksOf(before)[0] === walksOf(after)[0]).toBe(isSame)
})
