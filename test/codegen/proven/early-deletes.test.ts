// A DELETE that stands before the statement for whose rows it makes an end: nothing is left for that to do.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const PEOPLE = `CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT NOT NULL);
CREATE TABLE votes (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES people (id), issue INTEGER NOT NULL);
CREATE INDEX v_person ON votes (person);`
const PAIRS = PEOPLE.replace('id INTEGER PRIMARY KEY, person', 'person').replace(
  'issue INTEGER NOT NULL',
  'issue INTEGER NOT NULL, PRIMARY KEY (person, issue)',
)
const FIRST = 'SELECT min(id) FROM people GROUP BY lower(email)'
const TAKEN = `DELETE FROM votes WHERE person NOT IN (${FIRST});`
const MERGED =
  'UPDATE OR IGNORE votes SET person = (SELECT min(p.id) FROM people AS p WHERE lower(p.email) = (SELECT lower(email) FROM people WHERE id = votes.person));'
const ENDED = `DELETE FROM people WHERE id NOT IN (${FIRST}); CREATE UNIQUE INDEX p_email ON people (lower(email));`
const TAGS = `CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE);
${PAIRS.split('\n').slice(1).join('\n')}`
const T = `CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER, name TEXT, done INTEGER NOT NULL DEFAULT 0);
CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE past (id INTEGER PRIMARY KEY, name TEXT);`
const inCode = (...statements: readonly string[]): string =>
  `export const irreversible = 'no'\nexport function up(db) {\n${statements.map((one) => `db.exec(\`${one}\`)`).join('\n')}\n}`

const lossesIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => code.includes('ROWS_LOST'))

testSome([
  [PEOPLE, `${TAKEN} ${MERGED} ${ENDED}`, 'votes'],
  [PAIRS, `${TAKEN} ${MERGED} ${ENDED}`, 'votes'],
  [PEOPLE, inCode(TAKEN, MERGED, ENDED), 'votes'],
  [TAGS, inCode(TAKEN, MERGED, ENDED), 'votes'],
  [T, 'DELETE FROM t WHERE done = 1; INSERT INTO past SELECT id, name FROM t WHERE done = 1;', 't'],
  [T, `DELETE FROM t WHERE name IS NULL; UPDATE t SET name = 'none' WHERE name IS NULL;`, 't'],
])('%s %s', async (first, change, table) =>
  expect(await lossesIn(first, change)).toEqual([`error ROWS_LOST ${table}`]),
)

test('the statement that comes too late is named', async () => {
  const found = await foundIn(PEOPLE, `${TAKEN} ${MERGED} ${ENDED}`)
  const lost = found.find(({ code }) => code === 'ROWS_LOST')
  expect(lost?.message).toContain('`UPDATE OR IGNORE votes SET person')
  expect(lost?.fix).toContain('Move the DELETE after that statement')
})

const LEFT = 'DELETE FROM t WHERE p NOT IN (SELECT id FROM p);'

testSome([
  [PEOPLE, `${MERGED} ${TAKEN} ${ENDED}`],
  [PAIRS, `${MERGED} ${TAKEN} ${ENDED}`],
  [PEOPLE, inCode(MERGED, TAKEN, ENDED)],
  [T, 'INSERT INTO past SELECT id, name FROM t WHERE done = 1; DELETE FROM t WHERE done = 1;'],
  [T, `${LEFT} UPDATE t SET name = trim(name);`],
  [T, `${LEFT} UPDATE t SET name = 'x' WHERE name IS NULL;`],
  [T, `${LEFT} INSERT INTO past SELECT id, name FROM t WHERE done = 1;`],
  [T, `DELETE FROM t WHERE name = 'a'; UPDATE t SET name = 'c' WHERE name = 'b';`],
  [T, `DELETE FROM t WHERE done = 1 AND p < 5; UPDATE t SET done = 2 WHERE done = 1;`],
  [T, `DELETE FROM t; UPDATE t SET done = 0 WHERE done = 1;`],
])('takes rows that nothing behind it is for: %s %s', async (first, change) =>
  expect(await lossesIn(first, change)).toEqual([]),
)

test('children of duplicates, which nothing moves, go with them', async () =>
  expect(await lossesIn(PEOPLE, `${TAKEN} ${ENDED}`)).toEqual(['warning ROWS_LOST votes']))
