// Finds the expressions that a function returns.
import { ts } from 'ts-morph'
import { unwrap } from './erased-syntax.js'

/** For a block, the values that it returns or yields, otherwise the expression itself. */
export function answersOf(node: ts.SignatureDeclaration): ts.Node[] {
  const body = 'body' in node ? (node.body as ts.Node | undefined) : undefined
  if (!body) return []
  if (!ts.isBlock(body)) return [unwrap(body)]
  const answers: ts.Node[] = []
  const visit = (inner: ts.Node): void => {
    if ((ts.isReturnStatement(inner) || ts.isYieldExpression(inner)) && inner.expression)
      answers.push(inner.expression)
    if (!ts.isFunctionLike(inner)) ts.forEachChild(inner, visit)
  }
  visit(body)
  return answers
}
