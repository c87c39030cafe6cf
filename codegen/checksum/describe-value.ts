// Describes what has no parts: names, texts, numbers, regular expressions, key words and signs.
import { ts } from 'ts-morph'
import { hasOwnThis, mentionOwner, mentionPrototype, type Walk } from './code-walk.js'
import { describeName } from './describe-mention.js'
import { describeText } from './describe-text.js'
import { leaf } from './digest.js'
import { numberText } from '../loading/erased-syntax.js'

/** Describes a leaf by its value; answers false when the node is none. */
export function describeValue(walk: Walk, node: ts.Node): boolean {
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
