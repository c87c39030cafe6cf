// Finds the class or object that `up` and `down` belong to, and the members that matter when a side uses `this`.
import { ts } from 'ts-morph'
import { isErased, nameText, parentOf } from './erased-syntax.js'

/** What `this` refers to in a migration. */
export type Owner = ts.ClassLikeDeclaration | ts.ObjectLiteralExpression

/** The owner of the function of a side; null for a standalone function. */
export function ownerOf(side: ts.Node): Owner | null {
  const member = memberOf(side)
  if (
    !ts.isMethodDeclaration(member) &&
    !ts.isPropertyDeclaration(member) &&
    !ts.isPropertyAssignment(member)
  )
    return null
  const { parent } = member
  return ts.isClassLike(parent) || ts.isObjectLiteralExpression(parent) ? parent : null
}

/** The member name of the function of a side; null if it is computed, or there is none. */
export const sideNameOf = (side: ts.Node): string | null => nameOf(memberOf(side))

const memberOf = (side: ts.Node): ts.Node => (ts.isMethodDeclaration(side) ? side : parentOf(side))

/** The members that a name means; several for a getter with its setter. */
export const membersNamed = (owner: Owner, name: string): ts.Node[] =>
  membersOf(owner).filter((member) => nameOf(member) === name)

/** The names of the members, in order; not those that are computed. */
export const memberNames = (owner: Owner): string[] =>
  membersOf(owner).flatMap((member) => nameOf(member) ?? [])

/**
 * The members that a name may refer to: those with that name, and after the last of them those that may provide any name, such as
 * a spread or a computed member. The prototype of the object counts if there is none with that name.
 */
export function membersAnswering(owner: Owner, name: string): ts.Node[] {
  const members = membersOf(owner)
  const named = membersNamed(owner, name)
  const last = members.findLastIndex((member) => named.includes(member))
  const any = members.slice(last + 1).filter((member) => bringsAny(member))
  const inherited = named.length > 0 || any.length > 0 ? [] : membersNamed(owner, '__proto__')
  return [...named, ...any, ...inherited]
}

const bringsAny = (member: ts.Node): boolean =>
  ts.isSpreadAssignment(member) || (!isConstruction(member) && nameOf(member) === null)

/** The statements of a constructor that set a name: `this.description = …`, and `super(…)`, which may set any name. */
export function statementsOf(owner: Owner, name: string): ts.Node[] {
  if (!STATED.has(name)) return []
  const constructor = membersOf(owner).find((member) => ts.isConstructorDeclaration(member))
  return (constructor?.body?.statements ?? []).filter((statement) => {
    if (!isStatement(owner, statement)) return false
    const { expression } = statement as ts.ExpressionStatement
    if (!ts.isBinaryExpression(expression))
      return (expression as ts.CallExpression).arguments.length > 0
    return nameText((expression.left as ts.PropertyAccessExpression).name) === name
  })
}

/** The members that may take part in a side: without those that state the identity, and without the sides themselves. */
export const workingMembers = (owner: Owner): ts.Node[] =>
  membersOf(owner).filter((member) => !isConstruction(member) && !STATED.has(nameOf(member) ?? ''))

/** The code that runs when an instance is created or the class is loaded. The base class of a migration does nothing. */
export const constructionOf = (owner: Owner): ts.Node[] =>
  membersOf(owner).filter((member) => isConstruction(member) && doesSomething(owner, member))

const isConstruction = (
  member: ts.Node,
): member is ts.ConstructorDeclaration | ts.ClassStaticBlockDeclaration =>
  ts.isConstructorDeclaration(member) || ts.isClassStaticBlockDeclaration(member)

const doesSomething = (
  owner: Owner,
  { body }: ts.FunctionLikeDeclaration | ts.ClassStaticBlockDeclaration,
): boolean => (body as ts.Block).statements.some((statement) => !isStatement(owner, statement))

/** Members that only state facts, which have their own place in the checksum or none. */
export const STATED: ReadonlySet<string> = new Set([
  'version',
  'name',
  'description',
  'irreversible',
  'up',
  'down',
])

/** Whether a node of the owner's constructor only states a fact: `super({ version })`, `this.description = …`. */
export function isStatement(owner: Owner | null, node: ts.Node): boolean {
  if (!ts.isExpressionStatement(node)) return false
  const constructor = node.parent.parent
  if (!ts.isConstructorDeclaration(constructor) || constructor.parent !== owner) return false
  const { expression } = node
  if (ts.isCallExpression(expression))
    return expression.expression.kind === ts.SyntaxKind.SuperKeyword
  return (
    ts.isBinaryExpression(expression) &&
    ts.isPropertyAccessExpression(expression.left) &&
    expression.left.expression.kind === ts.SyntaxKind.ThisKeyword &&
    STATED.has(expression.left.name.text)
  )
}

const membersOf = (owner: Owner): ts.Node[] =>
  [...(ts.isObjectLiteralExpression(owner) ? owner.properties : owner.members)].filter(
    (member) => !isErased(member),
  )

function nameOf(member: ts.Node): string | null {
  const { name } = member as ts.ClassElement | ts.ObjectLiteralElement
  return name ? nameText(name) : null
}
