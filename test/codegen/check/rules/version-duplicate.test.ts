// VERSION_DUPLICATE
import { describe, expect, test } from 'vitest'
import { checkFolder, placesIn, SOUND } from '../check-folder.js'

const SQL = '-- migrate:up\nCREATE TABLE a (b);\n-- migrate:down\nDROP TABLE a;\n'
const LIST = `import { defineMigrations } from 'lockstep/better-sqlite3'
export default defineMigrations([
  { version: 1, sql: ['CREATE TABLE b (c)'], down: ['DROP TABLE b'] },
  { version: 2, sql: ['CREATE TABLE d (e)'], down: ['DROP TABLE d'] },
])
`

test.each([
  ['different versions', { '001_a.ts': SOUND, '002_a.ts': SOUND }],
  [
    'the two files of a pair',
    { '001_a.up.sql': 'CREATE TABLE a (b)', '001_a.down.sql': 'DROP TABLE a' },
  ],
])('valid: %s', async (_, folder) => expect(await placesIn(folder)).toEqual([]))

describe('invalid', () => {
  test('one name in TypeScript and in SQL', async () => {
    expect(await placesIn({ '001_a.ts': SOUND, '001_a.sql': SQL })).toEqual([
      '001_a.ts:1:1 error VERSION_DUPLICATE',
    ])
  })

  test('three files: two must move, and the last names all', async () => {
    const found = await checkFolder({ '001_a.ts': SOUND, '001_b.sql': SQL, '001_c.ts': SOUND })
    expect(found.map(({ file }) => file)).toEqual(['migrations/001_b.sql', 'migrations/001_c.ts'])
    expect(found[1]!.message).toContain(
      'migrations/001_a.ts, migrations/001_b.sql and migrations/001_c.ts',
    )
  })

  test('a pair against another file counts once', async () => {
    const pair = { '001_b.up.sql': 'CREATE TABLE a (b)', '001_b.down.sql': 'DROP TABLE a' }
    expect(await placesIn({ '001_a.ts': SOUND, ...pair })).toEqual([
      '001_b.up.sql:1:1 error VERSION_DUPLICATE',
    ])
  })

  test('two sides of a pair with two names are told of as such only', async () => {
    const pair = { '001_b.up.sql': 'CREATE TABLE a (b)', '001_c.down.sql': 'DROP TABLE a' }
    expect((await placesIn(pair)).filter((one) => /PAIR|VERSION/.test(one))).toEqual([
      '001_c.down.sql:1:1 error PAIR_NAMES_DIFFER',
    ])
  })

  test('a file inside the range of a list', async () => {
    const [duplicate] = await checkFolder({ '001-002_list.ts': LIST, '002_b.ts': SOUND })
    expect(duplicate!.message).toBe(
      'Version 002 is taken more than once: by migrations/001-002_list.ts and migrations/002_b.ts.',
    )
  })

  test('two lists that overlap', async () => {
    const [duplicate] = await checkFolder({ '001-002_a.ts': LIST, '001-002_b.ts': LIST })
    expect(duplicate!.message).toContain('Versions 001–002 are taken more than once')
    expect(duplicate!.fix).toContain('001-002_b.ts would become 003-004_b.ts')
  })

  test('cannot be lowered', async () => {
    const places = await placesIn(
      { '001_a.ts': SOUND, '001_b.ts': SOUND },
      { rules: { VERSION_DUPLICATE: 'info' } },
    )
    expect(places).toContain('001_b.ts:1:1 error VERSION_DUPLICATE')
  })
})
