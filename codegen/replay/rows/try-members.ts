// Tries code on documents with lists in the members that it goes through, which generated documents lack: statements that no other row
// lets it run may be wrong whatever is in them.
import type { Fact } from '../../model/evidence.js'
import { sideOf } from '../../../src/plan/scripts.js'
import { hasFailed, judgeFailure } from './judge-failure.js'
import { scriptTrial } from './script-trial.js'
import { addRows } from './seed/add-rows.js'
import { GUESSED, listedMembers } from './seed/code-members.js'
import { isQuery } from './watch/statement-effect.js'

/** Reports only what no value can cause, as the forms of elements are guessed, and only if all forms fail. Rolls everything back. */
export const tryMembers = scriptTrial({
  sides: 'up',
  find: (effects) => effects.filter(isQuery),
  run({ rows, side, effects, prepare }) {
    const code = sideOf(side.entry, side.direction)
    if (!code || 'scripts' in code) return []
    const members = listedMembers(String(code.code), effects, rows.situation())
    return members.flatMap(({ table, column, documents }) => {
      let found: readonly Fact[] = []
      for (const document of documents) {
        const begin = (): void => {
          prepare()
          rows.onTrial((...at) => addRows(...at, { table, examples: [{ [column]: document }] }))
        }
        const outcome = rows.tryOut(side, begin)
        if (!hasFailed(outcome)) return []
        if (found.length === 0 && isOfStatement(outcome.failure.message))
          found = judgeFailure(rows, outcome, begin).facts.slice(0, 1)
      }
      return found
    })
  },
})

/** What SQLite and its client say of how statements are called, without a text of ours; statements that do not even compile are told elsewhere. */
const isOfStatement = (message: string): boolean =>
  OF_STATEMENTS.test(message) && !GUESSED.some((one) => message.includes(one))

const OF_STATEMENTS =
  /^(?:too (?:many|few) parameter|bad JSON path|this statement (?:does not return|returns) data)/i
