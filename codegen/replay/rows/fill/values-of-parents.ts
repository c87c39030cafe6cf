// Gives values that only childless rows have to parent rows as well: a column added later holds its default in all parents, but on a real
// database, rows deleted by that column's value have children.
import type { CatalogForeignKey, CatalogTable } from '../../../model/catalog.js'
import { identityOf } from '../../catalog/row-identity.js'
import { keyText, type Connection, type RawRow } from './connection.js'
import { childless } from './seed-table.js'
import { tableNamed, type TableGraph } from './table-graph.js'
import type { TablePlan } from './table-plan.js'
import type { Value } from './seed-values.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../../src/sql/names.js'

/** Changes the newest parent row of each foreign key, but never all parents. Updates that the table refuses are skipped. */
export function giveParentsValues(
  connection: Connection,
  situation: TableGraph,
  plan: TablePlan,
): void {
  const pointed = pointedRows(connection, situation, plan)
  const parents = pointed.filter(({ by }) => by.some((one) => one === 1n))
  if (parents.length < 2) return
  const places = ownColumns(plan).filter((at) => alike(parents, at))
  const isNews = (values: RawRow, at: number): boolean =>
    values[at] !== null &&
    keyText([values[at] ?? null]) !== keyText([parents[0]!.values[at] ?? null])
  const donor = pointed.findLast(
    (row) => !parents.includes(row) && places.some((at) => isNews(row.values, at)),
  )?.values
  if (!donor) return
  const news = places.filter((at) => isNews(donor, at))
  const newest = new Set(parents[0]!.by.map((_, key) => parents.find(({ by }) => by[key] === 1n)))
  for (const row of [...newest].slice(0, parents.length - 1))
    if (row) set(connection, plan, { places: news, values: donor, row: row.identity })
}

/** A row, and for each key whether a child row references it. */
interface PointedRow {
  readonly identity: RawRow
  readonly values: RawRow
  readonly by: readonly Value[]
}

/** How many rows are read. */
const MOST = 400

/** The rows, newest first; none if no foreign key references the table. */
function pointedRows(
  { all }: Connection,
  situation: TableGraph,
  { table, columns }: TablePlan,
): PointedRow[] {
  const keys = keysTo(situation, table)
  if (keys.length === 0) return []
  const identity = identityOf(table).map((name) => `p.${quoteIdentifier(name)}`)
  const values = columns.map(({ name }) => `p.${quoteIdentifier(name)}`)
  const by = keys.map(({ child, key }) => `NOT ${childless(child.name, key)}`)
  const [ends, from] = [identity.length, identity.length + values.length]
  const order = identity.map((one) => `${one} DESC`).join(', ')
  return all(
    `SELECT ${[...identity, ...values, ...by].join(', ')} FROM ${quoteIdentifier(table.name)} p ORDER BY ${order} LIMIT ${MOST}`,
  ).map((row) => ({
    identity: row.slice(0, ends),
    values: row.slice(ends, from),
    by: row.slice(from),
  }))
}

interface PointingKey {
  readonly child: CatalogTable
  readonly key: CatalogForeignKey
}

/** The foreign keys whose parent columns exist. */
const keysTo = (situation: TableGraph, { name, columns }: CatalogTable): PointingKey[] =>
  [...new Set(situation.children.get(foldCase(name)))].flatMap((one) => {
    const child = tableNamed(situation, one)
    const keys = child?.foreignKeys.filter(
      ({ parent, parentColumns }) =>
        isSameName(parent, name) &&
        parentColumns.length > 0 &&
        parentColumns.every((to) => columns.some((column) => isSameName(column.name, to))),
    )
    return child && keys ? keys.map((key) => ({ child, key })) : []
  })

/** The columns outside any key. */
const ownColumns = ({ units, unique, rowid }: TablePlan): number[] =>
  units.flatMap(({ key, at: [index = 0] }) =>
    key || unique.has(index) || index === rowid ? [] : [index],
  )

const alike = (rows: readonly PointedRow[], at: number): boolean =>
  new Set(rows.map(({ values }) => keyText([values[at] ?? null]))).size === 1

interface Given {
  readonly places: readonly number[]
  readonly values: RawRow
  readonly row: RawRow
}

function set(
  { run }: Connection,
  { table, columns }: TablePlan,
  { places, values, row }: Given,
): void {
  const items = places.map((at) => `${quoteIdentifier(columns[at]?.name ?? '')} = ?`)
  const where = identityOf(table).map((name) => `${quoteIdentifier(name)} IS ?`)
  try {
    run(
      `UPDATE ${quoteIdentifier(table.name)} SET ${items.join(', ')} WHERE ${where.join(' AND ')}`,
      ...places.map((at) => values[at] ?? null),
      ...row,
    )
  } catch {
    // Refused by a constraint or a trigger.
  }
}
