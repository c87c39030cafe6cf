// VERSION_DISAGREES
import { expect, test } from 'vitest'
import { migrationWith, placesIn } from '../check-folder.js'

const CLASS = `import { Migration, type Handle } from 'lockstep/better-sqlite3'
export default class AddUsers extends Migration {
  version = '001'
  up(db: Handle) { db.exec('CREATE TABLE a (b)') }
  down(db: Handle) { db.exec('DROP TABLE a') }
}
`

test.each([
  ['a number', { '001_a.ts': migrationWith(`version: 1, up: 'CREATE TABLE a (b)'`) }],
  ['padded text', { '001_a.ts': migrationWith(`version: '001', up: 'CREATE TABLE a (b)'`) }],
  ['a class', { '001_add_users.ts': CLASS }],
])('valid: %s', async (_, folder) => expect(await placesIn(folder)).toEqual([]))

test('invalid: in a class', async () => {
  expect(await placesIn({ '001_add_users.ts': CLASS.replace('001', '002') })).toEqual([
    '001_add_users.ts:3:13 error VERSION_DISAGREES',
  ])
})
