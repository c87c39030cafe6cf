// Triggers that count or mark rows again which a step puts back, or moves from one table into another.
import { expect, test } from 'vitest'
import { factsOf } from './prove-history.js'

const count = (table: string, by = 'n + 1'): string =>
  `CREATE TRIGGER ${table}_ai AFTER INSERT ON ${table} BEGIN UPDATE p SET n = ${by} WHERE id = new.p; END`
const TABLES = `CREATE TABLE p (id INTEGER PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0, m INTEGER NOT NULL DEFAULT 0);
CREATE TABLE v (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p (id));
CREATE TABLE w (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p (id))`
const COUNTED = `${TABLES};\n${count('v')}`
const AWAY =
  'CREATE TRIGGER v_ad AFTER DELETE ON v BEGIN UPDATE p SET n = n - 1 WHERE id = old.p; END'
const BACK =
  'CREATE TEMP TABLE k AS SELECT id, p FROM v; DELETE FROM v; INSERT INTO v (id, p) SELECT id, p FROM k; DROP TABLE k'
const MOVE = 'INSERT INTO v (p) SELECT p FROM w; DROP TABLE w'

test.each([
  ['put back', COUNTED, BACK, 'v_ai', 'v'],
  ['taken away for a while', `${TABLES};\n${AWAY}`, BACK, 'v_ad', 'v'],
  ['moved from a table where they counted', `${COUNTED};\n${count('w')}`, MOVE, 'v_ai', 'v'],
])('rows count once more when they are %s', async (_, first, up, trigger, source) => {
  expect(await factsOf([first, up])).toMatchObject([
    { kind: 'values-changed', table: 'p', column: 'n', trigger, source, at: { version: 2 } },
  ])
})

test.each([
  ['put back while there is no trigger', COUNTED, `DROP TRIGGER v_ai; ${BACK}; ${count('v')}`],
  ['put back, and were taken off before', `${COUNTED};\n${AWAY}`, BACK],
  [
    'put back, and counted by name',
    COUNTED,
    `${BACK}; UPDATE p SET n = (SELECT count(*) FROM v WHERE v.p = p.id)`,
  ],
  ['moved from a table where they did not count', COUNTED, MOVE],
  [
    'moved from a table where they counted apart',
    `${COUNTED};\n${count('w').replace('SET n = n', 'SET m = m')}`,
    MOVE,
  ],
  ['new', COUNTED, 'INSERT INTO v (p) SELECT id FROM p'],
  ['deleted', `${COUNTED};\n${AWAY}`, 'DELETE FROM v WHERE id % 2 = 0'],
])('rows count as they should when they are %s', async (_, first, up) => {
  expect(await factsOf([first, up])).toEqual([])
})
