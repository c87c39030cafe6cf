// Colours and weights of printed text, and when they are wanted.
import picocolors from 'picocolors'

/** What text can be given. A listing of more rows than `foldFrom` is folded; in a pipe it never is. */
export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
  readonly colors: 'on' | 'off'
  readonly foldFrom: number
}

/** How a stream is printed to: with or without colour, and as a whole or folded to what a person reads. */
export interface StyleChoice {
  readonly colors: 'on' | 'off'
  readonly listing: 'whole' | 'folded'
}

/** More rows than this are folded on a terminal. */
const FOLD_FROM = 40

/** The style for one stream: with colours or without, long lists folded or whole. */
export function makeStyle({ colors, listing }: StyleChoice): Style {
  const { bold, dim, red, green, yellow, cyan } = picocolors.createColors(colors === 'on')
  const foldFrom = listing === 'folded' ? FOLD_FROM : Infinity
  return { colors, bold, dim, red, green, yellow, cyan, foldFrom }
}

/** Whether a stream gets colours: NO_COLOR forbids them, FORCE_COLOR demands them, else a terminal has them. */
export function colorsFor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): 'on' | 'off' {
  if (environment['NO_COLOR']) return 'off'
  if (environment['FORCE_COLOR']) return environment['FORCE_COLOR'] === '0' ? 'off' : 'on'
  return stream.isTTY && environment['TERM'] !== 'dumb' ? 'on' : 'off'
}
