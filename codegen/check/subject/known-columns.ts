// Tracks the columns of tables as statements create, change and drop them.
import { foldCase, plainName } from '../../../src/sql/names.js'
import type { Catalog } from '../../model/catalog.js'
import { columnOf } from '../../sql/read-select.js'
import { isStar } from '../../sql/read-write.js'
import type { FoundStatement } from './rule.js'
import type {
  AddColumn,
  AlterColumn,
  CreateTable,
  Name,
  RenameColumn,
  Select,
  Statement,
} from '../../sql/statement.js'
import { tableIn } from '../../model/in-catalog.js'

/** The columns of tables at some statement. */
export interface KnownColumns {
  /** Takes the next statement into account. */
  see(statement: FoundStatement): void
  /** The columns of a table in order, in lower case and without quotes; null if unknown. `key` is that of its `Name`. */
  of(key: string): readonly string[] | null
}

/** Null for a table that is gone or unknown. */
type Tables = Map<string, readonly string[] | null>

/** Starts with this schema; otherwise empty. */
export function knownColumns(catalog?: Catalog): KnownColumns {
  const tables: Tables = new Map()
  const of = (key: string): readonly string[] | null => {
    const name = plainName(key)
    const seen = tables.get(name)
    return seen === undefined ? columnsIn(catalog, name) : seen
  }
  return { see: ({ shape }) => see(tables, of, shape), of }
}

function columnsIn(catalog: Catalog | undefined, table: string): readonly string[] | null {
  const found = tableIn(catalog, table)
  return found?.columns.flatMap(({ name, hidden }) => (hidden ? [] : [foldCase(name)])) ?? null
}

function see(tables: Tables, of: KnownColumns['of'], shape: Statement): void {
  switch (shape.kind) {
    case 'create-table':
      return create(tables, of, shape)
    case 'drop':
      if (shape.object === 'table') tables.set(plain(shape.name), null)
      return
    case 'rename-table': {
      tables.set(plain(shape.to), of(shape.table.key))
      return void tables.set(plain(shape.table), null)
    }
    case 'rename-column':
    case 'add-column':
    case 'drop-column': {
      const columns = of(shape.table.key)
      return void tables.set(plain(shape.table), columns && altered(columns, shape))
    }
    default:
  }
}

const plain = ({ key }: Name): string => plainName(key)

type Altering = AddColumn | AlterColumn | RenameColumn

function altered(columns: readonly string[], shape: Altering): readonly string[] {
  if (shape.kind === 'add-column') return [...columns, plain(shape.column.name)]
  const old = plain(shape.column)
  const now = shape.kind === 'rename-column' ? [plain(shape.to)] : []
  return columns.flatMap((one) => (one === old ? now : [one]))
}

function create(
  tables: Tables,
  of: KnownColumns['of'],
  { name, guarded, columns, selects: [select] }: CreateTable,
): void {
  if (guarded && of(name.key)) return
  const declared = columns?.map((one) => plain(one.name))
  tables.set(plain(name), declared ?? (select ? selected(of, select) : null))
}

/** The columns that CREATE TABLE … AS SELECT gives a table, if each comes from a table. */
function selected(of: KnownColumns['of'], { items, from }: Select): readonly string[] | null {
  if (items.length === 1 && isStar(items[0]!)) return from && of(from.key)
  return items.every(columnOf) ? items.map((item) => plain(item.at(-1)!)) : null
}
