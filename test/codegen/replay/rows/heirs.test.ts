// What stands in the place of a table: itself, emptied and filled again; one that an earlier version made; another one that
// has exchanged its name with it. What counts is where its rows and values are.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const COLUMNS = 'id INTEGER PRIMARY KEY, parent INTEGER, name TEXT, mail TEXT'
const T = `CREATE TABLE t (${COLUMNS})`
const N = `CREATE TABLE n (${COLUMNS})`

type Row = Readonly<Record<string, unknown>>

/** `kind table` or `kind table.column` of all that is lost. */
async function lost(steps: readonly (Step | string)[]): Promise<string[]> {
  return (await factsOf(steps)).flatMap((fact) => {
    if (fact.kind === 'values-changed') return [`${fact.kind} ${fact.table}.${fact.column}`]
    return 'table' in fact ? [`${fact.kind} ${fact.table}`] : [fact.kind]
  })
}

const putAside = (select: string, back = 'INSERT INTO t SELECT * FROM h'): string =>
  `CREATE TEMP TABLE h AS SELECT ${select}; DELETE FROM t; ${back}; DROP TABLE h`

const inCode = (insert: string, isKept: (row: Row) => boolean = () => true): Step => ({
  up(db: Database) {
    const rows = db.prepare<[], Row>('SELECT * FROM t').all()
    db.exec('DELETE FROM t')
    for (const row of rows.filter(isKept)) db.prepare(insert).run(row)
  },
})

const ALL = 'INSERT INTO t (id, parent, name, mail) VALUES (:id, :parent, :name, :mail)'

describe('a table that is emptied and filled again', () => {
  testSome<[string, string | Step, string[]]>([
    ['rows', putAside('* FROM t WHERE name IS NOT NULL'), ['rows-lost t']],
    [
      'rows in a table that stays',
      `CREATE TABLE h AS SELECT * FROM t LIMIT 3; DELETE FROM t; INSERT INTO t SELECT * FROM h; DROP TABLE h`,
      ['rows-lost t'],
    ],
    [
      'rows, beside one of its own',
      `${putAside('* FROM t WHERE name IS NOT NULL')}; INSERT INTO t (name) SELECT 'root'`,
      ['rows-lost t'],
    ],
    [
      'values',
      putAside('* FROM t', 'INSERT INTO t (id, parent, name) SELECT id, parent, name FROM h'),
      ['values-changed t.mail'],
    ],
    [
      'columns that are mixed up',
      putAside('id, parent, mail, name FROM t'),
      ['values-changed t.name', 'values-changed t.mail'],
    ],
    ['rows in code', inCode(ALL, ({ name }) => name !== null), ['rows-lost t']],
    [
      'values in code',
      inCode('INSERT INTO t (id, parent, name) VALUES (:id, :parent, :name)'),
      ['values-changed t.mail'],
    ],
  ])('loses %s', async (_, up, facts) => expect(await lost([T, up])).toEqual(facts))

  testSome<[string, string | Step, string?]>([
    ['with values that are worked over', putAside('id, parent, trim(name), lower(mail) FROM t')],
    [
      'without rows that were there twice',
      putAside('min(id) AS id, parent, name, mail FROM t GROUP BY 2, 3, 4'),
    ],
    [
      'where nothing else tells its rows',
      'CREATE TEMP TABLE h AS SELECT DISTINCT * FROM l; DELETE FROM l; INSERT INTO l SELECT * FROM h',
      'CREATE TABLE l (at TEXT, name TEXT)',
    ],
    ['with rows of its own', "DELETE FROM t; INSERT INTO t (id, name) VALUES (1, 'a'), (2, 'b')"],
    [
      'from another one, as what is calculated from that',
      'DELETE FROM c; INSERT INTO c SELECT id, name FROM t WHERE name IS NOT NULL',
      `${T}; CREATE TABLE c (t INTEGER PRIMARY KEY REFERENCES t (id), name TEXT)`,
    ],
    [
      'from another one, in code',
      {
        up(db: Database) {
          db.exec('DELETE FROM c')
          const insert = db.prepare('INSERT INTO c VALUES (:id, :name)')
          for (const { id, name } of db
            .prepare<[], Row>('SELECT * FROM t WHERE name IS NOT NULL')
            .all())
            insert.run({ id, name })
        },
      },
      `${T}; CREATE TABLE c (t INTEGER PRIMARY KEY REFERENCES t (id), name TEXT)`,
    ],
    [
      'beside an archive with the others',
      `CREATE TABLE a AS SELECT id, name, mail FROM t WHERE name IS NULL; ${putAside('* FROM t WHERE name IS NOT NULL')}`,
    ],
    [
      'without the rows that a condition names',
      `DELETE FROM t WHERE name IS NULL; INSERT INTO t (name) SELECT name FROM t WHERE parent IS NULL`,
    ],
  ])('loses nothing %s', async (_, up, first = T) => expect(await lost([first, up])).toEqual([]))
})

const backFrom = (from: string, ...ways: readonly string[]): string[] =>
  ways.map(
    (way) =>
      `CREATE TEMP TABLE h AS SELECT * FROM t WHERE ${from}; ${way}; INSERT INTO t SELECT * FROM h; DROP TABLE h`,
  )

/** Puts rows with a name back that a statement has deleted with all others, run once or for each row. */
const oneByOne = (where: string, values?: (row: Row) => unknown): Step => ({
  up(db: Database) {
    const add = db.prepare(ALL)
    const remove = db.prepare(`DELETE FROM t WHERE ${where}`)
    const rows = db.prepare<[], Row>('SELECT * FROM t').all()
    if (values) for (const row of rows) remove.run(values(row))
    else remove.run()
    for (const row of rows) if (row['name'] !== null) add.run(row)
  },
})

describe('a table that is emptied by a condition and filled again', () => {
  testSome<string | Step>([
    ...backFrom(
      'name IS NOT NULL',
      ...[
        'true',
        '1',
        '1 = 1',
        'id > 0',
        'rowid > 0',
        'id IS NOT NULL',
        'id IN (SELECT id FROM t)',
      ].map((where) => `DELETE FROM t WHERE ${where}`),
      'DELETE FROM t WHERE name IS NULL; DELETE FROM t WHERE name NOTNULL',
    ),
    ...backFrom("mail <> 'nobody' OR mail IS NULL", 'DELETE FROM t WHERE true'),
    oneByOne('id >= ?', () => 0),
    oneByOne('id = ?', ({ id }) => id),
    oneByOne('true'),
  ])('loses rows: %j', async (up) => expect(await lost([T, up])).toEqual(['rows-lost t']))

  it('loses rows in a down', async () => {
    const [down = ''] = backFrom('name IS NOT NULL', 'DELETE FROM t WHERE true')
    expect(await lost([T, { up: 'CREATE TABLE other (a)', down }])).toContain('rows-lost t')
  })

  testSome<string | Step>([
    ...backFrom('true', 'DELETE FROM t WHERE true', 'DELETE FROM t WHERE id > 0'),
    ...backFrom(
      "name = 'draft'",
      "DELETE FROM t WHERE name = 'draft'",
      'DELETE FROM t WHERE name IS NOT NULL',
    ),
    ...backFrom('parent < 5', 'DELETE FROM t WHERE parent < 9'),
    "DELETE FROM t WHERE true; INSERT INTO t (id, name) VALUES (1, 'a')",
    'DELETE FROM t WHERE id > 0',
    `CREATE TABLE a AS SELECT * FROM t WHERE name IS NULL; ${backFrom('name IS NOT NULL', 'DELETE FROM t WHERE true').join()}`,
    inCode(ALL),
  ])('loses nothing: %j', async (up) => expect(await lost([T, up])).toEqual([]))

  it('fails where rows come back that are there still', async () => {
    const ways = backFrom('parent < 5', 'DELETE FROM t WHERE name IS NULL OR parent > 3')
    expect(await lost([T, ...ways])).toEqual(['step-failed t'])
  })
})

const TAKES_ITS_PLACE = 'DROP TABLE t; ALTER TABLE n RENAME TO t'

describe('a rebuild that ends in a later version', () => {
  testSome([
    ['rows', `${N}; INSERT INTO n SELECT * FROM t WHERE name IS NOT NULL`, ['rows-lost t']],
    ['all rows', N, ['rows-lost t']],
    [
      'values',
      `${N}; INSERT INTO n (id, parent, name) SELECT id, parent, name FROM t`,
      ['values-changed t.mail'],
    ],
  ])('loses %s where the old table goes', async (_, first, facts) => {
    expect(await lost([T, first, TAKES_ITS_PLACE])).toEqual(facts)
    expect(await lost([T, first])).toEqual([])
  })

  testSome([
    [
      'with values that are converted',
      T,
      `${N}; INSERT INTO n SELECT id, parent, coalesce(name, ''), lower(mail) FROM t`,
    ],
    [
      'without a key',
      'CREATE TABLE t (at TEXT, name TEXT)',
      'CREATE TABLE n (at TEXT, name TEXT); INSERT INTO n SELECT * FROM t',
    ],
    [
      'by a text',
      'CREATE TABLE t (id TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID',
      'CREATE TABLE n (id TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID; INSERT INTO n SELECT * FROM t',
    ],
    [
      'with a trigger in between',
      T,
      `${N}; INSERT INTO n SELECT * FROM t; CREATE TRIGGER tn AFTER INSERT ON t BEGIN INSERT INTO n VALUES (new.id, new.parent, new.name, new.mail); END`,
    ],
  ])('loses nothing: %s', async (_, first, second) => {
    expect(await lost([first, second, TAKES_ITS_PLACE])).toEqual([])
  })

  it('is not asked for rows that were written later, nor where the copy comes later', async () => {
    const more = 'ALTER TABLE t ADD COLUMN extra TEXT'
    const copied = `${N}; INSERT INTO n SELECT * FROM t`
    const also = 'ALTER TABLE n ADD COLUMN extra TEXT'
    expect(await lost([T, copied, more, also, TAKES_ITS_PLACE])).toEqual([])
    expect(await lost([T, N, 'INSERT INTO n SELECT * FROM t', TAKES_ITS_PLACE])).toEqual([])
  })
})

describe('rows that are gone behind others that came', () => {
  it('are seen where the key tells them', async () => {
    const copy = `INSERT INTO n SELECT * FROM t WHERE name IS NOT NULL; INSERT INTO n (name) VALUES ('root')`
    expect(await lost([T, `${N}; ${copy}; ${TAKES_ITS_PLACE}`])).toEqual(['rows-lost t'])
    const parts = `INSERT INTO n SELECT * FROM t WHERE name <> '' UNION ALL SELECT 1, NULL, 'root', ''`
    expect(await lost([T, `${N}; ${parts}; ${TAKES_ITS_PLACE}`])).toEqual(['rows-lost t'])
  })

  it('are none where another key was given to some', async () => {
    const copy = `INSERT INTO n SELECT * FROM t WHERE id % 2 = 0;
      INSERT INTO n (parent, name, mail) SELECT parent, name, lower(mail) FROM t WHERE id % 2 = 1; INSERT INTO n (name) VALUES ('root')`
    expect(await lost([T, `${N}; ${copy}; ${TAKES_ITS_PLACE}`])).toEqual([])
  })

  it('are none where tables are merged', async () => {
    const copy =
      'INSERT INTO n SELECT * FROM t; INSERT INTO n (name, mail) SELECT name, mail FROM b; DROP TABLE b'
    const other = 'CREATE TABLE b (id INTEGER PRIMARY KEY, name TEXT, mail TEXT)'
    expect(await lost([`${T}; ${other}`, `${N}; ${copy}; ${TAKES_ITS_PLACE}`])).toEqual([])
  })
})

const M = 'CREATE TABLE m (id INTEGER PRIMARY KEY, x TEXT)'
const renames = (...pairs: readonly string[]): string =>
  pairs.map((pair) => `ALTER TABLE ${pair.replace(' ', ' RENAME TO ')}`).join('; ')

describe('tables that exchange their names', () => {
  testSome<[string, string, string | Step]>([
    ['three', `${T}; ${M}; CREATE TABLE o (x)`, renames('t tmp', 'm t', 'o m', 'tmp o')],
    [
      'two in code',
      `${T}; ${M}`,
      {
        up: (db: Database) => {
          for (const pair of ['t tmp', 'm t', 'tmp m']) db.exec(renames(pair))
        },
      },
    ],
    ['one and a new one, as a log that begins anew', T, `${renames('t t_2023')}; ${T}`],
  ])('lose nothing: %s', async (_, first, up) => expect(await lost([first, up])).toEqual([]))

  it('lose what is not copied on the way', async () => {
    const up = `${renames('t tmp', 'n t')}; ${N}; INSERT INTO n SELECT * FROM tmp WHERE name IS NOT NULL; DROP TABLE tmp`
    expect(await lost([`${T}; ${N}`, up])).toEqual(['rows-lost t'])
  })
})
