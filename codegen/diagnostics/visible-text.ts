// Escapes text from outside for people and programs: nothing in it takes effect, and nothing stays hidden.
import { spelled } from '../../src/model/visible.js'

/** Control characters, lone surrogates, line ends, and characters without width or that change the reading direction. */
const HIDDEN = String.raw`[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{DI}\p{Bidi_C}\p{NChar}\ufff9-\ufffb]`

/** The scripts in which joiners connect letters or keep them apart. */
const JOINED = 'Arab Syrc Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Mymr Khmr Tibt'
  .split(' ')
  .map((script) => String.raw`\p{scx=${script}}`)
  .join('')

/** Where such a character is a visible part: within an emoji, and in scripts with joined or variant forms. */
const SEEN = [
  String.raw`\p{ExtPict}[\ufe0f\p{EMod}]?\u200d(?=\p{ExtPict})`,
  String.raw`[\p{ExtPict}0-9#*][\ufe0e\ufe0f]`,
  String.raw`(?=[\p{L}\p{M}])[${JOINED}][\u200c\u200d]`,
  String.raw`\p{sc=Han}[\ufe00-\ufe02\u{e0100}-\u{e01ef}]`,
  String.raw`\p{sc=Mong}[\u180b-\u180f]`,
]

const UNSEEN = new RegExp(`${HIDDEN}${SEEN.map((place) => `(?<!${place})`).join('')}`, 'gu')

/**
 * The text with everything escaped (`\x1b`, `\u202e`, `\n`) that a terminal would interpret or not show. Letters of every script
 * and emoji stay as they are.
 */
export const visibleText = (text: string): string => text.replace(UNSEEN, spelled)

/** The text with one character in place of each of those, for counting columns; also for emoji of several parts. */
export const dotted = (text: string): string =>
  text.replaceAll('\t', ' ').replace(new RegExp(`${HIDDEN}|\\p{Cf}`, 'gu'), '·')

/** A value as JSON on several lines, without anything that a terminal or CI service interprets. */
export const jsonText = (
  value: unknown,
  replace?: (key: string, value: unknown) => unknown,
): string => unmarked(JSON.stringify(value, replace, 2))

const unmarked = (json: string): string => literalText(json.replaceAll('##', String.raw`\u0023#`))

/** The same on one line. */
export const jsonLine: typeof jsonText = (value, replace) =>
  unmarked(JSON.stringify(value, replace))

/** Text for a literal of JavaScript or JSON, with invisible characters escaped accordingly; line ends and tabs stay. */
export const literalText = (text: string): string => text.replace(UNSEEN, inLiteral)

/** A character beyond the first 65,536 is written as a surrogate pair. */
const inLiteral = (character: string): string =>
  /[\n\t]/.test(character)
    ? character
    : character
        .split('')
        .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join('')
