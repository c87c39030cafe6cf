// A table is rebuilt by moving the old one out of the way, and everything that names it follows the old one.
import { pragmaOf } from '../pragma.js'
import { statementPlace } from '../place.js'
import type { Rule, ShapedStatement, UpStep } from '../rule.js'
import type { CreateTable, RenameTable, StatementShape } from '../statement-shape.js'

/**
 * `ALTER TABLE t RENAME TO t_old` before `CREATE TABLE t` in the same migration, or before a table that it has created
 * is renamed to `t`. Silent after `PRAGMA legacy_alter_table
 * = ON`, under which a rename leaves other objects alone.
 */
export const rebuildOrder: Rule = {
  code: 'REBUILD_ORDER',
  severity: 'error',
  standing: 'acknowledged',
  spoilsReplay: true,
  stage: 'migrations',
  meaning: 'A migration rebuilds a table by renaming the old one before it creates the new one.',
  problem:
    'A rename takes along whatever names the table: foreign keys of other tables, views and triggers then mean the old ' +
    'one, and are broken as soon as it is dropped.',
  solution:
    'Create the new table under another name, copy the rows, drop the old table, and give the new one its name last. `ctx.rebuild` does all of it, indexes and triggers included.',
  *check({ upSteps }) {
    for (const step of upSteps) {
      for (const { statement, rename, columns } of rebuilds(step)) {
        const at = statementPlace(statement)
        const table = rename.table.text
        yield {
          at,
          message: `${at.file} renames ${table} to ${rename.to.text} and then puts a new ${table} in its place. Foreign keys, views and triggers that name ${table} follow the rename, so they mean ${rename.to.text} from then on, and break when it is dropped.`,
          fix: `Keep the old name until the end: ${rightOrder(table, columns)} Or let \`ctx.rebuild\` do it, with the indexes and triggers of the table.`,
        }
      }
    }
  },
}

interface Renamed {
  readonly statement: ShapedStatement
  readonly rename: RenameTable
}

interface Rebuild extends Renamed {
  /** Of the new table. */
  readonly columns: CreateTable['columns']
}

function rebuilds({ statements }: UpStep): Rebuild[] {
  const found: Rebuild[] = []
  const renamed = new Map<string, Renamed>()
  const created = new Map<string, CreateTable['columns']>()
  for (const statement of statements) {
    const { shape } = statement
    if (isLegacy(statement)) return found
    const arrived = arrivalOf(shape, created)
    const before = arrived && renamed.get(arrived.key)
    if (arrived && before) found.push({ ...before, columns: arrived.columns })
    if (shape.kind === 'create-table') created.set(shape.name.key, shape.columns)
    if (shape.kind === 'rename-table') renamed.set(shape.table.key, { statement, rename: shape })
  }
  return found
}

/** The name under which a statement puts a new table; of a rename only if the table is new. */
function arrivalOf(
  shape: StatementShape,
  created: ReadonlyMap<string, CreateTable['columns']>,
): { readonly key: string; readonly columns: CreateTable['columns'] } | null {
  if (shape.kind === 'create-table') return { key: shape.name.key, columns: shape.columns }
  if (shape.kind !== 'rename-table' || !created.has(shape.table.key)) return null
  return { key: shape.to.key, columns: created.get(shape.table.key) ?? null }
}

const isLegacy = ({ head }: ShapedStatement): boolean => {
  const pragma = pragmaOf(head)
  return pragma?.name === 'legacy_alter_table' && pragma.sets
}

function rightOrder(table: string, columns: CreateTable['columns']): string {
  const fresh = freshName(table)
  const list = columns?.map((column) => column.name.text).join(', ') ?? '…'
  return [
    `\`CREATE TABLE ${fresh} (…);`,
    `INSERT INTO ${fresh} (${list}) SELECT ${list} FROM ${table};`,
    `DROP TABLE ${table};`,
    `ALTER TABLE ${fresh} RENAME TO ${table};\``,
  ].join(' ')
}

/** `"my users"` becomes `"my users_new"`. */
const freshName = (name: string): string => name.replace(/(["`\]]?)$/, '_new$1')
