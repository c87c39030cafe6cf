// SQL_NUL
import { describe, expect, test } from 'vitest'
import { migrationWith, placesIn } from '../check-folder.js'

const NUL = '\0'

test.each([
  String.raw`up(db) { db.exec('CREATE TABLE a (b)'); db.prepare('INSERT INTO a VALUES (?)').run('x\0y') }`,
  String.raw`up(db) { db.exec("CREATE TABLE a (b); INSERT INTO a VALUES (char(0), x'00')") }`,
  String.raw`up(db) { db.exec('CREATE TABLE a (b)'); for (const word of text.split('\0')) add(db, word) }`,
  String.raw`up(db) { db.exec('CREATE TABLE a (b)'); add(db, 'Delete\0from') }`,
])('valid: %s', async (up) => expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([]))

describe('invalid', () => {
  test.each([
    [String.raw`up(db) { db.exec('CREATE TABLE a (x);\0CREATE TABLE b (x)') }`, '001_a.ts:3:21'],
    [`up(db) { db.exec('CREATE TABLE a (x);${NUL}CREATE TABLE b (x)') }`, '001_a.ts:3:21'],
    [String.raw`up(db) { db.prepare("INSERT INTO a VALUES ('x\u0000y')").run() }`, '001_a.ts:3:24'],
    ['up(db) { db.exec(`CREATE TABLE a (${columns});\\0`) }', '001_a.ts:3:20'],
    [String.raw`up(db) { db.exec('CREATE TABLE a (b)' + ';\x00DROP TABLE b') }`, '001_a.ts:3:20'],
    [
      String.raw`up(db) { for (const text of ['CREATE TABLE a (x);\0']) db.exec(text) }`,
      '001_a.ts:3:33',
    ],
    [
      String.raw`up(db, ctx) { ctx.rebuild('a', { create: 'CREATE TABLE a (b)\0' }) }`,
      '001_a.ts:3:45',
    ],
  ])('%s', async (up, place) => {
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([`${place} error SQL_NUL`])
  })

  test('in a helper', async () => {
    const folder = {
      '001_a.ts': `import { run } from './_b.js'\n${migrationWith('up: run')}`,
      '_b.ts': String.raw`export const run = (db: any) => db.exec('CREATE TABLE a (x);\0')`,
    }
    expect(await placesIn(folder)).toEqual(['_b.ts:1:42 error SQL_NUL'])
  })

  test('what is read as SQL is told of once, by the reading', async () => {
    const up = String.raw`up: 'CREATE TABLE a (b);\0DROP TABLE b'`
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([
      '001_a.ts:3:8 error READ_SQL_NUL',
    ])
  })
})
