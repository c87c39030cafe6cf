// Selects the tables whose rows show what a step has done: ordinary tables, R-Trees, and those in which full-text indexes store their
// content.
import { canonical } from '../../../src/schema/canonical.js'
import type { CatalogTable } from '../../model/catalog.js'
import { readObject } from '../catalog/read-object.js'
import type { Connection } from './fill/connection.js'
import type { TableGraph } from './fill/table-graph.js'

/** A table, and its name in messages. */
export interface ComparedTable extends CatalogTable {
  readonly shownAs: string
}

/** All of a schema. The order of terms in an index depends on the order of inserts and is not compared. */
export const comparedTables = (connection: Connection, { catalog }: TableGraph): ComparedTable[] =>
  [...catalog.values()].flatMap((object) => {
    if (object.type !== 'table') return []
    if (object.module === null) return [{ ...object, shownAs: object.name }]
    return isTree(object)
      ? [{ ...object, withoutRowid: true, shownAs: object.name }]
      : heldBy(connection, object.name)
  })

const isTree = ({ module }: CatalogTable): boolean => /^(?:rtree|geopoly)/i.test(module ?? '')

/** For an index that stores no texts, their lengths, but not the `origin` column, which counts its own writes. */
const heldBy = (connection: Connection, index: string): ComparedTable[] =>
  connection.all(FIND, `${index}_content`, `${index}_docsize`).flatMap((found) => {
    const [name, sql] = found.map(String) as [string, string]
    const object = { type: 'table', name, table: name, sql, ...canonical('table', sql) } as const
    const table = readObject(connection.handle, object)
    // The id is compared like any column, as it is that of a row in another table.
    if (table.type !== 'table') return []
    const columns = table.columns.filter((column) => column.name !== 'origin')
    return [{ ...table, columns, withoutRowid: true, shownAs: index }]
  })

const FIND = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name IN (?, ?)"
