// IMPORT_BUILTIN
import { expect, test } from 'vitest'
import { checkFolder, placesIn, SOUND } from '../check-folder.js'

test.each([`import { nanoid } from 'nanoid'`, `import type { Stats } from 'node:fs'`])(
  'valid: %s',
  async (line) => expect(await placesIn({ '001_a.ts': `${line}\n${SOUND}` })).toEqual([]),
)

test.each([
  [`import { readFileSync } from 'node:fs'`, '001_a.ts:1:30'],
  [`import { readFile } from 'fs/promises'`, '001_a.ts:1:26'],
  [`import crypto from 'crypto'`, '001_a.ts:1:20'],
])('invalid: %s', async (line, place) => {
  expect(await placesIn({ '001_a.ts': `${line}\n${SOUND}` })).toEqual([
    `${place} warning IMPORT_BUILTIN`,
  ])
})

test.each([
  ['node:fs', 'Write the data into the migration instead of reading it, or'],
  ['crypto', 'Use what SQLite or the language itself offers instead, or'],
])('the fix fits the module: %s', async (name, fix) => {
  const [found] = await checkFolder({ '001_a.ts': `import * as all from '${name}'\n${SOUND}` })
  expect(found?.fix).toContain(fix)
})
