// Makes a schema of a single object, to compare two states of it. Pure.
import { canonical } from '../../src/schema/canonical.js'
import type { ObjectType, Schema } from '../../src/schema/schema.js'

/** A schema of one object, or of none if it does not exist. */
export function schemaWith(key: string, sql: string | undefined): Schema {
  if (sql === undefined) return new Map()
  const space = key.indexOf(' ')
  const type = key.slice(0, space) as ObjectType
  const name = key.slice(space + 1)
  return new Map([[key, { type, name, table: name, sql, ...canonical(type, sql) }]])
}
