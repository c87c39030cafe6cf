// Finds the top-level values of files that a file changes. Nothing is executed.
import { ts } from 'ts-morph'
import { unwrap } from './erased-syntax.js'
import { argumentsOf, calleeOf, isCall, nodesIn, writtenBy } from './load-syntax.js'
import { goThrough, type Course, type Step } from './load-run.js'

/** Code that changes something. */
export interface Change {
  /** The declarations whose value is changed. */
  readonly declared: readonly ts.Node[]
  /** The code of the file by which it happens. */
  readonly from: ts.Node
  /** The node that makes the change, which may be in a function of another file. */
  readonly by: ts.Node
  /** Whether that happens when the file is loaded, and not only when somebody calls the enclosing function. */
  readonly atLoad: boolean
}

/** Everything that the code of a file changes, in order, directly or through calls. */
export function changesOfFile(file: ts.SourceFile, course: Course): Change[] {
  const changes: Change[] = []
  goThrough(file, course, (step) => {
    const { node, from, atLoad } = step
    const declared = changedBy(step).flatMap((target) => step.value(target).declared)
    if (declared.length > 0) changes.push({ declared, from, by: node, atLoad })
  })
  const atLoad = new Set(changes.filter((one) => one.atLoad).map(({ by }) => by))
  return changes.filter((one) => one.atLoad || !atLoad.has(one.by))
}

/** The expressions whose value a step changes, and the names that it reassigns. */
export function changedBy({ node, isLocal }: Step): ts.Node[] {
  if (isCall(node)) return changedByCall(calleeOf(node), argumentsOf(node))
  const written = writtenBy(node)
  const target = written && unwrap(written)
  if (target && ts.isIdentifier(target)) return isLocal(target.text) ? [] : [target]
  return writtenMembers(node).map((one) => unwrap(one.expression))
}

function writtenMembers(node: ts.Node): ts.AccessExpression[] {
  const written = ts.isDeleteExpression(node) ? node.expression : writtenBy(node)
  if (!written) return []
  const target = unwrap(written)
  if (isAccess(target)) return [target]
  const isPattern = ts.isArrayLiteralExpression(target) || ts.isObjectLiteralExpression(target)
  return isPattern ? [...nodesIn([target])].filter(isAccess) : []
}

const isAccess = (node: ts.Node): node is ts.AccessExpression =>
  ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)

function changedByCall(callee: ts.Node, args: readonly ts.Node[]): ts.Node[] {
  const [first, second] = args
  if (!isAccess(callee)) return []
  const path = callee.getText()
  if (CHANGING.test(path)) return first ? [first] : []
  if (path === 'Reflect.apply') return first && second && isChanging(unwrap(first)) ? [second] : []
  if (/\.(call|apply)$/.test(path))
    return first && isChanging(unwrap(callee.expression)) ? [first] : []
  return isChanging(callee) ? [callee.expression] : []
}

/** Functions of the platform that change their first argument. */
const CHANGING =
  /^(Object\.(assign|define\w+|setPrototypeOf)|Reflect\.(set\w*|defineProperty|deleteProperty))$/

function isChanging(callee: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(callee)) return METHODS.test(callee.name.text)
  if (!ts.isElementAccessExpression(callee)) return false
  const key = unwrap(callee.argumentExpression)
  return ts.isStringLiteralLike(key) && METHODS.test(key.text)
}

/** Methods of lists, maps and sets that change them. */
const METHODS =
  /^(add|clear|copyWithin|delete|fill|pop|push|reverse|set|shift|sort|splice|unshift)$/
