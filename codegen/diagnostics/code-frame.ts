// Renders the source line that a finding is about, with a mark below the place. Plain text, safe to print.
import { dotted } from './visible-text.js'

/** How much of a long line is shown. */
const WIDTH = 100

/** The parts of a frame, separate so that they can be coloured. */
export interface CodeFrame {
  readonly gutter: string
  readonly code: string
  /** As wide as the gutter. */
  readonly margin: string
  /** Blanks and the mark. */
  readonly mark: string
}

/** Null if the file has no such line. `line` and `column` start at 1; a column beyond the line means its end. */
export function codeFrame(source: string, line: number, column: number): CodeFrame | null {
  const text = source.split(/\r\n|[\r\n\u2028\u2029]/, line)[line - 1]
  if (text === undefined) return null
  const place = Math.min(Math.max(column - 1, 0), text.length)
  const start = place > WIDTH * 0.8 ? place - WIDTH / 2 : 0
  const end = start + WIDTH
  const clipped = (start > 0 ? '…' : '') + text.slice(start, end) + (end < text.length ? '…' : '')
  const before = (start > 0 ? '…' : '') + text.slice(start, place)
  const gutter = `${String(line).padStart(5)} | `
  return {
    gutter,
    code: dotted(clipped),
    margin: `${' '.repeat(gutter.length - 2)}| `,
    mark: `${blanks(dotted(before))}^`,
  }
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u

/** As many blanks as the text takes up on a terminal; combining accents take none. */
const blanks = (text: string): string =>
  [...text.replace(/\p{M}/gu, '')].map((character) => (WIDE.test(character) ? '  ' : ' ')).join('')
