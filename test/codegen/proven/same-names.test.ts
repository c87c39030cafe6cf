// Tables with columns of one name have equal values there from the start: only what a step has written is a copy.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
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
