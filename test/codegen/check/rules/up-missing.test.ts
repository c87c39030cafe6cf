// UP_MISSING
import { describe, expect, test } from 'vitest'
import { checkFolder, placesIn, SOUND } from '../check-folder.js'

const DEFINE = `import { defineMigration } from 'lockstep/better-sqlite3'\n`

test.each([
  ['an object', SOUND],
  ['named exports', `export const up = 'CREATE TABLE a (b)'\nexport const down = 'DROP TABLE a'\n`],
])('valid: %s', async (_, text) => expect(await placesIn({ '001_a.ts': text })).toEqual([]))

describe('invalid', () => {
  test('no default export and no up', async () => {
    const [found, ...more] = await checkFolder({ '001_a.ts': `\nexport const other = 1\n` })
    expect(more).toEqual([])
    expect(found).toMatchObject({ code: 'UP_MISSING', severity: 'error', line: 1, column: 1 })
    expect(found!.message).toBe(
      'migrations/001_a.ts has no default export and exports no `up`, so it is not a migration.',
    )
  })

  test.each([
    ['an empty file', { '001_a.ts': '' }, ['001_a.ts:1:1 error UP_MISSING']],
    [
      'only a down',
      { '001_a.ts': `export const down = 'DROP TABLE a'\n` },
      ['001_a.ts:1:1 error UP_MISSING'],
    ],
    [
      'an object without up',
      { '001_a.ts': `${DEFINE}export default defineMigration({ down: 'DROP TABLE a' })\n` },
      ['001_a.ts:2:1 error UP_MISSING'],
    ],
    [
      'a class without up',
      {
        '001_a.ts': `import { Migration } from 'lockstep'\nexport default class A extends Migration {}\n`,
      },
      ['001_a.ts:2:1 error UP_MISSING'],
    ],
    [
      'an element of a list',
      {
        '001_a.ts': `import { defineMigrations } from 'lockstep'\nexport default defineMigrations([\n  { version: 1, down: ['DROP TABLE a'] },\n])\n`,
      },
      ['001_a.ts:3:3 error UP_MISSING'],
    ],
    [
      'an SQL file with a down only',
      { '001_a.sql': '-- migrate:down\nDROP TABLE a;\n' },
      ['001_a.sql:1:1 error UP_MISSING'],
    ],
  ])('%s', async (_, folder, places) => expect(await placesIn(folder)).toEqual(places))

  test.each([
    `${DEFINE}export const migration = defineMigration({ up: 'SELECT 1' })`,
    `export const migration = { up(db: any) {} }`,
    `const migration = { 'description': 'x', up: 'SELECT 1' } as const\nexport { migration }`,
    `export class migration { up(db: any) {} }`,
    `const helper = { down: '' }, migration = class { up = 'SELECT 1' }`,
  ])('names what looks like the migration: %s', async (text) => {
    const [found] = await checkFolder({ '001_a.ts': text })
    expect(found).toMatchObject({ code: 'UP_MISSING', fix: 'Add `export default migration`.' })
  })

  test.each([
    `export const a = { up: 1 }, b = { up: 2 }`,
    `export const a = { [up]: 1 }`,
    `function b() { const a = { up: 1 } }`,
  ])('names nothing where nothing, or more than one, looks like it: %s', async (text) => {
    const [found] = await checkFolder({ '001_a.ts': text })
    expect(found!.fix).toContain('defineMigration')
  })

  test('is silent where the reading could not understand the file', async () => {
    const places = await placesIn({ '001_a.ts': `export default make()\n` })
    expect(places).not.toEqual([])
    expect(places.join()).not.toContain('UP_MISSING')
  })
})
