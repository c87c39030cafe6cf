// Reads the SQL of a migration function that only passes literal texts to its handle.
import { ts } from 'ts-morph'
import type { CodeSide } from '../../model/migration.js'

/**
 * The texts passed to `db.exec`, in order, if the body of the function is only those calls, each with one literal text; null for
 * every other function. What such a function runs is as well known as SQL.
 */
export function executedTexts({ node, async }: CodeSide): readonly string[] | null {
  const code: ts.Node = node.compilerNode
  if (async || !isPlainFunction(code)) return null
  const [handle] = code.parameters
  if (!handle || !code.parameters.every(isPlainParameter)) return null
  const calls = expressionsOf(code.body)
  const texts = calls?.map((call) => executedText(call, (handle.name as ts.Identifier).text))
  return texts?.every((text) => text !== null) ? texts : null
}

type PlainFunction =
  ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration | ts.MethodDeclaration

const isPlainFunction = (node: ts.Node): node is PlainFunction =>
  ts.isArrowFunction(node) ||
  ((ts.isFunctionExpression(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node)) &&
    !node.asteriskToken)

/** A default, and taking an object apart, run code of their own. */
const isPlainParameter = ({
  name,
  initializer,
  dotDotDotToken,
}: ts.ParameterDeclaration): boolean => ts.isIdentifier(name) && !initializer && !dotDotDotToken

function expressionsOf(body: ts.ConciseBody | undefined): readonly ts.Expression[] | null {
  if (!body) return null
  if (!ts.isBlock(body)) return [body]
  const { statements } = body
  return statements.every(ts.isExpressionStatement)
    ? (statements as readonly ts.Statement[] as readonly ts.ExpressionStatement[]).map(
        ({ expression }) => expression,
      )
    : null
}

/** The text of `db.exec('…')`; null for anything else, an optional call included. */
function executedText(call: ts.Expression, handle: string): string | null {
  if (ts.isVoidExpression(call)) return executedText(call.expression, handle)
  if (!ts.isCallExpression(call) || call.questionDotToken || call.arguments.length !== 1)
    return null
  const { expression: callee } = call
  const [text] = call.arguments
  return ts.isPropertyAccessExpression(callee) &&
    !callee.questionDotToken &&
    callee.name.text === 'exec' &&
    ts.isIdentifier(callee.expression) &&
    callee.expression.text === handle &&
    ts.isStringLiteralLike(text!)
    ? text.text
    : null
}
