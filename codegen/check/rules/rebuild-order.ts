// A table is rebuilt by moving the old one out of the way, and everything that names it follows the old one.
import { plainName } from '../../../src/sql/names.js'
import { statementPlace } from '../subject/place.js'
import type { ParsedMigration } from '../../model/migration.js'
import { listed } from '../wording/describe-step.js'
import { isGenerated } from '../changes/fails-on-rows.js'
import { knownColumns } from '../source/known-columns.js'
import { referringObjects } from '../source/referring-objects.js'
import type { Finding, Rule, FoundStatement, UpStep } from '../subject/rule.js'
import type { CreateTable, RenameTable, Statement } from '../../sql/statement.js'

/**
 * `ALTER TABLE t RENAME TO t_old` before `CREATE TABLE t` in the same migration, or before a table that it has created
 * is renamed to `t`. Silent after `PRAGMA legacy_alter_table = ON`, under which a rename leaves other objects alone, and
 * where nothing names the table, for which the order does not matter then. What earlier code did whose SQL cannot be read
 * may name it.
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
  *check({ upSteps, reading }) {
    if (upSteps.every((step) => rebuilds(step).length === 0)) return
    const objects = referringObjects()
    const known = knownColumns()
    const unread = reading.migrations.filter((one) => isUnread(one, upSteps))
    for (const step of upSteps) {
      const found = rebuilds(step)
      for (const statement of step.statements) {
        const rebuild = found.find((one) => one.statement === statement)
        const referring = rebuild ? objects.to(rebuild.rename.table.key) : []
        const hidden = unread.some(({ version }) => version < (step.migration?.version ?? Infinity))
        if (rebuild && (referring.length > 0 || hidden))
          yield judge(rebuild, referring, known.of(rebuild.rename.table.key))
        objects.see(statement)
        known.see(statement)
      }
    }
  },
}

/** Code in which no SQL was found may make anything. */
const isUnread = (migration: ParsedMigration, steps: readonly UpStep[]): boolean =>
  migration.up?.kind === 'code' && !steps.some((step) => step.migration === migration)

/** `known` are the columns of the old table; null where no statement says. */
function judge(
  { statement, rename, columns }: Rebuild,
  referring: readonly string[],
  known: ReadonlySet<string> | null,
): Finding {
  const at = statementPlace(statement)
  const [table, old] = [rename.table.text, rename.to.text]
  const who =
    referring.length > 0 ? listed(referring) : `foreign keys, views and triggers that name ${table}`
  return {
    at,
    message: `${at.file} renames ${table} to ${old} and then puts a new ${table} in its place. What names a table follows its rename, so ${who} will mean ${old} from then on, and break when it is dropped.`,
    fix: `Keep the old name until the end: ${rightOrder(table, columns, known)} Or let \`ctx.rebuild\` do it, with the indexes and triggers of the table.`,
  }
}

interface Renamed {
  readonly statement: FoundStatement
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
    if (isLegacy(shape)) return found
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
  shape: Statement,
  created: ReadonlyMap<string, CreateTable['columns']>,
): { readonly key: string; readonly columns: CreateTable['columns'] } | null {
  if (shape.kind === 'create-table') return { key: shape.name.key, columns: shape.columns }
  if (shape.kind !== 'rename-table' || !created.has(shape.table.key)) return null
  return { key: shape.to.key, columns: created.get(shape.table.key) ?? null }
}

const isLegacy = (shape: Statement): boolean =>
  shape.kind === 'pragma' && shape.name.key === 'legacy_alter_table' && shape.sets

/** Copies the columns that both tables have, and that an INSERT may name. */
function rightOrder(
  table: string,
  columns: CreateTable['columns'],
  known: ReadonlySet<string> | null,
): string {
  const fresh = freshName(table)
  const both = columns?.filter((one) => known?.has(plainName(one.name.key)) && !isGenerated(one))
  const list = both?.map(({ name }) => name.text).join(', ') || '…'
  return [
    `\`CREATE TABLE ${fresh} (…);`,
    `INSERT INTO ${fresh} (${list}) SELECT ${list} FROM ${table};`,
    `DROP TABLE ${table};`,
    `ALTER TABLE ${fresh} RENAME TO ${table};\``,
  ].join(' ')
}

/** `"my users"` becomes `"my users_new"`. */
const freshName = (name: string): string => name.replace(/(["`\]]?)$/, '_new$1')
