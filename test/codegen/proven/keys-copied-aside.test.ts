// Rows copied into another table, which has a smaller key than their own.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const BLOCKS = 'CREATE TABLE b (id TEXT, w TEXT, type TEXT, title TEXT, PRIMARY KEY (w, id));'
const BOARDS = 'CREATE TABLE n (id TEXT PRIMARY KEY, w TEXT, title TEXT);'
const COPY = 'INSERT INTO n SELECT id, w, title FROM b'
const FAILS = [expect.stringContaining('error REPLAY_FAILS_ON_ROWS b')]

testSome([
  ['some', BLOCKS, `${BOARDS} ${COPY} WHERE type = 'x'; DELETE FROM b WHERE type = 'x';`],
  ['some that stay', BLOCKS, `${BOARDS} ${COPY} WHERE type LIKE 'x%' AND title IS NOT NULL;`],
  ['into a table that is there', BLOCKS + BOARDS, `${COPY} WHERE type = 'x';`],
  [
    'beside a UNIQUE index',
    BLOCKS,
    `${BOARDS.replace(' PRIMARY KEY', '')} CREATE UNIQUE INDEX u ON n (id); ${COPY} WHERE type = 'x';`,
  ],
  [
    'before a UNIQUE index',
    BLOCKS,
    `${BOARDS.replace(' PRIMARY KEY', '')} ${COPY} WHERE type = 'x'; CREATE UNIQUE INDEX u ON n (id);`,
  ],
])('rows that agree in the smaller key: %s', async (_, first, second) =>
  expect(await codesIn(first, second)).toEqual(FAILS),
)

testSome([
  [
    'the first of each',
    `${COPY} WHERE type = 'x' AND rowid IN (SELECT min(rowid) FROM b GROUP BY id);`,
  ],
  [
    'none of which there is another',
    `${COPY} WHERE type = 'x' AND NOT EXISTS (SELECT 1 FROM b o WHERE o.id = b.id AND o.w <> b.w);`,
  ],
  ['skips', `${COPY.replace('INSERT', 'INSERT OR IGNORE')} WHERE type = 'x';`],
  ['a number of its own', `INSERT INTO n SELECT id || w, w, title FROM b WHERE type = 'x';`],
])('a copy that takes care of them: %s', async (_, copy) =>
  expect(await codesIn(BLOCKS, `${BOARDS} ${copy}`)).toEqual([]),
)

const SENT = `CREATE TABLE b (id INTEGER PRIMARY KEY, tx INTEGER NOT NULL, n INTEGER NOT NULL, v INTEGER NOT NULL, is_change INTEGER NOT NULL, UNIQUE (tx, n));
CREATE TABLE s (tx INTEGER NOT NULL, n INTEGER NOT NULL, v INTEGER NOT NULL, PRIMARY KEY (tx, n));`

testSome([
  ['rows', 'SELECT tx, n, v FROM b WHERE is_change EXCEPT SELECT tx, n, v FROM s', 1],
  ['rows of any column', 'SELECT tx, n, v FROM b EXCEPT SELECT * FROM s', 1],
  [
    'rows with a value',
    'SELECT tx, n, v FROM b WHERE NOT EXISTS (SELECT 1 FROM s WHERE s.tx = b.tx AND s.n = b.n AND s.v = b.v)',
    1,
  ],
  [
    'keys',
    'SELECT tx, n, v FROM b WHERE (tx, n) IN (SELECT tx, n FROM b EXCEPT SELECT tx, n FROM s)',
    0,
  ],
])('a copy asks for %s that are not there', async (_, select, count) =>
  expect(await codesIn(SENT, `INSERT INTO s ${select};`)).toEqual(
    Array.from({ length: count }, () => expect.stringMatching('error REPLAY_FAILS_ON_ROWS s')),
  ),
)
