// What schema.ts says of rows is what SQLite does: tried with all kinds of rows on random tables and views.
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { finalCatalog } from '../../../../codegen/check/subject/catalog-history.js'
import { orderSchema } from '../../../../codegen/render/schema/order-schema.js'
import { schemaRows, type RowColumn } from '../../../../codegen/render/schema/row-columns.js'
import { pick, randomFrom, type Random } from '../../../support/random.js'
import { proveScripts } from './prove-scripts.js'

const NAMES = ['a', 'b', 'Kind', 'order', 'true']
const TYPES = [
  'TEXT',
  'INTEGER',
  'INT',
  'REAL',
  'BLOB',
  'ANY',
  'VARCHAR(3)',
  'NUMERIC',
  'BOOLEAN',
  '',
]
const STRICT_TYPES = ['TEXT', 'INTEGER', 'INT', 'REAL', 'BLOB', 'ANY']
const LITERALS = [
  "'a'",
  "'B'",
  "'1'",
  "'1.0'",
  "' 1'",
  "''",
  '1',
  '-1',
  '0',
  '1.0',
  '1.5',
  '1e2',
  "x'61'",
  'TRUE',
  'NULL',
]
const VALUES = [
  null,
  0,
  1,
  -1,
  1.5,
  100,
  'a',
  'A',
  'b',
  'B',
  '1',
  ' 1',
  '1.0',
  '',
  Buffer.from('a'),
]

const written = (name: string): string => `"${name}"`

/** Conditions about a column of the kind that people write, and some that only look like them. */
function condition(random: Random, name: string): string {
  const column = written(name)
  const list = [1, 2].map(() => pick(random, LITERALS)).join(', ')
  const value = pick(random, LITERALS)
  return pick(random, [
    `${column} IN (${list})`,
    `${column} IN (${list})`,
    `${column} = ${value}`,
    `${value} == ${column} OR ${column} IN (${list})`,
    `${column} IN (${list}) OR ${column} IS NULL`,
    `${column} IN (${list}) AND ${column} IS NOT NULL`,
    `${column} NOT IN (${list})`,
    `${column} IS NOT NULL`,
    `${column} NOTNULL OR ${column} = ${value}`,
    `NOT (${column} IS NULL)`,
    `${column} IS ${value}`,
    `${column} <> ${value}`,
    `+${column} IN (${list})`,
    `${column} COLLATE NOCASE IN (${list})`,
    `(${column} IN (${list})) = ${value}`,
    `${column} IN (${list}) IS NOT ${value}`,
    `CASE WHEN ${column} IS NULL THEN 1 ELSE ${column} IN (${list}) END`,
    `${column} BETWEEN ${value} AND ${column} IN (${list})`,
    `${column} IN (${list}) > 0`,
    `${column} || '' IN (${list})`,
    `(${column}, 1) = (${value}, 1)`,
    `NOT ${column} IN (${list})`,
    `- ${column} = ${value}`,
    `${value} = ${column} = ${value}`,
  ])
}

function randomTable(random: Random): string {
  const isStrict = random() < 0.3
  const names = NAMES.filter(() => random() < 0.7)
  if (names.length === 0) names.push('a')
  const sometimes = (chance: number, text: string): string => (random() < chance ? text : '')
  const columns = names.map((name) =>
    [
      written(name),
      pick(random, isStrict ? STRICT_TYPES : TYPES),
      sometimes(0.25, `NOT NULL ${sometimes(0.3, 'ON CONFLICT REPLACE')}`),
      sometimes(0.3, `DEFAULT ${pick(random, LITERALS)}`),
      sometimes(0.1, 'DEFAULT (NULL)'),
      sometimes(0.6, `CHECK (${condition(random, name)})`),
      sometimes(0.2, 'COLLATE NOCASE'),
      sometimes(0.1, 'PRIMARY KEY'),
    ].join(' '),
  )
  const generated = sometimes(0.2, `, g AS (${written(names[0]!)}) ${sometimes(0.5, 'NOT NULL')}`)
  const key = sometimes(0.2, `, PRIMARY KEY (${names.map(written).join(', ')})`)
  const check = sometimes(0.2, `, CHECK (${condition(random, pick(random, names))})`)
  const options = [isStrict ? 'STRICT' : '', sometimes(0.15, 'WITHOUT ROWID')].filter(
    (one) => one !== '',
  )
  return `CREATE TABLE t (${columns.join(', ')}${generated}${key}${check}) ${options.join(', ')}`
}

const VIEWS = [
  'CREATE VIEW v1 AS SELECT *, count(*) OVER () AS n, 1 AS one FROM t',
  'CREATE VIEW v2 AS SELECT x.*, y.* FROM t x LEFT JOIN t y ON 0',
  'CREATE VIEW v3 AS SELECT a, lower(a) AS l, NULL AS z, typeof(a) AS y FROM t UNION SELECT 1, 2, 3, 4',
  'CREATE VIEW v4 AS SELECT max(a) AS m, sum(a) AS s, a, total(a) AS t FROM t WHERE 0',
  'CREATE VIEW v5 AS SELECT (SELECT a FROM t WHERE 0) AS q, EXISTS (SELECT 1) AS e FROM (SELECT 1)',
  'CREATE VIEW v6 AS WITH c AS (SELECT a AS k FROM t) SELECT k, rowid AS r FROM c, t',
  'CREATE VIEW v7 AS SELECT * FROM v2 JOIN v1',
  'CREATE VIEW v8 AS SELECT a FROM t EXCEPT SELECT NULL',
  'CREATE VIEW v9 AS SELECT * FROM t x RIGHT JOIN (SELECT 1 AS one) ON 0',
  'CREATE VIEW v10 AS SELECT a, group_concat(a) AS g FROM t GROUP BY a',
]

/** A table and what can be seen of it; views that do not fit it are left out. */
function randomScript(random: Random): string[] {
  const db = new Database(':memory:')
  try {
    const isTaken = (statement: string): boolean => {
      try {
        db.exec(statement)
        const name = /^CREATE VIEW (\w+)/.exec(statement)?.[1]
        if (name) db.prepare(`SELECT * FROM ${name}`)
        return true
      } catch {
        return false
      }
    }
    const table = Array.from({ length: 20 }, () => randomTable(random)).find(isTaken)
    return table === undefined ? [] : [table, ...VIEWS.filter((view) => isTaken(view))]
  } finally {
    db.close()
  }
}

interface Rows {
  readonly name: string
  readonly isStrict: boolean
  readonly row: readonly RowColumn[]
}

function rowsOf(script: string): { readonly tables: Rows[]; readonly views: Rows[] } {
  const { proof } = proveScripts(script)
  const ordered = orderSchema(finalCatalog(proof), { ledger: '_migrations', ignoreTables: [] })
  const { tables, views } = schemaRows(ordered, proof.views)
  return {
    tables: [...tables]
      .filter(([{ module }]) => module === null)
      .map(([{ name, strict }, row]) => ({ name, row, isStrict: strict })),
    views: [...views].map(([{ name }, row]) => ({ name, row, isStrict: false })),
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Tries one row with some of the columns, and answers what went against the types; null when nothing did. */
function tryInsert(db: Database.Database, { name, row }: Rows, random: Random): string | null {
  const [stated, omitted] = [row.filter(() => random() < 0.75), [] as RowColumn[]]
  omitted.push(...row.filter((column) => !stated.includes(column)))
  const columns = stated.map((column) => quoted(column.name)).join(', ')
  const insert = `INSERT INTO ${quoted(name)} ${
    stated.length > 0
      ? `(${columns}) VALUES (${stated.map(() => '?').join(', ')})`
      : 'DEFAULT VALUES'
  }`
  try {
    const { changes } = db.prepare(insert).run(...stated.map(() => pick(random, VALUES)))
    if (changes === 0) return null
    const missing = omitted.find((column) => column.insert === 'required')
    if (missing) return `${missing.name} is required, but was left out`
    const made = stated.find((column) => column.insert === 'never')
    return made ? `${made.name} was inserted, which is never possible` : null
  } catch (error) {
    const message = String(error)
    const refused = omitted.find(
      (column) =>
        column.insert === 'optional' &&
        message.endsWith(`NOT NULL constraint failed: ${name}.${column.name}`),
    )
    return refused ? `${refused.name} is optional, but ${message}` : null
  }
}

/** The values of a union of literals; null for any other type. */
function literalsOf(type: string): readonly unknown[] | null {
  return /^(?:-?[\d.e+]+|'[^']*')(?: \| (?:-?[\d.e+]+|'[^']*'))*$/.test(type)
    ? type.split(' | ').map((one) => (one.startsWith("'") ? one.slice(1, -1) : Number(one)))
    : null
}

function typeOf(value: unknown): string {
  return value instanceof Buffer ? 'Uint8Array' : typeof value
}

/** The first value that is not of its type; null when there is none. */
function wrongValue(db: Database.Database, { name, row, isStrict }: Rows): string | null {
  const found = db
    .prepare(`SELECT * FROM ${quoted(name)} LIMIT 500`)
    .raw()
    .all() as unknown[][]
  for (const values of found) {
    for (const [at, { name: column, type, nullable }] of row.entries()) {
      const value = values[at]
      const literals = literalsOf(type)
      const isRight =
        value === null
          ? nullable
          : literals
            ? literals.includes(value)
            : !isStrict || type.includes(typeOf(value))
      if (!isRight)
        return `${name}.${column}: ${type}${nullable ? ' | null' : ''} = ${String(value)}`
    }
  }
  return null
}

function tryRows(script: readonly string[], random: Random): { wrong: string[]; inserted: number } {
  const { tables, views } = rowsOf(script.join(';\n'))
  const db = new Database(':memory:')
  try {
    db.pragma('foreign_keys = OFF')
    for (const statement of script) db.exec(statement)
    const wrong = tables.flatMap((table) =>
      Array.from({ length: 60 }, () => tryInsert(db, table, random)).filter((one) => one !== null),
    )
    const inserted = tables.reduce(
      (sum, { name }) =>
        sum +
        Number(
          db
            .prepare(`SELECT count(*) FROM ${quoted(name)}`)
            .pluck()
            .get(),
        ),
      0,
    )
    wrong.push(...[...tables, ...views].flatMap((one) => wrongValue(db, one) ?? []))
    return { wrong, inserted }
  } finally {
    db.close()
  }
}

test('never NULL, one of the values listed, required or not: all of it is so', () => {
  let rows = 0
  for (let seed = 0; seed < 300; seed++) {
    const random = randomFrom(seed)
    const script = randomScript(random)
    const { wrong, inserted } = tryRows(script, random)
    expect(wrong.slice(0, 3), `seed ${seed}: ${script[0]}`).toEqual([])
    rows += inserted
  }
  expect(rows).toBeGreaterThan(1_000)
})
