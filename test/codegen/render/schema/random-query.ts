// Random views: joins, aggregates, windows, queries within queries, columns with and without names.
import { pick } from '../../../support/random.js'
import {
  expression,
  listed,
  NAMES,
  sql,
  written,
  type Place,
  type Words,
  type Candidate,
  type Made,
} from './random-sql.js'
import { freshNames, often, several } from './random-table.js'

interface Query {
  readonly words: Words
  /** The names that it gives to columns. */
  readonly columns: readonly string[]
}

/** Reads one column of something that there is. */
export function oneColumn({ random, tables, views }: Made): Words {
  const source = pick(random, [...tables, ...views])
  if (!source) return sql`SELECT 1`
  const column = written(random, pick(random, source.columns))
  const where = often(random, 0.3, () => sql`WHERE ${column} IS NOT NULL`)
  return sql`SELECT ${column} FROM ${written(random, source.name)} ${where}`
}

function query(state: Made): Query {
  const { random, tables, views } = state
  const source = pick(random, [...tables, ...views])
  const alias = pick(random, ['', '', 't', 'x1'])
  const operands = (source?.columns ?? []).map((column) =>
    alias !== '' && random() < 0.5
      ? `${alias}.${written(random, column)}`
      : written(random, column),
  )
  const queries = random() < 0.3 ? [oneColumn(state)] : []
  const place = { operands, depth: 2, queries }
  const columns: string[] = []
  const items = several(random, 4, (): Words => {
    const value = itemValue(state, place)
    if (random() < 0.5) return value
    columns.push(pick(random, NAMES))
    return sql`${value} ${often(random, 0.7, () => sql`AS`)} ${written(random, columns.at(-1)!)}`
  })
  const named = alias === '' ? [] : sql`${often(random, 0.5, () => sql`AS`)} ${alias}`
  const from = source
    ? sql`FROM ${written(random, source.name)} ${named} ${join(state, place)}`
    : []
  const list = listed(random() < 0.1 && source ? [['*']] : items)
  const head = sql`SELECT ${often(random, 0.15, () => [pick(random, ['DISTINCT', 'ALL'])])}`
  return { columns, words: sql`${head} ${list} ${from} ${clauses(state, place, items)}` }
}

const itemValue = ({ random }: Made, place: Place): Words => {
  const chance = random()
  if (chance < 0.5 && place.operands.length > 0) return [pick(random, place.operands)]
  if (chance > 0.8) return expression(random, place)
  const call = pick(random, ['count', 'sum', 'Max', 'group_concat', 'total'])
  return sql`${call} ( ${pick(random, [...place.operands, '1'])} ) ${pick(random, WINDOWS)}`
}

const WINDOWS: readonly Words[] = [
  [],
  sql`OVER ( )`,
  sql`OVER ( ORDER BY 1 DESC )`,
  sql`FILTER ( WHERE 1 )`,
  sql`OVER ( PARTITION BY 1 ORDER BY 2 ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES )`,
  sql`FILTER ( WHERE 1 ) OVER ( ORDER BY 1 GROUPS UNBOUNDED PRECEDING )`,
]

const JOINS: readonly Words[] = [
  sql`JOIN`,
  sql`,`,
  sql`LEFT JOIN`,
  sql`LEFT OUTER JOIN`,
  sql`NATURAL JOIN`,
  sql`INNER JOIN`,
  sql`CROSS JOIN`,
  sql`FULL JOIN`,
  sql`NATURAL LEFT JOIN`,
  sql`RIGHT OUTER JOIN`,
]

function join({ random, tables, views }: Made, place: Place): Words {
  const other = pick(random, [...tables, ...views])
  if (!other || random() < 0.6) return []
  const condition = pick(random, [
    [],
    sql`ON ${expression(random, { ...place, depth: 1 })}`,
    sql`USING ( ${written(random, pick(random, other.columns))} )`,
  ])
  const alias = often(random, 0.5, () => sql`AS j`)
  return sql`${pick(random, JOINS)} ${written(random, other.name)} ${alias} ${condition}`
}

function clauses({ random }: Made, place: Place, items: readonly Words[]): Words {
  const value = (): Words => expression(random, place)
  const compound = (): Words =>
    sql`${pick(random, ['UNION', 'EXCEPT', 'INTERSECT'])} SELECT ${listed(items)}`
  const order = pick(random, [[], sql`DESC`, sql`ASC NULLS LAST`, sql`COLLATE nocase DESC`])
  return [
    ...often(random, 0.4, () => sql`WHERE ${value()}`),
    ...often(random, 0.15, () => sql`GROUP BY ${value()} HAVING ${value()}`),
    ...often(random, 0.15, compound),
    ...often(random, 0.2, () => sql`ORDER BY ${value()} ${order}`),
    ...often(random, 0.1, () => sql`LIMIT 5 OFFSET 1`),
  ]
}

/** A view. */
export function randomView(state: Made): Candidate {
  const { random, views } = state
  const name = pick(random, NAMES)
  const { words, columns } = query(state)
  const named = random() < 0.25 ? freshNames(random, 4) : null
  const list = named ? sql`( ${listed(named.map((one) => [written(random, one)]))} )` : []
  const first = written(random, pick(random, NAMES))
  const hint = pick(random, [[], sql`MATERIALIZED`, sql`NOT MATERIALIZED`])
  const heads: readonly Words[] = [
    [],
    [],
    [],
    sql`WITH ${first} AS ${hint} ( ${query(state).words} )`,
    sql`WITH RECURSIVE ${first} ( n ) AS ( VALUES ( 1 ) UNION ALL SELECT n + 1 FROM ${first} WHERE n < 9 )`,
  ]
  const own = named ?? columns
  return {
    words: sql`CREATE VIEW ${written(random, name)} ${list} AS ${pick(random, heads)} ${words}`,
    made: () => void (own.length > 0 && views.push({ name, columns: own })),
  }
}
