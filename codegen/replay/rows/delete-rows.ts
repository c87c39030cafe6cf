// Takes rows out of tables as if they had never been generated: no trigger wakes, no row is left without its parent.
import type { CatalogTable } from '../../evidence.js'
import { quoteIdentifier } from '../../../src/model/sql.js'
import { deleteOrphans, identityOf } from './complete-rows.js'
import type { Connection, RawRow } from './connection.js'
import { HUGE, LOWEST } from './seed-values.js'
import { tableNamed, type Situation } from './situation.js'

/** Deletes all rows of a table without waking its triggers; what pointed at them is left alone. */
export const emptyTable = (
  connection: Connection,
  situation: Situation,
  table: CatalogTable,
): void =>
  withoutTriggers(connection, situation, table, () =>
    connection.run(`DELETE FROM ${quoteIdentifier(table.name)}`),
  )

/** Deletes rows of a table, told by what `identityOf` tells them by; what pointed at them is left alone. */
export function deleteRows(
  connection: Connection,
  situation: Situation,
  table: CatalogTable,
  identities: readonly RawRow[],
): void {
  const where = identityOf(table).map((column) => `${quoteIdentifier(column)} IS ?`)
  withoutTriggers(connection, situation, table, () => {
    const remove = connection.prepare(
      `DELETE FROM ${quoteIdentifier(table.name)} WHERE ${where.join(' AND ')}`,
    )
    for (const identity of identities) remove.run(...identity)
  })
}

/** Deletes rows with numbers that hardly any calculation survives; what pointed at them is left alone. */
export function deleteExtremes(
  connection: Connection,
  situation: Situation,
  table: CatalogTable,
): void {
  const columns = table.columns.filter(({ generated, hidden }) => generated === null && !hidden)
  const where = columns.map(
    ({ name }) => `${quoteIdentifier(name)} IN (${LOWEST + 1n} - 1, ${HUGE})`,
  )
  withoutTriggers(connection, situation, table, () =>
    connection.run(`DELETE FROM ${quoteIdentifier(table.name)} WHERE ${where.join(' OR ')}`),
  )
}

/** Deletes the rows that lost their parents, generation by generation; answers all tables concerned, in small letters. */
export function deleteDescendants(
  connection: Connection,
  situation: Situation,
  parents: Iterable<string>,
): ReadonlySet<string> {
  const concerned = new Set(parents)
  const waiting = [...concerned]
  for (const parent of waiting)
    for (const name of situation.children.get(parent) ?? []) {
      const child = tableNamed(situation, name)
      if (child && hasLost(connection, situation, child)) {
        concerned.add(name)
        waiting.push(name)
      }
    }
  return concerned
}

/** Whether there were orphans. A key that points at nothing unique, or at no table, has none. */
function hasLost(connection: Connection, situation: Situation, table: CatalogTable): boolean {
  let removed = 0
  withoutTriggers(connection, situation, table, () => {
    try {
      removed = deleteOrphans(connection, table)
    } catch {
      removed = 0
    }
  })
  return removed > 0
}

/** Changes rows of a table while no trigger on it wakes. */
export function withoutTriggers(
  connection: Connection,
  { attached }: Situation,
  { name: table }: CatalogTable,
  work: () => void,
): void {
  const triggers = attached.triggers.get(table.toLowerCase()) ?? []
  for (const { name } of triggers) connection.run(`DROP TRIGGER ${quoteIdentifier(name)}`)
  work()
  for (const { sql } of triggers) connection.run(sql)
}
