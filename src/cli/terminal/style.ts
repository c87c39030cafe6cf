// Colours and layout of printed text. The only place that produces terminal escape codes.
import { visibleText } from '../../../codegen/diagnostics/visible-text.js'

/** The styles of text. A listing of more rows than `foldFrom` is folded; in a pipe it never is. */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
  /** Text that links to `url` if the terminal supports it; otherwise the text alone. */
  readonly link: (text: string, url: string) => string
  readonly foldFrom: number
  /**
   * Wraps a line of prose to the width of the stream, keeping the indentation. Text in backquotes is not broken, so that it can
   * be copied.
   */
  readonly wrap: (line: string) => string[]
  /** A line as written to the stream: this style's own marks become escape codes, and anything else in the line is escaped. */
  readonly print: (line: string) => string
}

/** How to print to a stream: with or without colour, complete or folded for people. */
export interface StyleChoice {
  readonly colors: 'on' | 'off'
  /** Off by default. */
  readonly links?: 'on' | 'off'
  readonly listing: 'whole' | 'folded'
  /** Columns of the stream; prose is wrapped there. No wrapping by default. */
  readonly width?: number
}

/** Listings with more rows are folded on a terminal. */
const FOLD_FROM = 40

/** The style for one stream: with colours or without, long lists folded or complete. */
export function makeStyle({ colors, links, listing, width = Infinity }: StyleChoice): Style {
  // Whoever chose a printed name cannot have known this key, so no name contains marks that are taken for ours.
  const key = Math.random().toString(36).slice(2)
  const mark = (code: string): string => `\ufdd0${key};${code}\ufdd1`
  const paint =
    (begin: number, end: number) =>
    (text: string): string =>
      colors === 'on' ? `${mark(`${begin}m`)}${text}${mark(`${end}m`)}` : text
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
    link: (text, url) =>
      links === 'on' ? `${mark(`${LINK}${new URL(url).href}`)}${text}${mark(LINK)}` : text,
    wrap: (line) => wrapped(line, width),
    foldFrom: listing === 'folded' ? FOLD_FROM : Infinity,
    print: (line) => uncommanding(printed(line, new RegExp(`\ufdd0${key};([!-~]+)\ufdd1`))),
  }
}

/** Never narrower than this: a column of single words is worse than lines broken by the terminal. */
const NARROWEST = 40

function wrapped(line: string, width: number): string[] {
  if (width < NARROWEST || printedWidth(line) <= width) return [line]
  const [indent] = /^ */.exec(line)!
  const lines = ['']
  for (const word of line.match(/ *(?:`[^`]*`|[^ ])+/g) ?? []) {
    const last = lines.at(-1)!
    if (last === '' || printedWidth(last + word) <= width) lines[lines.length - 1] = last + word
    else lines.push(indent + word.trimStart())
  }
  return lines
}

/** Begins a hyperlink if a URL follows, otherwise ends one (OSC 8). */
const LINK = '8;;'

/** Text alternates with the codes of the marks. */
const printed = (line: string, marks: RegExp): string =>
  line
    .split(marks)
    .map((part, index) => (index % 2 === 0 ? visibleText(part) : command(part)))
    .join('')

/** Moves everything on a terminal with this many rows out of sight, where scrolling back finds it. */
export const scrolledAway = (rows: number): string => `${'\n'.repeat(rows)}\x1b[H\x1b[J`

const command = (code: string): string =>
  code.startsWith(LINK) ? `\x1b]${code}\x1b\\` : `\x1b[${code}`

/** CI services read commands from the output: GitHub at the start of a line, it and others at `##[` and `##vso[`. */
const uncommanding = (line: string): string =>
  line.replace(/^(\s*):(?=:)/, String.raw`$1\x3a`).replace(/#(?=#\w*\[)/g, String.raw`\x23`)

/** How many columns a styled text takes up. */
export const printedWidth = (text: string): number =>
  [...visibleText(text.replace(/\ufdd0\w+;[!-~]+\ufdd1/g, ''))].length

/** Whether a stream gets colours: NO_COLOR forbids them, FORCE_COLOR forces them, otherwise only a terminal has them. */
export function colorsFor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): 'on' | 'off' {
  if (environment['NO_COLOR']) return 'off'
  if (environment['FORCE_COLOR']) return environment['FORCE_COLOR'] === '0' ? 'off' : 'on'
  return stream.isTTY && environment['TERM'] !== 'dumb' ? 'on' : 'off'
}

/** Terminals known to support hyperlinks, by a variable that they set; others might print the codes. */
const KNOWN: readonly (readonly [name: string, value: RegExp])[] = [
  ['TERM_PROGRAM', /^(?:iTerm\.app|vscode|WezTerm|ghostty|Hyper|Tabby|zed)$/],
  ['TERM', /^(?:xterm-kitty|xterm-ghostty|alacritty|foot)/],
  ['VTE_VERSION', /^[5-9]\d{3}$/],
  ['KONSOLE_VERSION', /./],
  ['WT_SESSION', /./],
]

/** Whether a stream gets hyperlinks: only a terminal known to support them, and never if CI or NO_COLOR is set. */
export function linksFor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): 'on' | 'off' {
  const plain = !stream.isTTY || environment['CI'] || colorsFor(stream, environment) === 'off'
  const known = KNOWN.some(([name, value]) => value.test(environment[name] ?? ''))
  return known && !plain ? 'on' : 'off'
}

/** The lines of all non-empty blocks, separated by empty lines. */
export const blocks = (...all: readonly (readonly string[])[]): string[] =>
  all
    .filter((lines) => lines.length > 0)
    .flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]))

/** Rows as lines, with cells padded to the widest of their column, two spaces between, and no trailing space. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, printedWidth(cell))
    })
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - printedWidth(cell)))
      .join('  ')
      .trimEnd(),
  )
}
