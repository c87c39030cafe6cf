// The columns that `ctx.rebuild` fills by an expression, as far as the call can be read.
import { Node, type ObjectLiteralExpression } from 'ts-morph'
import type { Side } from '../../model/migration.js'
import { rebuildCalls } from './rebuild-calls.js'
import { foldCase } from '../../../src/sql/names.js'

/**
 * The keys of `copy` in calls of `rebuild` for a table, in lower case; also where the expression is put together. A
 * value that is nothing but a name brings another column as it is, and is left out. Null where a call does not show them.
 */
export function rebuildCopies(side: Side | null, table: string): string[] | null {
  const found = rebuildCalls(side, table).map(({ options }) => expressionsIn(options))
  return found.every((keys) => keys !== null) ? found.flat() : null
}

function expressionsIn(given: Node | undefined): string[] | null {
  const options = given && literalOf(given)
  if (!options) return given ? null : []
  const copy = options.getProperty('copy')
  if (!copy) return []
  const values = Node.isPropertyAssignment(copy) ? literalOf(copy.getInitializer()) : null
  return values ? values.getProperties().flatMap(keyOf) : null
}

/** An object literal without `as const` and the like; null for anything else, and where it has more than is shown. */
function literalOf(node: Node | undefined): ObjectLiteralExpression | null {
  let inner = node
  while (
    Node.isAsExpression(inner) ||
    Node.isSatisfiesExpression(inner) ||
    Node.isParenthesizedExpression(inner)
  )
    inner = inner.getExpression()
  if (!Node.isObjectLiteralExpression(inner)) return null
  return inner.getProperties().some(Node.isSpreadAssignment) ? null : inner
}

function keyOf(property: Node): string[] {
  if (Node.isShorthandPropertyAssignment(property)) return [foldCase(property.getName())]
  if (!Node.isPropertyAssignment(property)) return []
  const value = property.getInitializer()
  const isName = Node.isStringLiteral(value) && /^\s*[\w"`[\]]+\s*$/.test(value.getLiteralValue())
  const key = property.getName().replace(/^(['"])(.*)\1$/s, '$2')
  return isName ? [] : [foldCase(key)]
}
