// Tries a side that declares a foreign key on rows that have no parent: the rows there are fit, as history declares the key.
import type { Fact } from '../../model/evidence.js'
import { judgeSide } from './judge/judge-side.js'
import { scriptTrial, tryOn } from './script-trial.js'
import { addOrphans, declaringKey } from './seed/orphans.js'

/**
 * The keys for which such rows were seen to, and what was lost of them. Takes everything back; nothing where the side fails then.
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
