// Decides whether the code of a file may change the value of a top-level name after its declaration. Nothing is executed.
import { kindsOf } from '../loading/kinds-of.js'
import { ts, type SourceFile, type Statement } from 'ts-morph'
import { localNames } from '../loading/local-names.js'
import type { Module } from './module.js'
import { isOurs } from './lockstep-imports.js'
import { loadTime } from './runs-at-load.js'
import { withWrappers } from '../loading/erased-syntax.js'
import { isPrototype, isWritten } from './assignments.js'

/**
 * The first top-level statement that may change the object, list or class that `name` refers to: it or a part of it is assigned
 * to, it is passed to `Object.assign` and the like, its `prototype` is used, or code that runs when the file is loaded calls a
 * method of it or passes it to a function. Constants that hold it are followed. Null if there is none. Changes that a class makes
 * to itself are not considered.
 */
export function findMutation(name: string, source: SourceFile, module: Module): Statement | null {
  const statements = source.getStatements()
  if (!statements.some((one) => isMentioned(name, one))) return null
  const runs = loadTime(source.compilerNode)
  const isHarmless = (callee: ts.Node): boolean =>
    isOurs(rootOf(callee), module) || HARMLESS.test(callee.getText())
  return search({ statements, runs, isHarmless, seen: new Set() }, name)
}

/** The first top-level statement that assigns to the name itself, as `up = wrap(up)` does. */
export function reassignmentOf(name: string, source: SourceFile): Statement | null {
  const assigns = ({ compilerNode }: Statement): boolean =>
    mentionsOf(name, compilerNode).some((mention) => isWritten(withWrappers(mention)))
  return source.getStatements().find(assigns) ?? null
}

interface Search {
  readonly statements: readonly Statement[]
  readonly runs: (node: ts.Node) => boolean
  /** Whether a call leaves its arguments unchanged. */
  readonly isHarmless: (callee: ts.Node) => boolean
  readonly seen: Set<string>
}

/** `name` refers to the value itself, or `holds` it: then its members may be the value. */
function search(state: Search, name: string, holds = false): Statement | null {
  state.seen.add(name)
  for (const statement of state.statements) {
    if (isClassOf(name, statement.compilerNode)) continue
    for (const mention of mentionsOf(name, statement.compilerNode)) {
      const use = useOf(mention, state, holds)
      if (use === 'changed') return statement
      const found =
        use === null || state.seen.has(use.holder) ? null : search(state, use.holder, true)
      if (found) return found
    }
  }
  return null
}

const isClassOf = (name: string, node: ts.Node): boolean =>
  ts.isClassDeclaration(node) && node.name?.text === name

/** Looked at first: most classes are mentioned nowhere but in their own declaration. */
const isMentioned = (name: string, { compilerNode }: Statement): boolean =>
  !isClassOf(name, compilerNode) && mentionsOf(name, compilerNode).length > 0

/** The uses of a top-level name as a value, without those where it is shadowed by a local name. */
function mentionsOf(name: string, root: ts.Node): ts.Identifier[] {
  const found: ts.Identifier[] = []
  const visit = (node: ts.Node): void => {
    if (isType(node) || localNames(node)?.has(name)) return
    if (ts.isIdentifier(node) && node.text === name && isUse(node)) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(root)
  return found
}

const isType = (node: ts.Node): boolean =>
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node))

function isUse(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isShorthandPropertyAssignment(parent)) return true
  return !('name' in parent && parent.name === node)
}

/** The effect of a mention: it changes the value, does nothing to it (null), or a constant holds the value from here on. */
type Use = 'changed' | { readonly holder: string } | null

const changedIf = (changed: boolean): Use => (changed ? 'changed' : null)

function useOf(mention: ts.Identifier, state: Search, holds: boolean): Use {
  const parts = partsOf(mention)
  const whole = parts.at(-1)!
  if (isWritten(whole) || parts.some(isPrototype)) return 'changed'
  const { parent } = whole
  if (parts.length > 1 && ts.isCallExpression(parent) && parent.expression === whole)
    return changedIf((holds || !isReading(whole)) && state.runs(parent))
  return parts.length > 1 && !holds ? null : passOn(whole, state, holds)
}

/** What happens to a value that is used here. */
function passOn(value: ts.Node, state: Search, holds: boolean): Use {
  const { parent } = value
  if (isHolding(parent, value)) return passOn(withWrappers(parent), state, true)
  if (isArgument(parent, value)) return passTo(parent, state)
  if (ts.isVariableDeclaration(parent) && parent.initializer === value) {
    const followed = ts.isIdentifier(parent.name) && isTopLevel(parent)
    if (followed) return { holder: parent.name.getText() }
    return changedIf((holds || !isTopLevel(parent)) && state.runs(parent))
  }
  if (returns(parent)) return 'changed'
  return changedIf(!isLooking(parent) && state.runs(value))
}

const isTopLevel = ({ parent: list }: ts.VariableDeclaration): boolean =>
  ts.isVariableStatement(list.parent) && ts.isSourceFile(list.parent.parent)

function passTo(call: Call, state: Search): Use {
  const callee = call.expression
  if (REFLECTS.test(callee.getText())) return 'changed'
  if (state.isHarmless(callee)) return passOn(withWrappers(call), state, true)
  return changedIf(state.runs(call))
}

type Call = ts.CallExpression | ts.NewExpression

const isArgument = (outer: ts.Node, inner: ts.Node): outer is Call =>
  (ts.isCallExpression(outer) || ts.isNewExpression(outer)) && outer.expression !== inner

/** A function that returns the value passes it to its callers. */
const returns = (parent: ts.Node): boolean =>
  ts.isReturnStatement(parent) || ts.isArrowFunction(parent)

/** Exports, comparisons, a base class, `new A()`: uses that leave the value unchanged. */
const isLooking = (parent: ts.Node): boolean =>
  ts.isExportAssignment(parent) ||
  ts.isExportSpecifier(parent) ||
  ts.isNewExpression(parent) ||
  ts.isTypeOfExpression(parent) ||
  ts.isHeritageClause(parent) ||
  ts.isSpreadAssignment(parent) ||
  (ts.isBinaryExpression(parent) && compares().has(parent.operatorToken.kind))

const compares = kindsOf(
  'EqualsEqualsEqualsToken',
  'ExclamationEqualsEqualsToken',
  'InstanceOfKeyword',
  'InKeyword',
)

/** The name with the expressions around it, from the inside out: `m`, `m.up`, `m.up.name`. */
function partsOf(mention: ts.Identifier): ts.Node[] {
  const parts: ts.Node[] = [withWrappers(mention)]
  for (let inner = parts[0]!; isMemberOf(inner.parent, inner); inner = parts.at(-1)!)
    parts.push(withWrappers(inner.parent))
  return parts
}

const isMemberOf = (outer: ts.Node, inner: ts.Node): boolean =>
  (ts.isPropertyAccessExpression(outer) || ts.isElementAccessExpression(outer)) &&
  outer.expression === inner

/** Calls that change their first argument, whenever they run. */
const REFLECTS = /^(Object|Reflect)\.(assign|define\w*|set\w*|deleteProperty)$/

/** Their results may hold their arguments. */
const HARMLESS = /^(Object|JSON|console)\.\w+$|^(Array|Map|Set|String)$/

/** Whether a list method is called that leaves the list unchanged. */
const isReading = (callee: ts.Node): boolean =>
  ts.isPropertyAccessExpression(callee) && READS.test(callee.name.text)

const READS =
  /^(at|concat|entries|every|filter|find\w*|flat|flatMap|forEach|includes|(last)?indexOf|join|keys|map|reduce|slice|some|to[A-Z]\w*|values)$/i

function rootOf(callee: ts.Node): string {
  let root = callee
  while (ts.isPropertyAccessExpression(root)) root = root.expression
  return ts.isIdentifier(root) ? root.text : ''
}

/** Whether `outer` is a literal that holds the value, directly or nested. */
const isHolding = (outer: ts.Node, inner: ts.Node): boolean =>
  ts.isArrayLiteralExpression(outer) ||
  ts.isSpreadElement(outer) ||
  ts.isObjectLiteralExpression(outer) ||
  ts.isShorthandPropertyAssignment(outer) ||
  (ts.isPropertyAssignment(outer) && outer.initializer === inner)
