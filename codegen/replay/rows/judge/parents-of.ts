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
      return image ? [untouched(image)] : []
    })
    for (const { after } of last) names.add(foldCase(after.table.name))
    all.push(...last)
  }
  return all
}

const untouched = (after: TableImage): Written => ({
  isLossy: false,
  mayLose: () => false,
  before: null,
  after,
  fresh: after.rows,
  isMadeOf: () => false,
})
