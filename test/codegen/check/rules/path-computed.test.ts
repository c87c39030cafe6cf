// PATH_COMPUTED
import { expect, test } from 'vitest'
import { migrationWith, placesIn } from '../check-folder.js'

test.each([
  `up(db) { db.exec('CREATE TABLE a (url, dirname)') }`,
  `up(db) { db.exec(import.meta.env.SQL ?? 'SELECT 1') }`,
  `up(db) { const row = { __dirname: 1 }; db.exec('SELECT ' + row.__dirname) }`,
])('valid: %s', async (up) => expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([]))

test.each([
  [`up(db) { db.exec(String(new URL('x.sql', import.meta.url))) }`, '001_a.ts:3:44'],
  [`up(db) { db.exec(import.meta.glob('*.sql')) }`, '001_a.ts:3:20'],
  [`up(db) { db.exec(__dirname + '/x.sql') }`, '001_a.ts:3:20'],
  [`up(db) { db.exec(process.cwd() + '/x.sql') }`, '001_a.ts:3:20'],
])('invalid: %s', async (up, place) => {
  expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([
    `${place} error PATH_COMPUTED`,
  ])
})
