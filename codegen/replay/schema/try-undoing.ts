// Tries on the database whether SQL that would complete a `down` restores the previous schema, and rolls it back.
import { orElse } from '../../../src/model/or-else.js'
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { SchemaDifference } from '../../../src/model/verification.js'
import { diffSchemas } from '../../../src/schema/diff-schema.js'
import { undoSql, type UndoStep, type UndoWay } from '../../check/wording/undo-sql.js'
import { readStatement } from '../../sql/read-statement.js'
import { unquote } from '../../../src/sql/names.js'
import type { SchemaTransition } from '../sides/schema-transition.js'
import type { SchemaPass } from './schema-pass.js'

/** The way that works; null if none does. Must be called right after `down` ran. */
export function tryUndoing(
  { current }: SchemaPass,
  { before, after }: SchemaTransition,
  differences: readonly SchemaDifference[],
): UndoWay | null {
  const { handle } = current.replay
  const schemas = { before: before.catalog, after: after.catalog }
  const works = (way: UndoWay): boolean => {
    handle.exec('SAVEPOINT lockstep_undoing')
    try {
      for (const step of undoSql(differences, schemas, way)) act(handle, step)
      const now = current.read().schema
      return diffSchemas(before.schema, now).every(({ grade }) => grade !== 'differs')
    } catch {
      return false
    } finally {
      handle.exec('ROLLBACK TO lockstep_undoing; RELEASE lockstep_undoing')
    }
  }
  return WAYS.find(works) ?? null
}

const WAYS: readonly UndoWay[] = ['altered', 'rebuilt']

function act(handle: Database, { kind, sql }: UndoStep): void {
  if (kind === 'run') return void handle.exec(sql)
  const shape = readStatement(sql)
  if (shape.kind !== 'create-table') return
  const own = handle
    .prepare<[string], { readonly sql: string }>(
      "SELECT sql FROM sqlite_master WHERE tbl_name = ? COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL",
    )
    .all(unquote(shape.name.text))
  handle.exec(`DROP TABLE ${shape.name.text}`)
  handle.exec(sql)
  for (const one of own) recreate(handle, one.sql)
}

/** Recreates the indexes and triggers of a table, where possible. */
function recreate(handle: Database, sql: string): void {
  // It names something that the table no longer has.
  orElse(() => handle.exec(sql), undefined)
}
