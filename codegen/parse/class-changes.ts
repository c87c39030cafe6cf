// Finds code in a migration class that could give it another `up` or `down` than the one that is read.
import { ts } from 'ts-morph'
import { memberName, unwrap, withWrappers } from '../loading/erased-syntax.js'
import { bindsThis } from '../loading/local-names.js'
import { isPrototype, isWritten } from './assignments.js'

/** A part of a class because of which its `up` and `down` are not known. */
export interface ClassChange {
  /**
   * A decorator; a constructor statement that states no fact; an assignment to `up` or `down`; a class or an instance that is
   * passed on, or calls itself, during construction.
   */
  readonly is: 'decorator' | 'constructor' | 'assignment' | 'passed-on'
  readonly node: ts.Node
  /** The code to show: the statement or the field around it. */
  readonly around: ts.Node
}

/**
 * The first such part; null if there is none. Fields, the constructor and static blocks run when the class is loaded or
 * instantiated: there `this` may only be read and assigned members by name. Methods run later, so only their assignments count.
 */
export function classChange(node: ts.ClassLikeDeclaration): ClassChange | null {
  const decorator = [node, ...node.members].flatMap(decoratorsOf)[0]
  if (decorator) return { is: 'decorator', node: decorator, around: decorator }
  const accessors = new Set(node.members.filter(ts.isAccessor).map(({ name }) => name.getText()))
  for (const member of node.members) {
    const change = memberChange(member, node.name?.text ?? null, accessors)
    if (change) return change
  }
  return null
}

function decoratorsOf(node: ts.Node): readonly ts.Node[] {
  const own = (ts.canHaveDecorators(node) && ts.getDecorators(node)) || []
  const parameters = ts.isFunctionLike(node) ? node.parameters.flatMap(decoratorsOf) : []
  return [...own, ...parameters]
}

function memberChange(
  member: ts.ClassElement,
  name: string | null,
  accessors: ReadonlySet<string>,
): ClassChange | null {
  if (ts.isConstructorDeclaration(member)) {
    const other = member.body?.statements.find((statement) => !states(statement))
    if (other) return { is: 'constructor', node: other, around: other }
  }
  const making = runsWhenMade(member)
  for (const self of selvesIn(member, name)) {
    if (isAssigned(self)) return changeAt(self, 'assignment')
    if (making && !isPlainlyUsed(self, accessors)) return changeAt(self, 'passed-on')
  }
  return null
}

function changeAt(node: ts.Node, is: ClassChange['is']): ClassChange {
  const around = ts.findAncestor(
    node,
    (outer) => ts.isExpressionStatement(outer) || ts.isClassElement(outer),
  )
  return { is, node, around: around ?? node }
}

/** `super(…)` or `this.name = …`. */
function states(statement: ts.Statement): boolean {
  if (!ts.isExpressionStatement(statement)) return false
  const { expression } = statement
  if (ts.isCallExpression(expression))
    return expression.expression.kind === ts.SyntaxKind.SuperKeyword
  return (
    ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isPropertyAccessExpression(expression.left)
  )
}

/** A field that holds a function, and a method, run only when they are called. */
function runsWhenMade(member: ts.ClassElement): boolean {
  if (ts.isConstructorDeclaration(member) || ts.isClassStaticBlockDeclaration(member)) return true
  if (!ts.isPropertyDeclaration(member) || !member.initializer) return false
  const value = unwrap(member.initializer)
  return !ts.isArrowFunction(value) && !ts.isFunctionExpression(value)
}

/** The uses of `this` and of the class name. A nested function that is not an arrow function has a `this` of its own. */
function selvesIn(member: ts.Node, name: string | null): ts.Node[] {
  const found: ts.Node[] = []
  const visit = (node: ts.Node, own: boolean): void => {
    const named = name !== null && ts.isIdentifier(node) && node.text === name && isUse(node)
    if (named || (own && node.kind === ts.SyntaxKind.ThisKeyword)) found.push(node)
    const inside = own && (node === member || !bindsThis(node))
    ts.forEachChild(node, (child) => visit(child, inside))
  }
  visit(member, true)
  return found
}

const isUse = (node: ts.Node): boolean => !('name' in node.parent && node.parent.name === node)

/** The named member of `self`, as in `this.up`, `A.prototype`; null if there is none or it is computed. */
function memberOf(self: ts.Node): ts.Node | null {
  const inner = withWrappers(self)
  const { parent } = inner
  const isMember =
    memberName(parent) !== null && (parent as ts.AccessExpression).expression === inner
  return isMember ? withWrappers(parent) : null
}

function isAssigned(self: ts.Node): boolean {
  const member = memberOf(self)
  if (!member) return false
  return isPrototype(member) || (isWritten(member) && /^(up|down)$/.test(memberName(member) ?? ''))
}

/**
 * Whether a member is read or assigned by its name, and not called: a method gets the instance as its `this`, and so do a getter
 * and a setter.
 */
function isPlainlyUsed(self: ts.Node, accessors: ReadonlySet<string>): boolean {
  const member = memberOf(self)
  const name = member && memberName(member)
  if (!name || name === 'constructor' || accessors.has(name)) return false
  const { parent } = member
  if (ts.isTaggedTemplateExpression(parent)) return false
  return !ts.isCallExpression(parent) || parent.expression !== member
}
