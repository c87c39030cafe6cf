// Derives what the statements of a step do to the schema, by name.
import { isSameName, plainName, unquote } from '../../../src/sql/names.js'
import { columnOf } from '../../sql/read-select.js'
import type { Insert, Name, Statement, Word } from '../../sql/statement.js'
import type { FoundStatement, SchemaAct } from './rule.js'

/** What the statements do, in order. Statements without an effect on the schema have no act. */
export function schemaActs(statements: readonly FoundStatement[]): SchemaAct[] {
  const made = new Map<string, readonly Name[]>()
  return statements.flatMap((statement) => {
    const act = actOf(withColumns(statement.shape, made))
    // The schema is that of a run without rows.
    const isDone = act?.kind === 'copy' || !statement.onlyWithRows
    return act && isDone ? [{ ...act, statement }] : []
  })
}

/** An INSERT without a column list means the columns of its table in order; those of a table created by the step are known. */
function withColumns(shape: Statement, made: Map<string, readonly Name[]>): Statement {
  if (shape.kind === 'create-table' && shape.columns) {
    const stored = shape.columns.filter(({ clauses }) => !clauses.some(isComputed))
    made.set(
      shape.name.key,
      stored.map(({ name }) => name),
    )
  }
  if (shape.kind !== 'insert' || shape.columns) return shape
  return { ...shape, columns: made.get(shape.table.key) ?? null }
}

const isComputed = ([word]: readonly string[]): boolean => word === 'generated' || word === 'as'

type Act<T = SchemaAct> = T extends SchemaAct ? Omit<T, 'statement'> : never

function actOf(shape: Statement): Act | null {
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
      return copyOf(shape)
    default:
      return null
  }
}

const plain = ({ key }: Name): string => plainName(key)

/** An INSERT … SELECT, see `SchemaAct`. */
export type Copy = Omit<Extract<SchemaAct, { readonly kind: 'copy' }>, 'statement'>

/** The copy that an INSERT makes; null if it has no such source, or the mapping of columns is unknown. */
export function copyOf({ table, columns, selects: [select] }: Insert): Copy | null {
  if (!columns || !select?.from) return null
  const { items, from, alias } = select
  if (items.length !== columns.length) return null
  const own = new Set([from.key, alias?.key])
  const sourceOf = (item: readonly Word[] = []): string | null => {
    const found = columnOf(item)
    return found && (!found.table || own.has(found.table.key)) ? plain(found.column) : null
  }
  const sources = columns.map((column, at) => [plain(column), sourceOf(items[at])] as const)
  return { kind: 'copy', from: plain(from), to: plain(table), columns: new Map(sources) }
}

/** The name of a table as spelled in the step that creates or renames it; otherwise as given. */
export function writtenName(name: string, acts: readonly SchemaAct[]): string {
  const written = acts.flatMap(({ statement: { shape } }) =>
    shape.kind === 'create-table' ? [shape.name] : shape.kind === 'rename-table' ? [shape.to] : [],
  )
  return unquote(written.find(({ key }) => isSameName(plainName(key), name))?.text ?? name)
}

/** The name that a table has in the end which has this one at act number `at`; in lower case. */
export const finalName = (name: string, at: number, acts: readonly SchemaAct[]): string =>
  acts
    .slice(at + 1)
    .reduce((now, act) => (act.kind === 'rename-table' && act.table === now ? act.to : now), name)
