// Text from outside as people and programs are shown it: nothing in it is obeyed, and nothing stays unseen.
import { spelled } from '../../src/model/visible.js'

/** Controls, sides of characters, ends of lines, and what has no width or turns the direction of reading. */
const HIDDEN = String.raw`[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{DI}\p{Bidi_C}\p{NChar}\ufff9-\ufffb]`

/** The scripts in which joiners make letters connect, or keep them apart. */
const JOINED = 'Arab Syrc Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Mymr Khmr Tibt'
  .split(' ')
  .map((script) => String.raw`\p{scx=${script}}`)
  .join('')

/** Where such a character is a part of what is seen: within an emoji, and in scripts that are joined or have variants. */
const SEEN = [
  String.raw`\p{ExtPict}[\ufe0f\p{EMod}]?\u200d(?=\p{ExtPict})`,
  String.raw`[\p{ExtPict}0-9#*][\ufe0e\ufe0f]`,
  String.raw`(?=[\p{L}\p{M}])[${JOINED}][\u200c\u200d]`,
  String.raw`\p{sc=Han}[\ufe00-\ufe02\u{e0100}-\u{e01ef}]`,
  String.raw`\p{sc=Mong}[\u180b-\u180f]`,
]

const UNSEEN = new RegExp(`${HIDDEN}${SEEN.map((place) => `(?<!${place})`).join('')}`, 'gu')

/**
 * The text with everything written out (`\x1b`, `\u202e`, `\n`) that a terminal would obey or not show. Letters of every
 * script and emoji stay as they are.
 */
export const visibleText = (text: string): string => text.replace(UNSEEN, spelled)

/** The text with one character in place of each of those, where columns are counted; emoji of several parts as well. */
export const dotted = (text: string): string =>
  text.replaceAll('\t', ' ').replace(new RegExp(`${HIDDEN}|\\p{Cf}`, 'gu'), '·')

/** A value as JSON on several lines, which say the same without anything that a terminal or a CI service obeys. */
export const jsonText = (
  value: unknown,
  replace?: (key: string, value: unknown) => unknown,
): string => unmarked(JSON.stringify(value, replace, 2))

const unmarked = (json: string): string => literalText(json.replaceAll('##', String.raw`\u0023#`))

/** The same on one line. */
export const jsonLine: typeof jsonText = (value, replace) =>
  unmarked(JSON.stringify(value, replace))

/** A text for a literal of JavaScript or JSON, with what would not be seen written as those do; ends of lines and tabs stay. */
export const literalText = (text: string): string => text.replace(UNSEEN, inLiteral)

/** A character beyond the first 65,536 is written as two sides. */
const inLiteral = (character: string): string =>
  /[\n\t]/.test(character)
    ? character
    : character
        .split('')
        .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join('')
