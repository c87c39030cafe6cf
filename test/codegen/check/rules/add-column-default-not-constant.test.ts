// ADD_COLUMN_DEFAULT_NOT_CONSTANT
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

test.each([
  `up: 'ALTER TABLE a ADD b DEFAULT (-1)'`,
  `up: "ALTER TABLE a ADD b TEXT DEFAULT ('at current_timestamp')"`,
  `up: 'CREATE TABLE a (b DEFAULT CURRENT_TIMESTAMP)'`,
  `up: ['CREATE TABLE a (c)', 'ALTER TABLE a ADD b DEFAULT CURRENT_TIMESTAMP']`,
])('valid: %s', async (up) => expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([]))

describe('invalid', () => {
  test.each([
    'ALTER TABLE a ADD b DEFAULT CURRENT_TIMESTAMP',
    'ALTER TABLE a ADD b NOT NULL DEFAULT current_date',
    'ALTER TABLE a ADD b DEFAULT (random())',
    'ALTER TABLE a ADD b INTEGER DEFAULT (60 * 60)',
  ])('%s', async (sql) => {
    expect(await placesIn({ '001_a.ts': migrationWith(`up: '${sql}'`) })).toEqual([
      '001_a.ts:3:8 error ADD_COLUMN_DEFAULT_NOT_CONSTANT',
    ])
  })

  test('the fix names a constant of the column, and the UPDATE', async () => {
    const up = `up: 'ALTER TABLE a ADD at DATETIME DEFAULT CURRENT_TIMESTAMP'`
    const [found] = await checkFolder({ '001_a.ts': migrationWith(up) })
    expect(found!.message).toContain('"Cannot add a column with non-constant default"')
    expect(found!.fix).toContain(`\`DEFAULT '1970-01-01'\``)
    expect(found!.fix).toContain('`UPDATE a SET at = …`')
  })
})
