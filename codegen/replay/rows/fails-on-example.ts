// Runs a side on one row more than there are, and judges what it fails on.
import type { CatalogTable } from '../../model/catalog.js'
import type { Fact } from '../../model/evidence.js'
import type { Example } from './fill/draft-row.js'
import { hasFailed, judgeFailure } from './judge-failure.js'
import type { Trial } from './script-trial.js'
import { addRows } from './seed/add-rows.js'

/** A row to be added. */
interface ExampleOf {
  readonly table: CatalogTable
  readonly example: Example
}

/** What the failure tells, if its message is one that is meant; null if the side does not fail. Rolls everything back. */
export function failsOn(
  { rows, side, prepare }: Trial,
  { table, example }: ExampleOf,
  isMeant: (message: string) => boolean,
): readonly Fact[] | null {
  const begin = (): void => {
    prepare()
    rows.onTrial((...at) => addRows(...at, { table, examples: [example] }))
  }
  const outcome = rows.tryOut(side, begin)
  if (!hasFailed(outcome)) return null
  return isMeant(outcome.failure.message)
    ? judgeFailure(rows, outcome, begin).facts.slice(0, 1)
    : []
}
