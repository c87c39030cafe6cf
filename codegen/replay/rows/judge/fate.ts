// What a side made of one table.
import type { ObservedSide } from '../watch/observed-run.js'
import type { TableImage } from '../watch/table-image.js'
import type { Heir } from './heirs.js'
import type { Rebuild } from './rebuild.js'

/** One table before, and what is in its place afterwards. */
export interface Ending {
  readonly side: ObservedSide
  /** In lower case. */
  readonly name: string
  readonly before: TableImage
  /** Null if it is gone. */
  readonly after: TableImage | null
  readonly heir: Heir
  /** How the side rebuilt the table; null if it did not. */
  readonly rebuild: Rebuild | null
}

/** An ending in which the table is not gone. */
export interface Fate extends Ending {
  readonly after: TableImage
}

/**
 * Whether a copy found none of the rows, or joins them with others and found hardly any, as if only the application fills the join columns
 * consistently: the lost rows are reported, and the remaining ones say nothing about other values.
 */
export function findsFewRows({ before, after, rebuild }: Ending): boolean {
  const copies = rebuild?.copies ?? []
  if (!after || copies.length === 0 || before.count === 0) return false
  const isJoined = copies.some(({ tokens }) => tokens.includes('JOIN'))
  return after.count === 0 || (isJoined && after.count * 2 <= before.count)
}
