// Explains why a UNIQUE index over columns that are new in a step meets rows which are alike.
import { listed } from '../../diagnostics/listed.js'
import type { Words } from './explain-join.js'

/** What finds the rows, and what can be done with them. */
export interface Remedy {
  readonly find: string
  readonly others: string
  /** Whether it is known what the new columns are made of. */
  readonly isMade: boolean
}

/** Before the step, only what new columns are made of can be queried: `same`, with the columns that were there. */
export function explainNew(
  fresh: readonly string[],
  same: readonly string[],
  { find, others, isMade }: Remedy,
): Words {
  const are = `${listed(fresh)} ${fresh.length > 1 ? 'are' : 'is'} new in this step, and`
  const own = `each its own value in ${listed(fresh)}`
  if (same.length === 0)
    return {
      why: `${are} rows get the same value there.`,
      fix: `Give each row its own value in ${listed(fresh)} before this statement`,
    }
  return {
    why: `${are} ${isMade ? '' : 'some '}rows with the same ${same.join(', ')} get the same value there.`,
    fix: isMade
      ? `Find those with \`${find}\`, and give ${own}; or ${others} first`
      : `They are among those that \`${find}\` counts: give ${own}; or ${others} first`,
  }
}
