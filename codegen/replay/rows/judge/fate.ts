// What a half made of one table.
import type { ObservedSide } from '../watch/observed-run.js'
import type { Rebuild } from './rebuild.js'
import type { TableImage } from '../watch/table-image.js'

/** One table before and after. */
export interface Fate {
  readonly half: ObservedSide
  /** In lower case. */
  readonly name: string
  readonly before: TableImage
  readonly after: TableImage
  /** How the half made the table anew; null when it did not. */
  readonly rebuild: Rebuild | null
}
