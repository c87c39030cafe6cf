// Finds the version that introduced each object of a schema and each column of its tables.
import type { CatalogColumn, CatalogObject, CatalogTable } from '../../model/catalog.js'
import type { Proof, VersionProof } from '../../model/evidence.js'
import { canonical } from '../../../src/schema/canonical.js'
import { foldCase } from '../../../src/sql/names.js'

/** The origin of an object. */
export interface ObjectOrigin {
  /** The version that created it. A rebuilt or renamed table keeps its origin. */
  readonly version: number
  /** For a table: the version of each column, by column name in lower case. */
  readonly columns: ReadonlyMap<string, number>
}

/** The origins of all objects in the final schema, by `table users`. */
export function schemaOrigins({ versions }: Proof): ReadonlyMap<string, ObjectOrigin> {
  const known = new Map<string, Known>()
  for (const version of versions) applyVersion(known, version)
  return known
}

interface Known extends ObjectOrigin {
  readonly object: CatalogObject
}

function applyVersion(known: Map<string, Known>, { version, catalog }: VersionProof): void {
  const entries = Object.entries(catalog)
  const removed = entries.flatMap(([key, object]) =>
    object === null ? (known.get(key) ?? []) : [],
  )
  const next = entries.flatMap(([key, object]): [string, Known][] => {
    if (object === null) return []
    const earlier = known.get(key) ?? renamedFrom(object, removed)
    const columns = object.type === 'table' ? columnOrigins(object, version, earlier) : new Map()
    return [[key, { object, version: earlier?.version ?? version, columns }]]
  })
  for (const [key, object] of entries) if (object === null) known.delete(key)
  for (const [key, one] of next) known.set(key, one)
}

/** The removed table that was the same except for its name, and perhaps for further columns. */
function renamedFrom(object: CatalogObject, removed: readonly Known[]): Known | undefined {
  if (object.type !== 'table') return undefined
  return removed.find((one) => one.object.type === 'table' && goesOn(one.object, object))
}

/** A single column, often `id`, matches other tables by chance. */
function goesOn(before: CatalogTable, after: CatalogTable): boolean {
  if (canonical('table', before.sql).meaning === canonical('table', after.sql).meaning) return true
  const columnOf = ({ name, type }: CatalogColumn): string => foldCase(`${name} ${type}`)
  const isPrefix = before.columns.every(
    (column, at) => after.columns[at] && columnOf(column) === columnOf(after.columns[at]),
  )
  return isPrefix && before.columns.length > 1
}

const columnOrigins = (
  { columns }: CatalogTable,
  version: number,
  earlier: ObjectOrigin | undefined,
): ReadonlyMap<string, number> =>
  new Map(
    columns.map(({ name }) => {
      const key = foldCase(name)
      return [key, earlier?.columns.get(key) ?? version]
    }),
  )
