// Renders a text as a TypeScript literal with exactly that value, whatever it contains.
import { literalText } from '../../diagnostics/visible-text.js'

/** A text of one line becomes a string in single quotes, a text of several lines a template literal without holes. */
export function renderLiteral(text: string): string {
  // A NUL makes git treat the file as binary, a template literal reads a carriage return as a line feed, and bidirectional
  // control characters would display the code in another order.
  const escaped = literalText(text.replaceAll('\\', '\\\\').replaceAll('\r', '\\r'))
  return text.includes('\n')
    ? `\`${escaped.replace(/`|\$\{/g, '\\$&')}\``
    : `'${escaped.replaceAll("'", "\\'")}'`
}

/** A property key, as formatters write it; a key with a line break is a template, which is only allowed in brackets. */
export function renderKey(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name
  const literal = renderLiteral(name)
  return literal.startsWith('`') ? `[${literal}]` : literal
}
