// Defaults that a rebuild forgets: beside a constraint that goes, or where later rows need them.
import { expect, test } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const T = `CREATE TABLE t (id INTEGER PRIMARY KEY, state TEXT DEFAULT 'new', n INTEGER CHECK (n > 0));
CREATE TABLE log (id INTEGER PRIMARY KEY, n INTEGER);`
const anew = (columns: string): string =>
  `CREATE TABLE u (id INTEGER PRIMARY KEY, ${columns});
INSERT INTO u SELECT * FROM t; DROP TABLE t; ALTER TABLE u RENAME TO t;`
const FORGOTTEN = anew('state TEXT, n INTEGER CHECK (n > 0)')
const LATER = 'INSERT INTO t (n) VALUES (1);'
const TRIGGER = 'CREATE TRIGGER g AFTER INSERT ON log BEGIN INSERT INTO t (n) VALUES (NEW.n); END;'

test('is no purpose beside a constraint that goes', async () =>
  expect(await codesIn(T, anew('state TEXT, n INTEGER'))).toEqual([
    'warning CONSTRAINT_LOST t.n',
    'info CONSTRAINT_LOST t',
  ]))

test('is missed by a later migration, or by a trigger', async () => {
  const [later, ...more] = await foundIn(T, FORGOTTEN, LATER)
  expect([later?.severity, later?.code, more]).toEqual(['warning', 'CONSTRAINT_LOST', []])
  expect(later?.message).toContain('or are rejected; version 003 inserts such rows.')
  const [trigger] = await foundIn(T, `${FORGOTTEN} ${TRIGGER}`)
  expect(trigger?.severity).toBe('warning')
  expect(trigger?.message).toContain('the trigger g inserts such rows.')
})

testSome([
  ['later rows name the column', [T, FORGOTTEN, "INSERT INTO t (n, state) VALUES (1, 'x');"]],
  [
    'another default takes its place',
    [T, anew("state TEXT DEFAULT 'open', n INTEGER CHECK (n > 0)"), LATER],
  ],
  [
    'it is there again',
    [T, FORGOTTEN, anew("state TEXT DEFAULT 'new', n INTEGER CHECK (n > 0)"), LATER],
  ],
])('%s', async (_, steps) => expect(await codesIn(...steps)).toEqual([]))
