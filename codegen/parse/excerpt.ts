// Shortens source text for quoting it in a message.
import type { Node } from 'ts-morph'

const LENGTH = 40

/** The start of a node's text: its first line, cut to a short length; `…` stands for the rest. */
export const excerpt = (node: Node): string => excerptOf(node.getText())

/** Like `excerpt`, for a text. */
export function excerptOf(text: string): string {
  const line = text.slice(0, text.search(/[\r\n]|$/)).slice(0, LENGTH)
  return line.length < text.length ? `${line.trimEnd()}…` : line
}
