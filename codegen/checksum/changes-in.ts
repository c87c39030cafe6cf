// Finds the changes that code makes to objects that may already exist, and decides which of them may replace a method that takes
// texts.
import { ts } from 'ts-morph'
import { memberName, nameText, parentOf, unwrap } from '../loading/erased-syntax.js'
import {
  argumentsOf,
  calleeOf,
  isCall,
  nameOf,
  nodesIn,
  takesText,
  writtenBy,
  type Call,
} from '../loading/load-syntax.js'

/** A member assigned to an object that may already exist; the name is null if it is known only at run time. */
export interface Change {
  readonly target: ts.Node
  readonly key: string | null
}

/** Returns the changes that the code of a file makes to objects. */
export const changesIn = (file: ts.SourceFile): Change[] =>
  [...nodesIn([file])].flatMap((node) =>
    isCall(node) ? changeByCall(node) : changeByWriting(node),
  )

/** Whether a change may replace a method that takes texts. */
export const mayTakeText = ({ key }: Change): boolean =>
  key === null || key === '__proto__' || takesText(key)

function changeByCall(node: Call): Change[] {
  const callee = calleeOf(node)
  const [target, key] = argumentsOf(node)
  const name = nameOf(callee) || (memberName(callee) ?? '')
  if (/^__define[GS]etter__$/.test(name) && ts.isPropertyAccessExpression(callee))
    return [{ target: callee.expression, key: target ? textOf(target) : null }]
  const on = ts.isPropertyAccessExpression(callee) ? nameOf(callee.expression) : ''
  const changes = /^(assign|defineProperty|defineProperties|setPrototypeOf)$/.test(name)
  if (!target || !(changes || (on === 'Reflect' && name === 'set'))) return []
  return [{ target, key: key ? textOf(key) : null }]
}

function changeByWriting(node: ts.Node): Change[] {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return []
  if (!isWritten(node)) return []
  const key = ts.isElementAccessExpression(node) ? textOf(node.argumentExpression) : node.name.text
  return [{ target: node.expression, key }]
}

/** The text of a key if it is written out; otherwise null. */
export const textOf = (node: ts.Node): string | null => {
  const key = unwrap(node)
  return ts.isIdentifier(key) ? null : nameText(key)
}

/** Whether a node is the target of an assignment or a loop, including inside a pattern. */
function isWritten(node: ts.Node): boolean {
  let [inner, outer] = [node, parentOf(node)]
  while (
    ts.isArrayLiteralExpression(outer) ||
    ts.isObjectLiteralExpression(outer) ||
    ts.isSpreadElement(outer) ||
    (ts.isPropertyAssignment(outer) && outer.name !== inner)
  )
    [inner, outer] = [outer, parentOf(outer)]
  const written = writtenBy(outer)
  return written !== null && unwrap(written) === unwrap(inner)
}
