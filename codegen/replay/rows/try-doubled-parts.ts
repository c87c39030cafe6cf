// Tries steps that take texts or lists apart on some that have the same part twice.
import { codeIn } from '../../../src/plan/scripts.js'
import { failsOn } from './fails-on-example.js'
import { scriptTrial } from './script-trial.js'
import { doubledParts, isTaking } from './seed/doubled-parts.js'

/** Reports only that a unique key refuses the second one: which part stays is not told by the values. Rolls everything back. */
export const tryDoubledParts = scriptTrial({
  sides: 'up',
  find: (effects) => effects.filter(isTaking),
  run(trial) {
    const { rows, side, effects } = trial
    const code = codeIn(side.entry, side.direction) ?? ''
    const all = doubledParts(effects, code, rows.situation(), rows.connection)
    return all.flatMap(
      ({ table, column, value }) =>
        failsOn(trial, { table, example: { [column]: value } }, isOfKey) ?? [],
    )
  },
})

const isOfKey = (message: string): boolean => message.startsWith('UNIQUE constraint failed')
