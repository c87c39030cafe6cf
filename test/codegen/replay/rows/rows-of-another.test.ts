// A table that is made anew and filled from another one by mistake: the rows that stand there are none of its own.
import { describe, expect } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

/** The tables whose rows are lost, with what stands there instead; `kind table` of all else. */
const lost = async (steps: readonly (Step | string)[]): Promise<string[]> =>
  (await factsOf(steps)).map((fact) => {
    if (fact.kind === 'rows-lost') return `${fact.table}, ${fact.source}`
    return 'table' in fact ? `${fact.kind} ${fact.table}` : fact.kind
  })

const COLUMNS = '(id INTEGER PRIMARY KEY, v TEXT NOT NULL, amount INTEGER NOT NULL)'
const A = `CREATE TABLE a ${COLUMNS}`
const B = `CREATE TABLE b ${COLUMNS}`
const BOTH = `${A}; ${B}`
const MAKE = 'CREATE TABLE n (id INTEGER PRIMARY KEY, v TEXT, amount INTEGER)'
const PLACE = 'DROP TABLE a; ALTER TABLE n RENAME TO a'
const from = (source: string, columns = 'id, v, amount'): string =>
  `${MAKE}; INSERT INTO n (id, v, amount) SELECT ${columns} FROM ${source}; ${PLACE}`

const inCode: Step = {
  up(db: Database) {
    db.exec(MAKE)
    const put = db.prepare('INSERT INTO n VALUES (:id, :v, :amount)')
    for (const row of db.prepare<[], object>('SELECT * FROM b').all()) put.run(row)
    db.exec(PLACE)
  },
}

const PARENTS = 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE q (id INTEGER PRIMARY KEY)'
const PAIRS =
  '(p INTEGER NOT NULL REFERENCES p (id), q INTEGER NOT NULL REFERENCES q (id), PRIMARY KEY (p, q))'

describe('a rebuild loses all rows that it copies from another table instead', () => {
  testSome<[string, string, string | Step]>([
    ['of the same form', BOTH, from('b')],
    ['made in another order', `${B}; ${A}`, from('b')],
    ['with values worked over', BOTH, from('b', 'id, trim(v), coalesce(amount, 0)')],
    ['some of its rows', BOTH, from("b WHERE v <> ''")],
    [
      'with more columns',
      `${A}; CREATE TABLE b (id INTEGER PRIMARY KEY, v TEXT NOT NULL, amount INTEGER NOT NULL, level INTEGER, at TEXT)`,
      from('b'),
    ],
    ['in code', BOTH, inCode],
    ['as it is', BOTH, `CREATE TABLE n AS SELECT * FROM b; ${PLACE}`],
    ['through a view', `${BOTH}; CREATE VIEW b_all AS SELECT * FROM b`, from('b_all')],
    [
      'that numbers them',
      BOTH,
      `DROP TABLE a; ${A}; INSERT INTO a (v, amount) SELECT v, amount FROM b`,
    ],
    ['through a table of its own', BOTH, `CREATE TEMP TABLE h AS SELECT * FROM b; ${from('h')}`],
    [
      'with the old one moved aside',
      BOTH,
      `ALTER TABLE a RENAME TO old; ${A}; INSERT INTO a SELECT * FROM b; DROP TABLE old`,
    ],
    [
      'beside one that is right',
      BOTH,
      `${from('b')}; CREATE TABLE m ${COLUMNS}; INSERT INTO m SELECT * FROM b; DROP TABLE b; ALTER TABLE m RENAME TO b`,
    ],
    [
      'without keys',
      'CREATE TABLE a (v TEXT, amount INTEGER); CREATE TABLE b (v TEXT, amount INTEGER)',
      `CREATE TABLE n (v TEXT, amount INTEGER); INSERT INTO n SELECT * FROM b; ${PLACE}`,
    ],
    [
      'of pairs',
      `${PARENTS}; CREATE TABLE a ${PAIRS}; CREATE TABLE b ${PAIRS}`,
      `CREATE TABLE n ${PAIRS}; INSERT INTO n SELECT * FROM b; ${PLACE}`,
    ],
    [
      'with a text as its key',
      'CREATE TABLE a (id TEXT PRIMARY KEY, on_ BOOLEAN) WITHOUT ROWID; CREATE TABLE b (id TEXT PRIMARY KEY, on_ BOOLEAN) WITHOUT ROWID',
      `CREATE TABLE n (id TEXT PRIMARY KEY, on_ BOOLEAN) WITHOUT ROWID; INSERT INTO n SELECT * FROM b; ${PLACE}`,
    ],
  ])('%s', async (_, first, up) => expect(await lost([first, up])).toEqual(['a, b']))
})

describe('a table that was there takes the place of another', () => {
  const same = (columns: string): string => `CREATE TABLE a ${columns}; CREATE TABLE b ${columns}`
  const placed = 'DROP TABLE a; ALTER TABLE b RENAME TO a'

  testSome([
    ['of pairs', `${PARENTS}; ${same(PAIRS)}`],
    ['of the same form', BOTH],
  ])('with rows that are equal by chance: %s', async (_, first) =>
    expect(await lost([first, placed])).toEqual(['a, undefined']),
  )

  testSome([
    [
      'in the same step',
      same('(v TEXT, amount INTEGER)'),
      `INSERT INTO b SELECT * FROM a; ${placed}`,
    ],
    [
      'in a step before',
      'CREATE TABLE a (v TEXT, amount INTEGER)',
      'CREATE TABLE b (v TEXT, amount INTEGER); INSERT INTO b SELECT * FROM a',
      placed,
    ],
    [
      'by a trigger',
      `${same('(v TEXT, amount INTEGER)')}; CREATE TRIGGER a_b AFTER INSERT ON a BEGIN INSERT INTO b VALUES (new.v, new.amount); END`,
      placed,
    ],
  ])('with its rows, filled from it %s', async (_, ...steps) =>
    expect(await lost(steps)).toEqual([]),
  )
})

describe('a rebuild may read another table', () => {
  testSome<[string, ...(string | Step)[]]>([
    ['beside its own', BOTH, from('a UNION ALL SELECT NULL, v, amount FROM b')],
    ['for a value', BOTH, from('a', 'id, v, (SELECT max(amount) FROM b)')],
    [
      'when its rows were moved before',
      BOTH,
      `CREATE TABLE archive ${COLUMNS}; INSERT INTO archive SELECT * FROM a; ${from('b')}`,
    ],
    [
      'as two exchange their rows',
      BOTH,
      `${MAKE}; INSERT INTO n SELECT * FROM b; CREATE TABLE m ${COLUMNS}; INSERT INTO m SELECT * FROM a; DROP TABLE a; DROP TABLE b; ALTER TABLE n RENAME TO a; ALTER TABLE m RENAME TO b`,
    ],
    [
      'and two exchange their names',
      BOTH,
      'ALTER TABLE a RENAME TO tmp; ALTER TABLE b RENAME TO a; ALTER TABLE tmp RENAME TO b',
    ],
    [
      'that a trigger fills it from',
      `${BOTH}; CREATE TRIGGER b_a AFTER INSERT ON b BEGIN INSERT INTO a (v, amount) VALUES (new.v, new.amount); END`,
      from('b'),
    ],
    [
      'to sum it up',
      `${B}; CREATE TABLE s (v TEXT, total INTEGER)`,
      'CREATE TABLE n (v TEXT, total INTEGER); INSERT INTO n SELECT v, amount * 2 FROM b UNION ALL SELECT v, 1 FROM b; DROP TABLE s; ALTER TABLE n RENAME TO s',
    ],
    [
      'that is cut into two',
      A,
      `CREATE TABLE few AS SELECT * FROM a WHERE amount < 5; CREATE TABLE many AS SELECT * FROM a WHERE NOT (amount < 5); DROP TABLE a`,
    ],
  ])('%s', async (_, ...steps) => expect(await lost(steps)).toEqual([]))
})
