// Views and triggers that mean something else when a table has other columns, or has them in another order.
import { describe, expect, test } from 'vitest'
import { foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const START = `CREATE TABLE a (id INTEGER PRIMARY KEY, p TEXT, q TEXT);
CREATE TABLE b (id INTEGER PRIMARY KEY, p TEXT, q TEXT, x TEXT);
CREATE TABLE c (id INTEGER PRIMARY KEY, x TEXT, s TEXT DEFAULT 'new');
CREATE TABLE d (k INTEGER, l TEXT, m TEXT);`

const altering = (
  changes: string,
): string => `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ alter: ${changes}, irreversible: 'a test' })`
const REORDERED = altering(`{ a: { order: ['id', 'q', 'p'] } }`)
const ANEW = `CREATE TABLE n (id INTEGER PRIMARY KEY, q TEXT, p TEXT);
INSERT INTO n (id, q, p) SELECT id, q, p FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a;`
const BY_HAND = `export const irreversible = 'a test'
export const up = (_: unknown, ctx: any) => ctx.rebuild('a', { create: 'CREATE TABLE a (id INTEGER PRIMARY KEY, q TEXT, p TEXT)' })`

/** Which of the objects that a text makes something is said of, when a step follows it. */
async function namesSaid(objects: string, step: string): Promise<string[]> {
  const found = await foundIn(`${START}\n${objects}`, step)
  const failed = found.filter(({ code }) => /REPLAY_UP|BROKEN/.test(code))
  expect(failed).toEqual([])
  const said = found.filter(({ code }) => code === 'COLUMN_ORDER_CHANGED')
  return said.map(({ subject }) => subject!.split(' ')[1]!).sort()
}

/** What is it called, and the texts that make it, in which views and triggers are called t, u and v. */
type Case = readonly [string, string]

/** All in one project, each under names of its own. */
const together = (cases: readonly Case[]): string =>
  cases
    .map(([, text], at) => text.replace(/\b(VIEW|TRIGGER|FROM|ON) ([tuv])\b/g, `$1 $2${at}`))
    .join('\n')

/** Which of the cases something is said of. */
async function casesSaid(cases: readonly Case[], step: string): Promise<string[]> {
  const said = await namesSaid(together(cases), step)
  return cases.flatMap(([what], at) =>
    said.some((name) => name.slice(1) === `${at}`) ? [what] : [],
  )
}

const namesOf = (cases: readonly Case[]): string[] => cases.map(([what]) => what)

const view = (select: string, name = 'v'): string => `CREATE VIEW ${name} AS ${select};`
const trigger = (body: string, on = 'AFTER INSERT ON c'): string =>
  `CREATE TRIGGER t ${on} BEGIN ${body}; END;`

describe('by place', () => {
  const WRONG: Case[] = [
    ['VALUES in a UNION', view(`SELECT * FROM a UNION ALL VALUES (0, 'p', 'q')`)],
    ['ORDER BY a place', view('SELECT * FROM a ORDER BY 2')],
    ['ORDER BY a place, LIMIT', view('SELECT id FROM (SELECT * FROM a ORDER BY 2 DESC LIMIT 3)')],
    [
      'IN',
      view(
        'SELECT id FROM b WHERE (p, q) IN (SELECT p, q FROM (SELECT * FROM a) LIMIT 0) OR (id, p, q) IN (SELECT * FROM a)',
      ),
    ],
    ['IN a table', view('SELECT id FROM b WHERE (id, p, q) IN a')],
    ['names behind the view', 'CREATE VIEW v (k, one, two) AS SELECT * FROM a;'],
    ['EXCEPT', view('SELECT id, p, q FROM b EXCEPT SELECT * FROM a')],
    ['EXCEPT of other names', view('SELECT * FROM d EXCEPT SELECT * FROM a')],
    [
      'a count of what two tables have',
      view('SELECT count(*) AS n FROM (SELECT * FROM d INTERSECT SELECT * FROM a)'),
    ],
    ['= of other names', view('SELECT k FROM d WHERE (k, l, m) = (SELECT * FROM a WHERE id = k)')],
    ['NOT IN of other names', view('SELECT k FROM d WHERE (k, l, m) NOT IN (SELECT * FROM a)')],
    [
      'IN, as a condition of a trigger',
      `CREATE TRIGGER t AFTER INSERT ON d WHEN (new.k, new.l, new.m) IN (SELECT * FROM a) BEGIN INSERT INTO b (p) VALUES ('known'); END;`,
    ],
    [
      'a view over a view',
      view('SELECT * FROM a', 'u') + 'CREATE VIEW v (k, one, two) AS SELECT * FROM u;',
    ],
    [
      'SET of several',
      trigger('UPDATE b SET (id, p, q) = (SELECT * FROM a WHERE id = new.id) WHERE id = new.id'),
    ],
    [
      'INSERT … SELECT *',
      trigger(
        'INSERT INTO b (id, p, q) SELECT id + 1000000, p, q FROM (SELECT 1 AS id, 2 AS p, 3 AS q UNION ALL SELECT * FROM a) WHERE id = new.id',
      ),
    ],
    ['VALUES', trigger('INSERT INTO a VALUES (NULL, new.x, new.s)')],
    [
      'of an UPDATE',
      trigger('INSERT INTO a VALUES (NULL, old.x, new.x)', 'AFTER UPDATE OF x ON c'),
    ],
    [
      'where a condition asks for a value',
      trigger(
        'INSERT INTO a VALUES (NULL, new.x, new.id)',
        `AFTER INSERT ON c WHEN new.s = 'done'`,
      ),
    ],
    [
      'of a view',
      view('SELECT * FROM c', 'u') +
        trigger('INSERT INTO a VALUES (NULL, new.x, new.s)', 'INSTEAD OF INSERT ON u'),
    ],
    ['of a DELETE', trigger('INSERT INTO a VALUES (NULL, old.x, old.s)', 'AFTER DELETE ON c')],
  ]
  const RIGHT: Case[] = [
    ['names all', view('SELECT id, p, q FROM a')],
    ['a star alone', view('SELECT * FROM a')],
    [
      'a star behind conditions',
      view('SELECT a.*, c.s FROM a JOIN c USING (id) WHERE a.p IS NOT NULL ORDER BY p LIMIT 2'),
    ],
    ['ORDER BY a place of a list', view('SELECT id, p, q FROM a ORDER BY 2')],
    ['counts', view('SELECT count(*) AS n, max(p) AS m FROM a')],
    ['chance', view('SELECT random() AS r, p FROM a ORDER BY random() LIMIT 2')],
    ['a sample', view('SELECT p FROM a WHERE random() % 2 = 0')],
    ['the moment', view(`SELECT julianday('now') AS r, p FROM a`)],
    ['no order', view('SELECT p FROM a LIMIT 1')],
    ['group_concat', view('SELECT group_concat(p) AS r FROM a')],
    ['DISTINCT', view('SELECT DISTINCT * FROM a')],
    ['UNION with itself', view('SELECT * FROM a UNION SELECT * FROM a')],
    ['names in INSERT', trigger('INSERT INTO a (p, q) VALUES (new.x, new.s)')],
    ['chance in a trigger', trigger('INSERT INTO a (p, q) VALUES (random(), new.s)')],
  ]
  testSome([
    ['declared', REORDERED],
    ['by hand', BY_HAND],
  ])('%s', async (_, step) => {
    expect(await casesSaid([...WRONG, ...RIGHT], step)).toEqual(namesOf(WRONG))
  })

  test('a trigger that refuses', async () => {
    const refusing = trigger(`SELECT raise(ABORT, 'no') FROM a WHERE p = new.x`)
    for (const step of [REORDERED, BY_HAND]) expect(await namesSaid(refusing, step)).toEqual([])
  })
})

describe('by names of other tables', () => {
  const ADDED = 'ALTER TABLE a ADD COLUMN x TEXT;'
  const DECLARED = altering(`{ a: { add: { x: 'TEXT' } } }`)
  const WRONG: Case[] = [
    ['a star of a join', view('SELECT * FROM a JOIN b USING (id)')],
    [
      'a view over a star of a join',
      view('SELECT * FROM a JOIN b ON a.id = b.id', 'u') + view('SELECT x FROM u'),
    ],
    ['a subquery', view('SELECT x FROM (SELECT * FROM a JOIN b ON a.id = b.id)')],
    ['NATURAL JOIN', view('SELECT c.s FROM a NATURAL JOIN c')],
    [
      'a subquery that refers to its row',
      view('SELECT id, (SELECT x FROM a WHERE a.id = b.id) AS y FROM b'),
    ],
    [
      'in a trigger',
      trigger('UPDATE b SET q = (SELECT x FROM a WHERE a.id = b.id) WHERE id = new.id'),
    ],
  ]
  const RIGHT: Case[] = [
    ['a star', view('SELECT * FROM a')],
    ['a star of a join', view('SELECT b.x, a.* FROM a JOIN b ON a.id = b.id')],
    ['names with tables', view('SELECT id, (SELECT b.x FROM a WHERE a.id = b.id) AS y FROM b')],
    ['DISTINCT', view('SELECT DISTINCT * FROM a')],
    ['UNION of itself', view('SELECT * FROM a UNION SELECT * FROM a WHERE id > 2')],
    ['a trigger with names', trigger('INSERT INTO a (p, q) VALUES (new.x, new.s)')],
  ]
  testSome([
    ['by hand', ADDED],
    ['declared', DECLARED],
  ])('%s', async (_, step) => {
    expect(await casesSaid([...WRONG, ...RIGHT], step)).toEqual(namesOf(WRONG))
  })

  test('a column that goes leaves its name to another', async () => {
    const objects = view('SELECT * FROM b JOIN c ON b.id = c.id', 'u') + view('SELECT x FROM u')
    expect(await namesSaid(objects, 'ALTER TABLE b DROP COLUMN x;')).toHaveLength(2)
  })
})

describe('what a step does to rows is nothing of that', () => {
  const OBJECTS = view('SELECT * FROM a') + view('SELECT p, q FROM a', 'w')
  testSome([
    ['another type', altering(`{ a: { change: { p: { type: 'INTEGER', using: 'length(p)' } } } }`)],
    ['a default', altering(`{ a: { change: { p: { default: "'d'" } } } }`)],
    ['new values', `UPDATE a SET p = q, q = 'q'; ALTER TABLE a ADD COLUMN r TEXT;`],
    ['new rows', `INSERT INTO a (p, q) VALUES ('1', '2'); ALTER TABLE a ADD COLUMN r TEXT;`],
    ['a renamed column', altering(`{ a: { rename: { p: 'r' } } }`)],
    [
      'a renamed column and another order',
      altering(`{ a: { rename: { p: 'r' }, order: ['q', 'p', 'id'] } }`),
    ],
    [
      'a dropped column whose name another gets',
      'DROP VIEW w; ALTER TABLE a DROP COLUMN p; ALTER TABLE a RENAME COLUMN q TO p;',
    ],
    ['a renamed table', 'ALTER TABLE a RENAME TO aa; ALTER TABLE aa ADD COLUMN r TEXT;'],
    [
      'a view that is made again',
      `DROP VIEW v; DROP VIEW w; ${ANEW} CREATE VIEW v AS SELECT q AS p, p AS q FROM a;`,
    ],
    [
      'a table that is parted',
      'DROP VIEW v; DROP VIEW w; ALTER TABLE a RENAME TO a_data; CREATE VIEW a AS SELECT id, p FROM a_data; CREATE VIEW w AS SELECT p FROM a;',
    ],
  ])('%s', async (_, step) => expect(await namesSaid(OBJECTS, step)).toEqual([]))

  test('a walk that may not end is not begun', async () => {
    const walk = `WITH r AS (SELECT id AS top, id AS at FROM a UNION ALL SELECT r.top, a.p FROM r JOIN a ON a.id = r.at)`
    const objects = view(`${walk} SELECT top, count(*) AS n FROM r GROUP BY top`)
    expect(await namesSaid(objects, 'ALTER TABLE a ADD COLUMN r TEXT;')).toEqual([])
  })

  test('a trigger that is made again', async () => {
    const step = `DROP TRIGGER t; ${ANEW} ${trigger('INSERT INTO a VALUES (NULL, new.s, new.x)')}`
    expect(await namesSaid(trigger('INSERT INTO a VALUES (NULL, new.x, new.s)'), step)).toEqual([])
  })

  test('a trigger that is made again as it was', async () => {
    const made = trigger('INSERT INTO a VALUES (NULL, new.x, new.s)')
    expect(await namesSaid(made, `DROP TRIGGER t; ${ANEW} ${made}`)).toHaveLength(1)
  })
})

test('columns that are mixed up make a trigger do something else, which is told of the columns', async () => {
  const trigger = `CREATE TRIGGER over BEFORE INSERT ON k WHEN EXISTS (SELECT 1 FROM k o WHERE o.p < new.q AND o.q > new.p) BEGIN SELECT RAISE(ABORT, 'overlap'); END;`
  const first = `CREATE TABLE k (id INTEGER PRIMARY KEY, p TEXT NOT NULL, q TEXT NOT NULL, CHECK (p < q)); ${trigger}`
  const rebuilt = (columns: string, comment = ''): string =>
    `CREATE TABLE n (id INTEGER PRIMARY KEY, p TEXT NOT NULL, q TEXT NOT NULL, g TEXT);
${comment}INSERT INTO n (id, p, q) SELECT id, ${columns} FROM k; DROP TABLE k; ALTER TABLE n RENAME TO k; ${trigger}`
  const codes = async (step: string): Promise<string[]> =>
    (await foundIn(first, step)).map(({ code }) => code)
  expect(await codes(rebuilt('q, p'))).toEqual(['CONSTRAINT_LOST', 'VALUES_SWAPPED'])
  expect(await codes(rebuilt('p, q'))).toEqual(['CONSTRAINT_LOST'])
})
