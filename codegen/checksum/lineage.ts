// Chains checksums, so that one digest stands for a whole history.
import { digest, leaf } from './digest.js'

/** The input of a lineage: the place in the history, and the meaning of the migration there. */
export interface HistoryItem {
  readonly version: number
  readonly checksum: string
}

/**
 * The lineage of each migration, in the given order, which is that of the versions: a digest over (version, checksum) of it and
 * all before it. Equal lineages mean equal histories; a change alters its own and every later lineage.
 */
export function lineages(items: readonly HistoryItem[]): string[] {
  let before = ''
  return items.map((item) => (before = lineageAfter(before, item)))
}

/** The lineage of a migration, given the lineage of the one before; '' for the first. */
export const lineageAfter = (before: string, { version, checksum }: HistoryItem): string =>
  digest([leaf('after', before), leaf('version', String(version)), leaf('is', checksum)])
