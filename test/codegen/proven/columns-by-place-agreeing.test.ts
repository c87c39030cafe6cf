// Views and triggers that compare rows as a whole: by the places of their columns, whatever these are called.
import { describe, expect, test } from 'vitest'
import { foundIn } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const altering = (
  changes: string,
): string => `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({ alter: ${changes}, irreversible: 'a test' })`

/** What is said of views and triggers, by their names. */
async function saidOf(start: string, step: string): Promise<Map<string, string>> {
  const found = await foundIn(start, step)
  expect(found.filter(({ code }) => /REPLAY_UP|BROKEN/.test(code))).toEqual([])
  const said = found.filter(({ code }) => code === 'COLUMN_ORDER_CHANGED')
  return new Map(
    said.map(({ subject, message }) => [
      subject!.split(' ')[1]!,
      /depends on that: (.*)/.exec(message)![1]!,
    ]),
  )
}

type Cases = Readonly<Record<string, string>>

const made = (kind: 'VIEW' | 'TRIGGER', cases: Cases): string =>
  Object.entries(cases)
    .map(([name, text]) => `CREATE ${kind} ${name} ${text};`)
    .join('\n')

const namesOf = (...cases: readonly Cases[]): string[] =>
  cases.flatMap((one) => Object.keys(one)).sort()

const START = `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
CREATE TABLE u (x INTEGER, y TEXT, z TEXT);
CREATE TABLE w (k INTEGER PRIMARY KEY, made TEXT, p TEXT, q TEXT);
CREATE TABLE l (n TEXT);`
const REORDERED = altering(`{ u: { order: ['x', 'z', 'y'] } }`)

describe('rows of tables that have other names for their columns', () => {
  test('views', async () => {
    const wrong = {
      differing: 'AS SELECT * FROM t EXCEPT SELECT * FROM u',
      shared: 'AS SELECT * FROM t INTERSECT SELECT * FROM u',
      counted: 'AS SELECT count(*) AS same FROM (SELECT * FROM t INTERSECT SELECT * FROM u)',
      united: 'AS SELECT count(*) AS n FROM (SELECT * FROM t UNION SELECT * FROM u)',
      inside: 'AS SELECT id FROM t WHERE (id, a, b) IN (SELECT * FROM u)',
      outside: 'AS SELECT id FROM t WHERE (id, a, b) NOT IN u',
      equal: 'AS SELECT id FROM t WHERE (id, a, b) = (SELECT * FROM u WHERE x = id)',
      same: 'AS SELECT NOT EXISTS (SELECT * FROM t EXCEPT SELECT * FROM u) AS is_same',
      known: 'AS SELECT * FROM t WHERE EXISTS (SELECT id, a, b INTERSECT SELECT * FROM u)',
      asked: `AS SELECT id FROM t WHERE a = 'x' AND (id, a, b) IN (SELECT * FROM u WHERE z <> 'y')`,
      listed: 'AS SELECT k, p, q FROM w EXCEPT SELECT * FROM u',
    }
    const right = {
      named_except: 'AS SELECT * FROM t EXCEPT SELECT x, y, z FROM u',
      named_within: 'AS SELECT id FROM t WHERE (id, a, b) IN (SELECT x, y, z FROM u)',
      named_equal: 'AS SELECT id FROM t WHERE (id, a, b) = (SELECT x, y, z FROM u WHERE x = id)',
      of_another: 'AS SELECT k FROM w WHERE (k, p, q) IN t',
      joined: 'AS SELECT t.id FROM t JOIN u ON u.x = t.id AND u.y = t.a AND u.z = t.b',
      of_one: 'AS SELECT * FROM u EXCEPT SELECT * FROM u WHERE x > 3',
    }
    const said = await saidOf(`${START} ${made('VIEW', { ...wrong, ...right })}`, REORDERED)
    expect([...said.keys()].sort()).toEqual(namesOf(wrong))
  })

  test('triggers', async () => {
    const hit = `BEGIN INSERT INTO l VALUES ('hit'); END`
    const known = (columns: string): string =>
      `BEFORE INSERT ON t BEGIN SELECT raise(ABORT, 'known') FROM (SELECT new.id, new.a, new.b INTERSECT SELECT ${columns} FROM u); END`
    const wrong = {
      added: `AFTER INSERT ON t WHEN (new.id, new.a, new.b) IN (SELECT * FROM u) ${hit}`,
      changed: `AFTER UPDATE ON t WHEN (new.id, new.a, new.b) IN (SELECT * FROM u) ${hit}`,
      removed: `BEFORE DELETE ON t WHEN (old.id, old.a, old.b) NOT IN (SELECT * FROM u) ${hit}`,
      refuses: known('*'),
    }
    const right = {
      named_added: `AFTER INSERT ON t WHEN (new.id, new.a, new.b) IN (SELECT x, y, z FROM u) ${hit}`,
      named_refuses: known('x, y, z'),
    }
    const said = await saidOf(`${START} ${made('TRIGGER', { ...wrong, ...right })}`, REORDERED)
    expect([...said.keys()].sort()).toEqual(namesOf(wrong))
    expect(said.get('refuses')).toMatch(
      /^from now on it makes \d+ INSERTs on t fail instead of \d+ INSERTs\.$/,
    )
    expect(said.get('added')).toMatch(/rows in l instead of/)
  })

  test('both in another order', async () => {
    const views = {
      differing: 'AS SELECT * FROM t EXCEPT SELECT * FROM u',
      inside: 'AS SELECT id FROM t WHERE EXISTS (SELECT * FROM t INTERSECT SELECT * FROM u)',
    }
    const step = altering(`{ t: { order: ['id', 'b', 'a'] }, u: { order: ['x', 'z', 'y'] } }`)
    const said = await saidOf(`${START} ${made('VIEW', views)}`, step)
    expect([...said.keys()]).toEqual([])
  })
})

describe('rows that a new column tells apart', () => {
  const column = (value: string): string => `{ add: { d: "TEXT DEFAULT '${value}'" } }`
  const EXCEPT = 'CREATE VIEW v AS SELECT * FROM t EXCEPT SELECT * FROM u;'
  testSome([
    ['a', 'b', ['v']],
    ['a', 'a', []],
  ])('the defaults %s and %s', async (one, other, names) => {
    const step = altering(`{ t: ${column(one)}, u: ${column(other)} }`)
    expect([...(await saidOf(`${START} ${EXCEPT}`, step)).keys()]).toEqual(names)
  })

  testSome([
    ['rowid', ['counted']],
    ['length(y)', []],
  ])('the value %s', async (using, names) => {
    const views = {
      counted: 'AS SELECT x, count(*) AS n FROM (SELECT * FROM u UNION SELECT * FROM u) GROUP BY x',
      named:
        'AS SELECT x, count(*) AS n FROM (SELECT x, y FROM u UNION SELECT x, y FROM u) GROUP BY x',
      shown: 'AS SELECT DISTINCT * FROM u',
    }
    const step = altering(`{ u: { add: { d: { type: 'INTEGER', using: '${using}' } } } }`)
    const said = await saidOf(`${START} ${made('VIEW', views)}`, step)
    expect([...said.keys()]).toEqual(names)
  })
})

test('what a trigger does is told, and not which sum failed', async () => {
  const trigger = (sum: string): string =>
    `AFTER INSERT ON pays BEGIN UPDATE orders SET state = 'paid' WHERE id = new.order_id AND 100 <= (${sum}); END`
  const start = `CREATE TABLE orders (id INTEGER PRIMARY KEY, user INTEGER, state TEXT);
CREATE TABLE pays (pid INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), cents INTEGER);
CREATE INDEX pays_order ON pays (order_id);`
  const triggers = {
    paid: trigger('SELECT sum(cents) FROM pays WHERE order_id = id'),
    named: trigger('SELECT sum(p.cents) FROM pays p WHERE p.order_id = new.order_id'),
  }
  const step = altering(`{ pays: { rename: { pid: 'id' } } }`)
  const said = await saidOf(`${start} ${made('TRIGGER', triggers)}`, step)
  expect([...said.keys()]).toEqual(['paid'])
  expect(said.get('paid')).toMatch(/in orders\.state instead of/)
})
