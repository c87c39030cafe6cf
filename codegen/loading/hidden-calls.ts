// Finds code that runs without being called: getters, conversions to text, proxies. By name, without types.
import { ts } from 'ts-morph'
import { nameText } from './erased-syntax.js'
import { nodesIn } from './load-syntax.js'

/** The hidden calls in the files of a migration. */
export interface HiddenCalls {
  /** Names of getters and setters. */
  readonly accessors: ReadonlySet<string>
  /** Names of methods and of functions that are members, which may do something else than their namesakes of lists and texts. */
  readonly methods: ReadonlySet<string>
  /** Whether anything defines how it is converted to text or a number, or iterated. */
  readonly conversions: boolean
  /** Whether any member access may run code. */
  readonly anywhere: boolean
}

/** Finds the hidden calls in the syntax of a file. */
export function hiddenCallsIn(file: ts.SourceFile): HiddenCalls {
  const found = {
    accessors: new Set<string>(),
    methods: new Set<string>(),
    conversions: false,
    anywhere: false,
  }
  for (const node of nodesIn([file])) {
    if (ts.isIdentifier(node)) found.anywhere ||= TRAPS.has(node.text)
    const name = memberName(node)
    if (name === null) found.conversions = true
    else if (name) {
      if (ts.isAccessor(node)) found.accessors.add(name)
      else found.methods.add(name)
      found.conversions ||= CONVERSIONS.has(name)
    }
  }
  return found
}

/** Combines the hidden calls of files. */
export const joinHidden = (files: readonly HiddenCalls[]): HiddenCalls => ({
  accessors: new Set(files.flatMap(({ accessors }) => [...accessors])),
  methods: new Set(files.flatMap(({ methods }) => [...methods])),
  conversions: files.some(({ conversions }) => conversions),
  anywhere: files.some(({ anywhere }) => anywhere),
})

const TRAPS = new Set(
  'Proxy defineProperty defineProperties __defineGetter__ setPrototypeOf'.split(' '),
)

const CONVERSIONS = new Set(['toString', 'valueOf', 'toJSON', 'then'])

/** The name of a member that is a function; null if it is computed, undefined for any other node. */
function memberName(node: ts.Node): string | null | undefined {
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) return nameText(node.name)
  if (!ts.isPropertyAssignment(node) && !ts.isPropertyDeclaration(node)) return undefined
  const { initializer } = node
  const isFunction =
    initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
  return isFunction ? nameText(node.name) : undefined
}

/** Whether a node that is neither a call nor an assignment may run hidden code. */
export function runsHidden(node: ts.Node, hidden: HiddenCalls): boolean {
  if (ts.isPropertyAccessExpression(node))
    return hidden.anywhere || hidden.accessors.has(node.name.text)
  if (ts.isElementAccessExpression(node)) return hidden.anywhere || hidden.accessors.size > 0
  if (ts.isBindingElement(node)) return hidden.anywhere || isAccessor(node, hidden)
  if (ts.isSpreadAssignment(node)) return hidden.anywhere || hidden.accessors.size > 0
  return (hidden.conversions || hidden.anywhere) && converts(node)
}

function isAccessor(
  { name, propertyName }: ts.BindingElement,
  { accessors }: HiddenCalls,
): boolean {
  const text = nameText(propertyName ?? name)
  return text === null ? accessors.size > 0 : accessors.has(text)
}

/** Operators, templates and spreads, unless everything in them is written out. */
function converts(node: ts.Node): boolean {
  if (ts.isTemplateExpression(node)) return true
  if (
    ts.isSpreadElement(node) ||
    ts.isForInStatement(node) ||
    ts.isForOfStatement(node) ||
    ts.isArrayBindingPattern(node)
  )
    return true
  if (ts.isPrefixUnaryExpression(node)) return !ts.isLiteralExpression(node.operand)
  if (!ts.isBinaryExpression(node)) return false
  return !ts.isLiteralExpression(node.left) || !ts.isLiteralExpression(node.right)
}
