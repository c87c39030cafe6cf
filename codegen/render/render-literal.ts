// Writes a text as a TypeScript literal whose value is that text, whatever it contains.

/**
 * What must not stand raw in a source file: control characters (a NUL makes git call the file binary), a carriage
 * return (a template literal would read it as a line feed), line separators, byte order marks, marks that turn the
 * direction of reading, and halves of surrogate pairs, which UTF-8 cannot hold. Tab and line feed are harmless.
 */
const UNSAFE =
  /[\0-\x08\v\f\r\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/gu

/** A text of one line becomes a string in single quotes, a text of several lines a template literal without holes. */
export function renderLiteral(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replace(UNSAFE, escapeCharacter)
  return text.includes('\n')
    ? `\`${escaped.replace(/`|\$\{/g, '\\$&')}\``
    : `'${escaped.replaceAll("'", "\\'")}'`
}

function escapeCharacter(character: string): string {
  return character === '\r' ? '\\r' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
