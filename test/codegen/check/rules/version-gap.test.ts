// VERSION_GAP
import { describe, expect, test } from 'vitest'
import { checkFolder, placesIn, SOUND } from '../check-folder.js'

const LIST = `import { defineMigrations } from 'lockstep/better-sqlite3'
export default defineMigrations([
  { version: 2, sql: ['CREATE TABLE b (c)'], down: ['DROP TABLE b'] },
  { version: 3, sql: ['CREATE TABLE d (e)'], down: ['DROP TABLE d'] },
])
`

describe('valid', () => {
  test.each([
    ['nothing at all', {}],
    ['one', { '001_a.ts': SOUND }],
    [
      'in order, with a list between',
      { '001_a.ts': SOUND, '002-003_b.ts': LIST, '004_c.ts': SOUND },
    ],
    ['by number, not by text', Object.fromEntries(thousand().map((file) => [file, SOUND]))],
    ['a pair', { '001_a.up.sql': 'CREATE TABLE a (b)', '001_a.down.sql': 'DROP TABLE a' }],
  ])('%s', async (_, folder) => expect(await placesIn(folder)).toEqual([]))

  function thousand(): string[] {
    return Array.from({ length: 1001 }, (_, index) => `${String(index + 1).padStart(3, '0')}_a.ts`)
  }
})

describe('invalid', () => {
  test('ranges are folded, and each gap is told once', async () => {
    const found = await checkFolder({
      '001_a.ts': SOUND,
      '005_b.ts': SOUND,
      '006_c.ts': SOUND,
      '1200_d.ts': SOUND,
    })
    expect(found.map(({ message }) => message)).toEqual([
      'Versions 002–004 are missing: migrations/001_a.ts is followed by migrations/005_b.ts.',
      'Versions 007–1199 are missing: migrations/006_c.ts is followed by migrations/1200_d.ts.',
    ])
  })

  test('the first migration is not 001', async () => {
    const [gap] = await checkFolder({ '002-003_b.ts': LIST })
    expect(gap!.message).toBe(
      'Version 001 is missing: versions start at 001, and the first migration is migrations/002-003_b.ts.',
    )
    expect(gap!.fix).toContain('rename 002-003_b.ts to 001-002_b.ts')
  })

  test('beside a file with a syntax error, about which nothing else is said', async () => {
    expect(await placesIn({ '001_a.ts': SOUND, '003_b.ts': 'export default {' })).toEqual([
      '003_b.ts:1:1 error VERSION_GAP',
      '003_b.ts:1:17 error READ_SYNTAX',
    ])
  })

  test('cannot be lowered or switched off', async () => {
    const folder = { '002_a.ts': `// lockstep-ignore VERSION_GAP: we began at two\n${SOUND}` }
    expect(await placesIn(folder, { rules: { VERSION_GAP: 'off' } })).toEqual([
      'migrations:1:1 warning SEVERITY_FIXED',
      '002_a.ts:1:1 warning SUPPRESSION_OF_ERROR',
      '002_a.ts:1:1 error VERSION_GAP',
    ])
  })

  test('not where a file is there and has a diagnostic of its own', async () => {
    const sql = 'CREATE TABLE a (b);\n'
    expect(await placesIn({ '001_a.ts': SOUND, '002-003_b.sql': sql, '004_c.ts': SOUND })).toEqual([
      '002-003_b.sql:1:1 error NAME_SQL_RANGE',
    ])
  })
})
