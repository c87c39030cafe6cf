// The comments by which code tells bundlers what they may leave out.
import { ts } from 'ts-morph'
import { unwrap } from '../../loading/erased-syntax.js'
import { isFunctionValue } from '../../loading/load-syntax.js'

/** A comment, and what it marks. */
export interface PurityMark<N extends ts.Node = ts.Node> {
  /** As it is written: `@__PURE__`, `#__PURE__`. */
  readonly text: string
  /** Where that stands in the file. */
  readonly offset: number
  readonly marked: N
}

/** A call that may be marked. Bundlers leave tagged templates alone. */
type MarkedCall = ts.CallExpression | ts.NewExpression

/**
 * The calls that `@__PURE__` marks: the outermost that begins after the comment, as `db.prepare(…).run()`. Wherever in a
 * comment the word stands, esbuild obeys. `nodes` are all of the file, parents before children.
 */
export function pureCalls(nodes: readonly ts.Node[]): PurityMark<MarkedCall>[] {
  const found = new Map<number, PurityMark<MarkedCall>>()
  const file = nodes[0]?.getSourceFile()
  if (!file || !PURE.test(file.text)) return []
  for (const node of nodes) {
    const mark = ts.isExpression(node)
      ? markBefore(file, node.pos, node.getStart(file), PURE)
      : null
    const call = mark && !found.has(mark.offset) ? unwrap(node) : null
    if (mark && call && (ts.isCallExpression(call) || ts.isNewExpression(call)))
      found.set(mark.offset, { ...mark, marked: call })
  }
  return [...found.values()]
}

/** The functions that `@__NO_SIDE_EFFECTS__` marks: their declarations, or the export that they are. */
export function harmlessFunctions(nodes: readonly ts.Node[]): PurityMark[] {
  const file = nodes[0]?.getSourceFile()
  if (!file || !HARMLESS.test(file.text)) return []
  return nodes.flatMap((node) => {
    const mark = functionMark(file, node)
    return mark ? [{ ...mark, marked: node }] : []
  })
}

type Mark = Pick<PurityMark, 'text' | 'offset'>

function functionMark(file: ts.SourceFile, node: ts.Node): Mark | null {
  if (ts.isFunctionDeclaration(node))
    return markBefore(file, node.pos, (node.name ?? node.body ?? node).getStart(file), HARMLESS)
  const value = ts.isVariableDeclaration(node)
    ? node.initializer
    : ts.isExportAssignment(node) && node.expression
  if (!value || !isFunctionValue(unwrap(value))) return null
  return (
    markBefore(file, value.pos, unwrap(value).getStart(file), HARMLESS) ??
    (ts.isVariableDeclaration(node) ? listMark(file, node) : null)
  )
}

/** Before `const` the comment is about the first of the variables. */
function listMark(file: ts.SourceFile, { parent }: ts.VariableDeclaration): Mark | null {
  if (!ts.isVariableDeclarationList(parent) || parent.declarations.length > 1) return null
  return markBefore(file, parent.parent.pos, parent.getStart(file), HARMLESS)
}

const PURE = /[@#]__PURE__/
const HARMLESS = /[@#]__NO_SIDE_EFFECTS__/

/** Between what stands before a node and an offset there are comments, and at most keywords. */
function markBefore(file: ts.SourceFile, start: number, end: number, word: RegExp): Mark | null {
  const found = word.exec(file.text.slice(start, end))
  return found && { text: found[0], offset: start + found.index }
}
