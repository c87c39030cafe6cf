// ctx.rebuild of tables whose checks name the table.
import { expect, test } from 'vitest'
import { databases } from '../../support/databases.js'
import { errorOf } from '../../support/error-of.js'
import { rebuild } from './rebuilt.js'

const files = databases()

const attempt = (columns: string, name = 't') => {
  const db = files.open()
  db.exec(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY, a INT); INSERT INTO ${name} VALUES (1, 5)`)
  rebuild(db, name.replaceAll('"', ''), `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, ${columns})`)
  return db
}

test.each([
  ['a INT CHECK (t.a > 0)', 't'],
  ['a INT CHECK ("t"."a" > 0)', 't'],
  ['a INT CHECK ([T].a > 0 AND t . a < 9.5)', 't'],
  ['a INT, CHECK (/* t. */ `t`.a > t.id)', 't'],
  ["a INT CHECK (t.a > 0 AND t.a <> '1.5') DEFAULT 1.5", 't'],
  ['a INT CHECK ("my ""table".a > 0)'.replace('my ""table', 'my table'), '"my table"'],
  ['a INT CHECK ("1".a > 1.5)', '"1"'],
])('%s keeps its check', (columns, name) => {
  const db = attempt(columns, name)
  expect(db.prepare(`SELECT a FROM ${name}`).pluck().get()).toBe(5)
  expect(() => db.exec(`INSERT INTO ${name} (a) VALUES (-1)`)).toThrow('CHECK constraint failed')
  const texts = db.prepare('SELECT sql FROM sqlite_master').pluck().all()
  expect(texts.join()).not.toContain('lockstep_new')
})

test('what SQLite itself refuses is refused in its words', () => {
  expect(errorOf(() => attempt('a INT, b AS (t.a + 1)')).message).toContain(
    'prohibited in generated columns',
  )
})
