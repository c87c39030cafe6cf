// On which rows views and triggers are compared over other columns: flags, sums, JSON, partners, and what conditions ask for.
import { describe, expect, test } from 'vitest'
import { someOf, testSome } from '../../support/some-of.js'
import { foundIn } from './prove-project.js'

/** What is said of the objects in `start`, step by step: their names. */
async function saidOf(start: string, ...steps: readonly string[]): Promise<string[][]> {
  const found = await foundIn(start, ...steps)
  expect(found.filter(({ code }) => /REPLAY_UP|BROKEN/.test(code))).toEqual([])
  const said = found.filter(({ code }) => code === 'COLUMN_ORDER_CHANGED')
  return steps.map((_, at) =>
    said
      .filter(({ file }) => file?.includes(`00${at + 2}_`))
      .map(({ subject }) => subject!.split(' ')[1]!)
      .sort(),
  )
}

const altering = (
  changes: string,
): string => `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ alter: ${changes}, irreversible: 'a test' })`

/** A view or a trigger that is to be found, or not, by the name that it is given here. */
type Case = readonly [text: string, isWrong: boolean]

const nameOf = (at: number): string => `o${String(at).padStart(2, '0')}`
const made = (kind: 'VIEW' | 'TRIGGER', cases: readonly Case[]): string =>
  cases.map(([text], at) => `CREATE ${kind} ${nameOf(at)} ${text};`).join('\n')
const wrongOf = (cases: readonly Case[]): string[] =>
  cases.flatMap(([, isWrong], at) => (isWrong ? [nameOf(at)] : []))

/** Of each text one that goes by places, and one that names the columns. */
const pairs = (texts: readonly string[], star: string, names: string): Case[] =>
  texts.flatMap((text): Case[] => [
    [text.replace('COLUMNS', star), true],
    [text.replace('COLUMNS', names), false],
  ])

describe('columns of few values', () => {
  const FLAGS: readonly (readonly [string, (name: string) => string])[] = [
    ['BOOLEAN', () => 'BOOLEAN NOT NULL DEFAULT 0'],
    ['IN (0, 1)', (name) => `INTEGER NOT NULL DEFAULT 0 CHECK (${name} IN (0, 1))`],
    ['BETWEEN', (name) => `INTEGER NOT NULL CHECK (${name} BETWEEN 0 AND 1)`],
    ['texts', (name) => `TEXT NOT NULL CHECK (${name} IN ('a', 'b'))`],
    ['a length', (name) => `TEXT NOT NULL CHECK (length(${name}) = 2)`],
  ]
  const ORDER = `{ order: ['id', 'active', 'admin'] }`
  testSome(someOf(FLAGS, 2))('%s', async (_, type) => {
    const table = (name: string): string =>
      `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, admin ${type('admin')}, active ${type('active')});`
    const views = pairs(
      [
        '(k, is_admin, is_active) AS SELECT COLUMNS FROM s',
        'AS SELECT id, admin, active FROM s UNION ALL SELECT COLUMNS FROM h',
      ],
      '*',
      'id, admin, active',
    )
    const start = `${table('s')} ${table('h')} CREATE TABLE c (id INTEGER PRIMARY KEY, p, q); ${made('VIEW', views)}
CREATE TRIGGER g AFTER UPDATE ON c BEGIN INSERT OR REPLACE INTO h SELECT id, p, q FROM c WHERE id = new.id; END;
CREATE TRIGGER named AFTER UPDATE ON c BEGIN INSERT OR REPLACE INTO h (id, admin, active) SELECT id, p, q FROM c WHERE id = new.id; END;`
    const found = await saidOf(start, altering(`{ s: ${ORDER}, h: ${ORDER} }`))
    expect(found).toEqual([['g', ...wrongOf(views)]])
  })

  test('SELECT * ORDER BY', async () => {
    const cases: Case[] = [
      ['AS SELECT * FROM s ORDER BY 2, 3', true],
      ['AS SELECT * FROM s ORDER BY 2', true],
      ['AS SELECT * FROM s ORDER BY admin, active', false],
      ['AS SELECT * FROM s ORDER BY random()', false],
      ['AS SELECT * FROM s', false],
    ]
    const start = `CREATE TABLE s (id INTEGER PRIMARY KEY, admin BOOLEAN NOT NULL DEFAULT 0, active BOOLEAN NOT NULL DEFAULT 0);`
    const found = await saidOf(`${start} ${made('VIEW', cases)}`, altering(`{ s: ${ORDER} }`))
    expect(found).toEqual([wrongOf(cases)])
  })
})

const START = `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c INTEGER);
CREATE TABLE u (id INTEGER PRIMARY KEY, t_id INTEGER NOT NULL REFERENCES t (id), x TEXT, y INTEGER);
CREATE INDEX ui ON u (t_id);
CREATE TABLE log (id INTEGER PRIMARY KEY, one TEXT, two TEXT);`
const REORDERED = altering(`{ t: { order: ['id', 'b', 'a', 'c'] } }`)

describe('what SQLite calculates no extreme rows for', () => {
  test('calculations and names of their results', async () => {
    const cases: Case[] = [
      ['AS SELECT a AS k, sum(c) AS total FROM t GROUP BY k', true],
      ['AS SELECT a AS l, sum(c) AS total FROM t GROUP BY l HAVING total > 1', true],
      ['AS SELECT c + 1 AS k, abs(c) AS m, count(*) AS n FROM t GROUP BY k', true],
      ['AS SELECT a AS k, json_group_array(json(b)) AS n FROM t GROUP BY k', true],
      ['AS SELECT a AS l, sum(c) AS total FROM t GROUP BY l HAVING sum(c) > 1', false],
      ['AS SELECT c + 1 AS k, abs(c) AS m, count(*) AS n FROM t GROUP BY c + 1', false],
      ['AS SELECT a AS k, json_group_array(json(b)) AS n FROM t GROUP BY a', false],
    ]
    const steps = [
      'ALTER TABLE t ADD COLUMN z INTEGER;',
      'ALTER TABLE t ADD COLUMN k INTEGER; ALTER TABLE t ADD COLUMN total INTEGER;',
    ]
    const found = await saidOf(`${START} ${made('VIEW', cases)}`, ...steps)
    expect(found).toEqual([[], wrongOf(cases)])
  })

  test('names behind the view', async () => {
    const cases: Case[] = [
      [`(k, p, q, r) AS SELECT * FROM t WHERE json_extract(a, '$.x') IS NULL`, true],
      [`(k, p, q, r) AS SELECT * FROM t WHERE json_extract(b, '$.type') = 'x'`, true],
      [`(k, p, q, r) AS SELECT * FROM t WHERE b ->> 'type' = 'x'`, true],
      [`(k, p, q, r) AS SELECT id, a, b, c FROM t WHERE json_extract(b, '$.type') = 'x'`, false],
      [`(k, p, q, r, m) AS SELECT *, abs(c) FROM t`, true],
    ]
    const found = await saidOf(`${START} ${made('VIEW', cases)}`, REORDERED)
    expect(found).toEqual([wrongOf(cases)])
  })
})

describe('what rows have to meet', () => {
  testSome([
    ['ALTER TABLE t RENAME COLUMN c TO y;'],
    ['ALTER TABLE u ADD COLUMN c INTEGER NOT NULL DEFAULT 0;'],
  ])('partners by %s', async (step) => {
    const conditions = ['y > c', 'y < c', 'y <> c', 'y = c', 'y + c > 5']
    const cases = conditions.flatMap((one): Case[] => {
      const select = (condition: string): string =>
        `AS SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE t_id = t.id AND ${condition})`
      return [
        [select(one), true],
        [select(one.replace('y', 'u.y').replace('c', 't.c')), false],
      ]
    })
    expect(await saidOf(`${START} ${made('VIEW', cases)}`, step)).toEqual([wrongOf(cases)])
  })

  test('names of items', async () => {
    const cases = [
      `a || b AS z FROM t WHERE z > 'b'`,
      `a || ' ' || b AS z FROM t WHERE z LIKE 'M%'`,
      'c * 2 AS z FROM t WHERE z BETWEEN 10 AND 20',
      'c * 2 AS z FROM t WHERE z = 10',
      `lower(a) AS z FROM t WHERE z IN ('open', 'done')`,
      `upper(a) z FROM t WHERE z = 'OPEN'`,
      'count(u.id) AS z FROM t LEFT JOIN u ON u.t_id = t.id GROUP BY t.id HAVING z > 2',
    ].map((rest): Case => [`AS SELECT t.id, ${rest}`, true])
    const [other, same] = ['y2', 'z'].map((name) => `ALTER TABLE t ADD COLUMN ${name} TEXT;`)
    const found = await saidOf(`${START} ${made('VIEW', cases)}`, other!, same!)
    expect(found).toEqual([[], wrongOf(cases)])
  })

  test('conditions', async () => {
    const cases = pairs(
      [
        'a IS NULL AND b IS NOT NULL',
        `a = 'x' AND b = 'y' AND c > 100`,
        `instr(a, '@') > 1`,
        `id IN (SELECT t_id FROM u WHERE y > 3)`,
        `a IN (SELECT x FROM u WHERE y > 5)`,
        '(SELECT count(*) FROM u WHERE t_id = t.id) >= 3',
        'NOT EXISTS (SELECT 1 FROM u WHERE t_id = t.id)',
      ].map((condition) => `(k, p, q, r) AS SELECT COLUMNS FROM t WHERE ${condition}`),
      '*',
      'id, a, b, c',
    )
    const found = await saidOf(`${START} ${made('VIEW', cases)}`, REORDERED)
    expect(found).toEqual([wrongOf(cases)])
  })

  test('partners by USING', async () => {
    const start = `CREATE TABLE p (code TEXT PRIMARY KEY NOT NULL, title TEXT, size TEXT) WITHOUT ROWID;
CREATE TABLE o (id INTEGER PRIMARY KEY, code TEXT, n INTEGER);`
    const select = '(k, code, title, size) AS SELECT o.id, COLUMNS FROM o JOIN p USING (code)'
    const cases = pairs([`${select} WHERE o.n > 3`], 'p.*', 'code, title, size')
    const order = altering(`{ p: { order: ['code', 'size', 'title'] } }`)
    expect(await saidOf(`${start} ${made('VIEW', cases)}`, order)).toEqual([wrongOf(cases)])
  })

  test('conditions of triggers', async () => {
    const cases = pairs(
      [
        `AFTER UPDATE OF a ON t WHEN old.a = 'open' AND new.a = 'done'`,
        `AFTER UPDATE ON t WHEN old.c < 100 AND new.c >= 100`,
        `AFTER INSERT ON t WHEN new.a > '2024-01-01' AND new.a < '2025-01-01'`,
        `AFTER INSERT ON t WHEN json_valid(new.b) AND json_extract(new.b, '$.type') = 'x'`,
        `AFTER UPDATE OF a ON t WHEN new.a = 'done' AND old.a = 'open'`,
        `AFTER UPDATE OF a ON t WHEN old.a IN ('new', 'open', 'paid') AND new.a = 'done'`,
        `AFTER UPDATE OF a, b ON t WHEN new.a <> old.a AND new.b <> old.b`,
        `AFTER UPDATE ON t WHEN old.a IS NULL AND new.a IS NOT NULL AND old.c > 100`,
      ].map((on) => `${on} BEGIN INSERT INTO logCOLUMNS VALUES (NULL, new.a, new.b); END`),
      '',
      ' (id, one, two)',
    )
    const order = altering(`{ log: { order: ['id', 'two', 'one'] } }`)
    expect(await saidOf(`${START} ${made('TRIGGER', cases)}`, order)).toEqual([wrongOf(cases)])
  })

  test('INSTEAD OF INSERT', async () => {
    const views: readonly (readonly [string, string])[] = [
      ['SELECT id, a, b, c FROM t', `VALUES (new.id, new.a, new.b, new.c)`],
      ['SELECT id, a FROM t', `VALUES (new.id, new.a, 'b', 3)`],
      ['SELECT * FROM t', `SELECT new.id, new.a, new.b, new.c`],
      ['SELECT t.id, t.a, u.x FROM t JOIN u ON u.t_id = t.id', `VALUES (NULL, new.a, new.x, 1)`],
    ]
    const cases = pairs(
      views.map(
        ([, values], at) => `INSTEAD OF INSERT ON v${at} BEGIN INSERT INTO tCOLUMNS ${values}; END`,
      ),
      '',
      ' (id, a, b, c)',
    )
    const shown = views.map(([select], at) => `CREATE VIEW v${at} AS ${select};`).join('\n')
    const found = await saidOf(`${START} ${shown} ${made('TRIGGER', cases)}`, REORDERED)
    expect(found).toEqual([wrongOf(cases)])
  })
})
