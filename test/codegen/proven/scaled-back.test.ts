// Numbers that `up` calculates in some rows: `down` is to calculate back in these, and in no others.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'

const P = `CREATE TABLE p (id INTEGER PRIMARY KEY, unit TEXT NOT NULL DEFAULT 'g', amount REAL NOT NULL, n INTEGER NOT NULL);
-- migrate:down
DROP TABLE p;`
const step = (up: string, down: string): string => `-- migrate:up\n${up}\n-- migrate:down\n${down}`
const KG = "UPDATE p SET amount = amount * 1000 WHERE unit = 'kg';"
const G = "UPDATE p SET unit = 'g' WHERE unit = 'kg';"
const BACK = "UPDATE p SET amount = amount / 1000, unit = 'kg' WHERE amount >= 1000;"
const both = (up: string, down: string): string => `
export function up(db) { db.exec("${up}") }
export function down(db) { db.exec("${down}") }`

const found = async (change: string): Promise<string[]> =>
  (await codesIn(P, change)).filter((code) => code.includes('VALUES_LOST'))

test.each([
  step(`${KG} UPDATE p SET unit = 'g';`, BACK),
  step(`${KG} ${G}`, BACK),
  step("UPDATE p SET amount = 1000 * amount, unit = 'g' WHERE unit = 'kg';", BACK),
  both(`${KG} ${G}`, BACK),
  step(
    "UPDATE p SET amount = amount * 28.35, unit = 'g' WHERE unit = 'oz';",
    "UPDATE p SET amount = amount / 28.35, unit = 'oz' WHERE unit = 'g';",
  ),
  step('UPDATE p SET n = n + 100 WHERE n < 5000;', 'UPDATE p SET n = n - 100 WHERE n >= 100;'),
])('others are taken for them: %s', async (change) =>
  expect(await found(change)).toEqual([
    `warning VALUES_LOST p.${change.includes('SET n') ? 'n' : 'amount'}`,
  ]),
)

test.each([
  step(KG, "UPDATE p SET amount = amount / 1000 WHERE unit = 'kg';"),
  step(
    `ALTER TABLE p ADD COLUMN was TEXT; UPDATE p SET was = unit; ${KG} ${G}`,
    "UPDATE p SET amount = amount / 1000 WHERE was = 'kg'; UPDATE p SET unit = was; ALTER TABLE p DROP COLUMN was;",
  ),
  step(
    "UPDATE p SET amount = amount * 1000, unit = 'mg of kg' WHERE unit = 'kg';",
    "UPDATE p SET amount = amount / 1000, unit = 'kg' WHERE unit = 'mg of kg';",
  ),
  step('UPDATE p SET n = n + 1 WHERE n >= 3;', 'UPDATE p SET n = n - 1 WHERE n > 3;'),
  `-- irreversible: no\n-- migrate:up\n${KG} ${G}`,
])('it asks for them: %s', async (change) => expect(await found(change)).toEqual([]))
