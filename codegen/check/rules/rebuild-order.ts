// A table is rebuilt by moving the old one out of the way, and everything that names it follows the old one.
import { statementPlace } from '../subject/place.js'
import type { ParsedMigration } from '../../model/migration.js'
import { isSetAside } from '../subject/set-aside.js'
import { plainName } from '../../../src/sql/names.js'
import { listed } from '../../diagnostics/listed.js'
import { knownColumns } from '../subject/known-columns.js'
import { referringObjects } from '../source/referring-objects.js'
import { rightOrder } from '../wording/right-order.js'
import { movedReferences, rebuildsByRename, type Rebuild } from '../changes/moved-references.js'
import type { Finding, Replayed, Rule, UpStep } from '../subject/rule.js'

/**
 * `ALTER TABLE t RENAME TO t_old` before `CREATE TABLE t` in the same migration, or before a table that it has created
 * is renamed to `t`. Silent after `PRAGMA legacy_alter_table = ON`, under which a rename leaves other objects alone, and
 * where nothing names the table, for which the order does not matter then. In the replay it is seen what means the old
 * table afterwards; elsewhere, what earlier code did whose SQL cannot be read may name it.
 */
export const rebuildOrder: Rule = {
  code: 'REBUILD_ORDER',
  severity: 'error',
  override: 'acknowledged',
  *check({ upSteps, reading, replay }) {
    if (replay) yield* inReplay(replay)
    const last = replay?.steps.at(-1)?.version ?? 0
    if (upSteps.every(({ statements }) => rebuildsByRename(statements).length === 0)) return
    const objects = referringObjects()
    const known = knownColumns()
    const unread = reading.migrations.filter((one) => isUnread(one, upSteps))
    for (const { statements, migration } of upSteps) {
      const found = rebuildsByRename(statements)
      for (const statement of statements) {
        const rebuild = found.find((one) => one.statement === statement)
        const referring = rebuild ? objects.to(rebuild.rename.table.key) : []
        const hidden = unread.some(({ version }) => version < migration.version)
        if (rebuild && migration.version > last && (referring.length > 0 || hidden))
          yield judge(rebuild, referring, known.of(rebuild.rename.table.key))
        objects.see(statement)
        known.see(statement)
      }
    }
  },
}

/** References may come back with another rename, and those to an archive stay with it; where the step fails, that is reported. */
function* inReplay({ steps }: Replayed): Generator<Finding> {
  for (const step of steps) {
    const up = step.statements.filter(({ direction }) => direction === 'up')
    for (const rebuild of rebuildsByRename(up)) {
      const referring = movedReferences(rebuild, step)
      if (referring.length === 0 || isSetAside(plainName(rebuild.rename.table.key), step)) continue
      const known = knownColumns(step.before)
      yield judge(rebuild, referring, known.of(rebuild.rename.table.key))
    }
  }
}

/** Code in which no SQL was found may make anything. */
const isUnread = (migration: ParsedMigration, steps: readonly UpStep[]): boolean =>
  migration.up?.kind === 'code' && !steps.some((step) => step.migration === migration)

/** `known` are the columns of the old table; null where no statement says. */
function judge(
  rebuild: Rebuild,
  referring: readonly string[],
  known: readonly string[] | null,
): Finding {
  const { statement, rename } = rebuild
  const at = statementPlace(statement)
  const [table, old] = [rename.table.text, rename.to.text]
  const who =
    referring.length > 0 ? listed(referring) : `foreign keys, views and triggers that name ${table}`
  return {
    at,
    message: `${at.file} renames ${table} to ${old} and then puts a new ${table} in its place. What names a table follows its rename, so ${who} will mean ${old} from then on, and break when it is dropped.`,
    fix: `Keep the old name until the end: ${rightOrder(rebuild, known)} Or let \`ctx.rebuild\` do it, with the indexes and triggers of the table.`,
  }
}
