// Triggers that count or mark rows again which a step puts back, or moves from one table into another.
import { expect, test } from 'vitest'
import { factsOf } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const count = (table: string, by = 'n + 1'): string =>
  `CREATE TRIGGER ${table}_ai AFTER INSERT ON ${table} BEGIN UPDATE p SET n = ${by} WHERE id = new.p; END`
const UPSERT =
  'CREATE TRIGGER v_ai AFTER INSERT ON v BEGIN INSERT INTO p (id, n) VALUES (new.p, 1) ON CONFLICT (id) DO UPDATE SET n = n + 1; END'
const TABLES = `CREATE TABLE p (id INTEGER PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0, m INTEGER NOT NULL DEFAULT 0);
CREATE TABLE v (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p (id));
CREATE TABLE w (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p (id))`
const COUNTED = `${TABLES};\n${count('v')}`
const AWAY =
  'CREATE TRIGGER v_ad AFTER DELETE ON v BEGIN UPDATE p SET n = n - 1 WHERE id = old.p; END'
const BACK =
  'CREATE TEMP TABLE k AS SELECT id, p FROM v; DELETE FROM v; INSERT INTO v (id, p) SELECT id, p FROM k; DROP TABLE k'
const ANEW = 'CREATE TABLE v (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p (id), note)'
const COPY = 'INSERT INTO v (id, p) SELECT id, p FROM k; DROP TABLE k'
const KEPT = 'CREATE TEMP TABLE k AS SELECT * FROM v; DROP TABLE v'
const ASIDE = 'ALTER TABLE v RENAME TO k'
const P_ANEW = `CREATE TABLE q (id INTEGER PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0, m INTEGER NOT NULL DEFAULT 0, note);
INSERT INTO q (id, n, m) SELECT id, n, m FROM p; DROP TABLE p; ALTER TABLE q RENAME TO p`
const MOVE = 'INSERT INTO v (p) SELECT p FROM w; DROP TABLE w'

testSome([
  ['put back', COUNTED, BACK, 'v_ai', 'v'],
  ['taken away for a while', `${TABLES};\n${AWAY}`, BACK, 'v_ad', 'v'],
  ['moved from a table where they counted', `${COUNTED};\n${count('w')}`, MOVE, 'v_ai', 'v'],
  [
    'copied where the trigger is there again',
    COUNTED,
    `${KEPT}; ${ANEW}; ${count('v')}; ${COPY}`,
    'v_ai',
    'v',
  ],
  [
    'copied from a table beside',
    COUNTED,
    `${ASIDE}; ${ANEW}; DROP TRIGGER v_ai; ${count('v')}; ${COPY}`,
    'v_ai',
    'v',
  ],
  [
    'copied to a table that gets its name behind',
    COUNTED,
    `${ANEW.replace('v (', 'v2 (')}; ${count('v2')}; INSERT INTO v2 (id, p) SELECT id, p FROM v; DROP TABLE v; ALTER TABLE v2 RENAME TO v`,
    'v2_ai',
    'v2',
  ],
  [
    'copied where the trigger is there again, and adds what it counts in',
    `${TABLES};\n${UPSERT}`,
    `${KEPT}; ${ANEW}; ${UPSERT}; ${COPY}`,
    'v_ai',
    'v',
  ],
  [
    'copied beside what they count in',
    COUNTED,
    `${KEPT}; ${P_ANEW}; ${ANEW}; ${count('v')}; ${COPY}`,
    'v_ai',
    'v',
  ],
])('rows count once more when they are %s', async (_, first, up, trigger, source) => {
  expect(await factsOf([first, up])).toMatchObject([
    { kind: 'values-changed', table: 'p', column: 'n', trigger, source, at: { version: 2 } },
  ])
})

test('rows count once more when `down` copies them where the trigger is there again', async () => {
  const down = `${KEPT}; ${ANEW.replace(', note', '')}; ${count('v')}; ${COPY}`
  const up = 'ALTER TABLE v ADD COLUMN note'
  expect(await factsOf([COUNTED, { up, down }])).toMatchObject([
    { kind: 'values-changed', table: 'p', column: 'n', trigger: 'v_ai', at: { direction: 'down' } },
  ])
})

testSome([
  ['put back while there is no trigger', COUNTED, `DROP TRIGGER v_ai; ${BACK}; ${count('v')}`],
  [
    'put back, and counted by name',
    COUNTED,
    `${BACK}; UPDATE p SET n = (SELECT count(*) FROM v WHERE v.p = p.id)`,
  ],
  [
    'moved from a table where they counted apart',
    `${COUNTED};\n${count('w').replace('SET n = n', 'SET m = m')}`,
    MOVE,
  ],
  ['copied before the trigger is there again', COUNTED, `${KEPT}; ${ANEW}; ${COPY}; ${count('v')}`],
  [
    'copied where the trigger is there again, and counted by name',
    COUNTED,
    `${KEPT}; ${ANEW}; UPDATE p SET n = 0; ${count('v')}; ${COPY}`,
  ],
  ['copied where a trigger begins to count', TABLES, `${KEPT}; ${ANEW}; ${count('v')}; ${COPY}`],
  [
    'copied where the trigger counts all again',
    `${TABLES};\n${count('v', '(SELECT count(*) FROM v WHERE v.p = new.p)')}`,
    `${KEPT}; ${ANEW}; ${count('v', '(SELECT count(*) FROM v WHERE v.p = new.p)')}; ${COPY}`,
  ],
  ['new', COUNTED, 'INSERT INTO v (p) SELECT id FROM p'],
  ['deleted', `${COUNTED};\n${AWAY}`, 'DELETE FROM v WHERE id % 2 = 0'],
])('rows count as they should when they are %s', async (_, first, up) => {
  expect(await factsOf([first, up])).toEqual([])
})
