// IMPORT_BUILTIN
import { expect, test } from 'vitest'
import { checkFolder, placesIn, SOUND } from '../check-folder.js'

test.each([
  `import { nanoid } from 'nanoid'`,
  `import type { Stats } from 'node:fs'`,
  `import { createHash } from 'node:crypto'`,
  `import crypto from 'crypto'`,
  `import { types } from 'node:util/types'`,
  `import { gunzipSync } from 'node:zlib'`,
])('valid: %s', async (line) =>
  expect(await placesIn({ '001_a.ts': `${line}\n${SOUND}` })).toEqual([]),
)

test.each([
  [`import { readFileSync } from 'node:fs'`, '001_a.ts:1:30'],
  [`import { readFile } from 'fs/promises'`, '001_a.ts:1:26'],
  [`import { EOL } from 'os'`, '001_a.ts:1:21'],
  [`import { exec } from 'node:child_process'`, '001_a.ts:1:22'],
])('invalid: %s', async (line, place) => {
  expect(await placesIn({ '001_a.ts': `${line}\n${SOUND}` })).toEqual([
    `${place} warning IMPORT_BUILTIN`,
  ])
})

test.each([
  ['node:fs', 'Write the data into the migration instead of reading it, or'],
  ['os', 'Use what SQLite or the language itself offers instead, or'],
])('the fix fits the module: %s', async (name, fix) => {
  const [found] = await checkFolder({ '001_a.ts': `import * as all from '${name}'\n${SOUND}` })
  expect(found?.fix).toContain(fix)
})

test('a module that only computes, where another driver may run elsewhere', async () => {
  const settings = { driver: 'a-driver-of-workers' }
  expect(
    await placesIn({ '001_a.ts': `import crypto from 'crypto'\n${SOUND}` }, settings),
  ).toContain('001_a.ts:1:20 warning IMPORT_BUILTIN')
})
