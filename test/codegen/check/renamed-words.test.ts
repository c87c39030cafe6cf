// What TABLE_RENAMED and COLUMN_RENAMED advise where rows are merged, names change hands, and values are put in order first.
import { expect, test } from 'vitest'
import { testSome } from '../../support/some-of.js'
import { proveHistory } from './proven-folder.js'

const found = async (code: string, ...steps: string[]) =>
  (await proveHistory(...steps)).filter((one) => one.code === code)

const MERGED = ['a', 'b', 'c']
  .map(
    (name) =>
      `CREATE TABLE ${name} (m TEXT NOT NULL, n TEXT NOT NULL, ${name}_text TEXT NOT NULL, PRIMARY KEY (m, n));`,
  )
  .join('\n')
const merge = (key: string): string =>
  `CREATE TABLE sys (m TEXT NOT NULL, n TEXT NOT NULL, type TEXT NOT NULL, a_text TEXT, b_text TEXT, c_text TEXT, PRIMARY KEY (${key}));
${['a', 'b', 'c'].map((name) => `INSERT INTO sys (m, n, type, ${name}_text) SELECT m, n, '${name}', ${name}_text FROM ${name};`).join('\n')}
DROP TABLE a; DROP TABLE b; DROP TABLE c;`

testSome([['m, n'], ['m, n, type']])(
  'each table that is merged is renamed, also behind a copy that fails: PRIMARY KEY (%s)',
  async (key) => {
    const all = await found('TABLE_RENAMED', MERGED, merge(key))
    expect(all.map(({ subject }) => subject)).toEqual(['a', 'b', 'c'])
    expect(all[0]?.fix).toContain('leaves out the other rows of sys, those of b and those of c')
    expect(await found('CONSTRAINT_LOST', MERGED, merge(key))).toEqual([])
  },
)

test('a table that takes the name of another one gets none of its rows', async () => {
  const old = `CREATE TABLE w (id INTEGER PRIMARY KEY, code TEXT NOT NULL);
CREATE TABLE w_old (id INTEGER PRIMARY KEY, text TEXT NOT NULL);`
  const [first] = await found(
    'TABLE_RENAMED',
    old,
    'ALTER TABLE w RENAME TO w_v2; ALTER TABLE w_old RENAME TO w;',
  )
  expect(first?.message).toContain('renames the table w to w_v2, and w_old takes its name')
  expect(first?.fix).not.toContain('Copy')
})

const HISTORY = 'CREATE TABLE h (id INTEGER PRIMARY KEY, seen INTEGER, other INTEGER);'
const COPY = `CREATE TABLE n (id INTEGER PRIMARY KEY, at INTEGER, other INTEGER);
INSERT INTO n (id, at, other) SELECT id, seen, other FROM h; DROP TABLE h; ALTER TABLE n RENAME TO h;`

testSome([
  ['UPDATE h SET seen = 0 WHERE seen < 0;', '(at)'],
  ['UPDATE h SET seen = coalesce(seen, 0);', '(at)'],
  [
    'UPDATE h SET seen = o.seen FROM (SELECT max(seen) AS seen, other FROM h GROUP BY other) o WHERE o.other = h.other;',
    '(at)',
  ],
  ['UPDATE h SET seen = seen * 1000;', '(…)'],
  ['UPDATE h SET seen = other WHERE seen IS NULL;', '(…)'],
  ['UPDATE h SET seen = 0;', '(…)'],
])('the old column of a renamed one, behind %s', async (update, as) => {
  const [first] = await found('COLUMN_RENAMED', HISTORY, `${update} ${COPY}`)
  expect(first?.fix).toContain(`ADD COLUMN seen AS ${as}`)
})
