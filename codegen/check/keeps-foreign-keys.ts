// Proves from the statements of a step alone that it cannot make a foreign-key violation while enforcement is off.
import { splitStatements } from '../../src/schema/split-statements.js'
import { sqlTokens } from '../sql/sql-tokens.js'
import { foldCase } from '../../src/sql/names.js'

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
    if (!DEFINES.test(text)) return false
    const tokens = [...sqlTokens(text)]
    if (isHarmless(tokens)) continue
    const table = newTable(tokens)
    if (table === null) return false
    made.push(table)
  }
  return made.length === 0 || made
}

/** Looked at first, so that scripts full of data are not cut into tokens. */
const DEFINES = /^(CREATE|DROP|ALTER)\b/i

function isHarmless(tokens: readonly string[]): boolean {
  const [verb, ...rest] = tokens
  if (verb === 'CREATE') return createsHarmlessly(rest)
  if (verb === 'DROP') return rest[0] === 'TRIGGER'
  return verb === 'ALTER' && rest[0] === 'TABLE' && addsColumn(rest.slice(1))
}

function createsHarmlessly(tokens: readonly string[]): boolean {
  const [what] = tokens[0] === 'TEMP' || tokens[0] === 'TEMPORARY' ? tokens.slice(1) : tokens
  if (what === 'TABLE') return createsEmptyTable(tokens)
  return what === 'INDEX' || what === 'VIEW' || what === 'TRIGGER'
}

/** The name in `CREATE TABLE name (`; null for any other statement, and for a name in letters that SQLite folds otherwise. */
function newTable([verb, what, name = '', opening]: readonly string[]): string | null {
  if (verb !== 'CREATE' || what !== 'TABLE' || opening !== '(') return null
  if (/^[A-Z_][A-Z0-9_]*$/.test(name)) return foldCase(name)
  return /^"([^"]+)"$/.exec(name)?.[1] ?? null
}

/** AS outside the parentheses copies rows; inside them it belongs to a generated column. */
function createsEmptyTable(tokens: readonly string[]): boolean {
  const columns = tokens.indexOf('(')
  return columns > 0 && !tokens.slice(0, columns).includes('AS') && !tokens.includes('REFERENCES')
}

function addsColumn(tokens: readonly string[]): boolean {
  const afterName = tokens[1] === '.' ? tokens.slice(3) : tokens.slice(1)
  return afterName[0] === 'ADD' && !tokens.includes('REFERENCES')
}
