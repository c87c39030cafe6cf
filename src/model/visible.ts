// Escapes text from outside that becomes part of a message, since loggers write it as it is.

/**
 * The text with every character escaped (`\n`, `\x1b`, `\u202e`) that would end a line, control a terminal or change the reading
 * direction, and so make a name look like something else.
 */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_C}]/gu, spelled)

/** One character, escaped. */
export function spelled(character: string): string {
  const code = character.codePointAt(0)!.toString(16)
  if (code === 'a') return '\\n'
  return code.length > 2
    ? `\\u${code.length > 4 ? `{${code}}` : code.padStart(4, '0')}`
    : `\\x${code.padStart(2, '0')}`
}
