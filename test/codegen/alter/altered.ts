// Changes declared of tables in real databases, for tests: expanded by the schema there, and run with the tools of `ctx`.
import type Client from 'better-sqlite3'
import { expandAlteration } from '../../../codegen/alter/expand.js'
import type { Catalog } from '../../../codegen/model/catalog.js'
import { catalogReader } from '../../../codegen/replay/catalog/read-catalog.js'
import { betterSqlite3 } from '../../../src/database/better-sqlite3/driver.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { perform } from '../../../src/database/outcome.js'
import { readSchema } from '../../../src/schema/read-schema.js'
import type { Schema } from '../../../src/schema/schema.js'
import type { AlteringMigration, ChangedColumn, NewColumn } from '../../../src/model/alter.js'
import type {
  Alteration,
  AlterStep,
  ColumnWish,
  Declared,
} from '../../../codegen/model/migration.js'
import type { RebuildOptions } from '../../../src/model/migration.js'
import { toolkit } from '../../../src/run/context/toolkit.js'
import { environment } from '../../../src/run/environment/environment.js'

/** What an author writes of the tables. */
export type Changes = AlteringMigration['alter']

const position = { file: 'migrations/001_a.ts', line: 1, column: 1 }
const stated = <T>(value: T): Declared<T> => ({ value, position })
const each = (values: readonly string[] = []): Declared<string>[] => values.map(stated)
const maybe = <T>(value: T | undefined): Declared<T> | null =>
  value === undefined ? null : stated(value)

/** The declaration as the build reads it; reading thousands takes longer than making them. */
export const declared = (changes: Changes): Alteration => ({
  position,
  tables: Object.entries(changes).map(([table, said]) => ({
    table: stated(table),
    drop: each(said.drop),
    rename: Object.entries(said.rename ?? {}).map(([from, to]) => ({
      from: stated(from),
      to: stated(to),
    })),
    add: Object.entries(said.add ?? {}).map(wishOf),
    change: Object.entries(said.change ?? {}).map(wishOf),
    foreignKeys: {
      add: (said.foreignKeys?.add ?? []).map(({ columns, references, to, onDelete }) => ({
        columns: each(columns),
        parent: stated(references),
        parentColumns: each(to),
        actions: onDelete === undefined ? '' : `ON DELETE ${onDelete}`,
      })),
      drop: (said.foreignKeys?.drop ?? []).map((one) => each([one].flat())),
    },
    checks: { add: each(said.checks?.add), drop: each(said.checks?.drop) },
    order: said.order ? each(said.order) : null,
  })),
})

function wishOf([name, said]: readonly [string, NewColumn]): ColumnWish {
  const {
    type,
    notNull,
    default: value,
    using,
    back,
  }: ChangedColumn = typeof said === 'string' ? {} : said
  return {
    column: stated(name),
    definition: typeof said === 'string' ? stated(said) : null,
    type: maybe(type),
    notNull: maybe(notNull),
    default: maybe(value),
    using: maybe(using),
    back: maybe(back),
  }
}

const EXCLUSIONS = { ledger: '_migrations', ignoreTables: [] }

/** The schema of a database as the build knows it. */
export const catalogIn = (db: Client.Database): Catalog =>
  catalogReader(db as Database, EXCLUSIONS).read().catalog

/** The schema of a database as two of them are compared. */
export const schemaIn = (db: Client.Database): Schema =>
  perform('sync', readSchema(betterSqlite3(db as Database), EXCLUSIONS))

/** What a declaration becomes. */
export const expandedBy = (
  catalog: Catalog,
  alteration: Alteration,
  minimumSqlite: string | null = null,
): ReturnType<typeof expandAlteration> =>
  expandAlteration(alteration, { catalog, minimumSqlite, back: 'derived' })

/** The same in a database. */
export const expandedIn = (
  db: Client.Database,
  changes: Changes,
  minimumSqlite: string | null = null,
): ReturnType<typeof expandAlteration> =>
  expandedBy(catalogIn(db), declared(changes), minimumSqlite)

/** Runs steps as the registry does. */
export function runSteps(db: Client.Database, steps: readonly AlterStep[]): void {
  const env = environment(betterSqlite3(db as Database), [], {})
  const ignore = (): void => {}
  const host = { env, task: {}, inspect: ignore, use: ignore, progress: ignore }
  const tools = toolkit(host as never) as {
    rebuild: (table: string, options: RebuildOptions) => void
  }
  for (const step of steps)
    if (step.kind === 'run') db.exec(step.sql)
    else tools.rebuild(step.table, step)
}
