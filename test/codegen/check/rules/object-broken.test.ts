// OBJECT_BROKEN
import { describe, expect, test } from 'vitest'
import type { BrokenObject } from '../../../../codegen/model/evidence.js'
import { onlyFinding, placeIn, sqlFile } from '../replayed-folder.js'

const folder = {
  '001_a.sql': sqlFile(
    'CREATE TABLE users (id, active);\nCREATE VIEW "Active" AS SELECT id\n  FROM users WHERE active;',
  ),
  '002_b.sql': sqlFile(`SELECT 1;\nSELECT 2;`),
}
const fact: BrokenObject = {
  kind: 'broken-object',
  at: placeIn(2, { offset: 10, statement: 'SELECT 2' }),
  object: 'view active',
  message: 'no such column: active',
}
describe('invalid', () => {
  test.each([
    ['a new one', 'CREATE VIEW v AS SELECT nme FROM users;', 'view v', 'View v'],
    [
      'one that is made again',
      'DROP VIEW active;\nCREATE VIEW Active AS SELECT nme FROM users;',
      'view active',
      'View active',
    ],
  ])('%s never compiled', async (_, up, object, name) => {
    const facts = [{ ...fact, at: placeIn(2), object, message: 'no such column: nme' }]
    const { message, fix } = await onlyFinding({ ...folder, '002_b.sql': sqlFile(up) }, { facts })
    expect(message).toBe(
      `${name} does not compile after \`up\` of version 002 (migrations/002_b.sql): no such column: nme. SQLite only notices when it is used.`,
    )
    expect(fix).toMatch(
      /^Correct what it names; it is now `CREATE VIEW \w+ AS SELECT nme FROM users`;/,
    )
  })

  test('one that a rename writes anew has compiled before', async () => {
    const facts = [{ ...fact, at: placeIn(2) }]
    const found = await onlyFinding(
      { ...folder, '002_b.sql': sqlFile('ALTER TABLE users RENAME TO people;') },
      { facts, settings: { rules: { TABLE_RENAMED: 'off' } } },
    )
    expect(found.message).toContain('does not compile any more')
  })

  test('where only the step is known, the statement that changes a table it names', async () => {
    const at = placeIn(2, { script: null, offset: null })
    const up = 'SELECT 1;\nALTER TABLE users ADD COLUMN x;'
    const found = await onlyFinding(
      { ...folder, '002_b.sql': sqlFile(up) },
      { facts: [{ ...fact, at }] },
    )
    expect(found.line).toBe(3)
  })

  test('after `down`', async () => {
    const at = { ...fact.at, direction: 'down', offset: 0 } as const
    const { line, message } = await onlyFinding(folder, { facts: [{ ...fact, at }] })
    expect(line).toBe(5)
    expect(message).toContain('after `down` of version 002 (migrations/002_b.sql)')
  })

  test('a table that is dropped in another version is no excuse', async () => {
    const message = 'no such table: main.users'
    expect((await onlyFinding(folder, { facts: [{ ...fact, message }] })).code).toBe(
      'OBJECT_BROKEN',
    )
  })
})
