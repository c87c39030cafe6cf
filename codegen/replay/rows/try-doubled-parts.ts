// Tries steps that take texts or lists apart on some that have the same part twice.
import { sideOf } from '../../../src/plan/scripts.js'
import { hasFailed, judgeFailure } from './judge-failure.js'
import { scriptTrial } from './script-trial.js'
import { addRows } from './seed/add-rows.js'
import { doubledParts, isTaking } from './seed/doubled-parts.js'

/** Reports only that a unique key refuses the second one: which part stays is not told by the values. Rolls everything back. */
export const tryDoubledParts = scriptTrial({
  sides: 'up',
  find: (effects) => effects.filter(isTaking),
  run({ rows, side, effects, prepare }) {
    const own = sideOf(side.entry, side.direction)
    const code = own && 'code' in own ? String(own.code) : ''
    const all = doubledParts(effects, code, rows.situation(), rows.connection)
    return all.flatMap(({ table, column, value }) => {
      const begin = (): void => {
        prepare()
        rows.onTrial((...at) => addRows(...at, { table, examples: [{ [column]: value }] }))
      }
      const outcome = rows.tryOut(side, begin)
      return hasFailed(outcome) && outcome.failure.message.startsWith('UNIQUE')
        ? judgeFailure(rows, outcome, begin).facts.slice(0, 1)
        : []
    })
  },
})
