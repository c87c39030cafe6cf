// Where code reads the name or the text of a class or a function of its own, which are what a bundler makes of them.
import { ts } from 'ts-morph'
import { memberName, nameText, parentOf, unwrap } from '../../loading/erased-syntax.js'
import { calleeOf, isFunctionValue } from '../../loading/load-syntax.js'
import type { GivenValues } from './given-values.js'

/** What is read, and of which class or function; null where some class of the code is meant. */
export interface CodeText {
  readonly is: 'name' | 'text'
  readonly of: OwnCode | null
}

/** A class or a function with its code. */
export type OwnCode = ts.ClassLikeDeclaration | ts.SignatureDeclaration

/**
 * What a node reads of own code; null for anything else, as the name of an error or of a row. Of `x.constructor` where `x` may
 * be anything, `makes` tells whether the code makes instances of own classes.
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

/** What `x.name` and `{ name } = x` are about. */
function nameRead(node: ts.Node): ts.Node | undefined {
  if (unwrap(node) === node && memberName(node) === 'name')
    return (node as ts.PropertyAccessExpression).expression
  return ts.isBindingElement(node) && keyOf(node) === 'name' ? node.parent.parent : undefined
}

const keyOf = ({ name, propertyName }: ts.BindingElement): string | null =>
  nameText(propertyName ?? name)

/** What `x.toString()`, `String(x)` and a template are about. */
function textRead(node: ts.Node): ts.Node | undefined {
  if (ts.isTemplateSpan(node))
    return ts.isTaggedTemplateExpression(node.parent.parent) ? undefined : node.expression
  if (!ts.isCallExpression(node)) return undefined
  const callee = calleeOf(node)
  if (ts.isIdentifier(callee) && callee.text === 'String') return node.arguments[0]
  const isText = memberName(callee) === 'toString'
  return isText ? (callee as ts.PropertyAccessExpression).expression : undefined
}

/** What is a class or a function: itself, `x.constructor` and `this` of a static member. */
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

/** The class around `this`, unless that may be one below it which says its own name. */
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

/** Whether bundlers make what is read. What an object calls its members stays, and so does a static member. */
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

/** A parameter that nobody is seen to give, a list that is filled elsewhere, and what a function of the code answers. */
const isUnknown = (node: ts.Node, values: GivenValues): boolean =>
  ts.isParameter(node) ||
  ts.isArrayLiteralExpression(node) ||
  (ts.isCallExpression(node) && values.of(calleeOf(node)).some(isCode))

/** What is compared with a text may be a class of the platform: `value.constructor.name === 'Uint8Array'`. */
const isCompared = ({ parent }: ts.Node): boolean =>
  ts.isSwitchStatement(parent) ||
  (ts.isBinaryExpression(parent) && /^[!=]==?$/.test(parent.operatorToken.getText()))
