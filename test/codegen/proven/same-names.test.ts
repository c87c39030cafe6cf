// Tables with columns of one name have equal values there from the start: only what a step has written is a copy.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const tables = (
  own: string,
): string => `CREATE TABLE feeds (id INTEGER PRIMARY KEY, title TEXT, file TEXT, ${own});
CREATE TABLE images (id INTEGER PRIMARY KEY, title TEXT, file TEXT);`
const OF_IMAGE = 'FROM images WHERE images.id = feeds.image'

testSome([
  ['one of two values', `UPDATE feeds SET url = (SELECT file ${OF_IMAGE})`, 'TABLE_DROPPED'],
  [
    'how many',
    'UPDATE feeds SET n = (SELECT count(*) FROM images i WHERE i.file = feeds.file)',
    'TABLE_DROPPED',
  ],
  ['nothing of it', "UPDATE feeds SET url = 'x'", 'TABLE_DROPPED'],
])('%s: the table is dropped', async (_, change, code) => {
  const step = `ALTER TABLE feeds ADD COLUMN url TEXT; ${change}; DROP TABLE images;`
  const codes = await codesIn(tables('image INTEGER, n INTEGER'), step)
  expect(codes.filter((one) => one.includes('TABLE_'))).toEqual([`error ${code} images`])
})

const GIVEN = `(title, file) = (SELECT title, file FROM images WHERE feed = feeds.id)
WHERE id IN (SELECT feed FROM images)`

testSome([
  ['all values', `UPDATE feeds SET ${GIVEN}`],
  ['all, and a mark', `UPDATE feeds SET url = 'x', ${GIVEN}`],
])('%s: its rows are moved', async (_, change) => {
  const images =
    'CREATE TABLE images (feed INTEGER PRIMARY KEY REFERENCES feeds (id), title TEXT, file TEXT);'
  const before = tables('url TEXT').replace(/CREATE TABLE images.*/, images)
  const codes = await codesIn(before, `${change}; DROP TABLE images;`)
  expect(codes.filter((one) => one.includes('TABLE_'))).toEqual(['warning TABLE_RENAMED images'])
})

const LINKS = `CREATE TABLE actors (actor INTEGER, movie INTEGER);
CREATE TABLE directors (director INTEGER, movie INTEGER);`
const makeLinks = (from: string): string =>
  `CREATE TABLE ${from}_now (person INTEGER, movie INTEGER);
INSERT INTO ${from}_now SELECT ${from === 'actors' ? 'actor' : 'director'}, movie FROM ${from};`

testSome([
  ['copied there', makeLinks('directors'), 'warning TABLE_RENAMED directors'],
  ['not copied', '', 'error TABLE_DROPPED directors'],
])('a table with the values of another one, which is copied: %s', async (_, more, told) => {
  const step = `${makeLinks('actors')}${more}DROP TABLE actors; DROP TABLE directors;`
  const codes = await codesIn(LINKS, step)
  expect(codes).toEqual(['warning TABLE_RENAMED actors', told])
})

test('the table is named into which a statement copies the rows', async () => {
  const step = `${makeLinks('actors')}${makeLinks('directors')}DROP TABLE directors;`
  const [first] = await foundIn(LINKS, step)
  expect(first?.message).toContain('moves the rows of the table directors to directors_now')
})

const THINGS = ['posts', 'pages']
const thing = (name: string): string =>
  `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, kind TEXT, title TEXT, body TEXT, n INTEGER);`
const BOTH = [...THINGS, 'things'].map(thing).join('\n')
const ALL = 'kind, title, body, n'
const merged = (first: string, second: string): string =>
  `${first};${second};DROP TABLE posts;DROP TABLE pages`
const copied = (from: string, columns = ALL, rest = ''): string =>
  `INSERT INTO things (${columns}) SELECT ${columns} FROM ${from}${rest}`

testSome([
  ['all of them', merged(copied('pages'), copied('posts')), 'warning TABLE_RENAMED posts'],
  [
    'one without a column',
    merged(copied('pages'), copied('posts', 'kind, title, n')),
    'error TABLE_DROPPED posts',
  ],
  [
    'both by one statement',
    merged(`${copied('pages')} UNION ALL SELECT ${ALL} FROM posts`, ''),
    'warning TABLE_RENAMED posts',
  ],
  [
    'one without a column, both by one statement',
    merged(`${copied('pages')} UNION ALL SELECT kind, title, '', n FROM posts`, ''),
    'error TABLE_DROPPED posts',
  ],
])('two tables with the same values become one: %s', async (_, step, told) =>
  expect((await codesIn(BOTH, step)).filter((one) => one.includes('TABLE_'))).toEqual([
    told,
    'warning TABLE_RENAMED pages',
  ]),
)
