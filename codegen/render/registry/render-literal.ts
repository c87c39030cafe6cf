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
