// Tries code on documents with lists in the members that it goes through, which generated documents lack: statements that no other row
// lets it run may be wrong whatever is in them.
import type { Fact } from '../../model/evidence.js'
import { codeIn } from '../../../src/plan/scripts.js'
import { failsOn } from './fails-on-example.js'
import { scriptTrial } from './script-trial.js'
import { GUESSED, listedMembers, walkedMembers } from './seed/code-members.js'
import { isQuery } from './watch/statement-effect.js'

/**
 * Of lists, reports only what no value can cause, as the forms of elements are guessed, and only if all forms fail; of members that are all
 * gone through, that one is no value that can be bound. Rolls everything back.
 */
export const tryMembers = scriptTrial({
  sides: 'up',
  find: (effects) => effects.filter(isQuery),
  run(trial) {
    const { rows, side, effects } = trial
    const [text, now] = [codeIn(side.entry, side.direction), rows.situation()]
    if (text === null) return []
    const lists = listedMembers(text, effects, now).flatMap(
      ({ table, column, documents }): readonly Fact[] => {
        const all: (readonly Fact[])[] = []
        for (const one of documents) {
          const facts = failsOn(trial, { table, example: { [column]: one } }, isOfStatement)
          if (facts === null) return []
          all.push(facts)
        }
        return all.find((facts) => facts.length > 0) ?? []
      },
    )
    const flags = walkedMembers(text, effects, now).flatMap(
      ({ table, column, document }) =>
        failsOn(trial, { table, example: { [column]: document } }, isOfBinding) ?? [],
    )
    return [...lists, ...flags]
  },
})

/** What better-sqlite3 says of a boolean. */
const isOfBinding = (message: string): boolean => message.includes('can only bind')

/** What SQLite and its client say of how statements are called, without a text of ours; statements that do not even compile are told elsewhere. */
const isOfStatement = (message: string): boolean =>
  OF_STATEMENTS.test(message) && !GUESSED.some((one) => message.includes(one))

const OF_STATEMENTS =
  /^(?:too (?:many|few) parameter|bad JSON path|this statement (?:does not return|returns) data)/i
