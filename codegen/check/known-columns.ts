// Keeps count of the columns of tables as statements make, change and drop them, for rules that only read.
import { plainName } from '../../src/sql/names.js'
import type { ShapedStatement } from './rule.js'
import { schemaActs } from './schema-acts.js'
import type { CreateTable } from '../sql/statement.js'

/** The columns of a history's tables, as far as its statements can be read. */
export interface KnownColumns {
  /** Takes the next statement into account. */
  see(statement: ShapedStatement): void
  /**
   * Those that a table has, in lower case and without quotes; null where no statement says. `key` is the one of its
   * `Name`.
   */
  of(key: string): ReadonlySet<string> | null
}

type Tables = Map<string, Set<string>>

/** Begins with a schema without tables. */
export function knownColumns(): KnownColumns {
  const tables: Tables = new Map()
  return {
    see: (statement) => see(tables, statement),
    of: (key) => tables.get(plainName(key)) ?? null,
  }
}

function see(tables: Tables, statement: ShapedStatement): void {
  const { shape } = statement
  if (shape.kind === 'create-table') create(tables, shape)
  if (shape.kind === 'drop' && shape.object === 'table') tables.delete(plainName(shape.name.key))
  if (shape.kind === 'rename-table') {
    const columns = tables.get(plainName(shape.table.key))
    tables.delete(plainName(shape.table.key))
    if (columns) tables.set(plainName(shape.to.key), columns)
  }
  if (shape.kind === 'add-column')
    tables.get(plainName(shape.table.key))?.add(plainName(shape.column.name.key))
  if (shape.kind === 'rename-column' || shape.kind === 'drop-column') change(tables, statement)
}

function create(tables: Tables, { name, guarded, columns }: CreateTable): void {
  const table = plainName(name.key)
  if (guarded && tables.has(table)) return
  if (columns) tables.set(table, new Set(columns.map((one) => plainName(one.name.key))))
  else tables.delete(table)
}

function change(tables: Tables, statement: ShapedStatement): void {
  const [act] = schemaActs([statement])
  if (act?.kind !== 'rename-column' && act?.kind !== 'drop-column') return
  const columns = tables.get(act.table)
  columns?.delete(act.column)
  if (act.kind === 'rename-column') columns?.add(act.to)
}
