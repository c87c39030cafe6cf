// Finds the numbers that are missing here only because the base branch has not been merged yet. Pure.
import type { Discovery, MigrationFile } from '../model/migration.js'

/** A gap that the base branch fills. */
export interface UnmergedGap {
  /** The first file after it. */
  readonly after: MigrationFile
  /** The files of the base branch that fill it, in order. */
  readonly filledBy: readonly MigrationFile[]
}

/** The gaps of a folder whose numbers are all taken on the base branch. Based on file names. */
export function unmergedGaps(discovery: Discovery, base: Discovery): UnmergedGap[] {
  const gaps: UnmergedGap[] = []
  let last = 0
  for (const after of inOrder(discovery)) {
    const filledBy = inOrder(base).filter(({ from, to }) => from > last && to < after.from)
    const filled = filledBy.reduce(
      (next, { from, to }) => (from === next ? to + 1 : next),
      last + 1,
    )
    if (filledBy.length > 0 && filled === after.from) gaps.push({ after, filledBy })
    last = Math.max(last, after.to)
  }
  return gaps
}

const inOrder = ({ files }: Discovery): MigrationFile[] =>
  [...files].sort((a, b) => a.from - b.from)
