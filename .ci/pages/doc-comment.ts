// Reads the text of doc comments, as one line.
import type { Node } from 'ts-morph'
import { Node as Nodes } from 'ts-morph'

/** The doc comment of a declaration as one line of Markdown; empty if it has none. */
export function docOf(node: Node | undefined): string {
  if (!node || !Nodes.isJSDocable(node)) return ''
  return node
    .getJsDocs()
    .map((doc) => doc.getDescription())
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()
}
