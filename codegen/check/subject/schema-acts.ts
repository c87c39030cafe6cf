// Derives what the statements of a step do to the schema, by name.
import { isSameName, plainName, unquote } from '../../../src/sql/names.js'
import type { Catalog } from '../../model/catalog.js'
import { columnOf } from '../../sql/read-select.js'
import { isStar } from '../../sql/read-write.js'
import { knownColumns, type KnownColumns } from './known-columns.js'
import type { Insert, Name, Select, Statement } from '../../sql/statement.js'
import type { FoundStatement, SchemaAct } from './rule.js'

/** What the statements do to a schema, in order. Statements without an effect on it have no act. */
export function schemaActs(statements: readonly FoundStatement[], before?: Catalog): SchemaAct[] {
  const known = knownColumns(before)
  return statements.flatMap((statement) => {
    const act = actOf(statement.shape, known)
    known.see(statement)
    // The schema is that of a run without rows.
    const isDone = act?.kind === 'copy' || !statement.onlyWithRows
    return act && isDone ? [{ ...act, statement }] : []
  })
}

type Act<T = SchemaAct> = T extends SchemaAct ? Omit<T, 'statement'> : never

function actOf(shape: Statement, known: KnownColumns): Act | null {
  switch (shape.kind) {
    case 'create-table':
    case 'create-index':
    case 'create-view':
    case 'create-trigger':
      return { kind: 'create', type: shape.kind.slice('create-'.length), name: plain(shape.name) }
    case 'drop':
      return { kind: 'drop', type: shape.object, name: plain(shape.name) }
    case 'rename-table':
      return { kind: 'rename-table', table: plain(shape.table), to: plain(shape.to) }
    case 'rename-column': {
      const { table, column, to } = shape
      return { kind: shape.kind, table: plain(table), column: plain(column), to: plain(to) }
    }
    case 'drop-column':
      return { kind: shape.kind, table: plain(shape.table), column: plain(shape.column) }
    case 'add-column':
    case 'alter-column':
    case 'alter-constraint':
      return { kind: 'alter', table: plain(shape.table) }
    case 'insert':
      return copyOf(shape, known)
    default:
      return null
  }
}

const plain = ({ key }: Name): string => plainName(key)

/** An INSERT … SELECT, see `SchemaAct`. */
export type Copy = Omit<Extract<SchemaAct, { readonly kind: 'copy' }>, 'statement'>

/**
 * The copy that an INSERT makes; null if it has no such source, or the mapping of columns is unknown. Without a column list it means
 * the columns of its table in order, and a star those of the source. A column that UNION fills from two columns is a copy of neither.
 */
export function copyOf(insert: Insert, known: KnownColumns = knownColumns()): Copy | null {
  const { table, selects } = insert
  const [select] = selects
  const columns = insert.columns?.map(plain) ?? known.filled(table.key)
  if (!columns || !select?.from) return null
  const { from } = select
  const [sources, ...others] = selects
    .filter((one) => one.from?.key === from.key)
    .map((one) => sourcesIn(one, from, known))
  if (sources?.length !== columns.length) return null
  const pairs = columns.map((column, at) => {
    const source = sources[at] ?? null
    const isOne = others.every((one) => !one[at] || one[at] === source)
    return [column, isOne ? source : null] as const
  })
  return { kind: 'copy', from: plain(from), to: plain(table), columns: new Map(pairs) }
}

/** The columns of its first table that a SELECT passes on unchanged, null for anything else. */
function sourcesIn(
  { items, alias }: Select,
  from: Name,
  known: KnownColumns,
): readonly (string | null)[] {
  const own = new Set([from.key, alias?.key])
  return items.flatMap((item): readonly (string | null)[] => {
    const isOwn = item.length === 1 || own.has(item[0]?.key)
    if (isStar(item)) return (isOwn && known.of(from.key)) || []
    const found = columnOf(item)
    return [found && (!found.table || own.has(found.table.key)) ? plain(found.column) : null]
  })
}

/** The name of a table as spelled in the step that creates or renames it; otherwise as given. */
export function writtenName(name: string, acts: readonly SchemaAct[]): string {
  const written = acts.flatMap(({ statement: { shape } }) =>
    shape.kind === 'create-table' ? [shape.name] : shape.kind === 'rename-table' ? [shape.to] : [],
  )
  return unquote(written.find(({ key }) => isSameName(plainName(key), name))?.text ?? name)
}
