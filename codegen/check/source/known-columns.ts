// Keeps count of the columns of tables as statements make, change and drop them, for rules that only read.
import { plainName } from '../../../src/sql/names.js'
import type { FoundStatement } from '../subject/rule.js'
import type { CreateTable, Name, Statement } from '../../sql/statement.js'

/** The columns of a history's tables, as far as its statements can be read. */
export interface KnownColumns {
  /** Takes the next statement into account. */
  see(statement: FoundStatement): void
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
    see: ({ shape }) => see(tables, shape),
    of: (key) => tables.get(plainName(key)) ?? null,
  }
}

function see(tables: Tables, shape: Statement): void {
  switch (shape.kind) {
    case 'create-table':
      return create(tables, shape)
    case 'drop':
      if (shape.object === 'table') tables.delete(plain(shape.name))
      return
    case 'rename-table':
      return rename(tables, plain(shape.table), plain(shape.to))
    case 'rename-column':
      tables.get(plain(shape.table))?.delete(plain(shape.column))
      return void tables.get(plain(shape.table))?.add(plain(shape.to))
    case 'add-column':
      return void tables.get(plain(shape.table))?.add(plain(shape.column.name))
    case 'drop-column':
      return void tables.get(plain(shape.table))?.delete(plain(shape.column))
    default:
  }
}

const plain = ({ key }: Name): string => plainName(key)

function rename(tables: Tables, from: string, to: string): void {
  const columns = tables.get(from)
  tables.delete(from)
  if (columns) tables.set(to, columns)
}

function create(tables: Tables, { name, guarded, columns }: CreateTable): void {
  const table = plain(name)
  if (guarded && tables.has(table)) return
  if (columns) tables.set(table, new Set(columns.map((one) => plain(one.name))))
  else tables.delete(table)
}
