// Where that stands which several histories have to do with. Pure.
import { versionId } from '../../../src/model/version.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import { textPlace } from '../../diagnostics/text-place.js'
import type { Position } from '../../model/diagnostic.js'
import type { ParsedMigration } from '../../model/migration.js'
import { readStatement } from '../../sql/read-statement.js'
import { sqlName } from '../../sql/sql-name.js'
import type { Statement } from '../../sql/statement.js'

const upOf = ({ up, position }: ParsedMigration): Position => up?.position ?? position

/** The statement of `up` that changes an object, as `table users`; the beginning of `up` where none can be read that does. */
export function changePlace(migration: ParsedMigration, object: string): Position {
  const { up } = migration
  for (const piece of up?.kind === 'sql' ? up.pieces : []) {
    const found = splitStatements(piece.text).find(({ text }) =>
      isChange(readStatement(text), object),
    )
    if (found && piece.verbatim) return textPlace(piece.text, found.start, piece.position)
  }
  return upOf(migration)
}

function isChange(statement: Statement, object: string): boolean {
  const at = object.indexOf(' ')
  const [type, name] = [object.slice(0, at), sqlName(object.slice(at + 1))]
  if (statement.kind === 'drop') return statement.object === type && statement.name.key === name
  const isAltered = /^(?:rename|add|drop|alter)-/.test(statement.kind)
  return isAltered && 'table' in statement && statement.table?.key === name
}

/** What the migration needs of a history, of which `other` names a version or several; else the beginning of its `up`. */
export function needPlace(migration: ParsedMigration, other: string): Position {
  const { needs = [] } = migration
  const named = other.split(', ')
  const found =
    needs.find(({ value }) => named.includes(`${value.history}:${versionId(value.version)}`)) ??
    needs.find(({ value }) => named.some((one) => one.startsWith(`${value.history}:`)))
  return found?.position ?? upOf(migration)
}
