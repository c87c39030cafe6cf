// A column that is dropped behind an expression which has put its values into another one: values near each other tell what is lost.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const PRICES = 'CREATE TABLE i (id INTEGER PRIMARY KEY, price REAL NOT NULL);'
const rebuilt = (cents: string): string => `export const irreversible = 'money stays in cents'
export function up(db, ctx) {
  ctx.rebuild('i', {
    create: 'CREATE TABLE i (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL)',
    copy: { cents: '${cents}' },
  })
}`

testSome([
  ['CAST(round(price * 100) AS INTEGER)', []],
  ['CAST(price AS INTEGER)', ['error COLUMN_DROPPED i.price']],
  ['abs(id)', ['error COLUMN_DROPPED i.price']],
])('%s in a rebuild', async (cents, codes) =>
  expect(await codesIn(PRICES, rebuilt(cents))).toEqual(codes),
)

const RECEIPTS =
  'CREATE TABLE m (id INTEGER PRIMARY KEY, receipt INTEGER NOT NULL DEFAULT 0 CHECK (receipt IN (0, 1, 2)));'
const UP = `ALTER TABLE m ADD COLUMN status TEXT NOT NULL DEFAULT 'sent';
UPDATE m SET status = CASE receipt WHEN 1 THEN 'read' WHEN 2 THEN 'delivered' ELSE 'sent' END;
ALTER TABLE m DROP COLUMN receipt;`
const down = (values: string, check: string): string => `-- migrate:down
ALTER TABLE m ADD COLUMN receipt INTEGER NOT NULL DEFAULT 0 ${check};
UPDATE m SET receipt = CASE status WHEN 'read' THEN 1 ${values} ELSE 0 END;
ALTER TABLE m DROP COLUMN status;`

testSome([
  ['a right way back', '(receipt IN (0, 1, 2))', "WHEN 'delivered' THEN 2", []],
  ['a way back to another value', '(receipt IN (0, 1, 2))', '', ['error VALUES_LOST m.receipt']],
  [
    'a value that is not listed',
    '(receipt IN (0, 1, 2, 3))',
    "WHEN 'delivered' THEN 2",
    ['error COLUMN_DROPPED m.receipt'],
  ],
  [
    'values beyond the list',
    '(receipt >= 0)',
    "WHEN 'delivered' THEN 2",
    ['error COLUMN_DROPPED m.receipt'],
  ],
])('numbers as words, with %s', async (_, check, values, codes) => {
  const tables = RECEIPTS.replace('(receipt IN (0, 1, 2))', check)
  expect(await codesIn(tables, `${UP}\n${down(values, `CHECK ${check}`)}`)).toEqual(codes)
})

test('what code makes of the values of several columns', async () => {
  const change = `export const irreversible = 'the texts are gone'
export function up(db) {
  db.exec('ALTER TABLE p ADD COLUMN made_ms INTEGER; ALTER TABLE p ADD COLUMN letters TEXT')
  for (const row of db.prepare('SELECT id, made_at, name FROM p').all()) {
    const made = row.made_at === null ? null : Date.parse(row.made_at) || null
    db.prepare('UPDATE p SET made_ms = ?, letters = ? WHERE id = ?').run(made, row.name?.slice(0, 3) ?? null, row.id)
  }
  db.exec('ALTER TABLE p DROP COLUMN made_at; ALTER TABLE p DROP COLUMN name')
}`
  const tables = 'CREATE TABLE p (id INTEGER PRIMARY KEY, made_at TEXT, name TEXT);'
  expect(await codesIn(tables, change)).toEqual(['error COLUMN_DROPPED p.name'])
})

test('columns that `down` exchanges are told of once', async () => {
  const table = (name: string, columns: string): string =>
    `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, ${columns})`
  const now = 'w INTEGER NOT NULL, h INTEGER NOT NULL'
  const before = 'width INTEGER NOT NULL, height INTEGER NOT NULL'
  const rebuilt = (columns: string, copy: string): string =>
    `${table('n', columns)}; INSERT INTO n ${copy} FROM c; DROP TABLE c; ALTER TABLE n RENAME TO c;`
  const change = `${rebuilt(now, '(id, w, h) SELECT id, width, height')}
-- migrate:down
${rebuilt(before, '(id, width, height) SELECT id, h, w')}`
  const codes = await codesIn(`${table('c', before)};`, change)
  expect(codes.filter((code) => !code.includes('COLUMN_RENAMED'))).toEqual([
    'error VALUES_SWAPPED c',
  ])
})

const PLACES = `CREATE TABLE p (id INTEGER PRIMARY KEY, celsius REAL NOT NULL, price INTEGER NOT NULL, email TEXT, lvl INTEGER, off BOOLEAN);`
const anew = (items: string): string =>
  `${PLACES.replace('TABLE p', 'TABLE q')}\nINSERT INTO q SELECT ${items} FROM p; DROP TABLE p; ALTER TABLE q RENAME TO p;`
const COPY = 'id, celsius, price, email, lvl, off'
const BY_CODE = `export function up(db) {
  db.exec('ALTER TABLE p RENAME price TO cents')
  for (const { id, cents } of db.prepare('SELECT id, cents FROM p').all())
    db.prepare('UPDATE p SET cents = ? WHERE id = ?').run(cents * 100, id)
}
export function down(db) {
  db.exec('ALTER TABLE p RENAME cents TO price')
}`
const BACK = '\n-- migrate:down\n'
const TO_KELVIN =
  'ALTER TABLE p RENAME celsius TO kelvin; UPDATE p SET kelvin = kelvin + 273.15;' + BACK
const TO_LEVEL = 'ALTER TABLE p RENAME lvl TO level; UPDATE p SET level = '
const FROM_LEVEL = `${BACK}ALTER TABLE p RENAME level TO lvl;`
const IN_CENTS = 'UPDATE p SET price = price * 100;'

testSome([
  ['celsius', `${TO_KELVIN}ALTER TABLE p RENAME kelvin TO celsius;`],
  ['price', BY_CODE],
  ['price', `CREATE TABLE c (id);${IN_CENTS}${BACK}DROP TABLE c;`],
  ['lvl', `UPDATE p SET lvl = lvl + 1;${BACK}UPDATE p SET lvl = -lvl;`],
  ['lvl', `UPDATE p SET lvl = lvl + 1;${BACK}UPDATE p SET lvl = lvl * 2;`],
  [
    'off',
    `ALTER TABLE p RENAME off TO "on"; UPDATE p SET "on" = NOT "on";${BACK}ALTER TABLE p RENAME "on" TO off;`,
  ],
])('numbers of %s that `down` leaves converted: %s', async (column, change) =>
  expect(await codesIn(PLACES, change)).toContain(`error VALUES_LOST p.${column}`),
)

testSome([
  BY_CODE.replace(" price'", " price; UPDATE p SET price = price / 100'"),
  anew(COPY.replace('price', 'price * 100')) + BACK + anew(COPY.replace('price', 'price / 100')),
  `ALTER TABLE p ADD COLUMN c; UPDATE p SET lvl = lvl + 1;${BACK}ALTER TABLE p DROP COLUMN c;`,
  `UPDATE p SET lvl = lvl + 1;${BACK}UPDATE p SET lvl = max(lvl - 1, 0);`,
  `${TO_LEVEL}max(level, 1);${FROM_LEVEL}`,
  `${TO_LEVEL}level / 2;${FROM_LEVEL}`,
])('values that `down` gives back, or that are put in order: %s', async (change) => {
  const codes = await codesIn(PLACES, change)
  expect(codes.filter((code) => code.includes('VALUES_LOST'))).toEqual([])
})

const TEXTS =
  'CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT NOT NULL, url TEXT, made_at TEXT, doc TEXT, code TEXT NOT NULL UNIQUE);'
const ADDED = 'ALTER TABLE t ADD COLUMN z INTEGER;'
const UNADDED = `${BACK}ALTER TABLE t DROP COLUMN z;`
const UPPER_BY_CODE = `export function up(db) {
  db.exec('ALTER TABLE t ADD COLUMN z INTEGER')
  const set = db.prepare('UPDATE t SET s = ? WHERE id = ?')
  for (const { id, s } of db.prepare('SELECT id, s FROM t').all()) set.run(s.toUpperCase(), id)
}
export function down(db) {
  db.exec('ALTER TABLE t DROP COLUMN z')
}`
const TO_HTTPS = "UPDATE t SET url = 'https://' || url;"
const cutOff = (url: string): string => `${BACK}UPDATE t SET url = ${url};`
const copied = (name: string, columns: string): string =>
  `${TEXTS.replace('TABLE t', `TABLE ${name}`)}\nINSERT INTO ${name} SELECT ${columns} FROM t; DROP TABLE t; ALTER TABLE ${name} RENAME TO t;`

testSome([
  ['warning', 's', UPPER_BY_CODE],
  ['warning', 's', `${ADDED}UPDATE t SET s = replace(s, 'http:', 'https:');${UNADDED}`],
  [
    'warning',
    'url',
    `UPDATE t SET url = 'https://' || substr(url, 8) WHERE url LIKE 'http://%'; CREATE INDEX i ON t (url);${BACK}DROP INDEX i;`,
  ],
  [
    'warning',
    's',
    `ALTER TABLE t RENAME TO r; UPDATE r SET s = upper(s);${BACK}ALTER TABLE r RENAME TO t;`,
  ],
  [
    'warning',
    's',
    `${copied('n', 'id, upper(s), url, made_at, doc, code')}${BACK}${copied('n', 'id, s, url, made_at, doc, code')}`,
  ],
  ['warning', 's', UPPER_BY_CODE.replace('toUpperCase()', "replaceAll(' ', '_')")],
  ['error', 's', `${ADDED}UPDATE t SET s = '<' || s || '>';${UNADDED}`],
  ['error', 'made_at', `${ADDED}UPDATE t SET made_at = unixepoch(made_at);${UNADDED}`],
  [
    'error',
    'made_at',
    `ALTER TABLE t ADD COLUMN ms INTEGER; UPDATE t SET ms = unixepoch(made_at) * 1000; ALTER TABLE t DROP COLUMN made_at;${BACK}ALTER TABLE t ADD COLUMN made_at TEXT; UPDATE t SET made_at = datetime(ms, 'unixepoch'); ALTER TABLE t DROP COLUMN ms;`,
  ],
  ['error', 'url', TO_HTTPS + cutOff('substr(url, 8)')],
  ['error', 'url', TO_HTTPS + cutOff("replace(url, 'https:', '')")],
  ['error', 's', `UPDATE t SET s = s || '!';${BACK}UPDATE t SET s = substr(s, 2);`],
  [
    'error',
    'code',
    `UPDATE t SET code = 'user:' || code;${BACK}UPDATE t SET code = substr(code, 5);`,
  ],
  [
    'error',
    'url',
    `${copied('n', "id, s, 'https://' || url, made_at, doc, code")}${BACK}${copied('n', 'id, s, substr(url, 8), made_at, doc, code')}`,
  ],
])(
  'texts that `down` leaves reworded, or changes in another way, %s: %s, %s',
  async (severity, column, change) =>
    expect(await codesIn(TEXTS, change)).toContain(`${severity} VALUES_LOST t.${column}`),
)

testSome([
  `UPDATE t SET s = upper(s);${BACK}UPDATE t SET s = lower(s);`,
  TO_HTTPS + cutOff('substr(url, 9)'),
  TO_HTTPS + cutOff("replace(url, 'https://', '')"),
  TO_HTTPS + cutOff("CASE WHEN url LIKE 'https://%' THEN substr(url, 9) ELSE url END"),
  `UPDATE t SET s = s || '!' WHERE s NOT LIKE '%!';${BACK}UPDATE t SET s = rtrim(s, '!');`,
  `UPDATE t SET s = replace(s, 'http:', 'https:');${BACK}UPDATE t SET s = replace(s, 'https:', 'http:');`,
  `UPDATE t SET made_at = unixepoch(made_at);${BACK}UPDATE t SET made_at = datetime(made_at, 'unixepoch');`,
  `ALTER TABLE t ADD COLUMN ms INTEGER; UPDATE t SET ms = unixepoch(made_at) * 1000; ALTER TABLE t DROP COLUMN made_at;${BACK}ALTER TABLE t ADD COLUMN made_at TEXT; UPDATE t SET made_at = datetime(ms / 1000, 'unixepoch'); ALTER TABLE t DROP COLUMN ms;`,
  `${ADDED}UPDATE t SET url = lower(trim(url));${UNADDED}`,
  `${ADDED}UPDATE t SET url = '' WHERE url IS NULL;${UNADDED}`,
  `${ADDED}UPDATE t SET doc = json_set(doc, '$.v', 2) WHERE json_valid(doc);${UNADDED}`,
  `${ADDED}UPDATE t SET s = CASE lower(trim(s)) WHEN 'no show' THEN 'no_show' WHEN 'no_show' THEN 'no_show' ELSE 'gone' END;${UNADDED}`,
  UPPER_BY_CODE.replace('s.toUpperCase()', 'String(id)'),
])('texts that `down` gives back, or that are put in order: %s', async (change) => {
  const codes = await codesIn(TEXTS, change)
  expect(codes.filter((code) => code.includes('VALUES_LOST'))).toEqual([])
})

const TO_DONE = "UPDATE t SET s = 'done' WHERE s IN ('finished', 'closed');"
const ONE_BY_ONE = `const set = (db, texts) => {
  for (const [from, to] of texts) db.prepare('UPDATE t SET s = ? WHERE s = ?').run(to, from)
}
export function up(db) { set(db, [['finished', 'done'], ['closed', 'done']]) }
export function down(db) { set(db, [['done', 'closed']]) }`

testSome([
  [
    `ALTER TABLE t RENAME s TO k; ${TO_DONE.replaceAll(' s ', ' k ')}${BACK}UPDATE t SET k = 'closed' WHERE k = 'done'; ALTER TABLE t RENAME k TO s;`,
    true,
  ],
  [ONE_BY_ONE, true],
  [`${TO_DONE}${BACK}UPDATE t SET s = 'unknown' WHERE s = 'done';`, false],
  [
    `${ADDED}UPDATE t SET z = s; ${TO_DONE}${BACK}UPDATE t SET s = z; ${UNADDED.slice(BACK.length)}`,
    false,
  ],
  [
    `UPDATE t SET s = 'done' WHERE s = 'finished'; UPDATE t SET s = 'shut' WHERE s = 'closed';${BACK}UPDATE t SET s = 'finished' WHERE s = 'done'; UPDATE t SET s = 'closed' WHERE s = 'shut';`,
    false,
  ],
])(
  'one of several texts that `up` made the same for all of them: %s, %s',
  async (change, isTold) => {
    const codes = await codesIn(TEXTS, change)
    expect(codes.includes('warning VALUES_LOST t.s')).toBe(isTold)
  },
)

const FLAG = 'gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1))'
const WORD = "gone TEXT NOT NULL DEFAULT 'no' CHECK (gone IN ('no', 'yes', 'maybe'))"
const since = (is: string, of = 'made_at'): string =>
  `ALTER TABLE t ADD COLUMN since TEXT; UPDATE t SET since = ${of} WHERE gone = ${is}; ALTER TABLE t DROP COLUMN gone;`
const dropsA =
  '-- lockstep-ignore COLUMN_DROPPED t.a: nobody reads it\nALTER TABLE t DROP COLUMN a;'

testSome<[string, string, readonly string[], readonly string[]]>([
  ['the same behind a column that went', FLAG, [dropsA, since('1')], []],
  ['a time that may be missing', FLAG, [since('1', 'a')], ['error COLUMN_DROPPED t.gone']],
  ['one of three words', WORD, [since("'yes'")], ['error COLUMN_DROPPED t.gone']],
])('a column that another one tells by %s', async (_, column, changes, codes) => {
  const table = `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, ${column}, made_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);`
  const found = await codesIn(table, ...changes)
  expect(found.filter((code) => !code.startsWith('info'))).toEqual(codes)
})

const QUESTS = `CREATE TABLE q (id INTEGER PRIMARY KEY, name TEXT NOT NULL, stage INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)));`
const joined = (value: string, ...gone: readonly string[]): string =>
  `ALTER TABLE q ADD COLUMN made TEXT; UPDATE q SET made = ${value}; ${gone.map((one) => `ALTER TABLE q DROP COLUMN ${one};`).join(' ')}`
const GONE = 'error COLUMN_DROPPED q'

testSome([
  [`CASE WHEN done = 1 THEN 'done:' || stage ELSE 'stage:' || stage END`, ['done', 'stage'], []],
  [`iif(done, 'x ', 'y ') || name`, ['done'], []],
  ['stage + done', ['done', 'stage'], [`${GONE}.done`, `${GONE}.stage`]],
  [
    `CASE WHEN done = 1 THEN 'done' ELSE 'stage:' || stage END`,
    ['done', 'stage'],
    [`${GONE}.stage`],
  ],
  [
    `CASE WHEN done = 1 THEN 'at:' || stage ELSE 'at:' || stage END`,
    ['done', 'stage'],
    [`${GONE}.done`],
  ],
  ['stage * 2 + done', ['done', 'stage'], []],
  ['stage / 2 * 2 + done', ['done', 'stage'], [`${GONE}.stage`]],
])('several columns made one: %s', async (value, gone, codes) =>
  expect(await codesIn(QUESTS, joined(value, ...gone))).toEqual(codes),
)

test('the row that is shown is one of those that lose something', async () => {
  const lossy = `CASE WHEN done = 1 THEN 'done' ELSE 'stage:' || stage END`
  const [found] = await foundIn(QUESTS, joined(lossy, 'done', 'stage'))
  expect(found?.message).toContain('stage = -9223372036854775808')
})

const RUNS =
  'id INTEGER PRIMARY KEY, h INTEGER NOT NULL, m INTEGER NOT NULL, open INTEGER NOT NULL DEFAULT 0'
const packed = (value: string, ...back: readonly string[]): string => {
  const filled = (columns: string, items: string): string =>
    `CREATE TABLE n (${columns}); INSERT INTO n SELECT id, ${items} FROM r; DROP TABLE r; ALTER TABLE n RENAME TO r;`
  const down = back.length > 0 ? filled(RUNS, back.join(', ')) : '-- irreversible: they are one now'
  return `${filled('id INTEGER PRIMARY KEY, made INTEGER NOT NULL', value)}\n-- migrate:down\n${down}`
}
const MINUTES = '(h * 60 + m) * 2 + open'
const lostOf = (rule: string, ...columns: readonly string[]): string[] =>
  columns.map((one) => `error ${rule} r.${one}`)

testSome([
  [packed('(h << 8) | (m << 1) | open', 'made >> 8', '(made >> 1) & 127', 'made & 1'), []],
  // Both signs bind alike, from the left.
  [
    packed('h << 8 | m << 1 | open', 'made >> 8', '(made >> 1) & 127', 'made & 1'),
    lostOf('VALUES_LOST', 'h'),
  ],
  [packed(MINUTES, 'made / 60', 'made / 2 % 60', 'made % 2'), lostOf('VALUES_LOST', 'h')],
  [packed('h + m + open', 'made', '0', '0'), lostOf('COLUMN_DROPPED', 'h', 'm', 'open')],
])('numbers that take any value, packed into one: %s', async (change, codes) =>
  expect(await codesIn(`CREATE TABLE r (${RUNS});`, change)).toEqual(codes),
)

test('numbers that an earlier version has made infinite are in no application', async () => {
  const steps = [
    'CREATE TABLE o (id INTEGER PRIMARY KEY, total REAL NOT NULL);',
    'UPDATE o SET total = total * 9e307 * 10;',
    'ALTER TABLE o ADD COLUMN d REAL NOT NULL DEFAULT 0; UPDATE o SET d = total * 0;',
  ]
  expect((await codesIn(...steps)).filter((code) => !code.startsWith('info'))).toEqual([])
})
