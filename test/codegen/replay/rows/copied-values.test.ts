// A copy names every column, and still loses values: those of a generated column, those of the row itself where a JOIN gives
// those of another one, and a constant beside columns that are mixed up.
import { describe, expect, it } from 'vitest'
import type { Database } from '../../../../src/database/better-sqlite3/handle.js'
import type { Context } from '../../../../src/model/migration.js'
import { toolkit } from '../../../../src/run/context/toolkit.js'
import { factsOf, type Step } from './prove-history.js'
import { testSome } from '../../../support/some-of.js'

const anew = (columns: string, copy: string): string =>
  `CREATE TABLE n (${columns}); ${copy}; DROP TABLE t; ALTER TABLE n RENAME TO t`

const changed = async (first: string, up: string): Promise<string[]> =>
  (await factsOf([first, up])).map((fact) =>
    fact.kind === 'values-changed' ? `${fact.column} ${fact.lost ?? fact.from}` : fact.kind,
  )

const PLAIN = 'id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, s INTEGER'
const WITHOUT = 'INSERT INTO n (id, a, b) SELECT id, a, b FROM t'
const computed = (kind: string): string => `${PLAIN} AS (a + b) ${kind}`

describe('a generated column that becomes an ordinary one', () => {
  testSome(['STORED', 'VIRTUAL'])('loses its values where it is not copied: %s', async (kind) => {
    const first = `CREATE TABLE t (${computed(kind)})`
    expect(await changed(first, anew(PLAIN, WITHOUT))).toEqual(['s left-out'])
  })

  it('loses them where it is dropped and added again', async () => {
    const up = 'ALTER TABLE t DROP COLUMN s; ALTER TABLE t ADD COLUMN s INTEGER'
    expect(await changed(`CREATE TABLE t (${computed('STORED')})`, up)).toEqual(['s replaced'])
  })

  testSome([
    ['stays one', computed('VIRTUAL'), computed('STORED'), WITHOUT],
    ['is one now', PLAIN, computed('STORED'), WITHOUT],
    ['is calculated otherwise', computed('STORED'), `${PLAIN} AS (a * b) STORED`, WITHOUT],
    ['is filled by an UPDATE', computed('STORED'), PLAIN, `${WITHOUT}; UPDATE n SET s = a + b`],
  ])('loses nothing where it %s', async (_, before, after, copy) => {
    expect(await changed(`CREATE TABLE t (${before})`, anew(after, copy))).toEqual([])
  })

  it('is left out where it cannot be calculated', async () => {
    const first =
      "CREATE TABLE t (id INTEGER PRIMARY KEY, d TEXT, s TEXT AS (json_extract(d, '$.a')))"
    const up = anew('id INTEGER PRIMARY KEY, d TEXT', 'INSERT INTO n (id) SELECT id FROM t')
    expect(await changed(first, up)).toEqual(['d left-out'])
  })
})

const TREE = 'id INTEGER PRIMARY KEY, parent INTEGER REFERENCES t (id), name TEXT, mail TEXT'
const T = `CREATE TABLE t (${TREE}); CREATE TABLE u (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t (id), label TEXT)`
const joined = (items: string, from: string, columns = TREE): string =>
  anew(columns, `INSERT INTO n SELECT ${items} FROM ${from}`)
const PARENTS = 't a LEFT JOIN t b ON a.parent = b.id'

describe('a copy that joins the table with itself', () => {
  it('loses rows without a match', async () => {
    const up = joined('a.*', 't a JOIN t b ON a.parent = b.id')
    expect(await changed(T, up)).toContain('rows-lost')
  })

  it('loses the values of the row where it takes those of another one', async () => {
    expect(await changed(T, joined('a.id, a.parent, b.name, a.mail', PARENTS))).toEqual([
      'name mixed',
      'name unpartnered',
    ])
  })

  testSome([
    ['for a new column', 'a.id, a.parent, a.name, a.mail, b.name', PARENTS, `${TREE}, above TEXT`],
    ['for gaps', "a.id, a.parent, coalesce(a.name, b.name, ''), a.mail", PARENTS],
    ['for a path', "a.id, a.parent, b.name || '/' || a.name, a.mail", PARENTS],
    [
      'with another table',
      'a.id, a.parent, a.name, u.label',
      't a LEFT JOIN u ON u.t = a.id AND u.id = 0',
    ],
    ['sorted', 'id, parent, name, upper(mail)', '(SELECT * FROM t ORDER BY name DESC)'],
  ])('may do so %s', async (_, items, from, columns = TREE) => {
    expect(
      (await changed(T, joined(items, from, columns))).filter((one) => /mixed|rows/.test(one)),
    ).toEqual([])
  })
})

const USERS = 'id INTEGER PRIMARY KEY, name TEXT, mail TEXT, note TEXT'
const U = `CREATE TABLE t (${USERS})`
const listed = (items: string, columns = USERS): string =>
  anew(columns, `INSERT INTO n SELECT ${items} FROM t`)

describe('beside columns that are mixed up', () => {
  it('a constant is told as well', async () => {
    expect(await changed(U, listed("id, mail, name, ''"))).toEqual([
      'name mail',
      'mail name',
      'note constant',
    ])
  })

  testSome([
    [
      'values that have moved on',
      listed('id, NULL, name, mail'),
      ['name null', 'mail name', 'note mail'],
    ],
    [
      'values that stand in a new column',
      listed("id, mail, name, '', note", `${USERS}, remark TEXT`),
      ['name mail', 'mail name', 'note null'],
    ],
  ])('these are a part of it: %s', async (_, up, expected) => {
    expect(await changed(U, up)).toEqual(expected)
  })
})

const P = 'id INTEGER PRIMARY KEY, a TEXT, b TEXT'
const filled = (items: string): string =>
  anew('id INTEGER PRIMARY KEY, a TEXT, b TEXT', `INSERT INTO n (id, a, b) SELECT id, ${items}`)

describe('columns that are mixed up behind expressions', () => {
  testSome([
    ['without spaces', 'trim(b), trim(a)', ['a b', 'b a']],
    ['the one twice', "coalesce(b, ''), coalesce(b, '')", ['a b']],
  ])('are found: %s', async (_, items, expected) => {
    expect(await changed(`CREATE TABLE t (${P})`, filled(`${items} FROM t`))).toEqual(expected)
  })

  it('are found where they hold numbers', async () => {
    const up = filled('coalesce(b, 0), coalesce(a, 0) FROM t').replaceAll('TEXT', 'INTEGER')
    const first = `CREATE TABLE t (${P})`.replaceAll('TEXT', 'INTEGER')
    expect(await changed(first, up)).toEqual(['a b', 'b a'])
  })

  testSome([
    ['are merged in a subquery', "x, b FROM (SELECT id, coalesce(b, a, '') AS x, b FROM t)"],
    ['are merged where one is empty', "coalesce(nullif(b, ''), a), b FROM t"],
    ['are merged by CASE', "CASE WHEN b NOT NULL THEN b ELSE coalesce(a, '') END, b FROM t"],
    ['keep their places', "trim(a), coalesce(b, '') FROM t"],
  ])('are no matter where they %s', async (_, items) => {
    expect(await changed(`CREATE TABLE t (${P})`, filled(items))).toEqual([])
    const required = P.replace('a TEXT', 'a TEXT NOT NULL')
    expect(await changed(`CREATE TABLE t (${required})`, filled(items))).toEqual([])
  })

  it('are no matter where the one that was merged is left out', async () => {
    const up = anew(
      'id INTEGER PRIMARY KEY, a TEXT',
      'INSERT INTO n SELECT id, coalesce(b, a) FROM t',
    )
    expect(await changed(`CREATE TABLE t (${P})`, up)).toEqual([])
  })
})

describe('what ctx.rebuild is told to copy', () => {
  const rebuilt = (copy: Readonly<Record<string, string>>) => (_: Database, ctx: Context) =>
    ctx.rebuild('t', {
      create: 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT)',
      copy,
    })
  const first = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT)'
  const changedBy = async (copy: Readonly<Record<string, string>>): Promise<unknown> =>
    (await factsOf([first, { up: rebuilt(copy), toolkit } as Step])).map(
      (fact) => fact.kind === 'values-changed' && [fact.column, fact.from, fact.after],
    )

  it('is a constant in the place of values', async () => {
    expect(await changedBy({ a: "''" })).toEqual([['a', null, '']])
    expect(await changedBy({ a: "coalesce(a, '')", b: 'NULL' })).toEqual([['b', null, null]])
  })

  it('is another column', async () => {
    expect(await changedBy({ a: "coalesce(a, '')", b: 'a' })).toEqual([['b', 'a', 'a 2001']])
  })

  testSome([{ a: "coalesce(a, '')" }, { a: "coalesce(b, '')", b: 'lower(b)' }])(
    'is meant: %o',
    async (copy) => expect(await changedBy(copy)).toEqual([]),
  )

  it('fails on a unique column without a word about rows that point at those', async () => {
    const tables =
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b TEXT); CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER NOT NULL REFERENCES t (id))'
    const facts = await factsOf([tables, { up: rebuilt({}), toolkit } as Step])
    expect(facts).toMatchObject([{ kind: 'step-failed', table: 't', column: 'a' }])
  })
})
