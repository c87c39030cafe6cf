// Describes syntax by marks and values of our own, so that neither spelling nor the compiler's numbering matters.
import { ts } from 'ts-morph'
import { ACTS } from '../loading/levels.js'
import { enter, type Walk, hasOwnThis, mentionOwner, mentionPrototype } from './code-walk.js'
import { describeMark } from './describe-mark.js'
import { describeMember, describeName } from './describe-mention.js'
import { describeTemplateTexts, describeText } from './describe-text.js'
import { leaf } from './digest.js'
import { isErased, nameText, unwrap, numberText } from '../loading/erased-syntax.js'
import { bindsThis, localNames, namesInPart } from '../loading/local-names.js'
import { isStatement } from '../loading/owner.js'
import { shapes, SIDE, type Part, type Shape } from './shapes.js'

/** Describes the function of a side. An arrow function differs in what `this` means. */
export function describeFunction(walk: Walk, root: ts.Node): void {
  if (!ts.isFunctionLike(root)) describeNode(walk, root)
  else describeShape(walk, root, ts.isArrowFunction(root) ? { ...SIDE, name: 'arrow' } : SIDE)
}

/** Describes the pending mentions until none are left. */
export function describePending(walk: Walk): void {
  for (let node = walk.pending.shift(); node; node = walk.pending.shift()) {
    enter(walk, node)
    describeNode(walk, node)
  }
}

/** Describes a node and all that is in it. A kind that is not known is described by its source as well. */
export function describeNode(walk: Walk, given: ts.Node): void {
  const node = unwrap(given)
  const shape = shapes().get(node.kind)
  if (describeMember(walk, node)) return
  if (shape) describeShape(walk, node, shape)
  else if (ts.isBinaryExpression(node)) describeOperation(walk, node)
  else if (ts.isTemplateExpression(node)) describeTemplate(walk, node)
  else if (!describeValue(walk, node)) describeSource(walk, node)
}

function describeShape(walk: Walk, node: ts.Node, { name, parts }: Shape): void {
  const outside = scopeAround(walk, node)
  walk.out.push(`(${name}`)
  for (const part of parts) {
    enterPart(walk, node, part, outside)
    describePart(walk, node, part)
  }
  walk.out.push(')')
  const { locals, ownThis, keyThis, formerThis } = outside
  Object.assign(walk, { locals, ownThis, keyThis, formerThis })
}

/** What names and `this` refer to around a node, and what the node changes about it. */
interface Scope extends Pick<Walk, 'locals' | 'ownThis' | 'keyThis' | 'formerThis'> {
  readonly names: ReadonlySet<string> | undefined
  readonly binds: boolean
}

function scopeAround(walk: Walk, node: ts.Node): Scope {
  const { locals, ownThis, keyThis, formerThis } = walk
  const binds = bindsThis(node) && node !== walk.root && node.parent !== walk.owner
  return { locals, ownThis, keyThis, formerThis, names: localNames(node), binds }
}

/** Sets what names and `this` refer to in a part of a node. */
function enterPart(walk: Walk, node: ts.Node, { of }: Part, outside: Scope): void {
  const { names, binds } = outside
  if (names) {
    const given = walk.loading ? namesInPart(node, of, names) : names
    walk.locals = { names: given, formerly: names, around: outside.locals }
  }
  walk.formerThis = outside.formerThis && !binds
  walk.ownThis = outside.ownThis && !(binds && !(walk.loading && isOutside(of)))
  if (!walk.loading) return
  if (ts.isClassLike(node)) walk.keyThis = outside.ownThis
  else if (of === 'name' && ts.isClassLike(node.parent)) walk.ownThis = outside.keyThis
}

/** The parts of a function or a class that the surrounding code runs. */
const isOutside = (part: string): boolean => /^(decorators|heritageClauses|name)$/.test(part)

function describePart(walk: Walk, node: ts.Node, { way, of }: Part): void {
  if (way === 'mark') return void walk.out.push(describeMark(node, of))
  if (way === 'decorators') return describeList(walk, decoratorsOf(node))
  const value = (node as unknown as Readonly<Record<string, unknown>>)[of]
  if (way === 'content') describeContent(walk, value)
  else describeFixedName(walk, value as ts.Node | undefined, way)
}

const decoratorsOf = (node: ts.Node): readonly ts.Node[] =>
  (ts.canHaveDecorators(node) && ts.getDecorators(node)) || []

/** Describes what the compiler stores in a property: nothing, a list, an operator's number, a node. */
function describeContent(walk: Walk, value: unknown): void {
  if (value === undefined) walk.out.push('-')
  else if (Array.isArray(value)) describeList(walk, value as ts.Node[])
  else if (typeof value === 'number') walk.out.push(leaf('token', ts.tokenToString(value)!))
  else describeNode(walk, value as ts.Node)
}

/** A list that is empty apart from types equals no list: `new A` is `new A()`. */
function describeList(walk: Walk, nodes: readonly ts.Node[]): void {
  const meant = nodes.filter(
    (node) => !isErased(node) && !isMereStatement(walk, node) && !isOmitted(walk, node),
  )
  if (meant.length === 0) return void walk.out.push('-')
  walk.out.push('[')
  for (const node of meant) describeNode(walk, node)
  walk.out.push(']')
}

const isOmitted = ({ omitted }: Walk, node: ts.Node): boolean =>
  omitted.size > 0 &&
  (ts.isPropertyAssignment(node)
    ? omitted.has(node.initializer)
    : ts.isShorthandPropertyAssignment(node) && omitted.has(node.name))

/** Whether a node is a fact that the constructor states, without other effects. */
function isMereStatement(walk: Walk, node: ts.Node): boolean {
  if (!isStatement(walk.owner, node)) return false
  const acts = walk.loading?.time.of(node, true) === ACTS
  walk.sawMore ||= acts
  return !acts
}

/** A name that mentions nothing. A computed name or a pattern is code like any other. */
function describeFixedName(walk: Walk, name: ts.Node | undefined, tag: string): void {
  if (!name) return void walk.out.push('-')
  const text = nameText(name)
  if (text === null) describeNode(walk, name)
  else walk.out.push(leaf(ts.isPrivateIdentifier(name) ? 'private' : tag, text))
}

/** From the inside out without recursion: SQL may be concatenated from thousands of strings. */
function describeOperation(walk: Walk, node: ts.BinaryExpression): void {
  const operations: ts.BinaryExpression[] = []
  let first: ts.Node = node
  for (; ts.isBinaryExpression(first); first = unwrap(first.left)) operations.push(first)
  for (const _ of operations) walk.out.push('(operation')
  describeNode(walk, first)
  for (const { operatorToken, right } of operations.reverse()) {
    describeNode(walk, operatorToken)
    describeNode(walk, right)
    walk.out.push(')')
  }
}

function describeTemplate(walk: Walk, node: ts.TemplateExpression): void {
  walk.out.push('(template', ...describeTemplateTexts(walk, node))
  for (const { expression } of node.templateSpans) describeNode(walk, expression)
  walk.out.push(')')
}

function describeSource(walk: Walk, node: ts.Node): void {
  walk.out.push('(source', leaf('text', node.getText().replaceAll('\r\n', '\n')))
  ts.forEachChild(node, (child) => describeNode(walk, child))
  walk.out.push(')')
}

/** Describes a leaf by its value; returns false if the node is not a leaf. */
function describeValue(walk: Walk, node: ts.Node): boolean {
  if (ts.isIdentifier(node)) describeName(walk, node)
  else if (ts.isStringLiteralLike(node)) walk.out.push(...describeText(walk, node))
  else if (ts.isNumericLiteral(node)) walk.out.push(leaf('number', numberText(node)))
  else if (ts.isBigIntLiteral(node)) walk.out.push(leaf('bigint', numberText(node)))
  else if (ts.isRegularExpressionLiteral(node)) walk.out.push(leaf('regexp', regexpText(node)))
  else if (ts.isPrivateIdentifier(node)) walk.out.push(leaf('private', node.text))
  else return describeToken(walk, node)
  return true
}

/** The order of flags does not matter. */
function regexpText({ text }: ts.RegularExpressionLiteral): string {
  const end = text.lastIndexOf('/') + 1
  return text.slice(0, end) + text.slice(end).split('').sort().join('')
}

function describeToken(walk: Walk, node: ts.Node): boolean {
  const text = ts.tokenToString(node.kind)
  if (text === undefined) return false
  walk.out.push(leaf('token', text))
  if (node.kind === ts.SyntaxKind.ThisKeyword && hasOwnThis(walk)) mentionOwner(walk)
  if (node.kind === ts.SyntaxKind.SuperKeyword && hasOwnThis(walk)) mentionPrototype(walk)
  return true
}
