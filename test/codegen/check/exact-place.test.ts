// The statement of a text that code hands to its handle is where a fact about it is reported.
import { expect, test } from 'vitest'
import type { RowsLost } from '../../../codegen/model/evidence.js'
import { placeIn, placesAfterReplay, sqlFile } from './replayed-folder.js'

const USERS = sqlFile('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);')
const IN_CODE = `const REST = 'DROP TABLE users'
export const irreversible = 'a test'
export function up(db) {
  db.exec(\`
    SELECT 1;
    DROP TABLE users;
  \`)
  db.exec(REST)
  db.exec(\`DROP TABLE \${'users'}\`)
  db.prepare('DROP TABLE users').run()
  db.exec('SELECT 1;\\n DROP TABLE users')
}
`

const lost = (line: number, column: number, statement: string | null): RowsLost => ({
  kind: 'rows-lost',
  at: {
    ...placeIn(2, { script: null, offset: null, statement }),
    frame: { file: '002_b.ts', line, column },
  },
  table: 'users',
  before: 3,
  after: 0,
  through: null,
})

test.each([
  ['one of several in a text', 4, 6, '6:5'],
  ['in a constant', 8, 6, '1:15'],
  ['put together: the call', 9, 6, '9:6'],
  ['prepared before: where it runs', 10, 34, '10:34'],
  ['with escapes before it: the call', 11, 6, '11:6'],
  ['of no call that can be read', 3, 1, '3:1'],
])('%s', async (_what, line, column, place) => {
  const facts = [lost(line, column, 'DROP TABLE users')]
  const folder = { '001_a.sql': USERS, '002_b.ts': IN_CODE }
  const found = await placesAfterReplay(folder, { facts, code: { 2: () => {} } })
  expect(found).toEqual([`002_b.ts:${place} error ROWS_LOST`])
})

test('a statement that is not known: the call', async () => {
  const folder = { '001_a.sql': USERS, '002_b.ts': IN_CODE }
  const found = await placesAfterReplay(folder, {
    facts: [lost(4, 6, null)],
    code: { 2: () => {} },
  })
  expect(found).toEqual(['002_b.ts:4:6 error ROWS_LOST'])
})
