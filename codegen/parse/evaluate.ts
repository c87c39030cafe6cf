// The static evaluator: finds the value of an expression without executing anything.
import {
  Node,
  SyntaxKind,
  type BinaryExpression,
  type ClassDeclaration,
  type FunctionDeclaration,
  type GetAccessorDeclaration,
  type ParenthesizedExpression,
} from 'ts-morph'
import { isWrapper } from '../loading/erased-syntax.js'
import { excerpt } from './excerpt.js'
import { evaluateCall, evaluateNew } from './evaluate-call.js'
import {
  evaluateExportSpecifier,
  evaluateIdentifier,
  evaluateProperty,
  unchanged,
} from './evaluate-name.js'
import {
  evaluateConcatenation,
  evaluateSign,
  evaluateTagged,
  evaluateTemplate,
  textValue,
} from './evaluate-text.js'
import { evaluateArray, evaluateObject } from './evaluate-structure.js'
import type { Reader } from './reader.js'
import { conditional, notReadable } from './reading-problems.js'
import type { ClassValue, Constant, ConstantValue, FunctionValue, Value } from './values.js'
import { once } from '../model/once.js'

/**
 * The value of an expression, or of a method, getter, class or export specifier that stands for one. Null after reporting a
 * problem at the exact place that cannot be read. The value equals what running the code would give: if the two could differ,
 * that is a problem.
 */
export function evaluate(node: Node, reader: Reader): Value | null {
  const inner = unwrap(node)
  const step = steps()[inner.getKind()]
  if (step) return step(inner, reader)
  return reader.report(notReadable(reader.place(inner), quoted(inner)))
}

/** An expression without parentheses and type-only syntax: `as`, `satisfies`, `!`, `<T>`. */
function unwrap(node: Node): Node {
  let inner = node
  while (isWrapper(inner.compilerNode)) inner = (inner as ParenthesizedExpression).getExpression()
  return inner
}

type Step = (node: Node, reader: Reader) => Value | null

/** Narrows the node for one kind of expression; the table below is keyed by the kind that `is` accepts. */
const step =
  <N extends Node>(
    is: (node: Node) => node is N,
    read: (node: N, reader: Reader) => Value | null,
  ): Step =>
  (node, reader) =>
    is(node) ? read(node, reader) : null

const constant = (node: Node, value: Constant): ConstantValue => ({
  is: 'constant',
  value,
  node,
  start: node.getStart(),
  verbatim: true,
})

const asFunction = (node: FunctionValue['node']): FunctionValue => ({ is: 'function', node })

const asClass = (node: ClassValue['node']): ClassValue => ({ is: 'class', node })

/** A declared function or class, which may be exported without its name being used anywhere. */
function asDeclared<V extends FunctionValue | ClassValue>(
  node: FunctionDeclaration | ClassDeclaration,
  value: V,
  reader: Reader,
): V | null {
  const name = node.getName()
  return name === undefined ? value : unchanged(value, { node, name }, reader)
}

const asConditional: Step = (node, reader) => reader.report(conditional(reader.place(node)))

const steps = once((): { readonly [kind: number]: Step } => ({
  [SyntaxKind.TrueKeyword]: (node) => constant(node, true),
  [SyntaxKind.FalseKeyword]: (node) => constant(node, false),
  [SyntaxKind.NullKeyword]: (node) => constant(node, null),
  [SyntaxKind.VoidExpression]: (node) => constant(node, undefined),
  [SyntaxKind.NumericLiteral]: step(Node.isNumericLiteral, (node) =>
    constant(node, Number(node.compilerNode.text)),
  ),
  [SyntaxKind.BigIntLiteral]: step(Node.isBigIntLiteral, (node) =>
    constant(node, BigInt(node.compilerNode.text.slice(0, -1))),
  ),
  [SyntaxKind.StringLiteral]: step(Node.isStringLiteral, textValue),
  [SyntaxKind.NoSubstitutionTemplateLiteral]: step(Node.isNoSubstitutionTemplateLiteral, textValue),
  [SyntaxKind.TemplateExpression]: step(Node.isTemplateExpression, evaluateTemplate),
  [SyntaxKind.TaggedTemplateExpression]: step(Node.isTaggedTemplateExpression, evaluateTagged),
  [SyntaxKind.PrefixUnaryExpression]: step(Node.isPrefixUnaryExpression, evaluateSign),
  [SyntaxKind.BinaryExpression]: step(Node.isBinaryExpression, evaluateBinary),
  [SyntaxKind.ConditionalExpression]: asConditional,
  [SyntaxKind.Identifier]: step(Node.isIdentifier, evaluateIdentifier),
  [SyntaxKind.ExportSpecifier]: step(Node.isExportSpecifier, evaluateExportSpecifier),
  [SyntaxKind.PropertyAccessExpression]: step(Node.isPropertyAccessExpression, evaluateProperty),
  [SyntaxKind.ElementAccessExpression]: step(Node.isElementAccessExpression, evaluateProperty),
  [SyntaxKind.ArrayLiteralExpression]: step(Node.isArrayLiteralExpression, evaluateArray),
  [SyntaxKind.ObjectLiteralExpression]: step(Node.isObjectLiteralExpression, evaluateObject),
  [SyntaxKind.CallExpression]: step(Node.isCallExpression, evaluateCall),
  [SyntaxKind.NewExpression]: step(Node.isNewExpression, evaluateNew),
  [SyntaxKind.GetAccessor]: step(Node.isGetAccessorDeclaration, evaluateGetter),
  [SyntaxKind.ArrowFunction]: step(Node.isArrowFunction, asFunction),
  [SyntaxKind.FunctionExpression]: step(Node.isFunctionExpression, asFunction),
  [SyntaxKind.FunctionDeclaration]: step(Node.isFunctionDeclaration, (node, reader) =>
    asDeclared(node, asFunction(node), reader),
  ),
  [SyntaxKind.MethodDeclaration]: step(Node.isMethodDeclaration, asFunction),
  [SyntaxKind.ClassDeclaration]: step(Node.isClassDeclaration, (node, reader) =>
    asDeclared(node, asClass(node), reader),
  ),
  [SyntaxKind.ClassExpression]: step(Node.isClassExpression, asClass),
}))

const choices = once(
  (): ReadonlySet<SyntaxKind> =>
    new Set([
      SyntaxKind.QuestionQuestionToken,
      SyntaxKind.BarBarToken,
      SyntaxKind.AmpersandAmpersandToken,
    ]),
)

function evaluateBinary(node: BinaryExpression, reader: Reader): Value | null {
  const operator = node.getOperatorToken().getKind()
  if (operator === SyntaxKind.PlusToken) return evaluateConcatenation(node, reader)
  if (choices().has(operator)) return reader.report(conditional(reader.place(node)))
  return reader.report(notReadable(reader.place(node), quoted(node)))
}

/** A getter counts as the constant that it returns, if it does nothing else. */
function evaluateGetter(node: GetAccessorDeclaration, reader: Reader): Value | null {
  const statements = node.getStatements()
  const [only] = statements
  const value =
    statements.length === 1 && Node.isReturnStatement(only) ? only.getExpression() : undefined
  if (value) return reader.evaluate(value)
  return reader.report(
    notReadable(reader.place(node), 'A getter that does more than return a constant'),
  )
}

const quoted = (node: Node): string => `\`${excerpt(node)}\``
