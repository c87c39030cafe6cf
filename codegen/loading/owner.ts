// The class or object that `up` and `down` belong to: which of its members take part when a side says `this`.
import { ts } from 'ts-morph'
import { isErased, nameText, parentOf } from './erased-syntax.js'

/** What `this` stands for in a migration. */
export type Owner = ts.ClassLikeDeclaration | ts.ObjectLiteralExpression

/** The owner of the function of a side; null for a function that stands alone. */
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

/** The name of the member that the function of a side is; null where that is computed, or there is none. */
export const sideNameOf = (side: ts.Node): string | null => nameOf(memberOf(side))

const memberOf = (side: ts.Node): ts.Node => (ts.isMethodDeclaration(side) ? side : parentOf(side))

/** The members that a name means; several for a getter with its setter. */
export const membersNamed = (owner: Owner, name: string): ts.Node[] =>
  membersOf(owner).filter((member) => nameOf(member) === name)

/** The names of the members, in order; not those that are computed. */
export const memberNames = (owner: Owner): string[] =>
  membersOf(owner).flatMap((member) => nameOf(member) ?? [])

/**
 * The members that may answer to a name: those called so, and after the last of them what may bring any name, as a spread or
 * a computed one. What the object inherits from counts where none is called so.
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

/** What a constructor states under a name: `this.description = …`, and `super(…)`, which may state anything. */
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

/** The members that may work for a side: not what states the identity, and not the sides themselves. */
export const workingMembers = (owner: Owner): ts.Node[] =>
  membersOf(owner).filter((member) => !isConstruction(member) && !STATED.has(nameOf(member) ?? ''))

/** What runs when an instance is made or the class is loaded. The base class of a migration has nothing to say. */
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

/** Members that only state what has its own place in the checksum or none. */
export const STATED: ReadonlySet<string> = new Set([
  'version',
  'name',
  'description',
  'irreversible',
  'up',
  'down',
])

/** Whether a node of the owner's constructor only states something: `super({ version })`, `this.description = …`. */
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
