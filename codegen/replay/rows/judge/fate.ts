// What a side made of one table.
import type { ObservedSide } from '../watch/observed-run.js'
import type { TableImage } from '../watch/table-image.js'
import type { Heir } from './heirs.js'
import type { Rebuild } from './rebuild.js'

/** One table before, and what stands in its place afterwards. */
export interface Ending {
  readonly side: ObservedSide
  /** In lower case. */
  readonly name: string
  readonly before: TableImage
  /** Null where it is gone. */
  readonly after: TableImage | null
  readonly heir: Heir
  /** How the side made the table anew; null when it did not. */
  readonly rebuild: Rebuild | null
}

/** One that is not gone. */
export interface Fate extends Ending {
  readonly after: TableImage
}

/**
 * Whether a copy has found none of the rows, or joins them with others and finds hardly any, as where only the application fills the
 * columns alike: that rows are lost is told, and of what it says more of others no generated row tells.
 */
export function findsFewRows({ before, after, rebuild }: Ending): boolean {
  const copies = rebuild?.copies ?? []
  if (!after || copies.length === 0 || before.count === 0) return false
  const isJoined = copies.some(({ tokens }) => tokens.includes('JOIN'))
  return after.count === 0 || (isJoined && after.count * 2 <= before.count)
}
