// IMPORT_BUILTIN
import { describe, expect, test } from 'vitest'
import { placesIn, SOUND } from '../check-folder.js'

describe('valid', () => {
  test.each([`import { nanoid } from 'nanoid'`, `import type { Stats } from 'node:fs'`])(
    '%s',
    async (line) => expect(await placesIn({ '001_a.ts': `${line}\n${SOUND}` })).toEqual([]),
  )
})

describe('invalid', () => {
  test.each([
    [`import { readFileSync } from 'node:fs'`, '001_a.ts:1:30'],
    [`import { readFile } from 'fs/promises'`, '001_a.ts:1:26'],
    [`import crypto from 'crypto'`, '001_a.ts:1:20'],
  ])('%s', async (line, place) => {
    expect(await placesIn({ '001_a.ts': `${line}\n${SOUND}` })).toEqual([
      `${place} warning IMPORT_BUILTIN`,
    ])
  })
})
