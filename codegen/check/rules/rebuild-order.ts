// A table is rebuilt by moving the old one out of the way, and everything that names it follows the old one.
import { pragmaOf } from '../pragma.js'
import { statementPlace } from '../place.js'
import type { Rule, ShapedStatement, UpStep } from '../rule.js'
import type { CreateTable, RenameTable } from '../statement-shape.js'

/**
 * `ALTER TABLE t RENAME TO t_old` before `CREATE TABLE t` in the same migration. Silent after `PRAGMA legacy_alter_table
 * = ON`, under which a rename leaves other objects alone.
 */
export const rebuildOrder: Rule = {
  code: 'REBUILD_ORDER',
  severity: 'error',
  standing: 'acknowledged',
  stage: 'migrations',
  meaning: 'A migration rebuilds a table by renaming the old one before it creates the new one.',
  problem:
    'A rename takes along whatever names the table: foreign keys of other tables, views and triggers then mean the old ' +
    'one, and are broken as soon as it is dropped.',
  solution:
    'Create the new table under another name, copy the rows, drop the old table, and give the new one its name last. `ctx.rebuild` does all of it, indexes and triggers included.',
  *check({ upSteps }) {
    for (const step of upSteps) {
      for (const { statement, rename, create } of rebuilds(step)) {
        const at = statementPlace(statement)
        const table = create.name.text
        yield {
          at,
          message: `${at.file} renames ${table} to ${rename.to.text} and then creates ${table} anew. Foreign keys, views and triggers that name ${table} follow the rename, so they mean ${rename.to.text} from then on, and break when it is dropped.`,
          fix: `Keep the old name until the end: ${rightOrder(create)} Or let \`ctx.rebuild\` do it, with the indexes and triggers of the table.`,
        }
      }
    }
  },
}

interface Rebuild {
  readonly statement: ShapedStatement
  readonly rename: RenameTable
  readonly create: CreateTable
}

function rebuilds({ statements }: UpStep): Rebuild[] {
  const found: Rebuild[] = []
  const renamed = new Map<string, Omit<Rebuild, 'create'>>()
  for (const statement of statements) {
    const { shape } = statement
    if (isLegacy(statement)) return found
    if (shape.kind === 'rename-table') renamed.set(shape.table.key, { statement, rename: shape })
    if (shape.kind !== 'create-table') continue
    const before = renamed.get(shape.name.key)
    if (before) found.push({ ...before, create: shape })
  }
  return found
}

const isLegacy = ({ head }: ShapedStatement): boolean => {
  const pragma = pragmaOf(head)
  return pragma?.name === 'legacy_alter_table' && pragma.sets
}

function rightOrder({ name, columns }: CreateTable): string {
  const fresh = freshName(name.text)
  const list = columns?.map((column) => column.name.text).join(', ') ?? '…'
  return [
    `\`CREATE TABLE ${fresh} (…);`,
    `INSERT INTO ${fresh} (${list}) SELECT ${list} FROM ${name.text};`,
    `DROP TABLE ${name.text};`,
    `ALTER TABLE ${fresh} RENAME TO ${name.text};\``,
  ].join(' ')
}

/** `"my users"` becomes `"my users_new"`. */
const freshName = (name: string): string => name.replace(/(["`\]]?)$/, '_new$1')
