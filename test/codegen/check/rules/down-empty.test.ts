// DOWN_EMPTY
import { describe, expect, test } from 'vitest'
import { checkFolder, placesIn } from '../check-folder.js'

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
