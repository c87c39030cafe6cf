// DOWN_EMPTY
import { describe, expect, test } from 'vitest'
import { checkFolder, placesIn } from '../check-folder.js'
import { findingsIn } from '../proven-folder.js'

const withDown = (down: string) => ({
  '001_a.ts': `import { defineMigration } from 'lockstep/better-sqlite3'\nexport default defineMigration({\n  up: 'CREATE TABLE a (b)',\n  ${down},\n})\n`,
})

test.each([
  `down: 'DROP TABLE a'`,
  `down(db) { db.exec('DROP TABLE a') }`,
  `down: (db) => db.exec('DROP TABLE a')`,
  `down(db) { if (!db) throw new Error('no database'); db.exec('DROP TABLE a') }`,
])('valid: %s', async (down) => expect(await placesIn(withDown(down))).toEqual([]))

describe('invalid', () => {
  test.each([
    [`down() {}`, '001_a.ts:4:3'],
    [`down: ''`, '001_a.ts:4:9'],
    [`down: () => { throw new Error('irreversible') }`, '001_a.ts:4:9'],
  ])('%s', async (down, place) => {
    expect(await placesIn(withDown(down))).toEqual([`${place} warning DOWN_EMPTY`])
  })

  test('the second file of a pair is named', async () => {
    const [found] = await checkFolder({
      '001_a.up.sql': 'CREATE TABLE a (b)',
      '001_a.down.sql': '-- none\n',
    })
    expect(found).toMatchObject({
      code: 'DOWN_EMPTY',
      file: 'migrations/001_a.down.sql',
      line: 1,
      column: 1,
    })
    expect(found!.message).toBe('The `down` in migrations/001_a.down.sql does nothing.')
  })
})

describe('SQL that only asks, after an `up` that writes rows', () => {
  const TABLE = 'CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT)'
  const UP = 'UPDATE a SET b = upper(b) WHERE b IS NOT NULL'

  test.each(['SELECT 1', '-- nothing to do\nSELECT 1;', 'SELECT 1; VALUES (2)'])(
    'is an error: %s',
    async (down) => expect(await findingsIn(TABLE, [UP, down])).toEqual(['002 error DOWN_EMPTY']),
  )

  test.each(["UPDATE a SET b = lower(b) WHERE b <> ''", 'SELECT 1; DELETE FROM a WHERE b IS NULL'])(
    'is none with a statement that writes: %s',
    async (down) =>
      expect(await findingsIn(TABLE, [UP, down])).not.toContain('002 error DOWN_EMPTY'),
  )

  test('is left to DOWN_NOT_INVERSE where the schema changes', async () => {
    const up = 'CREATE TABLE c (id INTEGER PRIMARY KEY); INSERT INTO c VALUES (1)'
    expect(await findingsIn(TABLE, [up, 'SELECT 1'])).not.toContain('002 error DOWN_EMPTY')
  })
})
