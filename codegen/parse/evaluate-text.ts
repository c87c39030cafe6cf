// Evaluates strings, templates, `sql` templates and concatenations of them.
import { Node, SyntaxKind } from 'ts-morph'
import type {
  BinaryExpression,
  NoSubstitutionTemplateLiteral,
  PrefixUnaryExpression,
  StringLiteral,
  TaggedTemplateExpression,
  TemplateExpression,
  TemplateLiteral,
} from 'ts-morph'
import { sql, type SqlHole } from '../../src/database/sql-tag.js'
import { excerpt } from './excerpt.js'
import { lockstepName } from './lockstep-imports.js'
import type { Reader } from './reader.js'
import { isTooLarge, textOf } from './limits.js'
import { called, holeNotSql, notImported, notReadable, tooLarge } from './reading-problems.js'
import type { ConstantValue } from './values.js'

/** A string in quotes or backticks without holes. */
export function textValue(node: StringLiteral | NoSubstitutionTemplateLiteral): ConstantValue {
  const value = node.compilerNode.text
  return {
    is: 'constant',
    value,
    node,
    start: node.getStart() + 1,
    verbatim: lineEnds(value) === lineEnds(node.getText()),
  }
}

/** A template with constants in its holes, joined as JavaScript does. */
export function evaluateTemplate(node: TemplateExpression, reader: Reader): ConstantValue | null {
  const template = readTemplate(node, reader)
  if (template === null) return null
  const { chunks, holes, verbatim } = template
  const wrong = holes.find(({ value }) => typeof value === 'object' && value !== null)
  if (wrong) return reader.report(holeNotSql(reader.place(wrong.node)))
  if (isTooLarge([...chunks, ...holes.map((hole) => hole.value)]))
    return reader.report(tooLarge(reader.place(node)))
  const value = chunks.reduce(
    (text, chunk, index) => text + String(holes[index - 1]?.value) + chunk,
  )
  return { is: 'constant', value, node, start: node.getStart() + 1, verbatim }
}

/** A template tagged with Lockstep's `sql`, composed by that very function. */
export function evaluateTagged(
  node: TaggedTemplateExpression,
  reader: Reader,
): ConstantValue | null {
  const tag = node.getTag()
  if (lockstepName(tag, reader) !== 'sql') return reportTag(tag, reader)
  const literal = node.getTemplate()
  const template = readTemplate(literal, reader)
  if (template === null) return null
  const wrong = template.holes.find(({ value }) => value === undefined)
  if (wrong) return reader.report(holeNotSql(reader.place(wrong.node)))
  if (isTooLarge([...template.chunks, ...template.holes.map((hole) => hole.value)]))
    return reader.report(tooLarge(reader.place(node)))
  const strings = Object.assign([...template.chunks], { raw: template.chunks })
  const value = sql(strings, ...template.holes.map((hole) => hole.value as SqlHole))
  return { is: 'constant', value, node, start: literal.getStart() + 1, verbatim: template.verbatim }
}

function reportTag(tag: Node, reader: Reader): null {
  const at = reader.place(tag)
  const name = tag.getText()
  const declared = reader.module(tag.getSourceFile()).names.has(name)
  if (name === 'sql' && !declared) return reader.report(notImported(at, name))
  return reader.report(called(at, `${excerpt(tag)}\`…\``))
}

/** `a + b` of strings and numbers. Long chains are handled in a loop, not by recursion, so that their length does not matter. */
export function evaluateConcatenation(
  node: BinaryExpression,
  reader: Reader,
): ConstantValue | null {
  const [first, ...rest] = operandsOf(node).map((operand) => evaluateOperand(operand, reader))
  if (!first || rest.some((operand) => operand === null)) return null
  if (isTooLarge([first, ...(rest as ConstantValue[])].map((operand) => operand.value)))
    return reader.report(tooLarge(reader.place(node)))
  const value = (rest as ConstantValue[]).reduce<string | number>(
    // Both are strings or numbers, for which this `+` does the same as at run time.
    (sum, operand) => (sum as string) + (operand.value as string),
    first.value as string | number,
  )
  return { ...first, value, verbatim: false }
}

/** `-1` and `+1`. */
export function evaluateSign(node: PrefixUnaryExpression, reader: Reader): ConstantValue | null {
  const operand = reader.evaluate(node.getOperand())
  if (operand === null) return null
  const negative = node.getOperatorToken() === SyntaxKind.MinusToken
  const positive = node.getOperatorToken() === SyntaxKind.PlusToken
  const value = operand.is === 'constant' ? operand.value : undefined
  const known = typeof value === 'number' || (negative && typeof value === 'bigint')
  if (!known || !(negative || positive)) {
    return reader.report(notReadable(reader.place(node), `\`${excerpt(node)}\``))
  }
  return {
    is: 'constant',
    value: negative ? -value : value,
    node,
    start: node.getStart(),
    verbatim: true,
  }
}

interface Template {
  /** The texts before, between and after the holes. */
  readonly chunks: readonly string[]
  readonly holes: readonly ConstantValue[]
  readonly verbatim: boolean
}

function readTemplate(node: TemplateLiteral, reader: Reader): Template | null {
  if (Node.isNoSubstitutionTemplateLiteral(node)) {
    const { value, verbatim } = textValue(node)
    return { chunks: [value as string], holes: [], verbatim }
  }
  const spans = node.getTemplateSpans()
  const holes = spans.map((span) => readHole(span.getExpression(), reader))
  if (holes.some((hole) => hole === null)) return null
  const literals = [node.getHead(), ...spans.map((span) => span.getLiteral())]
  const chunks = literals.map((literal) => literal.compilerNode.text)
  const verbatim =
    literals.every((literal, i) => lineEnds(literal.getText()) === lineEnds(chunks[i] ?? '')) &&
    lineEnds(node.getText()) === lineEnds(chunks.join('')) &&
    (holes as ConstantValue[]).every(({ value }) => !textOf(value).includes('\n'))
  return { chunks, holes: holes as ConstantValue[], verbatim }
}

function readHole(node: Node, reader: Reader): ConstantValue | null {
  const value = reader.evaluate(node)
  if (value === null || value.is === 'constant') return value
  return reader.report(holeNotSql(reader.place(node)))
}

const lineEnds = (text: string): number => text.split('\n').length - 1

/** The operands of `a + b + c` from left to right. */
function operandsOf(node: BinaryExpression): Node[] {
  const operands: Node[] = []
  let left: Node = node
  while (
    Node.isBinaryExpression(left) &&
    left.getOperatorToken().getKind() === SyntaxKind.PlusToken
  ) {
    operands.push(left.getRight())
    left = left.getLeft()
  }
  return [...operands, left].reverse()
}

function evaluateOperand(node: Node, reader: Reader): ConstantValue | null {
  const operand = reader.evaluate(node)
  if (operand === null) return null
  if (operand.is === 'constant') {
    if (typeof operand.value === 'string' || typeof operand.value === 'number') return operand
  }
  return reader.report(notReadable(reader.place(node), `Adding \`${excerpt(node)}\``))
}
