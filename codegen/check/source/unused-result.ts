// Detects whether the code ignores the result of a call. Pure.
import { ts } from 'ts-morph'
import { isWrapper } from '../../loading/erased-syntax.js'
import { mayYieldRight, nodesIn } from '../../loading/load-syntax.js'
import type { Position } from '../../model/diagnostic.js'
import type { Script, FoundStatement } from '../subject/rule.js'

/** The call whose name is at a position; undefined if there is none of these names. */
function callAt(
  { syntax }: Script,
  { line, column }: Position,
  names: readonly string[],
): ts.CallExpression | undefined {
  if (line > syntax.getLineStarts().length) return undefined
  const offset = syntax.getPositionOfLineAndCharacter(line - 1, 0) + column - 1
  let found: ts.Node | undefined
  const walk = (node: ts.Node): void => {
    if (node.pos > offset || node.end <= offset) return
    found = node
    ts.forEachChild(node, walk)
  }
  walk(syntax)
  const name = found && ts.isIdentifier(found) && names.includes(found.text) ? found : undefined
  const call = name?.parent.parent
  return call && ts.isCallExpression(call) && call.expression === name?.parent ? call : undefined
}

/**
 * Whether nothing is done with a value except calling its own methods, as in `prepare(…).pluck()`: it is a statement of its own,
 * by itself or after a condition, is assigned to an unused name, or is returned from a callback of `forEach` or an `up`. Whoever
 * receives it may run it.
 */
export function isUnused(node: ts.Node): boolean {
  const { parent } = node
  if (isWrapper(parent) || ts.isVoidExpression(parent)) return isUnused(parent)
  if (isMethodOf(parent, node)) return isUnused(parent.parent)
  if (ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name))
    return !isMentioned(parent.name) && !isExported(parent)
  if (isChosenBy(parent, node)) return isUnused(parent)
  if (ts.isArrowFunction(parent)) return parent.body === node && isAnswerIgnored(parent)
  if (ts.isReturnStatement(parent))
    return isAnswerIgnored(ts.findAncestor(parent, ts.isFunctionLike) ?? parent)
  return ts.isExpressionStatement(parent) || isDroppedBy(parent, node)
}

/** Whether the enclosing expression evaluates to it, always or under a condition. */
function isChosenBy(outer: ts.Node, node: ts.Node): boolean {
  if (ts.isConditionalExpression(outer)) return outer.condition !== node
  return ts.isBinaryExpression(outer) && mayYieldRight(outer) && outer.right === node
}

/** Before a comma, and in the head of a loop. */
function isDroppedBy(outer: ts.Node, node: ts.Node): boolean {
  if (ts.isForStatement(outer)) return outer.condition !== node
  return (
    ts.isBinaryExpression(outer) &&
    outer.operatorToken.kind === ts.SyntaxKind.CommaToken &&
    outer.left === node
  )
}

const isExported = ({ parent }: ts.VariableDeclaration): boolean =>
  ts.isVariableStatement(parent.parent) &&
  (parent.parent.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false)

const isMethodOf = (node: ts.Node, owner: ts.Node): boolean =>
  ts.isPropertyAccessExpression(node) &&
  node.expression === owner &&
  ts.isCallExpression(node.parent) &&
  node.parent.expression === node

/** A property of the same name counts as well. */
const isMentioned = (name: ts.Identifier): boolean =>
  [...nodesIn([name.getSourceFile()])].some(
    (node) => ts.isIdentifier(node) && node !== name && node.text === name.text,
  )

/** Nobody uses the return value of a callback of `forEach`, or of `up` and `down`. */
function isAnswerIgnored(node: ts.Node): boolean {
  const { parent } = node
  if (ts.isCallExpression(parent))
    return (
      ts.isPropertyAccessExpression(parent.expression) && parent.expression.name.text === 'forEach'
    )
  const owner = ts.isPropertyAssignment(parent) ? parent : node
  const { name } = owner as ts.NamedDeclaration
  return name !== undefined && ts.isIdentifier(name) && /^(?:up|down)$/.test(name.text)
}

/** Whether a statement was prepared, did not run in the replay, and cannot have run: the code does nothing with it. */
export const isSurelyUnrun = (
  { prepared, text, shape }: FoundStatement,
  scripts: ReadonlyMap<string, Script>,
): boolean => {
  if (text !== '' && NOT_MEANT.has(shape.kind)) return false
  const script = prepared && scripts.get(prepared.file)
  const call = script && callAt(script, prepared, ['prepare', 'transaction'])
  return call !== undefined && isUnused(call)
}

/** Looking for columns, or for whether something can be read, takes no run. */
const NOT_MEANT: ReadonlySet<string> = new Set(['other', 'pragma'])
