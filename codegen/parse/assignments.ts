// Decides whether code assigns to an expression.
import { ts } from 'ts-morph'
import { memberName, withWrappers } from '../loading/erased-syntax.js'
import { onFirstUse } from '../model/on-first-use.js'

/** Whether this expression is assigned to or deleted: `=`, `+=`, `++`, a pattern, the head of a loop. */
export function isWritten(node: ts.Node): boolean {
  const { parent } = node
  if (ts.isBinaryExpression(parent)) return parent.left === node && assigns(parent)
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return steps().has(parent.operator)
  if (ts.isDeleteExpression(parent)) return true
  if (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) return parent.initializer === node
  return isInPattern(node)
}

const steps = onFirstUse(
  (): ReadonlySet<ts.SyntaxKind> =>
    new Set([ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken]),
)

const assigns = ({ operatorToken: { kind } }: ts.BinaryExpression): boolean =>
  kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment

/** `[a] = …`, `({ b: a } = …)` and deeper; a literal that is assigned to is a pattern. */
function isInPattern(node: ts.Node): boolean {
  const { parent } = node
  if (ts.isPropertyAssignment(parent) && parent.initializer !== node) return false
  const inside =
    ts.isPropertyAssignment(parent) ||
    ts.isShorthandPropertyAssignment(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isSpreadElement(parent)
  const literal = inside ? parent.parent : parent
  if (!ts.isArrayLiteralExpression(literal) && !ts.isObjectLiteralExpression(literal)) return false
  return isWritten(withWrappers(literal))
}

/** Whether a node is `….prototype`, in any notation. */
export const isPrototype = (node: ts.Node): boolean =>
  /^(prototype|__proto__)$/.test(memberName(node) ?? '')
