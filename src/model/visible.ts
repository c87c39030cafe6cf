// Text from outside as a part of a message, which loggers write as it is.

/**
 * The text with everything written out (`\n`, `\x1b`, `\u202e`) that would end a line, steer a terminal, or turn the direction
 * of reading, and so let a name pass for something else.
 */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_C}]/gu, spelled)

/** One character, written out. */
export function spelled(character: string): string {
  const code = character.codePointAt(0)!.toString(16)
  if (code === 'a') return '\\n'
  return code.length > 2
    ? `\\u${code.length > 4 ? `{${code}}` : code.padStart(4, '0')}`
    : `\\x${code.padStart(2, '0')}`
}
