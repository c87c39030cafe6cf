// COLUMN_RENAMED
import { describe, expect, test } from 'vitest'
import { onlyFinding, placesAfterReplay, sqlFile } from '../replayed-folder.js'
import { placesProven, proveFiles } from '../../proven/prove-project.js'

const A = sqlFile('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, mail TEXT);')
const withUp = (up: string) => ({ '001_a.sql': A, '002_b.sql': sqlFile(up) })

test.each([
  ['there and back', 'ALTER TABLE users RENAME name TO n; ALTER TABLE users RENAME n TO name;'],
  ['a new column', 'ALTER TABLE users ADD COLUMN age INTEGER;'],
  ['a column of a new table', 'CREATE TABLE t (a); ALTER TABLE t RENAME COLUMN a TO b;'],
])('valid: %s', async (_, up) => expect(await placesAfterReplay(withUp(up))).toEqual([]))

describe('invalid', () => {
  test.each([
    ['ALTER TABLE users RENAME COLUMN mail TO email;', '002_b.sql:2:1'],
    ['SELECT 1; ALTER TABLE "users" RENAME [mail] TO "e-mail";', '002_b.sql:2:11'],
    ['ALTER TABLE users RENAME mail TO x; ALTER TABLE users RENAME x TO email;', '002_b.sql:2:37'],
    [
      'CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, email TEXT);\nINSERT INTO n (id, name, email) SELECT u.id, u.name, u.mail AS email FROM users u;\nDROP TABLE users;\nALTER TABLE n RENAME TO users;',
      '002_b.sql:3:1',
    ],
    [
      'CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, mail TEXT);\nINSERT INTO n (id, name, mail) SELECT id, name, mail FROM users;\nDROP TABLE users; ALTER TABLE n RENAME TO users;\nALTER TABLE users RENAME COLUMN mail TO email;',
      '002_b.sql:5:1',
    ],
  ])('%s', async (up, place) =>
    expect(await placesAfterReplay(withUp(up))).toEqual([`${place} warning COLUMN_RENAMED`]),
  )

  test('the fix is a generated column with the old name, in the table as it is called now', async () => {
    const up = 'ALTER TABLE users RENAME COLUMN mail TO "order";'
    const { message, fix } = await onlyFinding(withUp(up))
    expect(message).toContain('(migrations/002_b.sql) renames the column mail of users to order.')
    expect(fix).toContain('`ALTER TABLE users ADD COLUMN mail AS ("order")`')
  })

  test.each([
    'UPDATE users SET cents = cents * 100 WHERE cents > 0;',
    'UPDATE users SET cents = round(cents * 100.0) WHERE 1;',
  ])('where its values are others as well, not what stands there now: %s', async (update) => {
    const up = `ALTER TABLE users RENAME COLUMN mail TO cents;\n${update}`
    const found = await proveFiles({
      'migrations/001_a.sql': A.replace('mail TEXT', 'mail REAL'),
      'migrations/002_b.sql': sqlFile(up),
    })
    const renamed = found.find(({ code }) => code === 'COLUMN_RENAMED')
    expect(renamed?.fix).toContain('`ALTER TABLE users ADD COLUMN mail AS (…)`, with what restores')
  })

  test('with the fix, and what it says of `down`, it goes there and back', async () => {
    const first =
      '-- irreversible: the beginning\n-- migrate:up\nCREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT);\n'
    const [up, down] = [
      'ALTER TABLE users RENAME COLUMN mail TO email;',
      'ALTER TABLE users RENAME COLUMN email TO mail;',
    ]
    const { fix } = await onlyFinding({ '001_a.sql': first, '002_b.sql': sqlFile(up, down) })
    const [, add = '', drop = ''] =
      /`(ALTER[^`]*)`.*, and in `down` .*?`(ALTER[^`]*)`/.exec(fix) ?? []
    const mended = sqlFile(`${up}\n${add};`, `${drop};\n${down}`)
    expect(await placesProven({ '001_a.sql': first, '002_b.sql': mended })).toEqual([])
  })

  test('no generated column where the settings promise a SQLite that has none', async () => {
    const up = 'ALTER TABLE users RENAME COLUMN mail TO email;'
    const fixFor = async (minimumSqlite: string): Promise<string | undefined> => {
      const files = { 'settings.json': JSON.stringify({ minimumSqlite }) }
      const folder = Object.entries(withUp(up)).map(([name, text]) => [`migrations/${name}`, text])
      const found = await proveFiles({ ...files, ...Object.fromEntries(folder) })
      return found.find(({ code }) => code === 'COLUMN_RENAMED')?.fix
    }
    expect(await fixFor('3.31')).toContain(' AS (email)`')
    expect(await fixFor('3.30.1')).toMatch(/^Add email as a new column instead, filled from mail, /)
  })

  test('nothing of a `down` that does not rename', async () => {
    const up = 'ALTER TABLE users RENAME COLUMN mail TO email;'
    expect((await onlyFinding(withUp(up))).fix).not.toContain('`down`')
  })

  test('code that puts its statement together, at its call', async () => {
    const found = await placesProven({
      '001_a.sql': A,
      '002_b.ts': `export const irreversible = 'a test'\nexport const up = (db: any) =>\n  db.exec(['ALTER TABLE users', 'RENAME mail TO email'].join(' '))\n`,
    })
    expect(found).toContain('002_b.ts:3:6 warning COLUMN_RENAMED')
  })
})
