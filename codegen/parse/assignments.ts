// Decides whether code assigns to an expression.
import { ts } from 'ts-morph'
import { memberName, withWrappers } from '../loading/erased-syntax.js'
import { writtenBy } from '../loading/load-syntax.js'

/** Whether this expression is assigned to or deleted: `=`, `+=`, `++`, a pattern, the head of a loop. */
export function isWritten(node: ts.Node): boolean {
  const { parent } = node
  return ts.isDeleteExpression(parent) || writtenBy(parent) === node || isInPattern(node)
}

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
