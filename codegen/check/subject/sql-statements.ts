// The SQL statements of the migrations: those of SQL steps, and texts that functions hand to the database.
import { ts } from 'ts-morph'
import { splitStatements } from '../../../src/schema/split-statements.js'
import type { Direction } from '../../model/evidence.js'
import type { ParsedMigration, SqlPiece } from '../../model/migration.js'
import { nodePlace } from './place.js'
import type { FoundStatement, Script } from './rule.js'
import { readStatement } from '../../sql/read-statement.js'
import { staticText } from './static-text.js'

/** All statements in order of version, those of helpers last. Positions are computed only when one is reported. */
export function findStatements(
  migrations: readonly ParsedMigration[],
  scripts: readonly Script[],
): FoundStatement[] {
  const owners = new Map(migrations.map((migration) => [migration.file.file, migration]))
  return [
    ...migrations.flatMap(stepStatements),
    ...scripts.flatMap((script) => codeStatements(script, owners.get(script.file) ?? null)),
  ].sort((a, b) => versionOf(a) - versionOf(b))
}

/** A helper may be called at any time, so whatever the migrations make may be there already. */
const versionOf = ({ migration }: FoundStatement): number =>
  migration?.version ?? Number.MAX_SAFE_INTEGER

function stepStatements(migration: ParsedMigration): FoundStatement[] {
  return (['up', 'down'] as const).flatMap((direction) => {
    const side = migration[direction]
    const source = { migration, direction, origin: 'script', call: null } as const
    if (side?.kind !== 'sql') return []
    return side.pieces.flatMap((piece) => pieceStatements(piece, source))
  })
}

type Source = Pick<FoundStatement, 'migration' | 'direction' | 'origin' | 'call'>

function pieceStatements(piece: SqlPiece, source: Source): FoundStatement[] {
  return splitStatements(piece.text).map(({ text, start }) => ({
    ...source,
    shape: readStatement(text),
    text,
    piece,
    start,
  }))
}

/** The whole file is searched, not only the step, so that functions beside it are seen too; in the order of the file. */
function codeStatements(script: Script, migration: ParsedMigration | null): FoundStatement[] {
  const calls = script.nodes.filter(ts.isCallExpression).sort((a, b) => a.pos - b.pos)
  return calls.flatMap((call) => {
    const method = databaseMethod(call)
    const piece = method && call.arguments[0] && staticText(script, call.arguments[0])
    if (!piece) return []
    const statements = pieceStatements(piece, {
      migration,
      direction: migration && halfAround(call, migration),
      origin: 'code',
      call: nodePlace(script, method),
    })
    if (method.text !== 'pragma') return statements
    return statements.map((one) => ({ ...one, shape: readStatement(`PRAGMA ${one.text}`) }))
  })
}

/** Which half of the migration a node stands in. */
function halfAround(node: ts.Node, migration: ParsedMigration): Direction | null {
  const stands = (direction: Direction): boolean => {
    const side = migration[direction]
    if (side?.kind !== 'code') return false
    return side.node.getStart() <= node.getStart() && node.end <= side.node.getEnd()
  }
  if (stands('up')) return 'up'
  return stands('down') ? 'down' : null
}

/** Methods whose first argument is SQL on every client. */
const ALWAYS = new Set(['exec', 'prepare', 'pragma', 'executeMultiple'])
/** Methods that take SQL on a database and values on a prepared statement. */
const ON_DATABASE = new Set(['run', 'execute', 'query'])

/** The name of the database method that is called, as a node; null when the first argument need not be SQL. */
function databaseMethod({ expression }: ts.CallExpression): ts.MemberName | null {
  if (!ts.isPropertyAccessExpression(expression)) return null
  const { name } = expression
  if (ALWAYS.has(name.text)) return name
  return ON_DATABASE.has(name.text) && isParameter(expression.expression) ? name : null
}

/** Whether a name is a parameter of a function around it, as the handle is. */
function isParameter(node: ts.Expression): boolean {
  if (!ts.isIdentifier(node)) return false
  const around = ts.findAncestor(
    node,
    (outer) =>
      ts.isFunctionLike(outer) &&
      outer.parameters.some(({ name }) => ts.isIdentifier(name) && name.text === node.text),
  )
  return around !== undefined
}
