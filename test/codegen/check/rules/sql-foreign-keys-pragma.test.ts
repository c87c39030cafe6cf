// SQL_FOREIGN_KEYS_PRAGMA
import { describe, expect, test } from 'vitest'
import { checkFolder, migrationWith, placesIn } from '../check-folder.js'

test.each([
  `up: 'PRAGMA foreign_keys'`,
  `up: 'PRAGMA foreign_key_check'`,
  `up: 'PRAGMA defer_foreign_keys = ON'`,
  `up(db) { return db.pragma('foreign_keys', { simple: true }) === 1 }`,
])('valid: %s', async (up) => expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([]))

describe('invalid', () => {
  test.each([
    [`up: 'PRAGMA foreign_keys = OFF'`, '001_a.ts:3:8'],
    [`up: 'SELECT 1; pragma FOREIGN_KEYS(0)'`, '001_a.ts:3:18'],
    [`up: 'PRAGMA main . [foreign_keys]=1', transaction: false`, '001_a.ts:3:8'],
    [`up(db) { db.pragma('foreign_keys = OFF') }`, '001_a.ts:3:23'],
    [`up(db) { db.exec('PRAGMA foreign_keys=ON') }`, '001_a.ts:3:21'],
  ])('%s', async (up, place) => {
    expect(await placesIn({ '001_a.ts': migrationWith(up) })).toEqual([
      `${place} error SQL_FOREIGN_KEYS_PRAGMA`,
    ])
  })

  test.each([
    [`up: 'PRAGMA foreign_keys = OFF', foreignKeys: 'enforce'`],
    [
      `batches: [{ query: 'SELECT id FROM a', by: 'id', each(db) { db.exec('PRAGMA foreign_keys = OFF') } }]`,
    ],
  ])('the fix does not say that they are off where they are enforced: %s', async (up) => {
    const found = await checkFolder({ '001_a.ts': migrationWith(up) })
    const { fix } = found.find(({ code }) => code === 'SQL_FOREIGN_KEYS_PRAGMA')!
    expect(fix).toMatch(/^Remove it: foreign keys are enforced in this step/)
    expect(fix).not.toContain('declares')
  })

  test('the fix names the option in the form of the file', async () => {
    const sql = '-- migrate:up\nPRAGMA foreign_keys=OFF;\n-- migrate:down\nDROP TABLE a;\n'
    const [inSql] = await checkFolder({ '001_a.sql': sql })
    expect(inSql!.fix).toContain('a line `-- foreign_keys: enforce`')
    const [inObject] = await checkFolder({
      '001_a.ts': migrationWith(`up: 'PRAGMA foreign_keys = OFF'`),
    })
    expect(inObject!.fix).toContain(`\`foreignKeys: 'enforce'\``)
  })
})
