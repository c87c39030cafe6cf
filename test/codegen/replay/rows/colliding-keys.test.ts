// An UPDATE that makes keys equal which were not: it fails on rows that differ in the column alone that it writes, or reads.
import { describe, expect, it } from 'vitest'
import type { Database as Handle } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const LEVELS =
  'CREATE TABLE t (i INTEGER NOT NULL, level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 3), PRIMARY KEY (i, level))'
const ROLES =
  "CREATE TABLE t (i INTEGER NOT NULL, role TEXT NOT NULL CHECK (role IN ('a', 'b', 'c')), PRIMARY KEY (i, role))"
const PLACES =
  'CREATE TABLE t (id INTEGER PRIMARY KEY, i INTEGER NOT NULL, pos INTEGER NOT NULL, UNIQUE (i, pos))'
const RANKED = 'CREATE TABLE t (id INTEGER PRIMARY KEY, p TEXT NOT NULL, pos REAL, UNIQUE (p, pos))'
const MAILS = 'CREATE TABLE t (id INTEGER PRIMARY KEY, mail TEXT NOT NULL UNIQUE)'
const MAILED = 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT UNIQUE)'
const SETTINGS = 'CREATE TABLE t (i TEXT NOT NULL, k TEXT NOT NULL, v TEXT, PRIMARY KEY (i, k))'

const NAMED = 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL)'
const numbered = (name: string): string =>
  `DELETE FROM t WHERE id NOT IN (SELECT max(id) FROM t GROUP BY name UNION SELECT min(id) FROM t GROUP BY name);
UPDATE t SET name = ${name} WHERE id NOT IN (SELECT min(id) FROM t GROUP BY name);
CREATE UNIQUE INDEX t_name ON t (name)`

describe('an UPDATE that makes keys equal', () => {
  testSome([
    ['by a number of a few', LEVELS, 'UPDATE t SET level = 2 WHERE level = 3', 't.i, t.level'],
    ['by a text of a few', ROLES, "UPDATE t SET role = 'b' WHERE role = 'c'", 't.i, t.role'],
    [
      'by counting',
      PLACES,
      'UPDATE t SET pos = (SELECT count(*) FROM t k WHERE k.i = t.i AND k.pos <= t.pos)',
      't.i, t.pos',
    ],
    ['by moving all up', PLACES, 'UPDATE t SET pos = pos + 1', 't.i, t.pos'],
    ['by cutting spaces off', MAILS, 'UPDATE t SET mail = trim(mail)', 't.mail'],
    [
      'by cutting fractions off, for a later index',
      RANKED,
      "ALTER TABLE t ADD COLUMN rank TEXT; UPDATE t SET rank = printf('%010d', pos) WHERE pos NOT NULL; CREATE UNIQUE INDEX r ON t (p, rank)",
      't.p, t.rank',
    ],
  ])('is found: %s', async (_, first, up, columns) => {
    expect(await factsOf([first, up])).toMatchObject([
      {
        kind: 'step-failed',
        stage: 'rows',
        message: `UNIQUE constraint failed: ${columns}`,
      },
    ])
  })

  testSome([
    ['a text that was not there', SETTINGS, "UPDATE t SET k = 'old theme' WHERE k = 'theme'"],
    [
      'numbers out of the way first',
      PLACES,
      'UPDATE t SET pos = pos + 1000000; UPDATE t SET pos = pos - 999999',
    ],
    [
      'keys behind the removal of their neighbours',
      LEVELS,
      'DELETE FROM t WHERE level = 2 AND EXISTS (SELECT 1 FROM t o WHERE o.i = t.i AND o.level = 3); UPDATE t SET level = 2 WHERE level = 3',
    ],
  ])('is none where it writes %s', async (_, first, up) => {
    expect(await factsOf([first, up])).toEqual([])
  })
})

const TAGS = `CREATE TABLE n (id INTEGER PRIMARY KEY); CREATE TABLE g (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE ng (n INTEGER NOT NULL REFERENCES n (id), g INTEGER NOT NULL REFERENCES g (id), PRIMARY KEY (n, g)) WITHOUT ROWID`
const ONE = 'g NOT IN (SELECT min(id) FROM g GROUP BY lower(name))'
const merged = (conflict: string, rest = ''): string =>
  `UPDATE ${conflict} ng SET g = (SELECT min(b.id) FROM g a JOIN g b ON lower(b.name) = lower(a.name) WHERE a.id = ng.g) WHERE ${ONE};
${rest} DELETE FROM g WHERE ${ONE.replace('g', 'id')}`

it('names that differ in case belong to one row, which then has a key twice', async () => {
  expect(await factsOf([TAGS, merged('')])).toMatchObject([
    { kind: 'step-failed', message: 'UNIQUE constraint failed: ng.n, ng.g' },
  ])
  expect(await factsOf([TAGS, merged('OR IGNORE')])).toMatchObject([
    { kind: 'foreign-key-broken', table: 'ng' },
  ])
  expect(await factsOf([TAGS, merged('OR IGNORE', `DELETE FROM ng WHERE ${ONE};`)])).toEqual([])
})

const NODES =
  'CREATE TABLE t (id INTEGER PRIMARY KEY, scheme TEXT NOT NULL, host TEXT NOT NULL, stage TEXT, UNIQUE (scheme, host))'
const ACCOUNTS =
  'CREATE TABLE t (type TEXT NOT NULL, provider TEXT NOT NULL, pid TEXT NOT NULL, token TEXT, PRIMARY KEY (provider, pid))'
const RATED =
  'CREATE TABLE r (id TEXT NOT NULL PRIMARY KEY, source TEXT NOT NULL); CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY, symbol TEXT NOT NULL, source TEXT NOT NULL); CREATE UNIQUE INDEX s ON t (source, symbol)'
const INDEX = 'CREATE UNIQUE INDEX u ON t (dir, name)'
const FILES = `CREATE TABLE t (id INTEGER PRIMARY KEY, dir TEXT, name TEXT); ${INDEX}`
const anew = (key: string, select = 'SELECT type, provider, pid, token FROM t'): string =>
  `CREATE TABLE n (type TEXT NOT NULL, provider TEXT NOT NULL, pid TEXT NOT NULL, token TEXT, ${key}); INSERT INTO n ${select}; DROP TABLE t; ALTER TABLE n RENAME TO t`
const brought = (how: string, by: string): string =>
  `INSERT ${how} INTO t (id, symbol, source) SELECT id, id, source FROM r WHERE NOT EXISTS (SELECT 1 FROM t WHERE ${by})`

describe('rows that agree in what a key is made of', () => {
  testSome([
    [
      'another column too',
      NODES,
      "UPDATE t SET scheme = 'http' WHERE host = 'a.org' AND stage = 'x'",
      't.scheme, t.host',
    ],
    ['all of the key is set', MAILED, "UPDATE t SET mail = 'x' WHERE name = 'y'", 't.mail'],
    ['the key is made of another column', MAILED, 'UPDATE t SET mail = name', 't.mail'],
    [
      'another table has the value',
      RATED,
      'UPDATE t SET source = r.source FROM r WHERE t.symbol = r.id',
      't.source, t.symbol',
    ],
    [
      'a row is brought that is asked for by another column',
      RATED,
      brought('', 't.symbol = r.id'),
      't.id',
    ],
    [
      'a copy is UNIQUE by others',
      ACCOUNTS,
      anew('PRIMARY KEY (provider, pid), UNIQUE (type, token)'),
      'n.type, n.token',
    ],
    [
      'all columns are copied by a star',
      ACCOUNTS,
      anew('PRIMARY KEY (type, pid)', 'SELECT * FROM t'),
      'n.type, n.pid',
    ],
    [
      'a key of the copy takes letters for one',
      ACCOUNTS,
      anew('PRIMARY KEY (provider, pid)').replace('pid TEXT', 'pid TEXT COLLATE NOCASE'),
      'n.provider, n.pid',
    ],
    [
      'an index over the copy does',
      FILES,
      `CREATE TABLE n (id INTEGER PRIMARY KEY, dir TEXT, name TEXT COLLATE NOCASE); INSERT INTO n (id, dir, name) SELECT id, dir, name FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t; ${INDEX}`,
      't.dir, t.name',
    ],
    ['a text that the step makes is there already', NAMED, numbered("name || ' 2'"), 't.name'],
    [
      'the old table is renamed first',
      ACCOUNTS,
      'ALTER TABLE t RENAME TO o; CREATE TABLE t (type TEXT NOT NULL, pid TEXT NOT NULL, token TEXT, PRIMARY KEY (type, pid)); INSERT INTO t (type, pid, token) SELECT type, pid, token FROM o; DROP TABLE o',
      't.type, t.pid',
    ],
  ])('are found: %s', async (_, first, up, columns) => {
    const found = (await factsOf([first, up])).filter(({ kind }) => kind === 'step-failed')
    expect(found).toMatchObject([
      { stage: 'rows', message: `UNIQUE constraint failed: ${columns}` },
    ])
  })

  testSome([
    [
      'one row of each is taken',
      ACCOUNTS,
      anew(
        'PRIMARY KEY (type, pid)',
        'SELECT type, min(provider), pid, token FROM t GROUP BY type, pid',
      ),
    ],
    ['rows in the way stay', RATED, brought('OR IGNORE', 't.symbol = r.id')],
    [
      'rows are asked for by all keys',
      RATED,
      brought('', 't.id = r.id OR (t.symbol = r.id AND t.source = r.source)'),
    ],
    ['the number of the row is put into it', NAMED, numbered("name || '-' || id")],
    ['the value is made of a key', MAILED, "UPDATE t SET mail = id || '@x'"],
    ['nothing takes its place', MAILED, "UPDATE t SET mail = NULL WHERE name = 'y'"],
  ])('are none where %s', async (_, first, up) => {
    const found = await factsOf([first, up])
    expect(found.filter(({ kind }) => kind === 'step-failed')).toEqual([])
  })
})

const HELD =
  'CREATE TABLE s (id INTEGER PRIMARY KEY); CREATE TABLE i (id INTEGER PRIMARY KEY REFERENCES s (id), n INTEGER NOT NULL); CREATE TABLE p (id INTEGER PRIMARY KEY REFERENCES i (id)); CREATE TABLE t (id INTEGER PRIMARY KEY REFERENCES s (id), why TEXT)'
const NAMES =
  "CREATE TABLE i (id INTEGER PRIMARY KEY, name TEXT NOT NULL CHECK (name <> ''), n INTEGER NOT NULL); CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''), n INTEGER)"
const held = (select: string, how = ''): string => `INSERT ${how} INTO t (id) SELECT ${select}`
const FREE = 'id NOT IN (SELECT id FROM p)'

describe('rows whose key is there already', () => {
  testSome([
    [HELD, held(`id FROM i WHERE ${FREE}`)],
    [HELD, held(`id FROM i WHERE ${FREE} GROUP BY id`)],
    [NAMES, held('DISTINCT name FROM i WHERE n > 3')],
    [NAMES, held('name FROM i WHERE n > 3 GROUP BY name')],
  ])('are found: %s; %s', async (first, up) => {
    const found = (await factsOf([first, up])).filter(({ kind }) => kind === 'step-failed')
    expect(found).toMatchObject([{ stage: 'rows', message: 'UNIQUE constraint failed: t.id' }])
  })

  testSome([
    [HELD, held(`id FROM i WHERE ${FREE} AND id NOT IN (SELECT id FROM t) GROUP BY id`)],
    [HELD, held(`id FROM i WHERE ${FREE}`, 'OR IGNORE')],
    [HELD, `DELETE FROM t; ${held(`id FROM i WHERE ${FREE}`)}`],
    [NAMES, held('DISTINCT name FROM i WHERE name NOT IN (SELECT id FROM t)')],
    [NAMES, held("DISTINCT name || '/' || id FROM i WHERE n > 3")],
  ])('are not in the way: %s; %s', async (first, up) => {
    const found = await factsOf([first, up])
    expect(found.filter(({ kind }) => kind === 'step-failed')).toEqual([])
  })
})

const AB =
  'CREATE TABLE t (a TEXT NOT NULL, b TEXT NOT NULL, c TEXT NOT NULL, v TEXT, PRIMARY KEY (a, b))'
const INTO = 'INSERT INTO n SELECT a, b, c, v FROM t'
const madeAnew = (how: string, key = '(a, c)', copy = INTO): string =>
  `${AB.replace('TABLE t', 'TABLE n').replace('(a, b)', key)}; ${copy.replace('INSERT', `INSERT ${how}`)}; DROP TABLE t; ALTER TABLE n RENAME TO t`
const byCode = (how: string) => ({
  up: (db: Handle): void => {
    db.exec(AB.replace('TABLE t', 'TABLE n').replace('(a, b)', '(a, c)'))
    const insert = db.prepare(`INSERT ${how} INTO n VALUES (?, ?, ?, ?)`)
    for (const row of db.prepare('SELECT * FROM t').all() as Record<string, string>[])
      insert.run(row['a'], row['b'], row['c'], row['v'])
    db.exec('DROP TABLE t; ALTER TABLE n RENAME TO t')
  },
})
const REL =
  'CREATE TABLE t (item INTEGER NOT NULL, pred INTEGER NOT NULL, object TEXT NOT NULL, PRIMARY KEY (item, pred, object))'
const SET = "UPDATE OR REPLACE t SET object = 'gone' WHERE pred = 3"
const eachObject = (where: string, ...names: readonly string[]) => ({
  up: (db: Handle): void => {
    const set = db.prepare(`UPDATE OR REPLACE t SET object = ? WHERE ${where}`)
    const found = db.prepare("SELECT * FROM t WHERE object LIKE 'local/%'")
    for (const row of found.all() as Record<string, string>[])
      set.run(`me/${row['object']?.slice(6)}`, ...names.map((name) => row[name]))
  },
})

describe('rows that agree in a key that a statement changes, which says what becomes of those in the way', () => {
  it.each([
    ['a copy leaves the others out', AB, madeAnew('OR IGNORE')],
    ['a copy replaces them', AB, madeAnew('OR REPLACE')],
    ['the new table replaces them', AB, madeAnew('', '(a, c) ON CONFLICT REPLACE')],
    ['the new table leaves them out', AB, madeAnew('', '(a, c) ON CONFLICT IGNORE')],
    ['nothing is done', AB, madeAnew('', '(a, c)', `${INTO} WHERE true ON CONFLICT DO NOTHING`)],
    [
      'one is made of them',
      AB,
      madeAnew('', '(a, c)', `${INTO} WHERE true ON CONFLICT DO UPDATE SET v = excluded.v`),
    ],
    [
      'the old table is renamed first',
      AB,
      `ALTER TABLE t RENAME TO o; ${AB.replace('(a, b)', '(a, c)')}; INSERT OR IGNORE INTO t SELECT * FROM o; DROP TABLE o`,
    ],
    ['code copies', AB, byCode('OR IGNORE')],
    ['a part of the key is set by another part', REL, SET],
    ['a part of the key is sought', REL, SET.replace("'gone'", '(SELECT max(object) FROM t)')],
    [
      'the table replaces them',
      REL.replace('object))', 'object) ON CONFLICT REPLACE)'),
      SET.replace('OR REPLACE', ''),
    ],
    ['code forgets a part of the key', REL, eachObject('item = ? AND pred = ?', 'item', 'pred')],
  ])('are lost where %s', async (_, first, up) => {
    const found = (await factsOf([first, up])).filter(({ kind }) => kind === 'rows-lost')
    expect(found).toMatchObject([{ table: 't' }])
  })

  it.each([
    ['the key is the same', AB, madeAnew('OR IGNORE', '(b, a)')],
    ['the key gets wider', AB, madeAnew('OR REPLACE', '(a, b, c)')],
    [
      'they are deleted before',
      AB,
      `DELETE FROM t WHERE rowid NOT IN (SELECT min(rowid) FROM t GROUP BY a, c); ${madeAnew('OR IGNORE')}`,
    ],
    ['they stay as they are', REL, SET.replace('REPLACE', 'IGNORE')],
    [
      'they are deleted by name afterwards',
      REL,
      `${SET.replace('REPLACE', 'IGNORE')}; DELETE FROM t WHERE pred = 3 AND object <> 'gone'`,
    ],
    ['no key is set', AB, "UPDATE OR REPLACE t SET v = 'x' WHERE c = 'y'"],
    [
      'code names the row',
      REL,
      eachObject('item = ? AND pred = ? AND object = ?', 'item', 'pred', 'object'),
    ],
  ])('are not lost where %s', async (_, first, up) => {
    const found = await factsOf([first, up])
    expect(found.filter(({ kind }) => kind === 'rows-lost')).toEqual([])
  })
})

const LIBRARIES = `CREATE TABLE l (id INTEGER PRIMARY KEY, type TEXT NOT NULL);
CREATE TABLE i (id INTEGER PRIMARY KEY, l INTEGER NOT NULL REFERENCES l (id) ON DELETE CASCADE, key TEXT NOT NULL, title TEXT, UNIQUE (l, key))`
const LINKS = LIBRARIES.replace('id INTEGER PRIMARY KEY, l', 'l').replace(
  'title TEXT, UNIQUE',
  'PRIMARY KEY',
)
const put = (how: string, rest = ''): string =>
  `INSERT OR IGNORE INTO l VALUES (1, 'user'); UPDATE ${how} i SET l = 1 WHERE l = 4; ${rest} DELETE FROM l WHERE id = 4`

describe('children of a parent that goes, where the one that stays has their like', () => {
  it.each([
    ['are without one', LIBRARIES, put('OR IGNORE'), false, 'foreign-key-broken'],
    ['are replaced', LIBRARIES, put('OR REPLACE'), false, 'rows-lost'],
    ['go with it', LIBRARIES, put('OR IGNORE'), true, 'rows-lost'],
    ['are replaced before', LIBRARIES, put('OR REPLACE'), true, 'rows-lost'],
    ['have gone by name', LIBRARIES, put('OR IGNORE', 'DELETE FROM i WHERE l = 4;'), true, ''],
    ['say nothing else', LINKS, put('OR IGNORE'), true, ''],
    ['are others', LIBRARIES, put('OR IGNORE').replace('l = 4', "$& AND title = 'x'"), true, ''],
  ])('%s: %s', async (_, first, up, isEnforced, kind) => {
    const step = { up, ...(isEnforced && { foreignKeys: 'enforce' as const }) }
    const found = await factsOf([first, step])
    expect(found).toMatchObject(kind === '' ? [] : [{ kind, table: 'i' }])
  })
})
