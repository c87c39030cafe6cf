// DOWN_WITH_IRREVERSIBLE
import { expect, test } from 'vitest'
import { placesIn } from '../check-folder.js'

const define = (members: string) =>
  `import { defineMigration } from 'lockstep/better-sqlite3'\nexport default defineMigration({\n  up: 'DELETE FROM a WHERE b',\n  ${members},\n})\n`

test.each([`down: 'DROP TABLE a'`, `irreversible: 'gone'`])('valid: %s', async (members) => {
  expect(await placesIn({ '001_a.ts': define(members) })).toEqual([])
})

test('invalid: both', async () => {
  const text = define(`down: 'DROP TABLE a', irreversible: 'gone'`)
  expect(await placesIn({ '001_a.ts': text })).toEqual([
    '001_a.ts:4:39 warning DOWN_WITH_IRREVERSIBLE',
  ])
})
