// Small helpers for the syntax that runs when a file is loaded.
import { kindsOf } from './kinds-of.js'
import { ts } from 'ts-morph'
import { unwrap } from './erased-syntax.js'

/** All nodes of these files, in no order. Without recursion, so that deep nesting does no harm. */
export function* nodesIn(files: Iterable<ts.Node>): Generator<ts.Node> {
  const ahead = [...files]
  for (let node = ahead.pop(); node; node = ahead.pop()) {
    yield node
    ts.forEachChild(node, (child) => void ahead.push(child))
  }
}

/** A node that runs code defined elsewhere. */
export type Call = ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression

/** Whether a node runs code defined elsewhere. */
export const isCall = (node: ts.Node): node is Call =>
  ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)

/** The callee of a call, without wrappers. */
export const calleeOf = (node: Call): ts.Node =>
  unwrap(ts.isTaggedTemplateExpression(node) ? node.tag : node.expression)

/** The last name of `a.b.c`; empty if there is none. */
export function nameOf(node: ts.Node): string {
  if (ts.isIdentifier(node)) return node.text
  return ts.isPropertyAccessExpression(node) ? node.name.text : ''
}

/** The initializer of a variable, or the iterated expression in a loop. */
export function valueOf({ parent, initializer }: ts.VariableDeclaration): ts.Node | undefined {
  return ts.isForOfStatement(parent.parent) ? parent.parent.expression : initializer
}

/** The arguments of a call; for a tagged template, the template. */
export const argumentsOf = (node: Call): readonly ts.Node[] =>
  ts.isTaggedTemplateExpression(node) ? [node.template] : (node.arguments ?? [])

/** A function with its code. */
export type Code = ts.FunctionLikeDeclaration

/** The function or class that a declaration names; null if it is something else. */
export function codeOf(node: ts.Node): Code | ts.ClassLikeDeclaration | null {
  if (ts.isFunctionDeclaration(node) || ts.isClassLike(node)) return node
  if (!ts.isVariableDeclaration(node) || !node.initializer || !ts.isIdentifier(node.name))
    return null
  const value = unwrap(node.initializer)
  return isFunctionValue(value) || ts.isClassExpression(value) ? value : null
}

/** Whether an expression is a function literal. */
export const isFunctionValue = (node: ts.Node): node is ts.ArrowFunction | ts.FunctionExpression =>
  ts.isArrowFunction(node) || ts.isFunctionExpression(node)

/** Whether an expression is a literal other than a function. */
export const isData = (node: ts.Node): boolean =>
  ts.isLiteralExpression(node) ||
  ts.isTemplateExpression(node) ||
  ts.isArrayLiteralExpression(node) ||
  ts.isObjectLiteralExpression(node) ||
  ts.isPrefixUnaryExpression(node)

/** The target that a node assigns to; null for any other node. */
export function writtenBy(node: ts.Node): ts.Node | null {
  if (ts.isBinaryExpression(node)) return assigns(node) ? node.left : null
  if (ts.isPostfixUnaryExpression(node)) return node.operand
  if (ts.isPrefixUnaryExpression(node)) return steps().has(node.operator) ? node.operand : null
  if (!ts.isForInStatement(node) && !ts.isForOfStatement(node)) return null
  return ts.isVariableDeclarationList(node.initializer) ? null : node.initializer
}

const assigns = ({ operatorToken: { kind } }: ts.BinaryExpression): boolean =>
  kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment

const steps = kindsOf('PlusPlusToken', 'MinusMinusToken')

/** Whether an operation may have the value of its right side, as it is: `a && b`, `a ?? b`, `a, b`. */
export const mayYieldRight = ({ operatorToken: { kind } }: ts.BinaryExpression): boolean =>
  yielding().has(kind)

const yielding = kindsOf(
  'AmpersandAmpersandToken',
  'BarBarToken',
  'CommaToken',
  'QuestionQuestionToken',
)

/** A declaration that disposes of its value in the end. */
export const isUsing = (node: ts.Node): boolean =>
  ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using

/** A name that is not a value: of a declaration, a member, a label. */
export const isMemberName = (node: ts.Node): boolean => isNameIn(node.parent, node)

const isNameIn = (parent: ts.Node, node: ts.Node): boolean =>
  ('name' in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent)) ||
  ('propertyName' in parent && parent.propertyName === node)

/** Whether a field is evaluated only when an instance is created. */
export const isInstanceField = (node: ts.Node): node is ts.PropertyDeclaration =>
  ts.isPropertyDeclaration(node) &&
  !node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)

/** Methods that run their text argument unchanged. */
const RUNNING = new Set(['exec', 'execute', 'prepare', 'query'])

/** Whether a node calls one of the methods that run a text. */
export const isRunning = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  RUNNING.has(node.expression.name.text)

/** Methods that take a text only to run, show or store it: of clients, the toolkit, the console, lists, maps and promises. */
const TAKING =
  /^(add|batch|batches|columns|debug|defineMigrations?|error|executeMultiple|freeze|info|log|pragma|progress|push|raw|rebuild|resolve|seal|set|splice|sql|SQL|String|transaction|unshift|warn|\w*Error)$/

/** Whether a call takes a text only to run, show or store it. */
export const isTaking = (call: Call): boolean => TAKING.test(nameOf(calleeOf(call)))

/** Whether a method of that name may take a text to run it. */
export const takesText = (name: string): boolean => RUNNING.has(name) || TAKING.test(name)

/** Functions that return a list, whose texts are examined where they are taken from it: `Object.entries(TABLES).map(…)`. */
const LISTING =
  /^(Array|Map|Set|allSettled|concat|entries|filter|flat|flatMap|from|keys|map|of|reverse|slice|sort|split|to(Reversed|Sorted|Spliced)|values|with)$/

/** Whether a call returns a list. */
export const isListing = (call: Call): boolean => LISTING.test(nameOf(calleeOf(call)))
