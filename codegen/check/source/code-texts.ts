// Finds where code reads the name or text of its own class or function, which depend on the bundler.
import { ts } from 'ts-morph'
import { memberName, nameText, parentOf, unwrap } from '../../loading/erased-syntax.js'
import { calleeOf, isFunctionValue } from '../../loading/load-syntax.js'
import type { GivenValues } from './given-values.js'

/** What is read, and of which class or function; null if it is some class of the code. */
export interface CodeText {
  readonly is: 'name' | 'text'
  readonly of: OwnCode | null
}

/** A class or a function with its code. */
export type OwnCode = ts.ClassLikeDeclaration | ts.SignatureDeclaration

/**
 * What a node reads of its own code; null for anything else, such as the name of an error or a row. For `x.constructor` of an
 * unknown `x`, `makes` tells whether the code creates instances of its own classes.
 */
export function codeText(
  node: ts.Node,
  values: GivenValues,
  makes: () => boolean,
): CodeText | null {
  const named = nameRead(node)
  const is = named ? 'name' : 'text'
  const whole = named ?? textRead(node)
  for (const one of whole ? values.of(whole) : []) {
    const own = ownCode(one, values).find((code) => isMade(code, is))
    if (own) return { is, of: own }
    const owner = named && instanceOf(one)
    const mayBeOwn = owner && values.of(owner).some((each) => isUnknown(each, values))
    if (mayBeOwn && !isCompared(node) && makes()) return { is, of: null }
  }
  return null
}

/** The subject of `x.name` and `{ name } = x`. */
function nameRead(node: ts.Node): ts.Node | undefined {
  if (unwrap(node) === node && memberName(node) === 'name')
    return (node as ts.PropertyAccessExpression).expression
  return ts.isBindingElement(node) && keyOf(node) === 'name' ? node.parent.parent : undefined
}

const keyOf = ({ name, propertyName }: ts.BindingElement): string | null =>
  nameText(propertyName ?? name)

/** The subject of `x.toString()`, `String(x)` and a template. */
function textRead(node: ts.Node): ts.Node | undefined {
  if (ts.isTemplateSpan(node))
    return ts.isTaggedTemplateExpression(node.parent.parent) ? undefined : node.expression
  if (!ts.isCallExpression(node)) return undefined
  const callee = calleeOf(node)
  if (ts.isIdentifier(callee) && callee.text === 'String') return node.arguments[0]
  const isText = memberName(callee) === 'toString'
  return isText ? (callee as ts.PropertyAccessExpression).expression : undefined
}

/** A class or function: itself, `x.constructor` and `this` in a static member. */
function ownCode(node: ts.Node, values: GivenValues): readonly OwnCode[] {
  if (isCode(node)) return [node]
  const owner = instanceOf(node)
  if (!owner) return classOfThis(node, true)
  return values.of(owner).flatMap((one) => {
    if (ts.isNewExpression(one)) return values.of(one.expression).filter(ts.isClassLike)
    return classOfThis(one, false)
  })
}

const isCode = (node: ts.Node): node is OwnCode =>
  ts.isClassLike(node) || ts.isFunctionDeclaration(node) || isFunctionValue(node)

/** `x` of `x.constructor`, of `Object.getPrototypeOf(x).constructor` and of `{ constructor } = x`. */
function instanceOf(node: ts.Node): ts.Node | undefined {
  if (ts.isBindingElement(node))
    return keyOf(node) === 'constructor' ? node.parent.parent : undefined
  if (memberName(node) !== 'constructor') return undefined
  const owner = unwrap((node as ts.PropertyAccessExpression).expression)
  if (!ts.isCallExpression(owner)) return owner
  return /^(Object|Reflect)\.getPrototypeOf$/.test(owner.expression.getText())
    ? owner.arguments[0]
    : owner
}

/** The class around `this`, unless it may be a subclass that defines its own name. */
function classOfThis(node: ts.Node, inStatic: boolean): ts.ClassLikeDeclaration[] {
  if (node.kind !== ts.SyntaxKind.ThisKeyword) return []
  const member = ts.findAncestor(
    node,
    (one) => ts.isClassElement(one) || (ts.isFunctionLike(one) && !ts.isArrowFunction(one)),
  )
  const owner = member?.parent
  if (!owner || !ts.isClassLike(owner) || isStatic(member) !== inStatic) return []
  const classes = owner.getSourceFile().statements.filter(ts.isClassLike)
  return classes.some((one) => says(one, 'name')) ? [] : [owner]
}

const isStatic = (node: ts.Node): boolean =>
  ts.isClassStaticBlockDeclaration(node) ||
  (ts.canHaveModifiers(node) &&
    (node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false))

/** Whether bundlers determine what is read. Member names of an object stay, and so does a static member. */
function isMade(code: OwnCode, is: CodeText['is']): boolean {
  if (is === 'text') return !says(code, 'toString')
  const around = parentOf(code)
  const isNamed =
    ts.isVariableDeclaration(around) ||
    ts.isExportAssignment(around) ||
    ts.isFunctionDeclaration(code) ||
    ts.isClassDeclaration(code) ||
    code.name !== undefined
  return isNamed && !says(code, 'name')
}

const says = (code: ts.Node, name: string): boolean =>
  ts.isClassLike(code) &&
  code.members.some((one) => isStatic(one) && one.name && nameText(one.name) === name)

/** A parameter without visible arguments, a list that is filled elsewhere, and the result of a function of the code. */
const isUnknown = (node: ts.Node, values: GivenValues): boolean =>
  ts.isParameter(node) ||
  ts.isArrayLiteralExpression(node) ||
  (ts.isCallExpression(node) && values.of(calleeOf(node)).some(isCode))

/** A comparison with a text may concern a class of the platform: `value.constructor.name === 'Uint8Array'`. */
const isCompared = ({ parent }: ts.Node): boolean =>
  ts.isSwitchStatement(parent) ||
  (ts.isBinaryExpression(parent) && /^[!=]==?$/.test(parent.operatorToken.getText()))
