// Finds the places of findings about several histories. Pure.
import { versionId } from '../../../src/model/version.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import { textPlace } from '../../diagnostics/text-place.js'
import type { Position } from '../../model/diagnostic.js'
import type { ParsedMigration } from '../../model/migration.js'
import { readStatement } from '../../sql/read-statement.js'
import { sqlName } from '../../sql/sql-name.js'
import type { Statement } from '../../sql/statement.js'

const upOf = ({ up, position }: ParsedMigration): Position => up?.position ?? position

/** The statement of `up` that changes an object, such as `table users`; the start of `up` if no such statement can be read. */
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

/** The need for a history in `other`, which names one or several versions; otherwise the start of `up`. */
export function needPlace(migration: ParsedMigration, other: string): Position {
  const { needs = [] } = migration
  const named = other.split(', ')
  const found =
    needs.find(({ value }) => named.includes(`${value.history}:${versionId(value.version)}`)) ??
    needs.find(({ value }) => named.some((one) => one.startsWith(`${value.history}:`)))
  return found?.position ?? upOf(migration)
}
