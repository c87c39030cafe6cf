// Tries a side that declares a foreign key on rows without a parent, as generated rows already satisfy keys that the history declares.
import type { Fact } from '../../model/evidence.js'
import { judgeSide } from './judge/judge-side.js'
import { scriptTrial, tryOn } from './script-trial.js'
import { addOrphans, declaringKey } from './seed/orphans.js'

/**
 * Reports the foreign keys for which the side handles such rows, and rows that are lost. Rolls everything back; empty if the side fails
 * then.
 */
export const tryOrphans = scriptTrial({
  sides: 'up',
  find: declaringKey,
  run(trial) {
    const { facts } = tryOn(
      trial,
      (state, situation) => addOrphans(state, situation, trial.effects),
      ({ side, now }) => judgeSide(trial.rows.connection, side, now),
    )
    return facts.flatMap((fact): Fact[] => {
      if (fact.kind === 'rows-lost') return [fact]
      return fact.kind === 'rows-tried' && fact.keys.length > 0
        ? [{ ...fact, nulls: [], checks: [], converted: [], emptied: false }]
        : []
    })
  },
})
