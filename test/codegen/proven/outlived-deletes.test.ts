// A DELETE that takes all generated rows, or all with a NULL, does not hide what the rest of its step does to rows that it leaves.
import { expect } from 'vitest'
import { codesIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const SMS = `CREATE TABLE recipient (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE sms (id INTEGER PRIMARY KEY, address INTEGER, sent INTEGER, body TEXT);`
const FULL = SMS.replace('address INTEGER', 'address INTEGER NOT NULL').replace(
  'body TEXT',
  'body TEXT NOT NULL',
)
const anew = (columns: string, copy: string): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, ${columns}); INSERT INTO n SELECT id, ${copy}; DROP TABLE sms; ALTER TABLE n RENAME TO sms;`
const ALL = 'address INTEGER, sent INTEGER, body TEXT'
const UNKNOWN = 'address NOT IN (SELECT id FROM recipient)'

testSome([
  [SMS, UNKNOWN],
  [FULL, UNKNOWN],
  [SMS, `address IS NULL OR ${UNKNOWN}`],
  [FULL, 'NOT EXISTS (SELECT 1 FROM recipient r WHERE r.id = sms.address)'],
  [FULL, `${UNKNOWN} OR sent IS NULL`],
])('%s without those of %s', async (first, where) => {
  const found = (rest: string): Promise<string[]> =>
    codesIn(first, `DELETE FROM sms WHERE ${where}; ${rest}`)
  expect(await found(anew(ALL, "address, sent, 'x' FROM sms"))).toEqual([
    'warning VALUES_LOST sms.body',
  ])
  expect(await found(anew(ALL, "address, sent, body FROM sms WHERE body <> ''"))).toEqual([
    'error ROWS_LOST sms',
  ])
  expect(await found(anew(ALL, 'address, sent, body FROM sms'))).toEqual([])
  expect(await found('ALTER TABLE sms DROP COLUMN body;')).toEqual([
    'error COLUMN_DROPPED sms.body',
  ])
})

const STRICT = 'address INTEGER NOT NULL, sent INTEGER NOT NULL, body TEXT'

testSome([
  ['address IS NULL', ['error REPLAY_FAILS_ON_ROWS sms.sent']],
  ['sent IS NULL', ['error REPLAY_FAILS_ON_ROWS sms.address']],
  ['address IS NULL OR sent IS NULL', []],
  ['coalesce(address, sent, body) IS NULL OR address IS NULL OR sent IS NULL', []],
  [
    "body = 'spam'",
    ['error REPLAY_FAILS_ON_ROWS sms.address', 'error REPLAY_FAILS_ON_ROWS sms.sent'],
  ],
])('columns that must not be null behind a DELETE of %s', async (where, codes) =>
  expect(
    (
      await codesIn(
        SMS,
        `DELETE FROM sms WHERE ${where}; ${anew(STRICT, 'address, sent, body FROM sms')}`,
      )
    ).toSorted(),
  ).toEqual(codes),
)
