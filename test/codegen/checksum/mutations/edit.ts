// A change of a text at one place, made to change its meaning.
import { ts } from 'ts-morph'

/** Replaces the text from `start` to `end`; `what` is for the report. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly what: string
}

/** The text after an edit. */
export const applied = (text: string, edit: Edit): string =>
  text.slice(0, edit.start) + edit.text + text.slice(edit.end)

/** An edit of a whole node. */
export const replaced = (node: ts.Node, text: string): Edit => ({
  start: node.getStart(),
  end: node.end,
  text,
  what: `${ts.SyntaxKind[node.kind]} ${JSON.stringify(node.getText())} → ${JSON.stringify(text)}`,
})

/** All tokens of a node in order, as they stand in the text; the compiler's full tree, JSDoc left out. */
export function tokensOf(node: ts.Node): ts.Node[] {
  if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode)
    return []
  const children = node.getChildren()
  if (children.length > 0) return children.flatMap(tokensOf)
  return node.end > node.getStart() ? [node] : []
}
