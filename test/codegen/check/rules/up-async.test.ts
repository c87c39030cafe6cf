// UP_ASYNC
import { describe, expect, test } from 'vitest'
import { migrationWith, placesIn } from '../check-folder.js'

describe('valid', () => {
  test('a function that answers at once', async () => {
    expect(
      await placesIn({ '001_a.ts': migrationWith(`up(db) { db.exec('CREATE TABLE a (b)') }`) }),
    ).toEqual([])
  })

  test('an async function on an asynchronous driver', async () => {
    const text = migrationWith(`async up(db) { await db.exec('CREATE TABLE a (b)') }`)
    expect(await placesIn({ '001_a.ts': text }, { mode: 'async' })).toEqual([])
  })
})

describe('invalid', () => {
  test.each([
    [`async up(db) { await db.exec('CREATE TABLE a (b)') }`, '001_a.ts:3:3'],
    [`up: async (db) => db.exec('CREATE TABLE a (b)')`, '001_a.ts:3:7'],
  ])('%s', async (up, place) => {
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([`${place} error UP_ASYNC`])
  })

  test('down too, in named exports', async () => {
    const text = `export function up(db: any) { db.exec('CREATE TABLE a (b)') }\nexport async function down(db: any) { db.exec('DROP TABLE a') }\n`
    expect(await placesIn({ '001_a.ts': text })).toEqual(['001_a.ts:2:1 error UP_ASYNC'])
  })
})
