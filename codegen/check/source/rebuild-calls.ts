// The calls of `ctx.rebuild` in a step that is code, as far as they name their table.
import { Node } from 'ts-morph'
import type { Position } from '../../model/diagnostic.js'
import type { Side } from '../../model/migration.js'
import { isSameName } from '../../../src/sql/names.js'

/** One call. */
export interface RebuildCall {
  /** Where a stack says that it is: at the name of the function. */
  readonly at: Position
  /** What it is given beside the table. */
  readonly options: Node | undefined
}

/** The calls of `rebuild` for a table, in the order in which they are written. */
export function rebuildCalls(side: Side | null, table: string): RebuildCall[] {
  if (side?.kind !== 'code') return []
  const found: RebuildCall[] = []
  side.node.forEachDescendant((node) => {
    if (!Node.isCallExpression(node)) return
    const name = calledName(node.getExpression())
    const [named, options] = node.getArguments()
    if (name?.getText() !== 'rebuild' || !Node.isStringLiteral(named)) return
    if (!isSameName(named.getLiteralValue(), table)) return
    const at = name.getSourceFile().getLineAndColumnAtPos(name.getStart())
    found.push({ at: { file: side.position.file, ...at }, options })
  })
  return found
}

function calledName(called: Node): Node | null {
  if (Node.isPropertyAccessExpression(called)) return called.getNameNode()
  return Node.isIdentifier(called) ? called : null
}
