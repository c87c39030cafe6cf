// What replaying a history of SQL scripts brings to light, as far as rendering its schema needs it.
import Database from 'better-sqlite3'
import { catalogReader } from '../../../../codegen/replay/catalog/read-catalog.js'
import type { ViewColumn } from '../../../../codegen/model/catalog.js'
import type { Proof, VersionProof } from '../../../../codegen/model/evidence.js'
import { digestObjects, schemaChanges, schemaDigest } from '../../../../src/schema/schema-digest.js'
import type { Schema } from '../../../../src/schema/schema.js'

const EXCLUSIONS = { ledger: '_migrations', ignoreTables: [] }

/** A history, and the schema that it leads to. */
export interface ProvenScripts {
  readonly proof: Proof
  readonly schema: Schema
}

/** Runs the scripts one after the other on an empty database; each is one version. */
export function proveScripts(...scripts: readonly string[]): ProvenScripts {
  const db = new Database(':memory:')
  try {
    const reader = catalogReader(db, EXCLUSIONS)
    let schema: Schema = new Map()
    const versions = scripts.map((script, at): VersionProof => {
      db.exec(script)
      const before = schema
      const look = reader.read()
      schema = look.schema
      return {
        version: at + 1,
        schemaDigest: schemaDigest(digestObjects(schema)),
        schemaChanges: schemaChanges(before, schema),
        catalog: look.changes,
        facts: [],
      }
    })
    const proof = { versions, complete: true, views: viewsIn(db, schema), sqlite: '3.53.0' }
    return { proof, schema }
  } finally {
    db.close()
  }
}

/** The schema that a script makes, and the columns of everything in it by the name of its table or view. */
export function loadScript(script: string): {
  readonly schema: Schema
  readonly columns: Readonly<Record<string, readonly string[]>>
} {
  const db = new Database(':memory:')
  try {
    db.exec(script)
    const { schema } = catalogReader(db, EXCLUSIONS).read()
    return { schema, columns: columnsIn(db, schema) }
  } finally {
    db.close()
  }
}

function columnsIn(db: Database.Database, schema: Schema): Record<string, string[]> {
  const names = [...schema.values()]
    .filter(({ type }) => type === 'table' || type === 'view')
    .map(({ name }) => name)
    .sort()
  const read = db.prepare<[string], { name: string }>('SELECT name FROM pragma_table_xinfo(?)')
  return Object.fromEntries(names.map((name) => [name, read.all(name).map((row) => row.name)]))
}

function viewsIn(db: Database.Database, schema: Schema): Record<string, readonly ViewColumn[]> {
  const views = [...schema].filter(([, { type }]) => type === 'view')
  return Object.fromEntries(
    views.map(([key, { name }]) => {
      const columns = db.prepare(`SELECT * FROM "${name.replaceAll('"', '""')}"`).columns()
      return [key, columns.map(viewColumn)]
    }),
  )
}

const viewColumn = ({ name, type, table, column }: Database.ColumnDefinition): ViewColumn => ({
  name,
  type,
  origin: table !== null && column !== null ? { table, column } : null,
})
