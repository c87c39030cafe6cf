// Source text as it is quoted in a message.
import type { Node } from 'ts-morph'

const LENGTH = 40

/** The beginning of a node's text: its first line, and not much of that; `…` stands for the rest. */
export const excerpt = (node: Node): string => excerptOf(node.getText())

/** The same of a text. */
export function excerptOf(text: string): string {
  const line = text.slice(0, text.search(/[\r\n]|$/)).slice(0, LENGTH)
  return line.length < text.length ? `${line.trimEnd()}…` : line
}
