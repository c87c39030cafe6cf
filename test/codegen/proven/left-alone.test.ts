// What `up` sets in some rows: `down` is to change that back, and nothing in others.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const P = `CREATE TABLE p (id INTEGER PRIMARY KEY, unit TEXT NOT NULL DEFAULT 'g', amount REAL NOT NULL, n INTEGER NOT NULL);
-- migrate:down
DROP TABLE p;`
const step = (up: string, down: string): string => `-- migrate:up\n${up}\n-- migrate:down\n${down}`
const KG = "UPDATE p SET amount = amount * 1000 WHERE unit = 'kg';"
const G = "UPDATE p SET unit = 'g' WHERE unit = 'kg';"
const BACK = "UPDATE p SET amount = amount / 1000, unit = 'kg' WHERE amount >= 1000;"
const TO_ABS =
  "ALTER TABLE p ADD COLUMN sign TEXT NOT NULL DEFAULT 'plus'; UPDATE p SET sign = 'minus' WHERE n < 0; UPDATE p SET n = abs(n);"
const fromAbs = (sign: string): string =>
  `UPDATE p SET n = -n WHERE sign = '${sign}'; ALTER TABLE p DROP COLUMN sign;`
const both = (up: string, down: string): string => `
export function up(db) { db.exec("${up}") }
export function down(db) { db.exec("${down}") }`

const found = async (change: string): Promise<string[]> =>
  (await codesIn(P, change)).filter((code) => code.includes('VALUES_LOST'))

testSome([
  step(`${KG} UPDATE p SET unit = 'g';`, BACK),
  step("UPDATE p SET amount = 1000 * amount, unit = 'g' WHERE unit = 'kg';", BACK),
  both(`${KG} ${G}`, BACK),
  step('UPDATE p SET n = n + 100 WHERE n < 5000;', 'UPDATE p SET n = n - 100 WHERE n >= 100;'),
  step(TO_ABS, fromAbs('plus')),
])('others are taken for them: %s', async (change) =>
  expect(await found(change)).toEqual([
    `warning VALUES_LOST p.${change.includes('SET n') ? 'n' : 'amount'}`,
  ]),
)

testSome([
  step(
    `ALTER TABLE p ADD COLUMN was TEXT; UPDATE p SET was = unit; ${KG} ${G}`,
    "UPDATE p SET amount = amount / 1000 WHERE was = 'kg'; UPDATE p SET unit = was; ALTER TABLE p DROP COLUMN was;",
  ),
  step(
    "UPDATE p SET amount = amount * 1000, unit = 'mg of kg' WHERE unit = 'kg';",
    "UPDATE p SET amount = amount / 1000, unit = 'kg' WHERE unit = 'mg of kg';",
  ),
  step('UPDATE p SET n = n + 1 WHERE n >= 3;', 'UPDATE p SET n = n - 1 WHERE n > 3;'),
  step(TO_ABS, fromAbs('minus')),
  step('UPDATE p SET n = abs(n);', "UPDATE p SET n = -n WHERE unit = 'g';"),
  step('UPDATE p SET n = abs(n) WHERE n < 0;', 'UPDATE p SET n = -n;'),
  `-- irreversible: no\n-- migrate:up\n${KG} ${G}`,
])('it asks for them: %s', async (change) => expect(await found(change)).toEqual([]))

const C = `CREATE TABLE c (id INTEGER PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, s TEXT, n INTEGER, active INTEGER NOT NULL DEFAULT 1);
CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, v TEXT);
-- migrate:down
DROP TABLE tags; DROP TABLE c;`
const lost = async (change: string): Promise<string[]> =>
  (await codesIn(C, change)).filter((code) => code.includes('VALUES_LOST'))
const LOWER = 'UPDATE c SET s = lower(name) WHERE s IS NULL;'
const CLEAR = 'UPDATE c SET s = NULL WHERE s IS NOT NULL;'
const OWN = 'UPDATE c SET s = NULL WHERE s = lower(name);'
const batches = (down: string): string => `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({
  batches: [{
    query: 'SELECT id FROM c WHERE s IS NULL',
    by: 'id',
    update: 'UPDATE c SET s = lower(name) WHERE id BETWEEN :from AND :to',
  }],
  down: '${down}',
})`
const byCode = (down: string): string => `
export function up(db) {
  const set = db.prepare('UPDATE c SET s = ? WHERE id = ?')
  for (const { id, name, s } of db.prepare('SELECT id, name, s FROM c').all())
    if (!s) set.run(name.toLowerCase(), id)
}
export function down(db) { db.exec('${down}') }`

testSome([
  [batches(CLEAR), 's'],
  [byCode(CLEAR), 's'],
  [step('UPDATE c SET s = coalesce(s, name);', 'UPDATE c SET s = NULL;'), 's'],
  [
    step(
      "UPDATE c SET role = CASE role WHEN 'a' THEN 'admin' WHEN 'b' THEN 'boss' ELSE role END;",
      "UPDATE c SET role = CASE role WHEN 'admin' THEN 'a' ELSE 'b' END;",
    ),
    'role',
  ],
  // A column that `up` does not touch.
  [step(LOWER, `${OWN} UPDATE c SET n = NULL;`), 'n'],
])('what was there before is gone: %s', async (change, column) =>
  expect(await lost(change)).toEqual([`warning VALUES_LOST c.${column}`]),
)

test('so is what an upsert has left alone', async () =>
  expect(
    await lost(
      step(
        "INSERT INTO tags (name, v) VALUES ('red', 'x') ON CONFLICT (name) DO UPDATE SET v = 'x' WHERE v IS NULL;",
        'UPDATE tags SET v = NULL;',
      ),
    ),
  ).toEqual(['warning VALUES_LOST tags.v']))

testSome([
  batches(OWN),
  byCode('UPDATE c SET s = NULL WHERE s = lower(name)'),
  step('UPDATE c SET active = 1;', 'UPDATE c SET active = 0;'),
  step('UPDATE c SET n = (SELECT count(*) FROM c o WHERE o.id < c.id);', 'UPDATE c SET n = 0;'),
  step(
    'UPDATE c SET active = CASE active WHEN 1 THEN 0 ELSE 1 END;',
    'UPDATE c SET active = CASE active WHEN 1 THEN 0 ELSE 1 END;',
  ),
  step(
    `ALTER TABLE c ADD COLUMN was TEXT; UPDATE c SET was = s; ${LOWER}`,
    'UPDATE c SET s = was; ALTER TABLE c DROP COLUMN was;',
  ),
])('nothing is gone that was left alone: %s', async (change) =>
  expect(await lost(change)).toEqual([]),
)
