// A key that becomes what its row in another table is called: kept where no two rows there are called alike.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const tables = (name: string): string =>
  `CREATE TABLE categories (id INTEGER PRIMARY KEY, name ${name}, emoji TEXT);
CREATE TABLE recipes (id INTEGER PRIMARY KEY, title TEXT NOT NULL, category_id INTEGER REFERENCES categories (id));
CREATE INDEX recipes_category ON recipes (category_id);`

const named = (back: string, by = 'name'): string => `-- migrate:up
ALTER TABLE recipes ADD COLUMN category TEXT;
UPDATE recipes SET category = (SELECT ${by} FROM categories WHERE categories.id = recipes.category_id);
DROP INDEX recipes_category;
ALTER TABLE recipes DROP COLUMN category_id;
-- migrate:down
ALTER TABLE recipes ADD COLUMN category_id INTEGER REFERENCES categories (id);
UPDATE recipes SET category_id = ${back};
ALTER TABLE recipes DROP COLUMN category;
CREATE INDEX recipes_category ON recipes (category_id);`
const FOUND = '(SELECT id FROM categories WHERE categories.name = recipes.category)'
const LOST = 'error COLUMN_DROPPED recipes.category_id'

testSome([
  ['TEXT NOT NULL UNIQUE', named(FOUND), false],
  ['TEXT NOT NULL', named(FOUND), true],
  ['TEXT NOT NULL UNIQUE', named(FOUND, 'substr(name, 1, 3)'), true],
  ['TEXT UNIQUE', named(FOUND, 'emoji'), true],
])('name %s', async (name, step, isLost) =>
  expect((await codesIn(tables(name), step)).includes(LOST)).toBe(isLost),
)

test('in a table made anew', async () => {
  const step = `-- irreversible: nobody goes back
-- migrate:up
CREATE TABLE n (id INTEGER PRIMARY KEY, title TEXT NOT NULL, category TEXT);
INSERT INTO n SELECT r.id, r.title, c.name FROM recipes r LEFT JOIN categories c ON c.id = r.category_id;
DROP TABLE recipes;
ALTER TABLE n RENAME TO recipes;`
  expect(await codesIn(tables('TEXT NOT NULL UNIQUE'), step)).toEqual([])
})
