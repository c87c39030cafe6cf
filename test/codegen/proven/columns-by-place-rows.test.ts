// On which rows views and triggers are compared over other columns: flags, sums, JSON, partners, and what conditions ask for.
import { describe, expect, test } from 'vitest'
import { someOf } from '../../support/some-of.js'
import { foundIn } from './prove-project.js'

async function saidOf(start: string, step: string): Promise<string[]> {
  const found = await foundIn(start, step)
  expect(found.filter(({ code }) => /REPLAY_UP|BROKEN/.test(code))).toEqual([])
  return found.flatMap(({ code, subject }) => (code === 'COLUMN_ORDER_CHANGED' ? [subject!] : []))
}

const altering = (
  changes: string,
): string => `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ alter: ${changes}, irreversible: 'a test' })`
const VIEW = ['view v']
const TRIGGER = ['trigger g']

describe('columns of few values', () => {
  const EXCHANGED = `['id', 'active', 'admin']`
  const FLAGS: readonly (readonly [string, (name: string) => string])[] = [
    ['BOOLEAN', () => 'BOOLEAN NOT NULL DEFAULT 0'],
    ['IN (0, 1)', (name) => `INTEGER NOT NULL DEFAULT 0 CHECK (${name} IN (0, 1))`],
    ['BETWEEN', (name) => `INTEGER NOT NULL CHECK (${name} BETWEEN 0 AND 1)`],
    ['texts', (name) => `TEXT NOT NULL CHECK (${name} IN ('a', 'b'))`],
    ['a length', (name) => `TEXT NOT NULL CHECK (length(${name}) = 2)`],
  ]
  test.each(someOf(FLAGS, 2))('%s', async (_, type) => {
    const made = (table: string): string =>
      `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, admin ${type('admin')}, active ${type('active')});`
    const saidOfTwo = (objects: string, table = 's'): Promise<string[]> =>
      saidOf(
        `${made('s')} ${made('h')} ${objects}`,
        altering(`{ ${table}: { order: ${EXCHANGED} } }`),
      )
    const names = 'CREATE VIEW v (k, is_admin, is_active) AS'
    expect(await saidOfTwo(`${names} SELECT * FROM s;`)).toEqual(VIEW)
    expect(await saidOfTwo(`${names} SELECT id, admin, active FROM s;`)).toEqual([])
    const union = 'CREATE VIEW v AS SELECT * FROM s UNION ALL SELECT'
    expect(await saidOfTwo(`${union} * FROM h;`, 'h')).toEqual(VIEW)
    expect(await saidOfTwo(`${union} id, admin, active FROM h;`, 'h')).toEqual([])
    const trigger = 'CREATE TRIGGER g AFTER UPDATE ON s BEGIN INSERT OR REPLACE INTO h'
    expect(await saidOfTwo(`${trigger} SELECT * FROM s WHERE id = new.id; END;`, 'h')).toEqual(
      TRIGGER,
    )
    expect(
      await saidOfTwo(
        `${trigger} (id, admin, active) SELECT id, admin, active FROM s WHERE id = new.id; END;`,
        'h',
      ),
    ).toEqual([])
  })

  test.each([
    ['ORDER BY 2, 3', VIEW],
    ['ORDER BY 2', VIEW],
    ['ORDER BY admin, active', []],
    ['ORDER BY random()', []],
    ['', []],
  ])('SELECT * %s', async (order, said) => {
    const start = `CREATE TABLE s (id INTEGER PRIMARY KEY, admin BOOLEAN NOT NULL DEFAULT 0, active BOOLEAN NOT NULL DEFAULT 0);
CREATE VIEW v AS SELECT * FROM s ${order};`
    expect(await saidOf(start, altering(`{ s: { order: ${EXCHANGED} } }`))).toEqual(said)
  })
})

const START = `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c INTEGER);
CREATE TABLE u (id INTEGER PRIMARY KEY, t_id INTEGER NOT NULL REFERENCES t (id), x TEXT, y INTEGER);
CREATE INDEX ui ON u (t_id);
CREATE TABLE log (id INTEGER PRIMARY KEY, one TEXT, two TEXT);`
const view = (select: string): string => `${START} CREATE VIEW v AS ${select};`

describe('what SQLite calculates no extreme rows for', () => {
  const GROUPED = 'FROM t GROUP BY k'
  const added = (column: string): string => `ALTER TABLE t ADD COLUMN ${column};`
  test.each([
    [`a AS k, sum(c) AS total ${GROUPED}`, 'k INTEGER', VIEW],
    [`a AS k, sum(c) AS total ${GROUPED} HAVING total > 1`, 'total INTEGER', VIEW],
    [`c + 1 AS k, abs(c) AS m, count(*) AS n ${GROUPED}`, 'k INTEGER', VIEW],
    [`a AS k, json_group_array(json(b)) AS n ${GROUPED}`, 'k INTEGER', VIEW],
    [`a AS k, sum(c) AS total ${GROUPED}`, 'z INTEGER', []],
    [`a AS k, sum(c) AS total ${GROUPED} HAVING sum(c) > 1`, 'total INTEGER', []],
    [`c + 1 AS k, abs(c) AS m, count(*) AS n FROM t GROUP BY c + 1`, 'k INTEGER', []],
    [`a AS k, json_group_array(json(b)) AS n FROM t GROUP BY a`, 'k INTEGER', []],
  ])('SELECT %s and a column %s', async (select, column, said) =>
    expect(await saidOf(view(`SELECT ${select}`), added(column))).toEqual(said),
  )

  const REORDERED = altering(`{ t: { order: ['id', 'b', 'a', 'c'] } }`)
  test.each([
    [`SELECT * FROM t WHERE json_extract(a, '$.x') IS NULL`, VIEW],
    [`SELECT * FROM t WHERE json_extract(b, '$.type') = 'x'`, VIEW],
    [`SELECT * FROM t WHERE b ->> 'type' = 'x'`, VIEW],
    [`SELECT id, a, b, c FROM t WHERE json_extract(b, '$.type') = 'x'`, []],
    [`SELECT *, abs(c) FROM t`, VIEW],
  ])('names behind the view over %s', async (select, said) => {
    const names = select.includes('abs') ? '(k, p, q, r, m)' : '(k, p, q, r)'
    expect(await saidOf(`${START} CREATE VIEW v ${names} AS ${select};`, REORDERED)).toEqual(said)
  })
})

describe('what rows have to meet', () => {
  const RENAMED = 'ALTER TABLE t RENAME COLUMN c TO y;'
  const ADDED = 'ALTER TABLE u ADD COLUMN c INTEGER NOT NULL DEFAULT 0;'
  test.each(['y > COL', 'y < COL', 'y <> COL', 'y = COL', 'y + COL > 5'])(
    'partners by %s',
    async (condition) => {
      const select = (inner: string, outer: string): string =>
        view(
          `SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE t_id = t.id AND ${condition.replace('y', inner).replace('COL', outer)})`,
        )
      for (const step of [RENAMED, ADDED]) {
        expect(await saidOf(select('y', 'c'), step)).toEqual(VIEW)
        expect(await saidOf(select('u.y', 't.c'), step)).toEqual([])
      }
    },
  )

  test.each([
    [`a || b AS z FROM t WHERE z > 'b'`],
    [`a || ' ' || b AS z FROM t WHERE z LIKE 'M%'`],
    ['c * 2 AS z FROM t WHERE z BETWEEN 10 AND 20'],
    ['c * 2 AS z FROM t WHERE z = 10'],
    [`lower(a) AS z FROM t WHERE z IN ('open', 'done')`],
    [`upper(a) z FROM t WHERE z = 'OPEN'`],
    ['count(u.id) AS z FROM t LEFT JOIN u ON u.t_id = t.id GROUP BY t.id HAVING z > 2'],
  ])('the name of %s', async (rest) => {
    const start = view(`SELECT t.id, ${rest}`)
    expect(await saidOf(start, 'ALTER TABLE t ADD COLUMN z TEXT;')).toEqual(VIEW)
    expect(await saidOf(start, 'ALTER TABLE t ADD COLUMN y2 TEXT;')).toEqual([])
  })

  test.each([
    ['a IS NULL AND b IS NOT NULL'],
    [`a = 'x' AND b = 'y' AND c > 100`],
    [`instr(a, '@') > 1`],
    [`id IN (SELECT t_id FROM u WHERE y > 3)`],
    [`a IN (SELECT x FROM u WHERE y > 5)`],
    ['(SELECT count(*) FROM u WHERE t_id = t.id) >= 3'],
    ['NOT EXISTS (SELECT 1 FROM u WHERE t_id = t.id)'],
  ])('rows with %s', async (condition) => {
    const named = (items: string): string =>
      `${START} CREATE VIEW v (k, p, q, r) AS SELECT ${items} FROM t WHERE ${condition};`
    const order = altering(`{ t: { order: ['id', 'b', 'a', 'c'] } }`)
    expect(await saidOf(named('*'), order)).toEqual(VIEW)
    expect(await saidOf(named('id, a, b, c'), order)).toEqual([])
  })

  test('partners by USING', async () => {
    const start = `CREATE TABLE p (code TEXT PRIMARY KEY NOT NULL, title TEXT, size TEXT) WITHOUT ROWID;
CREATE TABLE o (id INTEGER PRIMARY KEY, code TEXT, n INTEGER);`
    const named = (items: string): string =>
      `${start} CREATE VIEW v (k, code, title, size) AS SELECT o.id, ${items} FROM o JOIN p USING (code) WHERE o.n > 3;`
    const order = altering(`{ p: { order: ['code', 'size', 'title'] } }`)
    expect(await saidOf(named('p.*'), order)).toEqual(VIEW)
    expect(await saidOf(named('code, title, size'), order)).toEqual([])
  })

  const LOG = altering(`{ log: { order: ['id', 'two', 'one'] } }`)
  test.each([
    [`AFTER UPDATE OF a ON t WHEN old.a = 'open' AND new.a = 'done'`],
    [`AFTER UPDATE ON t WHEN old.c < 100 AND new.c >= 100`],
    [`AFTER INSERT ON t WHEN new.a > '2024-01-01' AND new.a < '2025-01-01'`],
    [`AFTER INSERT ON t WHEN json_extract(new.b, '$.type') = 'x'`],
    [`AFTER UPDATE OF a ON t WHEN new.a = 'done' AND old.a = 'open'`],
    [`AFTER UPDATE OF a ON t WHEN old.a IN ('new', 'open', 'paid') AND new.a = 'done'`],
    [`AFTER UPDATE OF a, b ON t WHEN new.a <> old.a AND new.b <> old.b`],
    [`AFTER UPDATE ON t WHEN old.a IS NULL AND new.a IS NOT NULL AND old.c > 100`],
  ])('a trigger %s', async (on) => {
    const trigger = (columns: string): string =>
      `${START} CREATE TRIGGER g ${on} BEGIN INSERT INTO log${columns} VALUES (NULL, new.a, new.b); END;`
    expect(await saidOf(trigger(''), LOG)).toEqual(TRIGGER)
    expect(await saidOf(trigger(' (id, one, two)'), LOG)).toEqual([])
  })

  test.each([
    ['SELECT id, a, b, c FROM t', `VALUES (new.id, new.a, new.b, new.c)`],
    ['SELECT id, a FROM t', `VALUES (new.id, new.a, 'b', 3)`],
    ['SELECT * FROM t', `SELECT new.id, new.a, new.b, new.c`],
    ['SELECT t.id, t.a, u.x FROM t JOIN u ON u.t_id = t.id', `VALUES (NULL, new.a, new.x, 1)`],
  ])('INSTEAD OF INSERT on %s', async (select, values) => {
    const start = (columns: string): string =>
      `${view(select)} CREATE TRIGGER g INSTEAD OF INSERT ON v BEGIN INSERT INTO t${columns} ${values}; END;`
    const order = altering(`{ t: { order: ['id', 'b', 'a', 'c'] } }`)
    expect(await saidOf(start(''), order)).toEqual(TRIGGER)
    expect(await saidOf(start(' (id, a, b, c)'), order)).toEqual([])
  })
})
