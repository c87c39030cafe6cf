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
