// Proves from the statements of a step alone that it cannot cause a foreign key violation while enforcement is off.
import { splitStatements } from '../../../src/sql/split-statements.js'
import { foldCase, unquote } from '../../../src/sql/names.js'
import { readStatement } from '../../sql/read-statement.js'
import { referencesIn } from '../../sql/references-in.js'
import type { CreateTable, Statement } from '../../sql/statement.js'

/**
 * Whether the number of violations that `PRAGMA foreign_key_check` counts for any (table, parent, constraint) can be
 * taken as unchanged by the step; a list when that holds for all tables but these, which the step creates.
 *
 * A violation is a row of a child table without its row in the parent table. The statements below change no row that
 * exists, make no new row, and leave every REFERENCES clause as it is. All others answer false: those that write or
 * delete rows, and those whose effect on foreign keys depends on more than their text:
 *
 * - `ADD COLUMN … REFERENCES … DEFAULT` fills the rows;
 * - DROP INDEX may take the unique index away that a foreign key points at, after which SQLite cannot count; CREATE
 *   UNIQUE INDEX, or DROP VIEW of a view in the parent's place, may let it count again and find old violations;
 * - RENAME rewrites the clauses of other tables, but not under `legacy_alter_table`, and then every child row dangles;
 * - a CREATE TABLE … AS and a virtual table bring their own rows, and SELECT may call a function that writes.
 *
 * A new REFERENCES clause needs a parent key that is unique. Where it comes with a new table, that is a question about the
 * new table alone, which has no rows yet: it is named, to be checked when the step has run. Under IF NOT EXISTS the table
 * may be an old one with rows, and one that is temporary or in another database is not found by its name alone.
 *
 * One case is accepted: an earlier step left a REFERENCES to a table that did not exist, so each of its rows counts as
 * a violation already, and this step creates that table. The rows stay violations. If the new table lacks the key, SQLite
 * calls it a mismatch from then on: a fault of the schema, whatever the rows are, which the next check meets.
 */
export function keepsForeignKeys(texts: readonly string[]): boolean | readonly string[] {
  const made: string[] = []
  for (const { text } of texts.flatMap(splitStatements)) {
    const keys = newKeys(readStatement(text))
    if (keys === 'any') return false
    if (keys !== 'none') made.push(keys.of)
  }
  return made.length === 0 || made
}

/** Which keys may be newly violated: those of a new table, none, or unknown ones. */
type NewKeys = 'none' | 'any' | { readonly of: string }

function newKeys(shape: Statement): NewKeys {
  switch (shape.kind) {
    case 'create-table':
      return keysOfTable(shape)
    case 'create-index':
      return shape.unique ? 'any' : 'none'
    case 'create-view':
    case 'create-trigger':
      return 'none'
    case 'drop':
      return shape.object === 'trigger' ? 'none' : 'any'
    case 'add-column':
      return referencesIn(shape).length > 0 ? 'any' : 'none'
    case 'alter-constraint':
      return shape.constraint.length === 0 || referencesIn(shape).length > 0 ? 'any' : 'none'
    default:
      return 'any'
  }
}

/** A virtual table, and one from a query, have no columns of their own. */
function keysOfTable(table: CreateTable): NewKeys {
  const { name, columns } = table
  if (!columns) return 'any'
  if (referencesIn(table).length === 0) return 'none'
  if (table.guarded || table.temporary || name.schema !== undefined) return 'any'
  return { of: /^["`[]/.test(name.text) ? unquote(name.text) : foldCase(name.text) }
}
