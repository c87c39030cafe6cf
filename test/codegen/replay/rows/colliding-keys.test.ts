// An UPDATE that makes keys equal which were not: it fails on rows that differ in the column alone that it writes, or reads.
import { describe, expect, it } from 'vitest'
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
    [
      'rows are asked for by all keys',
      RATED,
      brought('', 't.id = r.id OR (t.symbol = r.id AND t.source = r.source)'),
    ],
    ['the number of the row is put into it', NAMED, numbered("name || '-' || id")],
    ['the value is made of a key', MAILED, "UPDATE t SET mail = id || '@x'"],
  ])('are none where %s', async (_, first, up) => {
    const found = await factsOf([first, up])
    expect(found.filter(({ kind }) => kind === 'step-failed')).toEqual([])
  })
})
