// MIGRATION_EMPTY
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

const batches = (...each: string[]): string =>
  `batches: [${each.map((one) => `{ query: 'SELECT b FROM a', by: 'b', ${one} }`).join()}]`

test.each([
  `up(db) { db.exec('CREATE TABLE a (b)') }`,
  `up: (db) => db.exec('CREATE TABLE a (b)')`,
  `up: ['', 'CREATE TABLE a (b)']`,
  `up: 'SELECT 1'`,
  batches('each() {}', 'each(db) { db.exec("DELETE FROM a WHERE b = 1") }'),
  `up(db) { db.exec('-- first\\n SELECT 1') }`,
  `up(db) { db.exec('-- later'); db.exec('CREATE TABLE a (b)') }`,
])('valid: %s', async (up) => expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([]))

describe('invalid', () => {
  test.each([
    [`up() {}`, '001_a.ts:3:3'],
    [`up: () => { ; return }`, '001_a.ts:3:7'],
    [`up: function () { /* later */ }`, '001_a.ts:3:7'],
    [`up(db) { db.exec('-- later') }`, '001_a.ts:3:3'],
    [`up(db) { db.exec(''); db.exec(\`/* later */ ;\`) }`, '001_a.ts:3:3'],
    [`up: ''`, '001_a.ts:3:7'],
    [`up: []`, '001_a.ts:3:7'],
    [batches('each() {}'), '001_a.ts:3:12'],
    [batches('each: () => { return }', 'each(db) { db.exec("-- later") }'), '001_a.ts:3:12'],
    [`up: ['-- nothing', ' ; ']`, '001_a.ts:3:7'],
  ])('%s', async (up, place) => {
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([
      `${place} error MIGRATION_EMPTY`,
    ])
  })

  test('where no statement has a place, another `up` is advised', async () => {
    const [found] = await checkFolder({ '001_a.ts': migrationWith(batches('each() {}')) })
    expect(found?.message).toContain('The `batches` in')
    expect(found?.fix).toContain("with `up: 'SELECT 1'` in place of `batches`, or in a comment")
  })

  test('an SQL file of comments', async () => {
    const places = await placesIn({
      '001_a.sql': '-- migrate:up\n-- later\n-- migrate:down\nDROP TABLE a;\n',
    })
    expect(places).toEqual(['001_a.sql:2:1 error MIGRATION_EMPTY'])
  })
})
