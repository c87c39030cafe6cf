// What is known of the rows of views: no column is said to be never NULL that may be.
import { describe, expect, test } from 'vitest'
import { finalCatalog } from '../../../../codegen/check/subject/catalog-history.js'
import { orderSchema } from '../../../../codegen/render/schema/order-schema.js'
import { schemaRows } from '../../../../codegen/render/schema/row-columns.js'
import { proveScripts } from './prove-scripts.js'

const TABLES = `
  CREATE TABLE a (id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('x', 'y')), note TEXT);
  CREATE TABLE b (a_id INTEGER NOT NULL REFERENCES a (id), price REAL NOT NULL);
`

/** `name: type` of the view's columns, with `?` where they may be NULL. */
function rowOf(view: string): string[] {
  const { proof } = proveScripts(`${TABLES}${view}`)
  const ordered = orderSchema(finalCatalog(proof), { ledger: '_migrations', ignoreTables: [] })
  const { views } = schemaRows(ordered, proof.views)
  const row = [...views].find(([{ name }]) => name === 'v')?.[1] ?? []
  return row.map(({ name, type, nullable }) => `${name}: ${type}${nullable ? '?' : ''}`)
}

const KIND = `'x' | 'y'`

test.each([
  ['SELECT id, kind, note FROM a', ['id: number', `kind: ${KIND}`, 'note: string?']],
  [
    'SELECT * FROM a JOIN b ON a_id = id WHERE id IN (SELECT a_id FROM b)',
    ['id: number', `kind: ${KIND}`, 'note: string?', 'a_id: number', 'price: number'],
  ],
  ['SELECT kind AS k FROM (SELECT kind FROM a)', [`k: ${KIND}`]],
  ['SELECT kind, count(*) AS n FROM a GROUP BY kind', [`kind: ${KIND}`, 'n: number']],
  ['SELECT kind, sum(id) OVER () AS n FROM a', [`kind: ${KIND}`, 'n: number?']],
  ['SELECT rowid AS r FROM b', ['r: number']],
])('columns of tables keep their type: %s', (query, row) => {
  expect(rowOf(`CREATE VIEW v AS ${query}`)).toEqual(row)
})

describe('columns may be NULL', () => {
  test.each([
    ['in an outer join', 'SELECT price AS c FROM a LEFT JOIN b ON a_id = id'],
    [
      'in an outer join from the other side',
      'SELECT price AS c FROM b RIGHT OUTER JOIN a ON a_id = id',
    ],
    ['in a full join', 'SELECT price AS c FROM b NATURAL FULL JOIN a'],
    ['of a query within an expression', 'SELECT (SELECT price FROM b WHERE a_id = id) AS c FROM a'],
    ['beside an aggregate over no rows', 'SELECT price AS c, max(price) AS m FROM b'],
    [
      'of one aggregate among several queries',
      'SELECT c FROM (SELECT price AS c, max(price) FROM b) JOIN a GROUP BY c',
    ],
    ['where another query has NULLs', 'SELECT NULL AS c UNION ALL SELECT price FROM b'],
  ])('%s', (_, query) => expect(rowOf(`CREATE VIEW v AS ${query}`)[0]).toBe('c: number?'))

  test('in a view on a view with an outer join', () => {
    const inner = 'CREATE VIEW "In ner" AS SELECT a.kind, b.price FROM a LEFT JOIN b ON a_id = id'
    expect(rowOf(`${inner}; CREATE VIEW v AS SELECT kind, price FROM "in NER"`)).toEqual([
      `kind: ${KIND}?`,
      'price: number?',
    ])
  })

  test.each(['UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT'])(
    'and be other values, where several queries meet by %s',
    (word) => {
      const query = `SELECT note AS c FROM a ${word} SELECT kind FROM a`
      expect(rowOf(`CREATE VIEW v AS ${query}`)).toEqual(['c: string?'])
    },
  )
})

describe('expressions', () => {
  const any = 'number | string | Uint8Array?'
  test.each([
    ['count(*)', 'number'],
    ['count(DISTINCT note) FILTER (WHERE id > 1)', 'number'],
    ['total(id)', 'number'],
    ['row_number() OVER (ORDER BY id)', 'number'],
    ['rank() OVER w', 'number'],
    ['sum(id)', 'number?'],
    ['lower(note)', 'string?'],
    ['EXISTS (SELECT 1 FROM b)', 'number'],
    ['unixepoch()', 'number'],
    [`unixepoch(note)`, 'number?'],
    [`'text'`, 'string'],
    ['1.5', 'number'],
    ['NULL', any],
    [`x'00'`, any],
    ['max(id)', any],
    ['count(*) + 1', any],
    [`lower(note) || 'x'`, any],
    ['coalesce(note, 1)', any],
    ['CASE WHEN id THEN 1 END', any],
  ])('%s: %s', (expression, type) => {
    const view = `CREATE VIEW v AS SELECT ${expression} AS c FROM a WINDOW w AS (ORDER BY id)`
    expect(rowOf(view)).toEqual([`c: ${type}`])
  })

  test('cannot be told apart behind a star', () => {
    expect(rowOf('CREATE VIEW v AS SELECT b.*, count(*) AS n FROM b GROUP BY price')[2]).toBe(
      `n: ${any}`,
    )
  })

  test('of named columns of the view', () => {
    expect(rowOf('CREATE VIEW v (one, two) AS SELECT count(*), kind FROM a GROUP BY kind')).toEqual(
      ['one: number', `two: ${KIND}`],
    )
  })
})

describe('keys', () => {
  const keyOf = (columns: string): string => {
    const { proof } = proveScripts(`CREATE TABLE t (${columns}`)
    const ordered = orderSchema(finalCatalog(proof), { ledger: '_migrations', ignoreTables: [] })
    const [row = []] = schemaRows(ordered, proof.views).tables.values()
    const { nullable, insert } = row[0] ?? { nullable: null, insert: null }
    return `${nullable ? 'null' : 'not null'}, ${insert}`
  }
  test.each([
    ['k INTEGER PRIMARY KEY)', 'not null, optional'],
    ['k integer, PRIMARY KEY (k))', 'not null, optional'],
    ['k INTEGER, PRIMARY KEY (k DESC))', 'not null, optional'],
    ['k INTEGER PRIMARY KEY DESC)', 'null, optional'],
    ['k INTEGER PRIMARY /* c */ KEY -- c\n DESC)', 'null, optional'],
    [`k INTEGER PRIMARY KEY, l DEFAULT 'primary key desc', UNIQUE (k))`, 'not null, optional'],
    ['k INT PRIMARY KEY)', 'null, optional'],
    ['k TEXT PRIMARY KEY)', 'null, optional'],
    ['k TEXT PRIMARY KEY NOT NULL)', 'not null, required'],
    ['k INTEGER PRIMARY KEY) WITHOUT ROWID', 'not null, required'],
    ['k TEXT PRIMARY KEY) STRICT', 'not null, required'],
    ['k INTEGER PRIMARY KEY) STRICT', 'not null, optional'],
    ['k INTEGER, l, PRIMARY KEY (k, l))', 'null, optional'],
    ['k TEXT NOT NULL DEFAULT NULL)', 'not null, required'],
    [`k TEXT NOT NULL DEFAULT '')`, 'not null, optional'],
    ['k TEXT NOT NULL AS (1), l)', 'not null, never'],
    ['k TEXT CHECK (k IS NOT NULL))', 'not null, required'],
  ])('%s: %s', (columns, expected) => expect(keyOf(columns)).toBe(expected))
})
