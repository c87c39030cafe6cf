// Determines the text of an expression in a migration, as far as it is evident.
import { ts } from 'ts-morph'
import { unwrap } from '../../loading/erased-syntax.js'
import type { SqlPiece } from '../../model/migration.js'
import { nodePlace, offsetPlace } from './place.js'
import type { Script } from './rule.js'

/** How many constants may be derived from one another; real code has two or three. */
const DEPTH = 12

/** How many constants one text may be assembled from. */
const CONSTANTS = 1_000

/** What remains of both limits. */
interface Reach {
  readonly depth: number
  readonly left: { constants: number }
}

/**
 * Evaluates a string, a template, a sum of them, or a constant of the same file. What a hole or an unknown part would insert is
 * replaced by `…`, which is a name to SQLite, so that the surrounding SQL can be parsed. Null if nothing of the text is known.
 */
export function staticText(
  script: Script,
  expression: ts.Expression,
  { depth, left }: Reach = { depth: DEPTH, left: { constants: CONSTANTS } },
): SqlPiece | null {
  const node = unwrap(expression) as ts.Expression
  if (depth === 0) return null
  const inner = { depth: depth - 1, left }
  if (ts.isIdentifier(node)) return left.constants-- > 0 ? constantText(script, node, inner) : null
  if (ts.isStringLiteralLike(node)) return literalText(script, node)
  const text = ts.isTemplateExpression(node)
    ? templateText(script, node, inner)
    : sumText(script, node, inner)
  return text === null ? null : { text, position: nodePlace(script, node), verbatim: false }
}

/** Positions inside the text are reliable if there is no escape between the source and its value. */
function literalText(script: Script, node: ts.StringLiteralLike): SqlPiece {
  const start = node.getStart(script.syntax) + 1
  const raw = script.syntax.text.slice(start, node.end - 1).replaceAll('\r\n', '\n')
  return { text: node.text, position: offsetPlace(script, start), verbatim: raw === node.text }
}

/** Stands for an unknown part. */
export const HOLE = '…'

const templateText = (
  script: Script,
  { head, templateSpans }: ts.TemplateExpression,
  reach: Reach,
): string =>
  templateSpans.reduce(
    (text, { expression, literal }) =>
      text + (staticText(script, expression, reach)?.text ?? HOLE) + literal.text,
    head.text,
  )

function sumText(script: Script, node: ts.Expression, reach: Reach): string | null {
  const operands = operandsOf(node)
  if (operands.length < 2) return null
  const texts = operands.map((operand) => staticText(script, operand, reach)?.text)
  return texts.every((text) => text === undefined)
    ? null
    : texts.map((text) => text ?? HOLE).join('')
}

/** The operands of `a + b + c` in order; by iteration, because sums can have thousands of terms. */
function operandsOf(sum: ts.Expression): ts.Expression[] {
  const operands: ts.Expression[] = []
  let node = sum
  while (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    operands.push(node.right)
    node = node.left
  }
  return [node, ...operands.reverse()]
}

function constantText(script: Script, name: ts.Identifier, reach: Reach): SqlPiece | null {
  for (const statement of script.syntax.statements) {
    if (!ts.isVariableStatement(statement)) continue
    if ((statement.declarationList.flags & ts.NodeFlags.Const) === 0) continue
    for (const { name: declared, initializer } of statement.declarationList.declarations) {
      const same = ts.isIdentifier(declared) && declared.text === name.text
      if (same && initializer && initializer.pos < name.pos)
        return staticText(script, initializer, reach)
    }
  }
  return null
}
