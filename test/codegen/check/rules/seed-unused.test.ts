// SEED_UNUSED
import { describe, expect, test } from 'vitest'
import type { GenerateSettings } from '../../../../codegen/model/settings.js'
import { onlyFinding, placesAfterReplay, sqlFile } from '../replayed-folder.js'

const folder = {
  '001_a.sql': sqlFile('CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT);'),
  '002_b.sql': sqlFile('ALTER TABLE users RENAME COLUMN mail TO email;'),
  '003_c.sql': sqlFile('CREATE TABLE pairs (a, b, PRIMARY KEY (a, b));'),
  '004_d.sql': sqlFile('DROP TABLE pairs;'),
}

const seeding = (seeds: Required<GenerateSettings>['seeds']) => ({
  settings: {
    seeds,
    config: { file: '/app/lockstep.config.ts', database: null },
    rules: { TABLE_DROPPED: 'off', COLUMN_RENAMED: 'off' },
  } as const,
})

describe('valid', () => {
  test.each([
    [
      {
        users: [
          { id: 'number 1', mail: 'string a' },
          { ID: 'number 2', Email: 'string a' },
        ],
      },
    ],
    [{ USERS: [{ mail: 'string a' }, { mail: 'string a' }] }],
    [{ users: [{ id: 'number 1' }, { id: 'string 1' }] }],
    [
      {
        pairs: [
          { a: 'number 1', b: 'number 1' },
          { a: 'number 1', b: 'number 2' },
        ],
      },
    ],
    [{ users: [] }],
  ])('%j', async (seeds) => {
    expect(await placesAfterReplay(folder, seeding(seeds as never))).toEqual([])
  })

  test('where nothing is configured', async () =>
    expect(
      await placesAfterReplay(folder, { settings: { rules: seeding({}).settings.rules } }),
    ).toEqual([]))
})

test.each([
  [
    { user: [{ id: 'number 1' }] },
    'gives rows for user, but no version has a table with this name (did you mean users?).',
  ],
  [{ zzz: [{ id: 'number 1' }] }, 'gives rows for zzz, but no version has a table with this name.'],
  [
    { users: [{ id: 'number 1' }, { emial: 'string a' }] },
    'gives row 2 of users the column emial, which no version has (did you mean email?).',
  ],
  [
    { users: [{ id: 'number 1', nope: 'number 1' }] },
    'gives row 1 of users the column nope, which no version has.',
  ],
  [
    { users: [{ mail: 'string a', email: 'string a' }] },
    'gives row 1 of users columns that no version has together: mail and the others.',
  ],
  [
    { users: [{ id: 'number 1' }, { email: 'string a' }, { ID: 'number 1' }] },
    'gives the rows 1 and 3 of users the same key (id), so only the first can be used.',
  ],
  [
    {
      pairs: [
        { a: 'number 1', b: 'number 1' },
        { b: 'number 1', a: 'number 1' },
      ],
    },
    'gives the rows 1 and 2 of pairs the same key (a, b), so only the first can be used.',
  ],
])('invalid: %j', async (seeds, says) => {
  const { code, severity, file, line, message } = await onlyFinding(folder, seeding(seeds as never))
  expect({ code, severity, line }).toEqual({ code: 'SEED_UNUSED', severity: 'warning', line: 1 })
  expect(message).toBe(`In ${file}, \`seeds\` ${says}`)
})
