// Changes of the tree itself: what is taken away, done twice, or exchanged.
import { ts } from 'ts-morph'
import { replaced, type Edit } from './edit.js'

/** The changes of a node as a whole; none for a leaf. */
export const mutateNode = (node: ts.Node): Edit[] => [
  ...mutateLists(node),
  ...mutateOperands(node),
  ...mutateClauses(node),
  ...mutateFunctions(node),
]

const LISTS = [
  'arguments',
  'elements',
  'properties',
  'members',
  'parameters',
  'statements',
  'clauses',
  'declarations',
] as const

function mutateLists(node: ts.Node): Edit[] {
  if (ts.isSourceFile(node) || ts.isBinaryExpression(node)) return []
  return LISTS.flatMap((list) => {
    const elements = (node as unknown as Record<string, ts.NodeArray<ts.Node> | undefined>)[list]
    return elements ? mutateList(node, elements) : []
  })
}

/** Every element is taken out, doubled, and exchanged with the next. */
function mutateList(parent: ts.Node, elements: ts.NodeArray<ts.Node>): Edit[] {
  const join =
    ts.isBlock(parent) ||
    ts.isClassLike(parent) ||
    ts.isCaseOrDefaultClause(parent) ||
    ts.isCaseBlock(parent)
      ? '\n'
      : ', '
  const texts = elements.map((element) => element.getText())
  const rewrite = (changed: readonly string[], what: string): Edit => ({
    start: elements[0]!.getStart(),
    end: elements.at(-1)!.end,
    text: changed.join(join),
    what: `${what} of ${ts.SyntaxKind[parent.kind]} ${texts.join(join)}`,
  })
  return texts.flatMap((text, at) => {
    if (isErased(elements[at]!)) return []
    const next = texts[at + 1]
    const without = texts.toSpliced(at, 1)
    const alone = ts.isVariableDeclarationList(parent) && texts.length === 1
    const atTop = ts.isVariableDeclarationList(parent) && ts.isSourceFile(parent.parent.parent)
    return [
      ...(alone ? [] : [rewrite(without, `${text} taken out`)]),
      ...(atTop ? [] : [rewrite(texts.toSpliced(at, 0, text), `${text} doubled`)]),
      ...(next === undefined || next === text || isErased(elements[at + 1]!)
        ? []
        : [rewrite(texts.toSpliced(at, 2, next, text), `${text} exchanged with the next`)]),
    ]
  })
}

/** An element that is there for types only. */
const isErased = (node: ts.Node): boolean =>
  (ts.isParameter(node) && node.name.getText() === 'this') ||
  (ts.isClassElement(node) && /^(declare|abstract)\b/.test(node.getText())) ||
  ts.isEmptyStatement(node)

function mutateOperands(node: ts.Node): Edit[] {
  if (ts.isConditionalExpression(node)) return exchange(node, node.whenTrue, node.whenFalse)
  if (ts.isElementAccessExpression(node)) return [replaced(node, node.expression.getText())]
  if (!ts.isBinaryExpression(node) || isAssignment(node.operatorToken.kind)) return []
  return exchange(node, node.left, node.right)
}

const isAssignment = (kind: ts.SyntaxKind): boolean =>
  kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment

function exchange(node: ts.Node, one: ts.Node, other: ts.Node): Edit[] {
  if (one.getText() === other.getText()) return []
  const text = node.getText()
  const at = (place: number): number => place - node.getStart()
  const between = text.slice(at(one.end), at(other.getStart()))
  const before = text.slice(0, at(one.getStart()))
  return [
    replaced(
      node,
      `${before}(${other.getText()})${between}(${one.getText()})${text.slice(at(other.end))}`,
    ),
  ]
}

/** A part that may be missing is taken away. */
function mutateClauses(node: ts.Node): Edit[] {
  const parts = [initializerOf(node)]
  if (ts.isIfStatement(node)) parts.push(node.elseStatement)
  if (ts.isForStatement(node)) parts.push(node.initializer, node.condition, node.incrementor)
  if (ts.isTryStatement(node) && node.catchClause && node.finallyBlock)
    parts.push(node.catchClause, node.finallyBlock)
  if (ts.isClassLike(node)) parts.push(node.heritageClauses?.[0])
  if (ts.isReturnStatement(node)) parts.push(node.expression)
  return parts.flatMap((part) => (part ? [without(node, part)] : []))
}

const initializerOf = (node: ts.Node): ts.Node | undefined =>
  ts.isParameter(node) ||
  ts.isBindingElement(node) ||
  ts.isPropertyDeclaration(node) ||
  ts.isEnumMember(node)
    ? node.initializer
    : undefined

/** Takes a part away, with the sign or word that introduces it. */
function without(node: ts.Node, part: ts.Node): Edit {
  const text = node.getText()
  const before = text
    .slice(0, part.getStart() - node.getStart())
    .replace(/(=|else|finally)\s*$/, '')
  return replaced(node, before + text.slice(part.end - node.getStart()))
}

/** Statements that loop or choose are taken for their first part; functions become asynchronous. */
function mutateFunctions(node: ts.Node): Edit[] {
  if (ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node)) {
    const text = node.getText().replace(/^export (default )?/, '')
    const exported = node.getText().slice(0, node.getText().length - text.length)
    return [
      replaced(
        node,
        exported +
          (text.startsWith('async') ? text.replace('function', 'function*') : `async ${text}`),
      ),
    ]
  }
  if (ts.isIterationStatement(node, false))
    return [replaced(node, `{ ${node.statement.getText()} }`)]
  if (ts.isIfStatement(node)) return [replaced(node, `{ ${node.thenStatement.getText()} }`)]
  if (ts.isTryStatement(node)) return [replaced(node, node.tryBlock.getText())]
  if (ts.isSwitchStatement(node)) return [replaced(node, `{ ${node.expression.getText()} }`)]
  return []
}
