// The text that an expression in a migration stands for, as far as that is plain to see.
import { ts } from 'ts-morph'
import type { SqlPiece } from '../model.js'
import { nodePlace, offsetPlace } from './place.js'
import type { Script } from './rule.js'

/**
 * Reads a string, a template, a sum of them, or a constant of the same file. What a hole or an unknown part would
 * insert is replaced by `x`, so that the SQL around it can be looked at. Null when nothing of the text is known.
 */
export function staticText(script: Script, expression: ts.Expression): SqlPiece | null {
  const node = unwrap(expression)
  if (ts.isIdentifier(node)) return constantText(script, node)
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node))
    return literalText(script, node)
  const text = joinedText(script, node)
  return text === null ? null : { text, position: nodePlace(script, node), verbatim: false }
}

function unwrap(node: ts.Expression): ts.Expression {
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node)
  )
    return unwrap(node.expression)
  return node
}

/** Positions inside the text can be trusted when no escape stands between the source and its value. */
function literalText(script: Script, node: ts.StringLiteralLike): SqlPiece {
  const start = node.getStart(script.syntax) + 1
  const raw = script.syntax.text.slice(start, node.end - 1).replaceAll('\r\n', '\n')
  return { text: node.text, position: offsetPlace(script, start), verbatim: raw === node.text }
}

function joinedText(script: Script, node: ts.Expression): string | null {
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join('x')
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken)
    return null
  const left = staticText(script, node.left)
  const right = staticText(script, node.right)
  return left || right ? (left?.text ?? 'x') + (right?.text ?? 'x') : null
}

function constantText(script: Script, name: ts.Identifier): SqlPiece | null {
  for (const statement of script.syntax.statements) {
    if (!ts.isVariableStatement(statement)) continue
    if ((statement.declarationList.flags & ts.NodeFlags.Const) === 0) continue
    for (const { name: declared, initializer } of statement.declarationList.declarations) {
      const same = ts.isIdentifier(declared) && declared.text === name.text
      if (same && initializer && initializer.pos < name.pos) return staticText(script, initializer)
    }
  }
  return null
}
