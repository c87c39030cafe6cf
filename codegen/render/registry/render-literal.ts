// Writes a text as a TypeScript literal whose value is that text, whatever it contains.
import { literalText } from '../../diagnostics/visible-text.js'

/** A text of one line becomes a string in single quotes, a text of several lines a template literal without holes. */
export function renderLiteral(text: string): string {
  // A NUL makes git call the file binary, a template literal reads a carriage return as a line feed, and marks that turn the
  // direction of reading would show other code than there is.
  const escaped = literalText(text.replaceAll('\\', '\\\\').replaceAll('\r', '\\r'))
  return text.includes('\n')
    ? `\`${escaped.replace(/`|\$\{/g, '\\$&')}\``
    : `'${escaped.replaceAll("'", "\\'")}'`
}

/** The key of a property, as formatters write it; one with a line break is a template, which a key can only be in brackets. */
export function renderKey(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name
  const literal = renderLiteral(name)
  return literal.startsWith('`') ? `[${literal}]` : literal
}
