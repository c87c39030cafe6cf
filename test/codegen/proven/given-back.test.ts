// What `down` makes again of columns that `up` has put into documents, joined texts or other tables: each is to get its own back.
import { expect, test } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const D =
  'CREATE TABLE d (id INTEGER PRIMARY KEY, theme TEXT, font TEXT);\n-- migrate:down\nDROP TABLE d;'
const LEAVE = 'ALTER TABLE d DROP COLUMN theme; ALTER TABLE d DROP COLUMN font;'
const BACK = 'ALTER TABLE d ADD COLUMN theme TEXT; ALTER TABLE d ADD COLUMN font TEXT;'
const step = (up: string, down: string): string =>
  `-- migrate:up\n${up}\n-- migrate:down\n${BACK} ${down}`
const packed = (value: string, down: string): string =>
  step(
    `ALTER TABLE d ADD COLUMN prefs TEXT; UPDATE d SET prefs = ${value}; ${LEAVE}`,
    `UPDATE d SET ${down}; ALTER TABLE d DROP COLUMN prefs;`,
  )
const object = (down: string): string => packed("json_object('theme', theme, 'font', font)", down)
const aside = (down: string): string =>
  step(
    `CREATE TABLE prefs (d_id INTEGER PRIMARY KEY REFERENCES d(id), theme TEXT, font TEXT); INSERT INTO prefs SELECT id, theme, font FROM d; ${LEAVE}`,
    `${down}; DROP TABLE prefs;`,
  )
const coded = (first: string, second: string): string => `export function up(db) {
  db.exec('ALTER TABLE d ADD COLUMN prefs TEXT')
  const set = db.prepare('UPDATE d SET prefs = ? WHERE id = ?')
  for (const { id, theme, font } of db.prepare('SELECT * FROM d').all()) set.run(JSON.stringify({ theme, font }), id)
  db.exec('${LEAVE}')
}
export function down(db) {
  db.exec('${BACK}')
  const set = db.prepare('UPDATE d SET theme = ?, font = ? WHERE id = ?')
  for (const { id, prefs } of db.prepare('SELECT id, prefs FROM d').all()) {
    const old = JSON.parse(prefs ?? '{}')
    set.run(old.${first} ?? null, old.${second} ?? null, id)
  }
  db.exec('ALTER TABLE d DROP COLUMN prefs')
}`
const namesJoined = (sign: string, down: string): string => packed(`theme || ${sign} || font`, down)
const GIVEN = D.replaceAll('TEXT', "TEXT NOT NULL DEFAULT ''")
const CUT =
  "theme = substr(prefs, 1, instr(prefs, ' ') - 1), font = substr(prefs, instr(prefs, ' ') + 1)"

const wrong = async (first: string, second: string): Promise<string[]> =>
  (await codesIn(first, second)).filter((code) => /VALUES/.test(code))

testSome([
  object("theme = json_extract(prefs, '$.font'), font = json_extract(prefs, '$.theme')"),
  object("theme = prefs ->> 'font', font = prefs ->> 'theme'"),
  packed('json_array(theme, font)', 'theme = prefs ->> 1, font = prefs ->> 0'),
  packed(
    "json_set('{}', '$.a', theme, '$.b', font)",
    "(theme, font) = (prefs ->> 'b', prefs ->> 'a')",
  ),
  aside('UPDATE d SET (theme, font) = (SELECT p.font, p.theme FROM prefs p WHERE p.d_id = d.id)'),
  aside(
    'WITH p AS (SELECT d_id, font AS a, theme AS b FROM prefs) UPDATE d SET theme = p.a, font = p.b FROM p WHERE p.d_id = d.id',
  ),
  coded('font', 'theme'),
])('exchanged: %s', async (change) =>
  expect(await wrong(D, change)).toEqual(['error VALUES_SWAPPED d']),
)

const anew = (columns: string): string =>
  `-- migrate:up
CREATE TABLE prefs (d_id INTEGER PRIMARY KEY REFERENCES d(id), theme TEXT, font TEXT); INSERT INTO prefs SELECT id, theme, font FROM d; ${LEAVE}
-- migrate:down
CREATE TABLE old (id INTEGER PRIMARY KEY, theme TEXT, font TEXT); INSERT INTO old (id, theme, font) SELECT d.id, ${columns} FROM d LEFT JOIN prefs p ON p.d_id = d.id;
DROP TABLE d; ALTER TABLE old RENAME TO d; DROP TABLE prefs;`

testSome([
  aside(
    'UPDATE d SET theme = (SELECT p.theme FROM prefs p WHERE p.d_id = d.id), font = (SELECT p.theme FROM prefs p WHERE p.d_id = d.id)',
  ),
  aside('UPDATE d SET theme = p.theme, font = p.theme FROM prefs p WHERE p.d_id = d.id'),
  anew('p.theme, p.theme'),
])('one that gets what another one held: %s', async (change) =>
  expect(await wrong(D, change)).toEqual(['error VALUES_SWAPPED d']),
)

const linked = (lookup: string): string =>
  step(
    `CREATE TABLE prefs (id INTEGER PRIMARY KEY, d_id INTEGER NOT NULL UNIQUE REFERENCES d(id), theme TEXT, font TEXT); INSERT INTO prefs (d_id, theme, font) SELECT id, theme, font FROM d ORDER BY id DESC; ${LEAVE}`,
    `UPDATE d SET (theme, font) = (SELECT theme, font FROM prefs p WHERE ${lookup}); DROP TABLE prefs;`,
  )

testSome([
  aside(
    "UPDATE d SET (theme, font) = (SELECT p.theme, 'none of ' || d.id FROM prefs p WHERE p.d_id = d.id)",
  ),
  aside(
    'UPDATE d SET theme = (SELECT theme FROM prefs p WHERE p.d_id = d.id), font = (SELECT font FROM prefs p WHERE p.d_id <> d.id ORDER BY abs(p.d_id - d.id))',
  ),
])('what other rows held, or none: %s', async (change) =>
  expect(await wrong(D, change)).toEqual(['error VALUES_LOST d.font']),
)

testSome([
  object("theme = json_extract(prefs, '$.theme'), font = json_extract(prefs, '$.fontName')"),
  coded('theme', 'fontName'),
])('what is looked for under another name: %s', async (change) =>
  expect(await wrong(D, change)).toEqual(['error VALUES_LOST d.font']),
)

testSome([
  [D, object("theme = prefs ->> 'theme', font = 'serif'"), ['d.font']],
  [D, object("theme = prefs ->> 'theme'"), ['d.font']],
  [GIVEN, namesJoined("' '", "theme = prefs, font = ''"), ['d.font']],
])('what all rows get alike: %s %s', async (first, change, lost) =>
  expect(await wrong(first, change)).toEqual(lost.map((one) => `warning VALUES_LOST ${one}`)),
)

test('a text that is cut at another space', async () => {
  expect(await wrong(GIVEN, namesJoined("' '", CUT))).toEqual(['warning VALUES_LOST d.theme'])
})

testSome([
  [D, packed('json_array(theme, font)', 'theme = prefs ->> 0, font = prefs ->> 1')],
  [D, aside('UPDATE d SET theme = p.theme, font = p.font FROM prefs p WHERE p.d_id = d.id')],
  [D, coded('theme', 'font')],
  [D, linked('p.d_id = d.id')],
  [D, anew("coalesce(p.theme, 'light'), upper(p.font)")],
  [GIVEN, namesJoined('char(31)', CUT.replaceAll("' '", 'char(31)'))],
  [
    GIVEN,
    packed(
      "json_object('theme', trim(theme), 'font', lower(font))",
      "theme = prefs ->> 'theme', font = prefs ->> 'font'",
    ),
  ],
  [
    D,
    '-- migrate:up\nALTER TABLE d RENAME COLUMN theme TO look;\n-- migrate:down\nALTER TABLE d RENAME COLUMN look TO theme;',
  ],
])('each gets its own: %s %s', async (first, change) =>
  expect(await wrong(first, change)).toEqual([]),
)

const PRICED =
  'CREATE TABLE d (id INTEGER PRIMARY KEY, price REAL NOT NULL DEFAULT 0);\n-- migrate:down\nDROP TABLE d;'
const CENTS = 'ALTER TABLE d ADD COLUMN cents INTEGER NOT NULL DEFAULT 0;'
const DOLLARS =
  'ALTER TABLE d ADD COLUMN price REAL NOT NULL DEFAULT 0; UPDATE d SET price = cents / 100.0; ALTER TABLE d DROP COLUMN cents;'
const counted = (value: string): string => `export function up(db) {
  db.exec('${CENTS}')
  const set = db.prepare('UPDATE d SET cents = ? WHERE id = ?')
  for (const { id, price } of db.prepare('SELECT id, price FROM d').all()) set.run(${value}, id)
  db.exec('ALTER TABLE d DROP COLUMN price')
}
export function down(db) { db.exec('${DOLLARS}') }`
const cents = (value: string): string =>
  `-- migrate:up\n${CENTS} UPDATE d SET cents = ${value}; ALTER TABLE d DROP COLUMN price;\n-- migrate:down\n${DOLLARS}`

testSome([
  [counted('Math.floor(price * 100)'), ['error VALUES_LOST d.price']],
  [counted('Math.trunc(price * 100)'), ['error VALUES_LOST d.price']],
  [cents('CAST(price * 100 AS INTEGER)'), ['warning VALUES_LOST d.price']],
  [cents('CAST(round(price * 100) AS INTEGER)'), []],
])('cents that are cut off, or rounded: %s', async (change, codes) =>
  expect(await wrong(PRICED, change)).toEqual(codes),
)

test('what an earlier version has put elsewhere may say something else by now', async () => {
  const contacts = (name: string, more: string): string =>
    `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, name TEXT NOT NULL, ${more})`
  const back = (name: string): string =>
    `DROP TABLE contacts; ALTER TABLE ${name} RENAME TO contacts; CREATE INDEX contacts_company ON contacts (company_id);`
  const key = 'company_id INTEGER REFERENCES companies (id) ON DELETE SET NULL'
  const steps = [
    `${contacts('contacts', 'company_name TEXT')};
-- migrate:down
DROP TABLE contacts;`,
    `CREATE TABLE companies (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, website TEXT);
INSERT INTO companies (name) SELECT DISTINCT company_name FROM contacts WHERE company_name IS NOT NULL;
ALTER TABLE contacts ADD COLUMN ${key};
UPDATE contacts SET company_id = (SELECT c.id FROM companies AS c WHERE c.name = contacts.company_name) WHERE company_name IS NOT NULL;
CREATE INDEX contacts_company ON contacts (company_id);
-- migrate:down
DROP INDEX contacts_company; ALTER TABLE contacts DROP COLUMN company_id; DROP TABLE companies;`,
    `${contacts('made', key)};
INSERT INTO made (id, name, company_id) SELECT id, name, company_id FROM contacts; ${back('made')}
-- migrate:down
${contacts('old', `company_name TEXT, ${key}`)};
INSERT INTO old (id, name, company_name, company_id) SELECT k.id, k.name, c.name, k.company_id FROM contacts AS k LEFT JOIN companies AS c ON c.id = k.company_id;
${back('old')}`,
  ]
  expect(await codesIn(...steps.map((step) => `-- migrate:up\n${step}`))).toEqual([])
})

const change = (up: string, down: string): string =>
  `-- migrate:up\n${up}\n-- migrate:down\n${down}`
const aged = (...steps: readonly string[]): Promise<string[]> =>
  codesIn(
    D,
    change(
      "CREATE TABLE fields (id INTEGER PRIMARY KEY, d_id INTEGER NOT NULL, name TEXT NOT NULL, v TEXT, UNIQUE (d_id, name)); INSERT INTO fields (d_id, name, v) SELECT id, 'theme', theme FROM d WHERE theme IS NOT NULL UNION ALL SELECT id, 'font', font FROM d WHERE font IS NOT NULL;",
      'DROP TABLE fields;',
    ),
    ...steps,
  )
const ofField = (name: string): string =>
  `(SELECT v FROM fields WHERE d_id = d.id AND name = '${name}')`
const REBUILT = 'DROP TABLE d; ALTER TABLE w RENAME TO d;'
const WHAT_IS_KEPT = 'warning VALUES_LOST d.font'

testSome([
  [step(LEAVE, `UPDATE d SET theme = ${ofField('theme')};`), [WHAT_IS_KEPT]],
  [step(LEAVE, `UPDATE d SET theme = ${ofField('theme')}, font = '';`), [WHAT_IS_KEPT]],
  [
    change(
      `CREATE TABLE w (id INTEGER PRIMARY KEY); INSERT INTO w SELECT id FROM d; ${REBUILT}`,
      `CREATE TABLE w (id INTEGER PRIMARY KEY, theme TEXT, font TEXT); INSERT INTO w (id, theme) SELECT id, ${ofField('theme')} FROM d; ${REBUILT}`,
    ),
    [WHAT_IS_KEPT],
  ],
  [step(LEAVE, `UPDATE d SET theme = ${ofField('theme')}, font = ${ofField('font')};`), []],
  [step(LEAVE, ''), []],
])('one of two columns that an earlier version keeps: %s', async (change, codes) =>
  expect((await aged(change)).filter((code) => code.includes('VALUES'))).toEqual(codes),
)

const U =
  'CREATE TABLE u (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n-- migrate:down\nDROP TABLE u;'
const rebuilt = (columns: string, value: string): string =>
  `CREATE TABLE made (${columns}); INSERT INTO made SELECT ${value} FROM u; DROP TABLE u; ALTER TABLE made RENAME TO u;`
const WIDE = 'id INTEGER PRIMARY KEY, name TEXT, login TEXT'
const NARROW = 'id INTEGER PRIMARY KEY, name TEXT NOT NULL'
const MOVE = "ALTER TABLE u ADD COLUMN login TEXT; UPDATE u SET login = name, name = '';"
const ASIDE =
  "CREATE TABLE logins (u_id INTEGER PRIMARY KEY REFERENCES u(id), login TEXT NOT NULL); INSERT INTO logins SELECT id, name FROM u; UPDATE u SET name = '';"

testSome([
  change(rebuilt(WIDE, "id, '', name"), rebuilt(NARROW, "id, coalesce(name, '')")),
  change(rebuilt(WIDE, "id, '', name"), rebuilt(NARROW, 'id, name')),
])('a column that stays empty, by a copy that may have mixed columns up: %s', async (step) =>
  expect(await wrong(U, step)).toEqual(['warning VALUES_LOST u.name', 'error VALUES_LOST u.name']),
)

test('a column that stays, with what `up` has left there', async () => {
  const step = change(
    "ALTER TABLE u ADD COLUMN login TEXT; UPDATE u SET login = name, name = 'user ' || id;",
    'ALTER TABLE u DROP COLUMN login;',
  )
  expect(await wrong(U, step)).toEqual(['error VALUES_LOST u.name'])
})

testSome([
  change(MOVE, 'ALTER TABLE u DROP COLUMN login;'),
  change(
    "ALTER TABLE u ADD COLUMN login TEXT; UPDATE u SET login = name; UPDATE u SET name = 'nobody';",
    'ALTER TABLE u DROP COLUMN login;',
  ),
  change(ASIDE, 'DROP TABLE logins;'),
])('one that stays, and that `down` says nothing of: %s', async (step) =>
  expect(await wrong(U, step)).toEqual(['warning VALUES_LOST u.name']),
)

testSome([
  change(rebuilt(WIDE, "id, '', name"), rebuilt(NARROW, "id, coalesce(login, name, '')")),
  change(MOVE, 'UPDATE u SET name = login; ALTER TABLE u DROP COLUMN login;'),
  change(
    ASIDE,
    'UPDATE u SET name = (SELECT login FROM logins WHERE u_id = u.id) WHERE id IN (SELECT u_id FROM logins); DROP TABLE logins;',
  ),
  // What `down` leaves there is not gone.
  change(MOVE, 'UPDATE u SET name = name;'),
  // Of what `up` puts in order nobody wants the old form back.
  change(
    'ALTER TABLE u ADD COLUMN login TEXT; UPDATE u SET login = name, name = trim(lower(name));',
    'ALTER TABLE u DROP COLUMN login;',
  ),
])('one that stays and gets them back: %s', async (step) =>
  expect(await wrong(U, step)).toEqual([]),
)

const ACCOUNTS = `CREATE TABLE a (id INTEGER PRIMARY KEY, email TEXT NOT NULL, lang TEXT NOT NULL DEFAULT 'en', deleted INTEGER NOT NULL DEFAULT 0);
-- migrate:down
DROP TABLE a;`
const CHECKED = ACCOUNTS.replace('DEFAULT 0', 'DEFAULT 0 CHECK (deleted IN (0, 1))')
const bin = (columns: string, down: string): string =>
  change(
    `CREATE TABLE bin (id INTEGER PRIMARY KEY, email TEXT NOT NULL, lang TEXT NOT NULL DEFAULT '', deleted INTEGER);
INSERT INTO bin (${columns}) SELECT ${columns} FROM a WHERE deleted = 1; DELETE FROM a WHERE deleted = 1;`,
    `${down} DROP TABLE bin;`,
  )
const WHOLE = 'id, email, lang, deleted'
const back = (columns: string, values = columns): string =>
  `INSERT INTO a (${columns}) SELECT ${values} FROM bin;`
const byRow = (down: string): string => `export function up(db) {
  db.exec('CREATE TABLE bin (id INTEGER PRIMARY KEY, email TEXT NOT NULL, lang TEXT NOT NULL)')
  db.exec('INSERT INTO bin SELECT id, email, lang FROM a WHERE deleted = 1')
  db.exec('DELETE FROM a WHERE deleted = 1')
}
export function down(db) {
  for (const row of db.prepare('SELECT * FROM bin').all())
    db.prepare('${down}').run(row)
  db.exec('DROP TABLE bin')
}`

testSome([
  [ACCOUNTS, bin(WHOLE, back('id, email')), ['lang', 'deleted']],
  [ACCOUNTS, bin('id, email, lang', back('id, email, lang')), ['deleted']],
  [CHECKED, byRow('INSERT INTO a (id, email, deleted) VALUES (@id, @email, 1)'), ['lang']],
])('rows that come back without what `up` kept of them: %s %s', async (first, step, columns) =>
  expect(await wrong(first, step)).toEqual(columns.map((one) => `error VALUES_LOST a.${one}`)),
)

testSome([
  bin(WHOLE, back(WHOLE)),
  bin(WHOLE, back(WHOLE, 'id, email, lang, 0')),
  bin('id, email, lang', back(WHOLE, 'id, email, lang, 1')),
  bin(
    'id, email, lang',
    `${back('id, email, lang')} UPDATE a SET deleted = 1 WHERE id IN (SELECT id FROM bin);`,
  ),
  byRow('INSERT INTO a (id, email, lang, deleted) VALUES (@id, @email, @lang, 1)'),
])('rows that come back as `down` says: %s', async (step) =>
  expect(await wrong(CHECKED, step)).toEqual([]),
)

test('rows of a table that is made anew both ways are told by their key', async () => {
  const folder = (name: string, type: string): string =>
    `CREATE TABLE ${name} (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, made ${type} NOT NULL);`
  const anew = (type: string): string =>
    `${folder('n', type)} INSERT INTO n (id, name, made) SELECT id, name, CAST(made AS ${type}) FROM f; DROP TABLE f; ALTER TABLE n RENAME TO f;`
  const step = `-- migrate:up\n${anew('BIGINT')}\n-- migrate:down\n${anew('DATETIME')}`
  expect(await codesIn(folder('f', 'DATETIME'), step)).toEqual(['warning VALUES_LOST f.made'])
})
