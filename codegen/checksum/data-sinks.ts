// The expressions whose value a migration uses as data.
import { ts } from 'ts-morph'
import { tokenize } from '../../src/schema/tokenize.js'
import { HOLE, joinAtHoles } from './describe-sql.js'
import { parentOf, unwrap } from '../loading/erased-syntax.js'
import { nodesIn } from '../loading/load-syntax.js'
import { isSql } from './recognize-sql.js'

/** Methods of a prepared statement that are given values. */
const BINDING = new Set('all bind get iterate run values'.split(' '))

/** Methods of texts and lists that compare. */
const COMPARING = new Set(
  'endsWith includes indexOf lastIndexOf localeCompare startsWith'.split(' '),
)

/** Expressions that are used as data in one place. */
export interface Sink {
  readonly values: readonly ts.Node[]
  /** The name of what is called with them; a database handle takes SQL first, not a value. */
  readonly receiver: string | null
}

/** Everything in a file that is bound, compared, or put into quotes inside SQL. */
export const sinksIn = (file: ts.SourceFile): Sink[] =>
  [...nodesIn([file])].flatMap((node) => {
    const sink = ts.isCallExpression(node)
      ? boundBy(node)
      : { values: usedBy(node), receiver: null }
    return sink.values.length > 0 ? [sink] : []
  })

function usedBy(node: ts.Node): readonly ts.Node[] {
  if (ts.isBinaryExpression(node)) return [...comparedBy(node), ...joinedBy(node)]
  if (ts.isTemplateExpression(node)) return quotedIn(node)
  return ts.isCaseClause(node) ? [node.expression] : []
}

function boundBy({ expression, arguments: values }: ts.CallExpression): Sink {
  const none = { values: [], receiver: null }
  if (!ts.isPropertyAccessExpression(expression)) return none
  if (COMPARING.has(expression.name.text)) return { values, receiver: null }
  if (!BINDING.has(expression.name.text)) return none
  const receiver = unwrap(expression.expression)
  return { values, receiver: ts.isIdentifier(receiver) ? receiver.text : null }
}

const COMPARISONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
])

const comparedBy = ({ left, operatorToken, right }: ts.BinaryExpression): ts.Node[] =>
  COMPARISONS.has(operatorToken.kind) ? [left, right] : []

/** `'… VALUES (' + text + ')'`, looked at from its outermost operation. */
function joinedBy(node: ts.BinaryExpression): ts.Node[] {
  if (!isJoin(node) || isJoin(parentOf(node))) return []
  const parts: ts.Node[] = []
  let first: ts.Node = node
  for (; ts.isBinaryExpression(first) && isJoin(first); first = unwrap(first.left))
    parts.push(unwrap(first.right))
  const texts = ['']
  const holes: ts.Node[] = []
  for (const part of [...parts, first].reverse()) {
    if (ts.isStringLiteralLike(part)) texts.push(texts.pop()! + part.text)
    else {
      holes.push(part)
      texts.push('')
    }
  }
  return quoted(texts, holes)
}

const isJoin = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken

const quotedIn = ({ head, templateSpans }: ts.TemplateExpression): ts.Node[] =>
  quoted(
    [head.text, ...templateSpans.map(({ literal }) => literal.text)],
    templateSpans.map(({ expression }) => expression),
  )

/** The holes that stand inside the quotes of a literal. */
function quoted(texts: readonly string[], holes: readonly ts.Node[]): ts.Node[] {
  const joined = joinAtHoles(texts)
  if (holes.length === 0 || !isSql(joined)) return []
  let at = 0
  return tokenize(joined).flatMap(({ kind, text }) => {
    const count = text.split(HOLE).length - 1
    const inside = holes.slice(at, at + count)
    at += count
    return kind === 'string' ? inside : []
  })
}
