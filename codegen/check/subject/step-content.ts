// Decides whether a step does anything, by its statements alone.
import { ts } from 'ts-morph'
import { splitStatements } from '../../../src/sql/split-statements.js'
import type { ParsedMigration, Side } from '../../model/migration.js'

/** Whether `up` does nothing: as a side, or in `batches` in none of its functions. */
export const isEmptyUp = ({ up, batches = [] }: ParsedMigration): boolean =>
  up !== null &&
  (isEmptySide(up) ||
    (batches.length > 0 && batches.every(({ each }) => each !== null && isEmptySide(each))))

/** SQL without a statement, or a function with an empty body: neither a bare `return` counts, nor SQL with only comments. */
export function isEmptySide(side: Side): boolean {
  if (side.kind === 'sql') {
    return side.pieces.every(({ text }) => splitStatements(text).length === 0)
  }
  return bodyStatements(side.node.compilerNode)?.every(runsComments) ?? false
}

/** Whether a side is SQL that changes nothing: `SELECT 1`. */
export const onlyQueries = (side: Side): boolean =>
  side.kind === 'sql' &&
  side.pieces.every(({ text }) =>
    splitStatements(text).every((one) => /^(?:select|values)\b/i.test(one.text)),
  )

/** Whether a function's body is a single `throw`. */
export function onlyThrows(side: Side): boolean {
  if (side.kind === 'sql') return false
  const statements = bodyStatements(side.node.compilerNode)
  return statements?.length === 1 && ts.isThrowStatement(statements[0]!)
}

/** Null for an arrow function with an expression, which does something. */
function bodyStatements(node: ts.Node): ts.Statement[] | null {
  const body = ts.isFunctionLike(node) && 'body' in node ? node.body : undefined
  if (!body || !ts.isBlock(body)) return null
  return body.statements.filter((one) => !ts.isEmptyStatement(one) && !isBareReturn(one))
}

/** `db.exec` of a text without a statement, as in a draft. */
function runsComments(statement: ts.Statement): boolean {
  if (!ts.isExpressionStatement(statement) || !ts.isCallExpression(statement.expression))
    return false
  const { expression, arguments: given } = statement.expression
  const [text] = given
  const isExec = ts.isPropertyAccessExpression(expression) && expression.name.text === 'exec'
  return isExec && text !== undefined && isComments(text)
}

const isComments = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) && splitStatements(node.text).length === 0

const isBareReturn = (statement: ts.Statement): boolean =>
  ts.isReturnStatement(statement) && statement.expression === undefined
