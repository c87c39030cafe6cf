// ADD_COLUMN_STORED
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

test.each([
  `up: 'ALTER TABLE a ADD b AS (c + 1)'`,
  `up: 'ALTER TABLE a ADD b INT GENERATED ALWAYS AS (c + 1) VIRTUAL'`,
  `up: 'ALTER TABLE a ADD stored INT'`,
  `up: 'CREATE TABLE a (c, b AS (c + 1) STORED)'`,
])('valid: %s', async (up) => expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([]))

describe('invalid', () => {
  test.each([
    'ALTER TABLE a ADD b AS (c + 1) STORED',
    'ALTER TABLE a ADD COLUMN b INT GENERATED ALWAYS AS ((c + 1)) stored',
  ])('%s', async (sql) => {
    expect(await placesIn({ '001_a.ts': migrationWith(`up: '${sql}'`) })).toEqual([
      '001_a.ts:3:8 error ADD_COLUMN_STORED',
    ])
  })

  test('the fix gives the virtual column', async () => {
    const up = `up: 'ALTER TABLE a ADD b AS (c) STORED'`
    const [found] = await checkFolder({ '001_a.ts': migrationWith(up) })
    expect(found!.fix).toContain('`ALTER TABLE a ADD b AS (c) VIRTUAL`')
  })
})
