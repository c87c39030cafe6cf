// STATEMENT_NOT_RUN
import { expect, test } from 'vitest'
import { placesProven } from '../../proven/prove-project.js'

const found = async (up: string, before = ''): Promise<string[]> => {
  const places = await placesProven({
    '001_a.sql': '-- migrate:up\nCREATE TABLE t (a TEXT);\n-- migrate:down\nDROP TABLE t;\n',
    '002_b.js': `${before}\nexport const irreversible = 'no'\nexport function up(db) {\n${up}\n}\n`,
  })
  return places.filter((place) => !place.includes('SCHEMA_AND_DATA_MIXED'))
}

test.each([
  ['run', `db.prepare("UPDATE t SET a = 'x' WHERE a = 'y'").run()`],
  [
    'under a condition',
    `const set = db.prepare("DELETE FROM t WHERE a = 'x'")\nif (db.prepare('SELECT count(*) FROM t').pluck().get() > 999) set.run()`,
  ],
  [
    'handed on',
    `const all = [db.prepare("DELETE FROM t WHERE a = 'x'")]\ndb.exec('SELECT 1')\nall.length`,
  ],
  ['read', `db.prepare('SELECT a FROM t')\ndb.exec("DELETE FROM t WHERE a = 'x'")`],
  [
    'a transaction that is called',
    `db.transaction(() => db.exec("DELETE FROM t WHERE a = 'x'")).immediate()`,
  ],
])('valid: %s', async (_, up) => expect(await found(up)).toEqual([]))

test.each([
  ['not run', `db.prepare("UPDATE t SET a = 'x'")`, '5:4'],
  ['a name that nobody mentions', `const set = db.prepare("DELETE FROM t WHERE a = 'x'")`, '5:16'],
  ['returned', `return db.prepare("DELETE FROM t WHERE a = 'x'")`, '5:11'],
  ['not iterated', `db.prepare("DELETE FROM t WHERE a = 'x' RETURNING a").iterate()`, '5:4'],
  ['not called', `db.transaction(() => db.exec("DELETE FROM t WHERE a = 'x'"))`, '5:4'],
  ['not walked', `each(db)`, '5:1', `function* each(db) { yield db.exec('SELECT 1') }`],
])('invalid: %s', async (_, up, place, before = '') =>
  expect(await found(`db.exec('CREATE TABLE u (a TEXT)')\n${up}`, before)).toContain(
    `002_b.js:${place} error STATEMENT_NOT_RUN`,
  ),
)
