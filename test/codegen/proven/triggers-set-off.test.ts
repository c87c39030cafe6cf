// Triggers that a step sets off unnoticed: by a DELETE of rows that come back, or by an UPDATE that writes the moment.
import { expect } from 'vitest'
import { codesIn, foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const counting = (event: 'INSERT' | 'DELETE'): string =>
  `CREATE TRIGGER p_${event} AFTER ${event} ON p BEGIN UPDATE b SET cents = cents ${event === 'INSERT' ? '+ new' : '- old'}.cents WHERE account = ${event === 'INSERT' ? 'new' : 'old'}.account; END;`
const TRIGGERS = counting('INSERT') + counting('DELETE')
const P =
  'CREATE TABLE p (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, cents INTEGER NOT NULL DEFAULT 0);'
const B = 'CREATE TABLE b (account INTEGER PRIMARY KEY, cents INTEGER NOT NULL DEFAULT 0);'
const KEYED = P.replace(
  'account INTEGER NOT NULL',
  'account INTEGER NOT NULL REFERENCES b (account)',
)
const ASIDE = 'CREATE TABLE aside AS SELECT id, account, cents FROM p;'
const AGAIN = `DROP TABLE p; ${P.replace('account', 'line INTEGER, account')} INSERT INTO p (id, account, cents) SELECT id, account, cents FROM aside; DROP TABLE aside;`
const anew = (before: string, after: string): string => `${ASIDE} ${before} ${AGAIN} ${after}`

const lossesIn = async (...steps: readonly string[]): Promise<string[]> =>
  (await codesIn(...steps)).filter((code) => code.includes('VALUES_LOST'))

testSome([[P], [KEYED]])('rows that are deleted and come back: %s', async (table) => {
  const change = anew('DELETE FROM p;', TRIGGERS)
  const found = (await foundIn(B + table + TRIGGERS, change)).filter(
    ({ code }) => code === 'VALUES_LOST',
  )
  expect(found.map(({ subject, severity }) => [subject, severity])).toEqual([
    ['b.cents', 'warning'],
  ])
  expect(found[0]?.message).toContain(
    'in `DELETE FROM p` that are put back later, and the trigger p_DELETE',
  )
})

testSome([
  anew('', TRIGGERS),
  anew('DROP TRIGGER p_DELETE; DELETE FROM p;', TRIGGERS),
  anew(
    'DELETE FROM p;',
    TRIGGERS +
      'UPDATE b SET cents = (SELECT coalesce(sum(p.cents), 0) FROM p WHERE p.account = b.account);',
  ),
  `${ASIDE} DELETE FROM p; INSERT INTO p SELECT id, account, cents FROM aside; DROP TABLE aside;`,
  'DELETE FROM p WHERE cents = 0;',
])('sets nothing off, or counts again: %s', async (change) =>
  expect(await lossesIn(B + P + TRIGGERS, change)).toEqual([]),
)

const M = 'CREATE TABLE m (id INTEGER PRIMARY KEY, body TEXT, updated_at INTEGER);'
const touching = (sets: string, of = 'OF body'): string =>
  `CREATE TRIGGER touch AFTER UPDATE ${of} ON m BEGIN UPDATE m SET ${sets} WHERE id = new.id; END;`
const NOW = "updated_at = CAST(strftime('%s', 'now') AS INTEGER)"
const TRIM = 'UPDATE m SET body = trim(body) WHERE body <> trim(body);'

testSome([
  [touching(NOW), TRIM],
  [touching(NOW.replace("CAST(strftime('%s', 'now') AS INTEGER)", "datetime('now')"), ''), TRIM],
])('the moment of the migration is written: %s %s', async (trigger, change) =>
  expect(await lossesIn(M + trigger, change)).toEqual(['info VALUES_LOST m.updated_at']),
)

testSome([
  [touching(NOW), 'UPDATE m SET id = id WHERE id > 0;'],
  [touching(NOW), `DROP TRIGGER touch; ${TRIM} ${touching(NOW)}`],
  [touching(NOW), "UPDATE m SET body = '', updated_at = 5 WHERE id > 0;"],
  [touching('updated_at = updated_at + 1'), TRIM],
])('it is not, or is meant: %s %s', async (trigger, change) =>
  expect(await lossesIn(M + trigger, change)).toEqual([]),
)

const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE l (a TEXT);'
const logging = (of: string, what = 'old.a'): string =>
  `CREATE TRIGGER x AFTER UPDATE ${of} ON t BEGIN INSERT INTO l VALUES (${what}); END;`
const wider = (trigger: string): string =>
  `CREATE TABLE n (id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO n (id, a) SELECT id, a FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t; ${trigger}`

testSome([
  [logging('OF b', 'new.a'), ['info OBJECT_LOST trigger x']],
  [logging('OF b'), ['info OBJECT_LOST trigger x']],
  [logging('OF a, b'), []],
  [logging('OF a', 'coalesce(old.a, old.b)'), []],
  [logging('OF a'), []],
])('a trigger that is made again with its table: %s', async (trigger, codes) =>
  expect(await codesIn(T + logging('OF a'), wider(trigger))).toEqual(codes),
)
