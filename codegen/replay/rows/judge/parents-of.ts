// Collects the tables that foreign keys lead to.
import { foldCase } from '../../../../src/sql/names.js'
import type { TableImage } from '../watch/table-image.js'
import type { Written } from './written.js'

/** The tables that foreign keys lead to from these, in one or two hops. */
export function parentsOf(
  written: readonly Written[],
  imageNow: (table: string) => TableImage | null,
): Written[] {
  const names = new Set(written.map(({ after }) => foldCase(after.table.name)))
  let last = written
  const all: Written[] = []
  for (let hop = 0; hop < 2; hop++) {
    const parents = new Set(
      last.flatMap(({ after }) => after.table.foreignKeys.map(({ parent }) => foldCase(parent))),
    )
    last = [...parents].flatMap((name) => {
      const image = names.has(name) ? null : imageNow(name)
      return image ? [writtenWhole(image, { isMadeOf: () => false })] : []
    })
    for (const { after } of last) names.add(foldCase(after.table.name))
    all.push(...last)
  }
  return all
}

/** A table as one that was written without loss, with all its rows. */
export const writtenWhole = (
  after: TableImage,
  { before = null, isMadeOf }: Pick<Written, 'isMadeOf'> & Partial<Pick<Written, 'before'>>,
): Written => ({ isLossy: false, mayLose: () => false, before, after, fresh: after.rows, isMadeOf })
