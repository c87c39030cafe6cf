// Turns a canonical description into the digest that is stored in registries and ledgers.
import { createHash } from 'node:crypto'

/** Version of the whole algorithm. Raise it when what counts as meaning, or how it is written down, changes. */
const ALGORITHM = '1'

/** 128 bits in hexadecimal digits: two meanings do not get the same digest by accident. */
const DIGITS = 32

/** A canonical description. */
export interface Description {
  /** Marks without spaces, and texts made by `leaf`. */
  readonly items: readonly string[]
  /** Whether the digest may differ from that of earlier builds, because they looked at less. */
  readonly sawMore: boolean
}

/** A text prefixed with its length, so that no two lists of marks and leaves are written alike. */
export const leaf = (tag: string, text: string): string => `${tag}${text.length}:${text}`

/**
 * Digest of a description: `1:` and 32 lower-case hexadecimal digits. The items are marks without spaces and texts
 * made by `leaf`. UTF-16, because UTF-8 would write all lone surrogates alike.
 */
export function digest(description: readonly string[]): string {
  const hash = createHash('sha256').update(description.join(' '), 'utf16le')
  return `${ALGORITHM}:${hash.digest('hex').slice(0, DIGITS)}`
}
