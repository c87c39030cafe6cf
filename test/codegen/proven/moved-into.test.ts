// Rows of a table that is dropped stand in one that had rows before, where what is in the way is replaced; or under new keys of what they point at.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'

const inCode = (body: string): string =>
  `export const irreversible = 'no'\nexport function up(db) { ${body} }`
const lossesIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => /^(?:error|warning) /.test(code))

const FAV = 'CREATE TABLE fav (address TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL);'
const SAVED = FAV.replace('fav', 'saved')
const BOTH = SAVED + FAV
const NOTED = BOTH.replaceAll('name TEXT NOT NULL', '$&, note TEXT')
const DROP = 'DROP TABLE fav;'
const put = (into: string, conflict = ''): string =>
  `${into} INTO saved (address, name) SELECT address, name FROM fav WHERE true ${conflict}; ${DROP}`
const upsert = (set: string): string => put('INSERT', `ON CONFLICT (address) DO UPDATE SET ${set}`)
const withNote = (set: string): string =>
  upsert(set).replaceAll('address, name', 'address, name, note')
const eachRow = (statement: string): string =>
  inCode(`for (const row of db.prepare('SELECT * FROM fav').all())
  db.prepare('${statement}').run(row.address, row.name)
db.exec('${DROP}')`)

test.each([
  [BOTH, upsert('name = excluded.name')],
  [BOTH, upsert('"name" = coalesce(excluded.name, name)')],
  [BOTH, put('INSERT OR REPLACE')],
  [BOTH, `REPLACE INTO saved SELECT * FROM fav; ${DROP}`],
  [BOTH, eachRow('INSERT OR REPLACE INTO saved VALUES (?, ?)')],
  [NOTED, withNote('name = excluded.name, note = excluded.note')],
  [SAVED.replace('NULL)', 'NULL, note TEXT, at INTEGER)') + FAV, upsert('name = excluded.name')],
  [
    SAVED.replace('NOT NULL PRIMARY KEY', 'NOT NULL, kind TEXT NOT NULL').replace(
      'NULL)',
      'NULL, PRIMARY KEY (address, kind))',
    ) + FAV,
    `INSERT OR REPLACE INTO saved (address, kind, name) SELECT address, 'fav', name FROM fav; ${DROP}`,
  ],
])('what replaces rows in the way stands there: %s %s', async (before, step) =>
  expect(await lossesIn(before, step)).toEqual(['warning TABLE_RENAMED fav']),
)

const NUMBERED = BOTH.replace(
  'fav (address TEXT NOT NULL PRIMARY KEY',
  'fav (id INTEGER PRIMARY KEY, address TEXT NOT NULL',
)

test.each([
  [BOTH, put('INSERT OR IGNORE')],
  [BOTH, put('INSERT', 'ON CONFLICT (address) DO NOTHING')],
  [BOTH, upsert('name = saved.name')],
  [BOTH, upsert('name = excluded.name WHERE length(excluded.name) > length(name)')],
  [NOTED, withNote('name = excluded.name')],
  [NOTED, put('INSERT OR REPLACE')],
  [NUMBERED, eachRow('INSERT OR REPLACE INTO saved VALUES (?, ?)')],
  [
    BOTH + FAV.replace('fav', 'more'),
    `${put('INSERT OR REPLACE').replace(DROP, '')} INSERT OR REPLACE INTO saved SELECT * FROM more; ${DROP}`,
  ],
])('what gives way, or is replaced itself, does not: %s %s', async (before, step) =>
  expect(await lossesIn(before, step)).toContain('error TABLE_DROPPED fav'),
)

test('of rows that agree in the key of the other table one stays', async () =>
  expect(await lossesIn(NUMBERED, put('INSERT OR REPLACE'))).toContain('error ROWS_LOST fav'))

const FEEDS = `CREATE TABLE feed (id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE);
CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL, link TEXT, feed INTEGER NOT NULL REFERENCES feed (id));`
const NEW = `CREATE TABLE feeds (id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE);
CREATE TABLE items (id INTEGER PRIMARY KEY, title TEXT NOT NULL, link TEXT, feed_id INTEGER REFERENCES feeds (id));`
const PARENTS = 'INSERT INTO feeds (url) SELECT url FROM feed;'
const CHILDREN = `INSERT INTO items (title, link, feed_id)
SELECT i.title, i.link, n.id FROM item i JOIN feed f ON f.id = i.feed JOIN feeds n ON n.url = f.url;`
const GONE = 'DROP TABLE item; DROP TABLE feed;'
const moved = (children = CHILDREN): string => NEW + PARENTS + children + GONE
const byCode = (item: string): string =>
  inCode(`db.exec(${JSON.stringify(NEW)})
for (const feed of db.prepare('SELECT id, url FROM feed').all()) {
  const { lastInsertRowid } = db.prepare('INSERT INTO feeds (url) VALUES (?)').run(feed.url)
  for (const item of db.prepare('SELECT title, link FROM item WHERE feed = ' + feed.id).all()) ${item}
}
db.exec('${GONE}')`)
const INSERT = `db.prepare('INSERT INTO items (title, link, feed_id) VALUES (?, ?, ?)')`
const SOUGHT = '(SELECT n.id FROM feeds n JOIN feed f ON f.url = n.url WHERE f.id = item.feed)'

test.each([
  [FEEDS, moved()],
  [FEEDS, moved().replace(' REFERENCES feeds (id)', '')],
  [FEEDS, moved().replaceAll('feed_id', 'feed')],
  [FEEDS, moved(CHILDREN.replace(/SELECT.*/s, `SELECT title, link, ${SOUGHT} FROM item;`))],
  [FEEDS, byCode(`${INSERT}.run(item.title, item.link, lastInsertRowid)`)],
  [
    FEEDS.replace('INTEGER NOT NULL REF', 'INTEGER REF'),
    moved(CHILDREN.replaceAll('JOIN', 'LEFT JOIN')),
  ],
])('children of a parent under a new key: %s %s', async (before, step) =>
  expect(await lossesIn(before, step)).toEqual([
    'warning TABLE_RENAMED item',
    'warning TABLE_RENAMED feed',
  ]),
)

test.each([
  moved(CHILDREN.replace('n.url = f.url', 'n.url <> f.url')),
  moved(
    CHILDREN.replace(/SELECT.*/s, 'SELECT title, link, (SELECT min(id) FROM feeds) FROM item;'),
  ),
  moved(CHILDREN.replace(', feed_id', '').replace(', n.id', '')),
  moved(CHILDREN.replace(', link', '').replace(', i.link', '')),
  moved(''),
  byCode(`${INSERT}.run(item.title, null, lastInsertRowid)`),
])('another parent, or less of them: %s', async (step) =>
  expect(await lossesIn(FEEDS, step)).toContain('error TABLE_DROPPED item'),
)

const BOOKS = `CREATE TABLE book (id INTEGER PRIMARY KEY, name TEXT NOT NULL, gain INTEGER, path TEXT NOT NULL, at INTEGER NOT NULL DEFAULT 0);
CREATE TABLE chapter (book INTEGER NOT NULL REFERENCES book (id), title TEXT NOT NULL, marks TEXT, seconds INTEGER NOT NULL);`
const cut = (meta: string, setting: string, chapter: string, of = 'SELECT * FROM book'): string =>
  inCode(`db.exec(\`CREATE TABLE part (id INTEGER PRIMARY KEY, name TEXT NOT NULL, s INTEGER NOT NULL, marks TEXT NOT NULL, book TEXT NOT NULL);
CREATE TABLE meta (id TEXT PRIMARY KEY, name TEXT NOT NULL); CREATE TABLE setting (id TEXT PRIMARY KEY, file TEXT NOT NULL, gain INTEGER, since INTEGER);\`)
let n = 0
for (const b of db.prepare('${of}').all()) {
  const id = 'book ' + String.fromCharCode(97 + n++ % 26) + n
  db.prepare('INSERT INTO meta VALUES (?, ?)').run(id, ${meta})
  db.prepare('INSERT INTO setting VALUES (?, ?, ?, ?)').run(id, ${setting})
  for (const c of db.prepare('SELECT * FROM chapter WHERE book = ?').all(b.id))
    db.prepare('INSERT INTO part (name, s, marks, book) VALUES (?, ?, ?, ?)').run(${chapter}, id)
}
db.exec('DROP TABLE chapter; DROP TABLE book')`)
const SETTING = 'b.path, b.gain ?? 0, b.at'
const PART = "c.title, c.seconds, c.marks ?? '{}'"

test('code cuts a table in two under a new key, and writes something for NULL', async () => {
  const step = cut('b.name', SETTING, PART)
  expect(await lossesIn(BOOKS, step)).toEqual([
    'warning TABLE_RENAMED chapter',
    'warning TABLE_RENAMED book',
  ])
  const found = await foundIn(BOOKS, step)
  expect(found.find(({ subject }) => subject === 'book')?.message).toContain('book to setting and')
})

test.each([
  ['book', cut('b.name', 'b.path, 0, b.at', PART)],
  ['book', cut("'none'", SETTING, PART)],
  ['book', cut('b.name', SETTING, PART, 'SELECT * FROM book WHERE gain IS NOT NULL')],
  ['chapter', cut('b.name', SETTING, "c.title, c.seconds, '{}'")],
  ['chapter', cut('b.name', SETTING, "c.title, 0, c.marks ?? '{}'")],
])('what it writes for all rows is lost: %s %s', async (table, step) =>
  expect((await lossesIn(BOOKS, step)).join()).toMatch(new RegExp(`error \\w+ ${table}\\b`)),
)

const BUILDS = `CREATE TABLE build (id INTEGER PRIMARY KEY, status TEXT);
CREATE TABLE log (build_id INTEGER NOT NULL REFERENCES build (id), line INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (build_id, line)) WITHOUT ROWID;`
const JOBS = `CREATE TABLE job (id INTEGER PRIMARY KEY, build_id INTEGER NOT NULL UNIQUE REFERENCES build (id));
INSERT INTO job (build_id) SELECT id FROM build;`
const LOGS = `CREATE TABLE job_log (job_id INTEGER NOT NULL REFERENCES job (id), line INTEGER NOT NULL, text TEXT, PRIMARY KEY (job_id, line)) WITHOUT ROWID;
INSERT INTO job_log SELECT (SELECT id FROM job WHERE build_id = l.build_id), l.line, l.text FROM log l; DROP TABLE log;`
const JOINED = LOGS.replace(
  /SELECT \(.*/,
  'SELECT j.id, l.line, l.text FROM log l JOIN job j USING (build_id);',
)
const MOVED = 'warning TABLE_RENAMED log'
const GONE_LOG = 'error TABLE_DROPPED log'

test.each([
  [[JOBS + LOGS], MOVED],
  [[JOBS, LOGS], MOVED],
  [[JOBS + JOINED + ' DROP TABLE log;'], MOVED],
  [[JOBS + LOGS.replace('l.text', 'NULL')], GONE_LOG],
  [[JOBS + LOGS.replace('= l.build_id', '<> l.build_id')], GONE_LOG],
])('rows whose key a parent has now: %s', async (steps, code) =>
  expect(await lossesIn(BUILDS, ...steps)).toContain(code),
)

const B = 'CREATE TABLE b (id INTEGER PRIMARY KEY, t TEXT, n INTEGER);'
const VIEWED = `${B} CREATE VIEW v AS SELECT id, t, n FROM b;`
const KEYED = 'CREATE TABLE b (a INTEGER, t TEXT, n INTEGER, PRIMARY KEY (a, t));'
const LONE = 'CREATE TABLE d (id INTEGER PRIMARY KEY, t TEXT, n INTEGER);'
const ALL = 'INTO d (id, t, n) SELECT id, t, n FROM'
const UPDATES = 'WHERE 1 ON CONFLICT (id) DO UPDATE SET t = excluded.t'

test.each([
  [B, `${LONE} INSERT ${ALL} b ${UPDATES};`, 'warning TABLE_RENAMED b'],
  [B, `${LONE} INSERT OR IGNORE ${ALL} b;`, 'warning TABLE_RENAMED b'],
  [B, `${LONE} INSERT OR IGNORE INTO d (t, n) SELECT t, n FROM b;`, 'warning TABLE_RENAMED b'],
  [VIEWED, `${LONE} INSERT ${ALL} v ${UPDATES}; DROP VIEW v;`, 'warning TABLE_RENAMED b'],
  [
    KEYED,
    'CREATE TABLE d (a INTEGER, t TEXT, n INTEGER, UNIQUE (t, a)); INSERT OR IGNORE INTO d SELECT * FROM b;',
    'warning CONSTRAINT_LOST b',
    'warning TABLE_RENAMED b',
  ],
  [
    B,
    `${LONE} INSERT OR IGNORE INTO d (id, t, n) SELECT id % 7, t, n FROM b;`,
    'error TABLE_DROPPED b',
  ],
  [
    B,
    `${LONE} CREATE UNIQUE INDEX dt ON d (t); INSERT OR IGNORE ${ALL} b;`,
    'error ROWS_LOST b',
    'warning TABLE_RENAMED b',
  ],
])('nothing is in the way in a new table that gets the key: %s %s', async (before, copy, ...told) =>
  expect(
    (await lossesIn(before, `${copy} DROP TABLE b;`)).filter((one) => one.endsWith(' b')),
  ).toEqual(told),
)
