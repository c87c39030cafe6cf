// The tables whose rows tell what a step has done: ordinary ones, R-Trees, and those in which full-text indexes keep what they hold.
import { canonical } from '../../../src/schema/canonical.js'
import type { CatalogTable } from '../../model/catalog.js'
import { readObject } from '../catalog/read-object.js'
import type { Connection } from './fill/connection.js'
import type { TableGraph } from './fill/table-graph.js'

/** A table, and what messages call it. */
export interface ComparedTable extends CatalogTable {
  readonly shownAs: string
}

/** All of a schema. How an index sorts its words depends on the order in which it got them, and is no row. */
export const comparedTables = (connection: Connection, { catalog }: TableGraph): ComparedTable[] =>
  [...catalog.values()].flatMap((object) => {
    if (object.type !== 'table') return []
    if (object.module === null) return [{ ...object, shownAs: object.name }]
    return isTree(object)
      ? [{ ...object, withoutRowid: true, shownAs: object.name }]
      : heldBy(connection, object.name)
  })

const isTree = ({ module }: CatalogTable): boolean => /^(?:rtree|geopoly)/i.test(module ?? '')

/** Of an index that keeps no texts, how long they are; but not at which of its own writes they came. */
const heldBy = (connection: Connection, index: string): ComparedTable[] =>
  connection.all(FIND, `${index}_content`, `${index}_docsize`).flatMap((found) => {
    const [name, sql] = found.map(String) as [string, string]
    const object = { type: 'table', name, table: name, sql, ...canonical('table', sql) } as const
    const table = readObject(connection.handle, object)
    // Which row has which text is to be seen: its number is that of another row.
    if (table.type !== 'table') return []
    const columns = table.columns.filter((column) => column.name !== 'origin')
    return [{ ...table, columns, withoutRowid: true, shownAs: index }]
  })

const FIND = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name IN (?, ?)"
