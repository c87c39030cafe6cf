// Finds the places where code uses a text for something other than running it.
import { kindsOf } from '../loading/kinds-of.js'
import { ts } from 'ts-morph'
import { tokenize } from '../../src/sql/tokenize.js'
import { HOLE, joinAtHoles } from './describe-sql.js'
import { nameText, parentOf, unwrap } from '../loading/erased-syntax.js'
import {
  argumentsOf,
  calleeOf,
  isCall,
  isData,
  nameOf,
  nodesIn,
  valueOf,
  writtenBy,
  type Call,
} from '../loading/load-syntax.js'
import { isSql } from './recognize-sql.js'

/**
 * How deep an expression is examined: `all`, with everything in it; `own`, only itself, as when a list is asked for its length
 * and not for its texts; `parts`, each element that it holds as a list; `members`, the same for objects as well; `keys`, the keys
 * by which its contents are looked up; `statement`, the text that it was prepared from, and `read`, that text.
 */
export type Depth = 'all' | 'own' | 'parts' | 'members' | 'keys' | 'statement' | 'read'

/** Expressions examined at one place; for a call, they depend on what is known about all files. */
export type Sink = { readonly values: readonly ts.Node[]; readonly depth: Depth } | Call

/** Every place in a file that may do anything with a text but run it, keep it, join it to others or hand it on. */
export function sinksIn(file: ts.SourceFile): Sink[] {
  const inQuotes = hasHalfLiteral(file)
  const hasSetter = [...nodesIn([file])].some(isSetter)
  return [...nodesIn([file])].flatMap((node) => [
    ...(inQuotes ? insideQuotes(node) : []),
    ...(isCall(node) ? [node] : []),
    ...(hasSetter ? sink('all', assignedBy(node)) : []),
    ...sink('all', thrownBy(node)),
    ...sink('all', usedBy(node)),
    ...sink('own', lookedAtBy(node)),
    ...sink('keys', askedByKey(node)),
    ...sink('parts', searchedBy(node)),
    ...sink('statement', askedForText(node)),
  ])
}

/** Any text may be inside quotes that other texts open and close: also one that is run with the values in its holes. */
const insideQuotes = (node: ts.Node): Sink[] =>
  ts.isTemplateExpression(node)
    ? sink('read', [node])
    : sink('all', ts.isStringLiteralLike(node) ? [node] : [])

/** Whether a text of the file opens a literal without closing it, or closes one that it has not opened. */
export const hasHalfLiteral = (file: ts.SourceFile): boolean =>
  file.text.includes("'") &&
  [...nodesIn([file])].some((node) => ts.isStringLiteralLike(node) && isHalfLiteral(node.text))

/** In other texts than SQL, quotes between letters are apostrophes. */
function isHalfLiteral(text: string): boolean {
  if (!text.includes("'")) return false
  if (!isSql(text))
    return (text.replace(/(?<=\p{L})'(?=\p{L})/gu, '').split("'").length - 1) % 2 === 1
  const last = tokenize(text).at(-1)
  return last?.kind === 'string' && (last.text.split("'").length - 1) % 2 === 1
}

/** Whether a node receives what is assigned to a member: `set last(text)`, and the `set` of a proxy or of a defined member. */
function isSetter(node: ts.Node): boolean {
  if (ts.isSetAccessor(node)) return true
  if (ts.isCallExpression(node)) return /\b__defineSetter__\b/.test(node.expression.getText())
  const isMember = ts.isMethodDeclaration(node) || ts.isShorthandPropertyAssignment(node)
  if (!isMember && (!ts.isPropertyAssignment(node) || isData(unwrap(node.initializer))))
    return false
  return nameText(node.name) === 'set'
}

/** The values assigned to members. */
function assignedBy(node: ts.Node): readonly ts.Node[] {
  if (isCall(node)) return nameOf(calleeOf(node)) === 'assign' ? argumentsOf(node).slice(1) : []
  const written = writtenBy(node)
  if (!written || ts.isIdentifier(unwrap(written))) return []
  if (ts.isForOfStatement(node)) return [node.expression]
  return ts.isBinaryExpression(node) ? [node.right] : []
}

/** Texts that are thrown: whoever catches them may do anything with them. */
const thrownBy = (node: ts.Node): readonly ts.Node[] =>
  ts.isThrowStatement(node)
    ? textsIn(node.expression)
    : isCall(node) && /^(reject|\w*Error)$/.test(nameOf(calleeOf(node)))
      ? argumentsOf(node).flatMap(textsIn)
      : []

/** The texts written out as a value or inside one; the arguments of a call are examined separately. */
function textsIn(node: ts.Node): ts.Node[] {
  const inner = unwrap(node)
  if (ts.isStringLiteralLike(inner)) return [inner]
  if (isCall(inner) || ts.isFunctionLike(inner)) return []
  const texts: ts.Node[] = []
  ts.forEachChild(inner, (child) => void texts.push(...textsIn(child)))
  return texts
}

const sink = (depth: Depth, values: readonly ts.Node[]): Sink[] =>
  values.length > 0 ? [{ values, depth }] : []

function usedBy(node: ts.Node): readonly ts.Node[] {
  if (ts.isBinaryExpression(node)) return [...comparedBy(node), ...joinedBy(node)]
  if (ts.isTemplateExpression(node)) return isTagged(node) ? quotedByTag(node) : quotedIn(node)
  if (isCall(node)) return joinedInList(node)
  return ts.isCaseClause(node) ? [node.expression] : []
}

/** White space around a text does not change its meaning when it is run. */
export const isTrimming = (name: string): boolean => /^(trim|trimStart|trimEnd)$/.test(name)

/** Methods of a text that return the same text, as far as running it is concerned. */
export const isSame = (name: string): boolean =>
  isTrimming(name) || name === 'toString' || name === 'valueOf'

/** The object that a member is read from, and the value that is destructured: a text may only be trimmed. */
function lookedAtBy(node: ts.Node): readonly ts.Node[] {
  if (ts.isPropertyAccessExpression(node)) return isSame(node.name.text) ? [] : [node.expression]
  if (
    ts.isElementAccessExpression(node) ||
    ts.isForOfStatement(node) ||
    ts.isSpreadElement(node) ||
    ts.isSwitchStatement(node)
  )
    return [node.expression]
  if (ts.isVariableDeclaration(node))
    return node.initializer && !ts.isIdentifier(node.name) ? [node.initializer] : []
  return ts.isBinaryExpression(node) && ordering().has(node.operatorToken.kind)
    ? [node.left, node.right]
    : []
}

/** The object that is accessed by a computed key. */
function askedByKey(node: ts.Node): readonly ts.Node[] {
  if (ts.isElementAccessExpression(node)) return [node.expression]
  if (ts.isBinaryExpression(node))
    return node.operatorToken.kind === ts.SyntaxKind.InKeyword ? [node.right] : []
  if (isCall(node) && nameOf(calleeOf(node)) === 'hasOwn') return argumentsOf(node).slice(0, 1)
  return receiver(node, /^(delete|get|has|hasOwnProperty)$/)
}

/** The list that is searched, and of keys those that are written out. */
const searchedBy = (node: ts.Node): readonly ts.Node[] =>
  ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)
    ? [node.argumentExpression]
    : receiver(node, /^(includes|indexOf|lastIndexOf)$/)

function receiver(node: ts.Node, method: RegExp): readonly ts.Node[] {
  const callee = isCall(node) ? calleeOf(node) : node
  return callee !== node && ts.isPropertyAccessExpression(callee) && method.test(callee.name.text)
    ? [callee.expression]
    : []
}

const ordering = kindsOf(
  'GreaterThanToken',
  'GreaterThanEqualsToken',
  'InKeyword',
  'LessThanToken',
  'LessThanEqualsToken',
)

/** Members by which clients give back the text of a prepared statement. */
export const READING_BACK = /\b(source|sourceSQL|expandedSQL)\b/

function askedForText(node: ts.Node): readonly ts.Node[] {
  if (ts.isPropertyAccessExpression(node) && READING_BACK.test(node.name.text))
    return [node.expression]
  if (ts.isElementAccessExpression(node) && READING_BACK.test(node.argumentExpression.getText()))
    return [node.expression]
  if (!ts.isVariableDeclaration(node) || !ts.isObjectBindingPattern(node.name)) return []
  const value = valueOf(node)
  return value && READING_BACK.test(node.name.getText()) ? [value] : []
}

const comparisons = kindsOf(
  'EqualsEqualsToken',
  'EqualsEqualsEqualsToken',
  'ExclamationEqualsToken',
  'ExclamationEqualsEqualsToken',
)

const comparedBy = ({ left, operatorToken, right }: ts.BinaryExpression): ts.Node[] =>
  comparisons().has(operatorToken.kind) ? [left, right] : []

/** `'… VALUES (' + text + ')'`, looked at from its outermost operation. */
function joinedBy(node: ts.BinaryExpression): ts.Node[] {
  if (!isJoin(node) || isJoin(parentOf(node))) return []
  const parts: ts.Node[] = []
  let first: ts.Node = node
  for (; ts.isBinaryExpression(first) && isJoin(first); first = unwrap(first.left))
    parts.push(unwrap(first.right))
  return quotedAmong([...parts, first].reverse(), '')
}

/** `['… VALUES (', text, ')'].join('')` */
function joinedInList(call: Call): ts.Node[] {
  const callee = calleeOf(call)
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 'join') return []
  const list = unwrap(callee.expression)
  const [between] = argumentsOf(call)
  const separator = between && ts.isStringLiteralLike(between) ? between.text : ','
  return ts.isArrayLiteralExpression(list) ? quotedAmong(list.elements.map(unwrap), separator) : []
}

function quotedAmong(parts: readonly ts.Node[], separator: string): ts.Node[] {
  const texts = ['']
  const holes: ts.Node[] = []
  parts.forEach((part, at) => {
    if (at > 0) texts.push(texts.pop()! + separator)
    // SQL after the first part may be inside quotes, and then it is data.
    const isHole = !ts.isStringLiteralLike(part) || (at > 0 && isSql(part.text))
    if (!isHole) texts.push(texts.pop()! + part.text)
    else {
      holes.push(part)
      texts.push('')
    }
  })
  return quoted(texts, holes)
}

const isJoin = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken

const quotedIn = ({ head, templateSpans }: ts.TemplateExpression): ts.Node[] =>
  quoted(
    [head.text, ...templateSpans.map(({ literal }) => literal.text)],
    templateSpans.map(({ expression }) => expression),
  )

const isTagged = ({ parent }: ts.Node): boolean =>
  ts.isTaggedTemplateExpression(parent) && nameOf(parent.tag) === 'sql'

/** The tag turns all texts into literals except those that are SQL by their own words. */
const quotedByTag = ({ templateSpans }: ts.TemplateExpression): ts.Node[] =>
  templateSpans.map(({ expression }) => unwrap(expression)).filter((hole) => !isFragment(hole))

const isFragment = (hole: ts.Node): boolean =>
  isCall(hole) && /^(raw|sql)$/.test(nameOf(calleeOf(hole)))

/** The holes inside the quotes of a literal, also in a fragment of a statement such as `('${text}')`. */
function quoted(texts: readonly string[], holes: readonly ts.Node[]): ts.Node[] {
  if (holes.length === 0 || !texts.some((text) => text.includes("'"))) return []
  let at = 0
  const inLiterals = tokenize(joinAtHoles(texts)).flatMap(({ kind, text }) => {
    const count = text.split(HOLE).length - 1
    const inside = holes.slice(at, at + count)
    at += count
    return kind === 'string' ? inside : []
  })
  // An apostrophe before them would turn opening quotes into closing ones.
  const between = holes.filter(
    (_, one) => texts[one]!.endsWith("'") && texts[one + 1]!.startsWith("'"),
  )
  return [...inLiterals, ...between]
}
