// DOWN_MISSING
import { describe, expect, test } from 'vitest'
import { checkFolder, placesIn } from '../check-folder.js'

const DEFINE = `import { defineMigration } from 'lockstep/better-sqlite3'\n`
const UP = `up: 'CREATE TABLE a (b)'`
const list = (rest: string) =>
  `import { defineMigrations } from 'lockstep/better-sqlite3'\n` +
  `export default defineMigrations([\n  { version: 1, sql: ['CREATE TABLE a (b)']${rest} },\n])\n`

test.each([
  [
    'a down',
    { '001_a.ts': `${DEFINE}export default defineMigration({ ${UP}, down: 'DROP TABLE a' })` },
  ],
  [
    'a reason',
    {
      '001_a.ts': `${DEFINE}export default defineMigration({ ${UP}, irreversible: 'data is gone' })`,
    },
  ],
  [
    'a reason beside exports',
    {
      '001_a.ts': `export const up = 'DELETE FROM a WHERE b'\nexport const irreversible = 'gone'\n`,
    },
  ],
  [
    'a reason in SQL',
    { '001_a.sql': '-- irreversible: data is gone\n-- migrate:up\nDELETE FROM a WHERE b;\n' },
  ],
  ['a list with down', { '001_a.ts': list(`, down: ['DROP TABLE a']`) }],
])('valid: %s', async (_, folder) => expect(await placesIn(folder)).toEqual([]))

describe('invalid', () => {
  test.each([
    [
      'an object',
      { '001_a.ts': `${DEFINE}export default defineMigration({ ${UP} })` },
      '001_a.ts:2:1 error DOWN_MISSING',
    ],
    [
      'named exports',
      { '001_a.ts': `\nexport const up = 'DELETE FROM a WHERE b'` },
      '001_a.ts:2:1 error DOWN_MISSING',
    ],
    ['an SQL file', { '001_a.sql': 'CREATE TABLE a (b);\n' }, '001_a.sql:1:1 error DOWN_MISSING'],
    [
      'an .up.sql file alone',
      { '001_a.up.sql': 'CREATE TABLE a (b);\n' },
      '001_a.up.sql:1:1 error DOWN_MISSING',
    ],
    [
      'a list, where it is a warning',
      { '001_a.ts': list('') },
      '001_a.ts:3:3 warning DOWN_MISSING',
    ],
  ])('%s', async (_, folder, place) => expect(await placesIn(folder)).toEqual([place]))

  test('the fix speaks the language of the file', async () => {
    const [sql] = await checkFolder({ '001_a.sql': 'CREATE TABLE a (b);\n' })
    expect(sql!.fix).toContain('-- irreversible: reason')
    const [half] = await checkFolder({ '001_a.up.sql': 'CREATE TABLE a (b);\n' })
    expect(half!.fix).toMatch(
      /^Add the file 001_a\.down\.sql, or a line `-- irreversible: reason` /,
    )
    const [exported] = await checkFolder({
      '001_a.ts': `export const up = 'DELETE FROM a WHERE b'`,
    })
    expect(exported!.fix).toContain(`export const irreversible = 'reason'`)
  })
})

test('the fix for a file without markers asks for both', async () => {
  const fixOf = async (text: string) => (await checkFolder({ '001_a.sql': text }))[0]!.fix
  expect(await fixOf('CREATE TABLE a (b);\n')).toMatch(
    /^Write `-- migrate:up` above .*-- migrate:down/,
  )
  expect(await fixOf('-- migrate:up\nCREATE TABLE a (b);\n')).toMatch(/^Add a section /)
})
