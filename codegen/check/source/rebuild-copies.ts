// The columns that `ctx.rebuild` fills by an expression, as far as the call can be read.
import { Node } from 'ts-morph'
import type { Side } from '../../model/migration.js'
import { rebuildCalls } from './rebuild-calls.js'
import { foldCase } from '../../../src/sql/names.js'

/**
 * The keys of `copy` in calls of `rebuild` for a table, in lower case; also where the expression is put together. A
 * value that is nothing but a name brings another column as it is, and is left out.
 */
export const rebuildCopies = (side: Side | null, table: string): string[] =>
  rebuildCalls(side, table).flatMap(({ options }) => expressionsIn(options))

function expressionsIn(options: Node | undefined): string[] {
  const copy = Node.isObjectLiteralExpression(options) ? options.getProperty('copy') : undefined
  const values = Node.isPropertyAssignment(copy) ? copy.getInitializer() : undefined
  if (!Node.isObjectLiteralExpression(values)) return []
  return values.getProperties().flatMap((property) => {
    if (!Node.isPropertyAssignment(property)) return []
    const value = property.getInitializer()
    const isName = Node.isStringLiteral(value) && /^\s*[\w"`[\]]+\s*$/.test(value.getLiteralValue())
    const key = property.getName().replace(/^(['"])(.*)\1$/s, '$2')
    return isName ? [] : [foldCase(key)]
  })
}
