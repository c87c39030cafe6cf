// A DELETE of duplicates groups rows without a value as if they were alike; a UNIQUE index of several columns does not.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const said = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => !code.startsWith('info'))

const REVIEWS = (author: string): string =>
  `CREATE TABLE r (id INTEGER PRIMARY KEY, plugin INTEGER NOT NULL, author_id INTEGER${author}, stars INTEGER NOT NULL);`
const DELETED = 'DELETE FROM r WHERE id NOT IN (SELECT max(id) FROM r GROUP BY plugin, author_id)'
const INDEX = 'CREATE UNIQUE INDEX once ON r (plugin, author_id);'

testSome([
  [REVIEWS(''), `${DELETED}; ${INDEX}`, ['warning ROWS_LOST r']],
  [REVIEWS(''), `${DELETED} AND author_id IS NOT NULL; ${INDEX}`, []],
  [REVIEWS(''), `${DELETED}; ${INDEX.replace(';', ' WHERE author_id IS NOT NULL;')}`, []],
  [REVIEWS(' NOT NULL'), `${DELETED}; ${INDEX}`, []],
  [REVIEWS(' REFERENCES r (id)'), `${DELETED}; ${INDEX}`, []],
  [
    REVIEWS('').replace('author_id', 'age'),
    `${DELETED}; ${INDEX}`.replaceAll('author_id', 'age'),
    [],
  ],
  [REVIEWS(''), `DELETE FROM r WHERE author_id IS NULL; ${DELETED}; ${INDEX}`, []],
])('of %s: %s', async (table, step, codes) =>
  expect((await said(table, step)).filter((code) => code.includes('ROWS_LOST'))).toEqual(codes),
)

const CLUBS = `CREATE TABLE clubs (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT, UNIQUE (name, city));`
const PLAYERS =
  'CREATE TABLE players (id INTEGER PRIMARY KEY, club INTEGER REFERENCES clubs (id)); CREATE INDEX pc ON players (club);'
const merged = (columns: string, select: string, more = ''): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL DEFAULT '', UNIQUE (name, city));
INSERT INTO n (${columns}) SELECT ${select} FROM clubs GROUP BY name, coalesce(city, ''); ${more} DROP TABLE clubs; ALTER TABLE n RENAME TO clubs;`
const MERGES = 'error ROWS_LOST clubs'

testSome([
  [
    CLUBS + PLAYERS,
    merged('name, city', `name, coalesce(city, '')`),
    [MERGES, 'error VALUES_LOST clubs.id'],
  ],
  [CLUBS, merged('name, city', `name, coalesce(city, '')`), [MERGES]],
  [CLUBS + PLAYERS, merged('id, name, city', `min(id), name, coalesce(city, '')`), [MERGES]],
  [
    CLUBS + PLAYERS,
    merged(
      'name, city',
      `name, coalesce(city, '')`,
      `UPDATE players SET club = (SELECT n.id FROM n JOIN clubs c ON c.name = n.name AND coalesce(c.city, '') = n.city WHERE c.id = players.club) WHERE club IS NOT NULL;`,
    ),
    [MERGES],
  ],
])('numbers that GROUP BY gives anew: %s %s', async (tables, step, codes) =>
  expect((await said(tables, step)).filter((code) => code.includes('_LOST clubs'))).toEqual(codes),
)
