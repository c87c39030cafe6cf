// Tracks the columns of tables as statements create, change and drop them.
import { foldCase, plainName } from '../../../src/sql/names.js'
import type { Catalog } from '../../model/catalog.js'
import { columnOf } from '../../sql/read-select.js'
import { isStar } from '../../sql/read-write.js'
import type { FoundStatement } from './rule.js'
import type {
  AddColumn,
  AlterColumn,
  ColumnDefinition,
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
  /** Those that an INSERT without a list fills: none that is computed. */
  filled(key: string): readonly string[] | null
}

/** Null for a table that is gone or unknown. */
type Tables = Map<string, readonly Known[] | null>

interface Known {
  readonly name: string
  readonly computed: boolean
}

/** Starts with this schema; otherwise empty. */
export function knownColumns(catalog?: Catalog): KnownColumns {
  const tables: Tables = new Map()
  const of: Finding = (key) => {
    const name = plainName(key)
    const seen = tables.get(name)
    return seen === undefined ? columnsIn(catalog, name) : seen
  }
  return {
    see: ({ shape }) => see(tables, of, shape),
    of: (key) => of(key)?.map(({ name }) => name) ?? null,
    filled: (key) => of(key)?.flatMap(({ name, computed }) => (computed ? [] : [name])) ?? null,
  }
}

type Finding = (key: string) => readonly Known[] | null

function columnsIn(catalog: Catalog | undefined, table: string): readonly Known[] | null {
  const found = tableIn(catalog, table)
  const shown = found?.columns.filter(({ hidden }) => !hidden)
  return (
    shown?.map(({ name, generated }) => ({ name: foldCase(name), computed: generated !== null })) ??
    null
  )
}

function see(tables: Tables, of: Finding, shape: Statement): void {
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

function altered(columns: readonly Known[], shape: Altering): readonly Known[] {
  if (shape.kind === 'add-column') return [...columns, declared(shape.column)]
  const old = plain(shape.column)
  const to = shape.kind === 'rename-column' ? plain(shape.to) : null
  return columns.flatMap((one) =>
    one.name !== old ? [one] : to === null ? [] : [{ ...one, name: to }],
  )
}

const declared = ({ name, clauses }: ColumnDefinition): Known => ({
  name: plain(name),
  computed: clauses.some(([word]) => word === 'generated' || word === 'as'),
})

function create(
  tables: Tables,
  of: Finding,
  { name, guarded, columns, selects: [select] }: CreateTable,
): void {
  if (guarded && of(name.key)) return
  tables.set(plain(name), columns?.map(declared) ?? (select ? selected(of, select) : null))
}

/** The columns that CREATE TABLE … AS SELECT gives a table, if each comes from a table. */
function selected(of: Finding, { items, from }: Select): readonly Known[] | null {
  const stored = (name: string): Known => ({ name, computed: false })
  if (items.length === 1 && isStar(items[0]!))
    return (from && of(from.key)?.map(({ name }) => stored(name))) ?? null
  return items.every(columnOf) ? items.map((item) => stored(plain(item.at(-1)!))) : null
}
