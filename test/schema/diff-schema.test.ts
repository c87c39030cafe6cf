// Pairs of schemas that real SQLite makes, with how much they differ; and what is said about the difference.
import { describe, expect, test } from 'vitest'
import { diffSchemas } from '../../src/schema/diff-schema.js'
import { renderDifferences } from '../../src/schema/render-differences.js'
import { digestObjects, schemaDigest } from '../../src/schema/schema-digest.js'
import { differing } from './pairs/differing.js'
import { P, T } from './pairs/parts.js'
import { same } from './pairs/same.js'
import { spelled } from './pairs/spelled.js'
import { schemaOf } from './read.js'

function gradeOf(expected: string, found: string): string {
  const differences = diffSchemas(schemaOf(expected), schemaOf(found))
  if (differences.some(({ grade }) => grade === 'differs')) return 'differs'
  return differences.length > 0 ? 'spelled' : 'same'
}

const digestOf = (sql: string): string => schemaDigest(digestObjects(schemaOf(sql)))

describe.each([
  ['same', same],
  ['spelled', spelled],
  ['differs', differing],
])('%s', (grade, pairs) => {
  test.each(pairs)('%s', (_, expected, found) => {
    expect(gradeOf(expected, found)).toBe(grade)
    expect(gradeOf(found, expected)).toBe(grade)
    expect(digestOf(expected) === digestOf(found)).toBe(grade !== 'differs')
  })
})

const PAIR = 'CREATE TABLE p (a, b, PRIMARY KEY (b, a)); CREATE TABLE c (x, y, '

describe('what PRAGMAs tell the same of is written differently, though the digest differs:', () => {
  test.each([
    [
      'one key twice',
      'CREATE TABLE t (a PRIMARY KEY)',
      'CREATE TABLE t (a PRIMARY KEY, UNIQUE (a))',
    ],
    [
      'the primary key of a parent by its name',
      `${P} CREATE TABLE t (a REFERENCES p ON DELETE CASCADE)`,
      `${P} CREATE TABLE t (a, FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE)`,
    ],
    [
      'one of several columns',
      `${PAIR} FOREIGN KEY (x, y) REFERENCES p)`,
      `${PAIR} FOREIGN KEY (x, y) REFERENCES p (b, a))`,
    ],
  ])('%s', (_, one, other) => {
    expect(gradeOf(one, other)).toBe('spelled')
    expect(digestOf(one)).not.toBe(digestOf(other))
    expect(gradeOf(one, `${other.slice(0, -1)}, CHECK (1 > 0))`)).toBe('differs')
  })
})

const rendered = (expected: string, found: string): string[] =>
  renderDifferences(diffSchemas(schemaOf(expected), schemaOf(found)))

describe('what is said', () => {
  test('column by column, constraint by constraint', () => {
    expect(
      rendered(
        'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER, mail TEXT, CHECK (age > 0), UNIQUE (mail))',
        'CREATE TABLE t (id INTEGER PRIMARY KEY, age INTEGER DEFAULT 1, name TEXT NOT NULL, phone TEXT, CHECK (age >= 0), UNIQUE (phone))',
      ),
    ).toMatchInlineSnapshot(`
      [
        "table t differs",
        "  ~ column age integer → age integer default 1",
        "  - column mail text",
        "  + column phone text",
        "  ~ columns in a different order: id, name, age → id, age, name",
        "  - check (age > 0)",
        "  - unique (mail)",
        "  + check (age >= 0)",
        "  + unique (phone)",
      ]
    `)
  })
  test('index by index, view by view', () => {
    expect(
      rendered(
        `${T}; CREATE INDEX a ON t (name); CREATE INDEX b ON t (age); CREATE VIEW v AS SELECT id, name, age, 'a rather long text' AS x FROM t WHERE age > 1 AND name = 'somebody with a long name'`,
        `${T}; CREATE INDEX b ON t (age) WHERE age > 0; CREATE INDEX c ON t (age); CREATE VIEW v AS SELECT id, name, age, 'a rather long text' AS x FROM t WHERE age > 2 AND name = 'somebody with a long name'`,
      ),
    ).toMatchInlineSnapshot(`
      [
        "index a is missing",
        "index b differs",
        "  ~ statement: on t (age) → on t (age) where age > 0",
        "view v differs",
        "  ~ statement: … rather long text' as x from t where age > 1 and name = 'somebody with a long name' → … rather long text' as x from t where age > 2 and name = 'somebody with a long name'",
        "index c is unexpected",
      ]
    `)
  })
  test('of another way of writing', () => {
    expect(
      rendered(
        'CREATE TABLE t (Id INTEGER PRIMARY KEY, a, CONSTRAINT x CHECK (a > 0)); CREATE TABLE u (a, b, CHECK (a > 0), UNIQUE (b))',
        'CREATE TABLE T (id INTEGER PRIMARY KEY, a, CONSTRAINT y CHECK (a > 0)); CREATE TABLE u (a, b, UNIQUE (b), CHECK (a > 0))',
      ),
    ).toMatchInlineSnapshot(`
      [
        "table t is written differently",
        "  ~ name: t → T",
        "  ~ name of a column: Id → id",
        "  - constraint x check (a > 0)",
        "  + constraint y check (a > 0)",
        "table u is written differently",
        "  ~ constraints in a different order: check (a > 0), unique (b) → unique (b), check (a > 0)",
      ]
    `)
  })
})
